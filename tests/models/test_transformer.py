"""Oracles: torch.nn.Transformer with the same weights, the whole text at once, and the sizes the paper gives."""

from dataclasses import dataclass, replace
from functools import partial

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn
from torch.nn import functional as F

from lecture_utils.generation import beam, greedy
from lecture_utils.layers import masks
from lecture_utils.layers.attention import record_attention
from lecture_utils.models.transformer import TRANSFORMER_BASE, TRANSFORMER_BIG, Transformer, TransformerConfig
from lecture_utils.tokenizers.words import BOS, PAD

CONFIG = TransformerConfig(11, 13, width=8, heads=2, layers=2, hidden=12)
POSITIONS = ["sinusoidal", "rotary", "learned"]
each_norm = pytest.mark.parametrize("norm_first", [False, True], ids=["post-norm", "pre-norm"])
each_scheme = pytest.mark.parametrize("positions", POSITIONS)
quick = settings(deadline=None, max_examples=25)


def model_of(seed=0, **changes):
    torch.manual_seed(seed)
    return Transformer(replace(CONFIG, **changes)).double().eval()


def sentences(*shape, seed=0, vocabulary=11):
    """Ids without <pad>, <bos>, <eos>."""
    return torch.randint(3, vocabulary, shape, generator=torch.Generator().manual_seed(seed))


def torchs(norm_first):
    theirs = nn.Transformer(8, 2, 2, 2, 12, dropout=0.0, norm_first=norm_first, batch_first=True).double()
    if not norm_first:
        theirs.encoder.norm = theirs.decoder.norm = None  # the paper's stacks end with the last layer's norm
    return theirs


@pytest.mark.filterwarnings("ignore:enable_nested_tensor")
@each_norm
def test_equals_torchs_forward_and_gradient_with_padding_on_both_sides(norm_first, copy_weights):
    theirs, ours = torchs(norm_first), model_of(norm_first=norm_first)
    copy_weights(theirs, ours)
    source = torch.tensor([[5, 6, 7, 8], [9, 4, PAD, PAD]])
    target = torch.tensor([[BOS, 4, 5, 6, 7], [BOS, 4, 5, PAD, PAD]])

    def by_torch():
        x, y = (ours.positions(table(ids) * 8**0.5)
                for table, ids in ((ours.source_embedding, source), (ours.target_embedding, target)))  # fmt: skip
        no = {"src_key_padding_mask": source == PAD, "tgt_key_padding_mask": target == PAD}
        y = theirs(x, y, tgt_mask=~masks.causal(5), memory_key_padding_mask=source == PAD, **no)
        return y @ ours.output.weight.T

    outcomes = []
    for logits in (ours(source, target), by_torch()):
        ours.zero_grad()
        loss = F.cross_entropy(logits[target != PAD], target[target != PAD])
        loss.backward()
        grads = [table.weight.grad.clone() for table in (ours.source_embedding, ours.target_embedding, ours.output)]
        outcomes.append((logits[target != PAD].detach(), *grads))
    for got, wanted in zip(*outcomes, strict=True):
        torch.testing.assert_close(got, wanted)


@each_norm
@each_scheme
@given(t=st.integers(2, 7), s=st.integers(1, 6), seed=st.integers(0, 999))
@quick
def test_no_future_word_changes_an_earlier_logit_by_a_single_bit(norm_first, positions, t, s, seed):
    model = model_of(seed, norm_first=norm_first, positions=positions).float()
    source, target = sentences(3, s, seed=seed), sentences(3, t, seed=seed + 1, vocabulary=13)
    logits = model(source, target)
    for place in range(1, t):
        changed = target.clone()
        changed[:, place:] = 3 + (changed[:, place:] - 2) % 10
        assert not (changed[:, place:] == target[:, place:]).any()
        after = model(source, changed)
        assert torch.equal(after[:, :place], logits[:, :place])
        assert (after[:, place] != logits[:, place]).any()  # the present word does matter


@each_norm
@each_scheme
@given(t=st.integers(1, 7), seed=st.integers(0, 999))
@quick
def test_step_by_step_equals_all_at_once(norm_first, positions, t, seed):
    model = model_of(seed, norm_first=norm_first, positions=positions)
    source, target = sentences(2, 5, seed=seed), sentences(2, t, seed=seed + 1, vocabulary=13)
    source[1, 3:] = PAD
    state, steps = model.start(source), []
    for k in range(t):
        logits, state = model.step(target[:, k], state)
        steps.append(logits)
    torch.testing.assert_close(torch.stack(steps, 1), model(source, target))
    assert state.length == t


class Rereading:
    """The model without a cache: the whole draft (B, words so far) goes through it for every new word."""

    def __init__(self, model):
        self.model = model

    def start(self, source):
        return Drafts(source, source[:, :0])

    def step(self, tokens, state):
        state = Drafts(state.source, torch.cat([state.words, tokens[:, None]], 1))
        return self.model(state.source, state.words)[:, -1], state


@dataclass(frozen=True)
class Drafts:
    source: torch.Tensor
    words: torch.Tensor

    def select(self, rows):
        return Drafts(self.source[rows], self.words[rows])


@each_norm
@each_scheme
def test_greedy_and_beam_with_the_cache_equal_rereading_the_draft(norm_first, positions):
    for seed in range(3):
        model, source = model_of(seed, norm_first=norm_first, positions=positions), sentences(5, 6, seed=seed)
        source[1, 3:] = PAD
        for write in (greedy, partial(beam, width=3), partial(beam, width=4, alpha=0.0)):
            assert torch.equal(write(model, source, longest=9), write(Rereading(model), source, longest=9))


@given(rows=st.lists(st.integers(0, 2), min_size=1, max_size=5), written=st.integers(1, 4), seed=st.integers(0, 99))
@quick
def test_selected_drafts_go_on_as_if_they_had_been_alone(rows, written, seed):
    model, source = model_of(seed, positions="rotary"), sentences(3, 5, seed=seed)
    source[2, 2:] = PAD
    words = sentences(3, written + 1, seed=seed + 1, vocabulary=13)

    def after(source, words):
        state = model.start(source)
        for k in range(written):
            _, state = model.step(words[:, k], state)
        return state

    picked = torch.tensor(rows)
    logits, _ = model.step(words[picked, written], after(source, words).select(picked))
    wanted, _ = model.step(words[picked, written], after(source[picked], words[picked]))
    torch.testing.assert_close(logits, wanted)


@each_scheme
@given(extra=st.integers(1, 4), seed=st.integers(0, 99))
@quick
def test_padding_changes_nothing(positions, extra, seed):
    model, source, target = model_of(seed, positions=positions), sentences(2, 4, seed=seed), sentences(2, 3, seed=seed)
    padded_source, padded_target = F.pad(source, (0, extra), value=PAD), F.pad(target, (0, extra), value=PAD)
    torch.testing.assert_close(model(padded_source, padded_target)[:, :3], model(source, target))


def test_a_source_of_padding_says_nothing_whatever_its_length():
    model, target = model_of(), sentences(2, 3)
    short, long = (model(torch.full((2, n), PAD), target) for n in (1, 6))
    assert short.isfinite().all()
    torch.testing.assert_close(short, long)
    with record_attention(model) as maps:
        model(torch.full((2, 4), PAD), target)
    assert all(not maps[f"decoder.{layer}.cross_attention"][0].any() for layer in range(2))


def test_every_layer_of_attention_can_be_recorded():
    model = model_of()
    with record_attention(model) as maps:
        model(sentences(2, 4), sentences(2, 3))
    shapes = {name: tuple(weights.shape) for name, (weights,) in maps.items()}
    assert shapes == {
        **{f"encoder.{n}.attention": (2, 2, 4, 4) for n in range(2)},
        **{f"decoder.{n}.attention": (2, 2, 3, 3) for n in range(2)},
        **{f"decoder.{n}.cross_attention": (2, 2, 3, 4) for n in range(2)},
    }


def test_order_matters_with_positions():
    for positions in POSITIONS:
        model, source, target = model_of(positions=positions), sentences(1, 4), sentences(1, 3)
        assert not torch.allclose(model(source.flip(1), target), model(source, target))


def test_word_vectors_are_scaled_and_of_about_unit_length():
    model = model_of(width=64, heads=4, positions="rotary")
    lengths = model.source_embedding.weight.norm(dim=1)
    assert 0.7 < lengths.mean() < 1.3
    seen = []
    model.encoder[0].register_forward_pre_hook(lambda _, inputs: seen.append(inputs[0]))
    model.encode(torch.tensor([[4]]))
    torch.testing.assert_close(seen[0][0, 0], 8 * model.source_embedding.weight[4])


def test_shared_vectors_are_one_matrix_in_three_places():
    model = model_of(source_vocabulary=13, shared=True)
    assert model.source_embedding.weight is model.target_embedding.weight is model.output.weight
    alone = model_of(source_vocabulary=13)
    count = lambda model: sum(weight.numel() for weight in model.parameters())  # noqa: E731
    assert count(alone) - count(model) == 2 * 13 * 8


@pytest.mark.parametrize(
    ("config", "count", "millions"),
    [(TRANSFORMER_BASE, 63_082_496, 65), (TRANSFORMER_BIG, 214_245_376, 213)],
    ids=["base", "big"],
)
def test_sizes_at_paper_scale(config, count, millions):
    with torch.device("meta"):
        model = Transformer(config)
    attention, norm = 4 * (config.width**2 + config.width), 2 * config.width
    feedforward = 2 * 4 * config.width**2 + 5 * config.width
    by_hand = 6 * (attention + feedforward + 2 * norm) + 6 * (2 * attention + feedforward + 3 * norm)
    assert sum(weight.numel() for weight in model.parameters()) == count == by_hand + 37_000 * config.width
    assert count / 1e6 == pytest.approx(millions, rel=0.03)  # table 3, column "params x 10^6"


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"layers": 0}, r"layers \(0\)"),
        ({"source_vocabulary": 0}, "both vocabularies must each be at least 1"),
        ({"shared": True}, "vocabularies of 11 and 13 words cannot share vectors"),
        ({"heads": 3}, r"dim \(8\) must be a multiple of heads \(3\)"),
        ({"positions": "none"}, r"positions \('none'\) must be 'sinusoidal', 'rotary' or 'learned'"),
    ],
)
def test_sizes_that_do_not_fit_are_refused(changes, message):
    with pytest.raises(ValueError, match=message):
        model_of(**changes)


def test_texts_that_do_not_fit_are_refused():
    model, good = model_of(positions="learned", longest=4), sentences(1, 3)
    for source, target, message in (
        (torch.tensor([[3, 11]]), good, "ids from 3 to 11 do not fit a vocabulary of 11"),
        (good, torch.tensor([[-1, 3]]), "ids from -1 to 3 do not fit a vocabulary of 13"),
        (good[:, :0], good, r"tokens of shape \(1, 0\) must be \(B, T\)"),
        (good, good[:, :0], r"tokens of shape \(1, 0\) must be \(B, T\)"),
        (good[0], good, r"tokens of shape \(3,\) must be \(B, T\)"),
        (sentences(1, 5), good, "there are vectors for 0 to 3 only"),
        (sentences(2, 3), good, "x has 1 rows and memory 2"),
    ):
        with pytest.raises(ValueError, match=message):
            model(source, target)
    state = model.start(good)
    for _ in range(4):
        _, state = model.step(torch.tensor([BOS]), state)
    with pytest.raises(ValueError, match="there are vectors for 0 to 3 only"):
        model.step(torch.tensor([BOS]), state)
