"""Oracles: the frozen language model itself; each image alone; the paper's table of parameter counts."""

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn

from lecture_utils.layers.gated_attention import GatedCrossAttention
from lecture_utils.models.flamingo import (
    FLAMINGO_3B,
    FLAMINGO_9B,
    FLAMINGO_80B,
    Flamingo,
    FlamingoConfig,
    part_parameters,
)
from lecture_utils.models.gpt import GPT, GPTConfig

TAG, WORDS = 7, 12


class Eyes(nn.Module):
    """A vision encoder with weights and dropout: images (M, 3, 8) -> features (M, 3, 8)."""

    def __init__(self):
        super().__init__()
        self.map, self.dropout = nn.Linear(8, 8), nn.Dropout(0.5)

    def forward(self, images):
        return self.dropout(self.map(images))


def model(seed=0, *, open_gates=False, positions="rotary", layers=2, **sizes):
    torch.manual_seed(seed)
    language = GPT(GPTConfig(WORDS, width=8, heads=2, layers=layers, dropout=0.3, longest=16, positions=positions))
    config = FlamingoConfig(TAG, **{"features": 8, "latents": 3, "heads": 2, **sizes})
    flamingo = Flamingo(config, vision=Eyes(), language=language)
    if open_gates:
        for block in flamingo.blocks:
            nn.init.constant_(block.attention_gate, 0.8)
            nn.init.constant_(block.feedforward_gate, 0.5)
    return flamingo


def prompt(tokens, images=2, seed=1):
    generator = torch.Generator().manual_seed(seed)
    return torch.tensor(tokens), torch.randn(len(tokens), images, 3, 8, generator=generator)


TEXT = [[1, TAG, 2, 3, TAG, 4, 5]]


@settings(deadline=None, max_examples=10)
@given(seed=st.integers(0, 99), positions=st.sampled_from(["rotary", "learned"]), every=st.integers(1, 3))
def test_a_new_model_is_the_language_model_bit_for_bit(seed, positions, every):
    flamingo, (tokens, images) = model(seed, positions=positions, every=every, layers=3), prompt(TEXT, seed=seed)
    assert torch.equal(flamingo(tokens, images), flamingo.language(tokens))
    assert len(flamingo.blocks) == -(-3 // every)


def test_training_moves_everything_but_the_frozen_parts():
    flamingo, (tokens, images) = model(), prompt(TEXT * 4)
    before = {name: value.clone() for name, value in flamingo.state_dict().items()}
    optimizer = torch.optim.AdamW([p for p in flamingo.parameters() if p.requires_grad], lr=0.05)
    flamingo.train()
    for _ in range(3):
        optimizer.zero_grad()
        flamingo(tokens, images).square().mean().backward()
        optimizer.step()
    changed = {name for name, value in flamingo.state_dict().items() if not torch.equal(value, before[name])}
    assert not any(name.startswith(("vision", "language")) for name in changed)
    trained = {name for name in before if name.startswith(("resampler", "blocks"))}
    assert trained - changed == {"resampler.times"} - changed and len(trained) > 20


def test_only_what_is_new_wants_a_gradient():
    wanting = {name.partition(".")[0] for name, weight in model().named_parameters() if weight.requires_grad}
    assert wanting == {"resampler", "blocks"}


@pytest.mark.parametrize(("every", "wanted"), [(1, "b0 b1 b2"), (2, "b0 1 b2"), (3, "b0 1 2")])
def test_a_block_stands_before_each_everyth_layer(every, wanted):
    flamingo, (tokens, images), order = model(every=every, layers=3), prompt(TEXT), []
    for block in flamingo.blocks:
        block.register_forward_hook(lambda *_: order.append("b"))
    for index, layer in enumerate(flamingo.language.layers):
        layer.register_forward_hook(lambda *_, index=index: order.append(f"{index} "))
    flamingo(tokens, images)
    assert "".join(order).strip() == wanted


def test_the_frozen_parts_have_no_dropout_even_in_training():
    flamingo, (tokens, images) = model(open_gates=True), prompt(TEXT)
    flamingo.train()
    assert torch.equal(flamingo(tokens, images), flamingo(tokens, images))
    assert flamingo.blocks[0].training and not flamingo.language.training and not flamingo.vision.training


def test_a_change_of_an_image_reaches_its_text_and_what_follows_but_nothing_earlier():
    flamingo, (tokens, images) = model(open_gates=True), prompt(TEXT)
    before = flamingo(tokens, images)
    for index, tag in ((0, 1), (1, 4)):
        other = images.clone()
        other[:, index] += 1.0
        moved = (flamingo(tokens, other) - before).abs().amax(-1)[0]
        assert not moved[:tag].any(), "an image leaks to text before it"
        assert (moved[tag:] > 1e-6).all()


def test_text_after_an_image_looks_at_that_image_only():
    """One layer: what comes later can learn of an earlier image only through the text between."""
    flamingo, (tokens, images) = model(open_gates=True, layers=1), prompt([[1, TAG, TAG, 2]])
    from lecture_utils.layers.attention import record_attention

    with record_attention(flamingo.blocks) as maps:
        flamingo(tokens, images)
    (weights,) = maps["0.attention"]  # (1, H, T, 6): three tokens an image
    assert not weights[..., 0, :].any() and not weights[..., 1, 3:].any()
    assert not weights[..., 2:, :3].any() and (weights[..., 2:, 3:] > 0).all()


def test_images_go_to_the_tags_in_their_order_row_by_row():
    flamingo = model(open_gates=True)
    tokens, images = prompt([[TAG, 1, TAG, 2], [3, TAG, TAG, 4]])
    together = flamingo(tokens, images)
    for row in range(2):
        torch.testing.assert_close(together[row], flamingo(tokens[row : row + 1], images[row : row + 1])[0])
    assert (together - flamingo(tokens, images.flip(1))).abs().max() > 1e-3


def test_a_spare_image_is_not_seen():
    flamingo, (tokens, images) = model(open_gates=True), prompt([[TAG, 1, 2]])
    torch.testing.assert_close(flamingo(tokens, images), flamingo(tokens, images[:, :1]))


PUBLISHED = {  # billions, with the digits that the paper gives (appendix)
    "3B": (FLAMINGO_3B, {"language": "1.4", "vision": "0.435", "gated blocks": "1.2", "resampler": "0.194"}, "3.2"),
    "9B": (FLAMINGO_9B, {"language": "7.1", "vision": "0.435", "gated blocks": "1.6", "resampler": "0.194"}, "9.3"),
    "80B": (FLAMINGO_80B, {"language": "70", "vision": "0.435", "gated blocks": "10", "resampler": "0.194"}, "80"),
}


@pytest.mark.parametrize("name", PUBLISHED)
def test_the_papers_table_to_its_precision(name):
    sizes, parts, total = PUBLISHED[name]
    ours = part_parameters(sizes)
    for count, published in [*((ours[part], parts[part]) for part in parts), (sum(ours.values()), total)]:
        places = len(published.partition(".")[2])
        assert f"{count / 1e9:.{places}f}" == published


@pytest.mark.parametrize("sizes", [FLAMINGO_3B, FLAMINGO_9B, FLAMINGO_80B])
def test_the_count_of_gated_blocks_is_that_of_the_layers(sizes):
    with torch.device("meta"):
        block = GatedCrossAttention(dim=sizes.width, heads=sizes.width // 128)
    blocks = len(range(0, sizes.language_layers, sizes.every))
    built = blocks * sum(parameter.numel() for parameter in block.parameters())
    assert built == pytest.approx(part_parameters(sizes)["gated blocks"], rel=1e-3)


@pytest.mark.parametrize(
    ("attempt", "message"),
    [
        (lambda: model()(*prompt([[1, TAG, TAG, TAG]])), "3 image tags for 2 images"),
        (lambda: model()(torch.tensor(TEXT), torch.zeros(2, 2, 3, 8)), r"must be \(1, N, ...\)"),
        (lambda: model()(torch.tensor([[WORDS]]), torch.zeros(1, 1, 3, 8)), f"vocabulary of {WORDS}"),
        (lambda: model(every=0), r"every \(0\)"),
        (lambda: Flamingo(FlamingoConfig(WORDS), vision=Eyes(), language=GPT(GPTConfig(WORDS))), rf"tag \({WORDS}\)"),
    ],
)
def test_what_does_not_fit_says_so(attempt, message):
    with pytest.raises(ValueError, match=message):
        attempt()
