"""Oracle: Hugging Face's GPT2LMHeadModel with the same random weights; the whole text read at once; published sizes."""

from dataclasses import replace

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch.nn import functional as F
from transformers import GPT2Config, GPT2LMHeadModel

from lecture_utils.layers.attention import record_attention
from lecture_utils.models import gpt
from lecture_utils.models.gpt import GPT, GPTConfig
from lecture_utils.sampling import sample

CONFIG = GPTConfig(29, longest=16, width=12, heads=3, layers=2)
each_scheme = pytest.mark.parametrize("positions", ["learned", "rotary"])
quick = settings(deadline=None, max_examples=20)


def model_of(seed=0, **changes):
    """A model whose weights are large enough for every part of it to matter."""
    torch.manual_seed(seed)
    model = GPT(replace(CONFIG, **changes)).eval()
    with torch.no_grad():
        for weight in model.parameters():
            weight.copy_(0.4 * torch.randn_like(weight))
    return model


def texts(*shape, seed=0):
    return torch.randint(CONFIG.vocabulary, shape, generator=torch.Generator().manual_seed(seed))


@pytest.fixture
def theirs():
    sizes = {"vocab_size": CONFIG.vocabulary, "n_positions": CONFIG.longest, "n_embd": CONFIG.width}
    sizes |= {"n_layer": CONFIG.layers, "n_head": CONFIG.heads}
    silent = dict.fromkeys(("resid_pdrop", "embd_pdrop", "attn_pdrop"), 0.0)
    torch.manual_seed(0)
    model = GPT2LMHeadModel(GPT2Config(**sizes, **silent, bos_token_id=None, eos_token_id=None))
    with torch.no_grad():
        for weight in model.parameters():
            weight.copy_(0.4 * torch.randn_like(weight))
        model.transformer.wpe.weight.mul_(5)  # so that it says something else at every position
    return model.eval()


def pairs(theirs, ours):
    """(their tensor, our parameter, their gradient's part) for every parameter: theirs in our shape."""
    own, core = dict(ours.named_parameters()), theirs.transformer
    found = {"embedding.weight": core.wte.weight, "positions.table.weight": core.wpe.weight}
    for part in ("weight", "bias"):
        found[f"norm.{part}"] = getattr(core.ln_f, part)
        for i, block in enumerate(core.h):
            threefold = getattr(block.attn.c_attn, part).mT if part == "weight" else block.attn.c_attn.bias
            for name, piece in zip(("query", "key", "value"), threefold.chunk(3), strict=True):
                found[f"layers.{i}.attention.{name}.{part}"] = piece
            matrices = {
                "attention.output": block.attn.c_proj,
                "feedforward.expand": block.mlp.c_fc,
                "feedforward.contract": block.mlp.c_proj,
            }
            for name, module in matrices.items():
                found[f"layers.{i}.{name}.{part}"] = (
                    module.weight.mT if part == "weight" else module.bias
                )  # theirs is (in, out)
            found[f"layers.{i}.around_attention.norm.{part}"] = getattr(block.ln_1, part)
            found[f"layers.{i}.around_feedforward.norm.{part}"] = getattr(block.ln_2, part)
    assert found.keys() == own.keys()
    return [(found[name], own[name]) for name in own]


@pytest.fixture
def ours(theirs):
    model = GPT(CONFIG).eval()
    with torch.no_grad():
        for their, our in pairs(theirs, model):
            our.copy_(their)
    return model


def gradients_in_our_shape(theirs, ours):
    """Their gradients, read through the same mapping as their weights."""
    for weight in theirs.parameters():
        weight.data = weight.grad
    return [(their, our.grad) for their, our in pairs(theirs, ours)]


def test_logits_loss_and_every_gradient_equal_hugging_faces(theirs, ours):
    tokens = texts(3, CONFIG.longest)
    output = theirs(tokens, labels=tokens)
    logits = ours(tokens)
    loss = F.cross_entropy(logits[:, :-1].flatten(0, 1), tokens[:, 1:].flatten())
    torch.testing.assert_close(logits, output.logits, atol=1e-5, rtol=1e-5)
    torch.testing.assert_close(loss, output.loss, atol=1e-5, rtol=1e-5)
    loss.backward(), output.loss.backward()
    for their, our in gradients_in_our_shape(theirs, ours):
        torch.testing.assert_close(our, their, atol=1e-5, rtol=1e-4)


@pytest.mark.parametrize("prompt", [1, 5])
def test_greedy_tokens_with_the_cache_equal_hugging_faces(theirs, ours, prompt):
    tokens = texts(4, prompt, seed=1)
    count = CONFIG.longest - prompt
    wanted = theirs.generate(tokens, max_new_tokens=count, do_sample=False, use_cache=True, pad_token_id=0)[:, prompt:]
    assert torch.equal(sample(ours, tokens, longest=count, seed=0, temperature=0.0), wanted)
    assert len(wanted.unique()) > 3  # no model that says one thing only


@each_scheme
@given(t=st.integers(2, 16), first=st.integers(1, 15), seed=st.integers(0, 999))
@quick
def test_with_the_cache_or_all_at_once(positions, t, first, seed):
    model, tokens = model_of(seed, positions=positions).double(), texts(3, t, seed=seed)
    first = min(first, t)
    state, steps = model.start(tokens[:, :first]), []
    assert state.length == first - 1
    for place in range(first - 1, t):
        logits, state = model.step(tokens[:, place], state)
        steps.append(logits)
    torch.testing.assert_close(torch.stack(steps, 1), model(tokens)[:, first - 1 :])
    assert state.length == t


def test_rows_of_a_text_being_written_can_be_chosen():
    model, tokens, rows = model_of(), texts(3, 5), torch.tensor([2, 2, 0])
    state = model.start(tokens).select(rows)
    torch.testing.assert_close(model.step(tokens[rows, -1], state)[0], model(tokens[rows])[:, -1])


@each_scheme
@given(t=st.integers(2, 10), seed=st.integers(0, 999))
@quick
def test_no_future_token_changes_an_earlier_logit_by_a_single_bit(positions, t, seed):
    model, tokens = model_of(seed, positions=positions), texts(2, t, seed=seed)
    logits = model(tokens)
    for place in range(1, t):
        changed = tokens.clone()
        changed[:, place:] = (changed[:, place:] + 1) % CONFIG.vocabulary
        after = model(changed)
        assert torch.equal(after[:, :place], logits[:, :place])
        assert (after[:, place] != logits[:, place]).any()  # the present token does matter


@each_scheme
def test_the_order_of_words_matters(positions):
    model, tokens = model_of(positions=positions), torch.tensor([[1, 2, 3, 4], [2, 1, 3, 4]])
    logits = model(tokens)[:, -1]
    assert (logits[0] - logits[1]).abs().max() > 1e-3


def test_recording_attention_changes_nothing_but_the_last_bits():
    model, tokens = model_of().double(), texts(2, 7)
    with record_attention(model) as maps:
        recorded = model(tokens)
    torch.testing.assert_close(recorded, model(tokens))
    assert len(maps) == CONFIG.layers
    for (weights,) in maps.values():
        assert weights.shape == (2, 3, 7, 7) and not weights.triu(1).any()


def test_weights_start_as_the_papers_say():
    torch.manual_seed(0)
    model = GPT(GPTConfig(500, width=128, layers=8))
    assert model.output.weight is model.embedding.weight
    assert model.embedding.weight.std().item() == pytest.approx(0.02, rel=0.05)
    layer = model.layers[0]
    assert layer.feedforward.expand.weight.std().item() == pytest.approx(0.02, rel=0.05)
    for last in (layer.attention.output, layer.feedforward.contract):  # 0.02 / sqrt(2 layers)
        assert last.weight.std().item() == pytest.approx(0.02 / 4, rel=0.05)
        assert not last.bias.any()


def test_dropout_is_for_training_only():
    torch.manual_seed(0)
    model, tokens = GPT(replace(CONFIG, dropout=0.5)), texts(2, 6)
    assert (model(tokens) != model(tokens)).any()
    model.eval()
    assert torch.equal(model(tokens), model(tokens))


GPT3 = {  # Brown et al. (2020), table 2.1: parameters as printed, layers, width, numbers in a head
    "125M": (125e6, 12, 768, 64),
    "350M": (350e6, 24, 1024, 64),
    "760M": (760e6, 24, 1536, 96),
    "1_3B": (1.3e9, 24, 2048, 128),
    "2_7B": (2.7e9, 32, 2560, 80),
    "6_7B": (6.7e9, 32, 4096, 128),
    "13B": (13.0e9, 40, 5140, 128),
    "175B": (175.0e9, 96, 12288, 128),
}


@pytest.mark.parametrize("name", GPT3)
def test_gpt3s_sizes_are_those_of_its_table(name):
    printed, layers, width, head = GPT3[name]
    config = getattr(gpt, f"GPT3_{name}")
    with torch.device("meta"):
        count = sum(weight.numel() for weight in GPT(config).parameters())
    assert (config.vocabulary, config.longest, config.layers) == (50_257, 2048, layers)
    assert config.width == pytest.approx(width, rel=0.005)  # 5140 is no multiple of 40 heads: 5120
    assert config.width // config.heads == head
    assert count == pytest.approx(printed, rel=0.02)
    if name in ("125M", "760M", "175B"):  # where the table gives three digits
        assert float(f"{count:.2e}") == printed


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"vocabulary": 0}, r"vocabulary \(0\)"),
        ({"layers": 0}, r"layers \(0\)"),
        ({"heads": 5}, r"dim \(12\) must be a multiple of heads \(5\)"),
        ({"longest": 0}, r"longest \(0\)"),
        ({"positions": "none"}, r"positions \('none'\)"),
        ({"dropout": 1.0}, r"dropout \(1.0\)|dropout probability"),
    ],
)
def test_sizes_that_make_no_model(changes, message):
    with pytest.raises(ValueError, match=message):
        GPT(replace(CONFIG, **changes))


@pytest.mark.parametrize(
    ("tokens", "message"),
    [
        (torch.tensor([[0, 29]]), "vocabulary of 29"),
        (torch.tensor([[-1, 3]]), "ids from -1"),
        (torch.tensor([1, 2]), r"must be \(B, T\)"),
        (torch.zeros(1, 0, dtype=torch.long), r"must be \(B, T\)"),
        (torch.zeros(1, 17, dtype=torch.long), "shorten the text"),
    ],
)
def test_texts_that_do_not_fit(tokens, message):
    with pytest.raises(ValueError, match=message):
        GPT(CONFIG)(tokens)


def test_a_text_that_grows_past_the_last_position_says_so():
    model, tokens = model_of(), texts(1, 16)
    with pytest.raises(ValueError, match="shorten the text"):
        sample(model, tokens, longest=2, seed=0)
    assert sample(model_of(positions="rotary"), tokens, longest=2, seed=0).shape == (1, 2)  # no such bound
