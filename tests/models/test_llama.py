"""Oracle: Hugging Face's LlamaForCausalLM with the same random weights; the whole text read at once; a GPT by parts."""

from dataclasses import replace

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch.nn import functional as F
from transformers import LlamaConfig as TheirConfig
from transformers import LlamaForCausalLM

from lecture_utils.conversion import LLAMA_LAYER
from lecture_utils.layers.attention import record_attention
from lecture_utils.models.gpt import GPT, GPTConfig
from lecture_utils.models.llama import (
    Llama,
    LlamaConfig,
    exchange_attention,
    exchange_feedforward,
    exchange_norms,
)
from lecture_utils.sampling import sample

CONFIG = LlamaConfig(29, width=16, heads=4, layers=2, hidden=20, key_value_heads=2, eps=1e-3, base=500.0)
VARIANTS = {  # each changes one thing
    "grouped": {},
    "one group": {"key_value_heads": 1},
    "no groups": {"key_value_heads": None},
    "tied": {"tied": True},
}
each_variant = pytest.mark.parametrize("changes", VARIANTS.values(), ids=VARIANTS)
LENGTH = 16


def texts(*shape, seed=0):
    return torch.randint(CONFIG.vocabulary, shape, generator=torch.Generator().manual_seed(seed))


def randomised(model, seed=0):
    generator = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for weight in model.parameters():
            weight.copy_(0.4 * torch.randn(weight.shape, generator=generator))
    return model.eval()


def names(config):
    """Our name of each weight: theirs."""
    found = {"embedding": "model.embed_tokens", "norm": "model.norm"} | ({} if config.tied else {"output": "lm_head"})
    for layer in range(config.layers):
        found |= {f"layers.{layer}.{own}": f"model.layers.{layer}.{their}" for own, their in LLAMA_LAYER.items()}
    return {f"{own}.weight": f"{their}.weight" for own, their in found.items()}


def both(changes):
    """Theirs, and ours with its weights."""
    config = replace(CONFIG, **changes)
    sizes = {"vocab_size": config.vocabulary, "hidden_size": config.width, "num_hidden_layers": config.layers}
    sizes |= {"num_attention_heads": config.heads, "intermediate_size": config.hidden}
    sizes |= {"num_key_value_heads": config.key_value_heads or config.heads, "tie_word_embeddings": config.tied}
    turning = {"rope_type": "default", "rope_theta": config.base}
    ends = {"bos_token_id": None, "eos_token_id": None, "rms_norm_eps": config.eps}
    theirs = randomised(LlamaForCausalLM(TheirConfig(**sizes, rope_parameters=turning, **ends)))
    weights = dict(theirs.named_parameters())
    ours = Llama(config).eval()
    own = dict(ours.named_parameters())
    assert own.keys() == names(config).keys()
    with torch.no_grad():
        for name, their in names(config).items():
            own[name].copy_(weights[their])
    return theirs, ours


@each_variant
def test_logits_loss_and_every_gradient_equal_hugging_faces(changes):
    theirs, ours = both(changes)
    tokens = texts(3, LENGTH)
    output, logits = theirs(tokens, labels=tokens), ours(tokens)
    loss = F.cross_entropy(logits[:, :-1].flatten(0, 1), tokens[:, 1:].flatten())
    torch.testing.assert_close(logits, output.logits, atol=1e-5, rtol=1e-5)
    torch.testing.assert_close(loss, output.loss, atol=1e-5, rtol=1e-5)
    loss.backward(), output.loss.backward()
    own, weights = dict(ours.named_parameters()), dict(theirs.named_parameters())
    for name, their in names(ours.config).items():
        torch.testing.assert_close(own[name].grad, weights[their].grad, atol=1e-5, rtol=1e-4)


@each_variant
@pytest.mark.parametrize("prompt", [1, 5])
def test_greedy_tokens_with_the_cache_equal_hugging_faces(changes, prompt):
    theirs, ours = both(changes)
    tokens, count = texts(4, prompt, seed=1), LENGTH - prompt
    wanted = theirs.generate(tokens, max_new_tokens=count, do_sample=False, use_cache=True, pad_token_id=0)[:, prompt:]
    assert torch.equal(sample(ours, tokens, longest=count, seed=0, temperature=0.0), wanted)
    assert len(wanted.unique()) > 3  # no model that says one thing only


@given(t=st.integers(2, 16), first=st.integers(1, 15), seed=st.integers(0, 999))
@settings(deadline=None, max_examples=15)
def test_with_the_cache_or_all_at_once(t, first, seed):
    model, tokens = randomised(Llama(CONFIG), seed).double(), texts(3, t, seed=seed)
    first = min(first, t)
    state, steps = model.start(tokens[:, :first]), []
    for place in range(first - 1, t):
        logits, state = model.step(tokens[:, place], state)
        steps.append(logits)
    torch.testing.assert_close(torch.stack(steps, 1), model(tokens)[:, first - 1 :])
    assert state.caches[0].keys.shape == (3, CONFIG.key_value_heads, t, 4)


def test_no_future_token_changes_an_earlier_logit_by_a_single_bit():
    model, tokens = randomised(Llama(CONFIG)), texts(2, 8)
    logits = model(tokens)
    for place in range(1, 8):
        changed = tokens.clone()
        changed[:, place:] = (changed[:, place:] + 1) % CONFIG.vocabulary
        assert torch.equal(model(changed)[:, :place], logits[:, :place])


def test_recording_attention_changes_nothing_but_the_last_bits():
    model, tokens = randomised(Llama(CONFIG)).double(), texts(2, 7)
    with record_attention(model) as maps:
        recorded = model(tokens)
    torch.testing.assert_close(recorded, model(tokens))
    assert [weights.shape for (weights,) in maps.values()] == [(2, 4, 7, 7)] * 2


def test_a_gpt_with_its_parts_exchanged_is_a_llama():
    torch.manual_seed(0)
    gpt = GPT(GPTConfig(29, width=16, heads=4, layers=2, positions="rotary"))
    before = sum(weight.numel() for weight in gpt.parameters())
    exchange_norms(gpt, eps=CONFIG.eps)
    assert before - sum(weight.numel() for weight in gpt.parameters()) == 5 * 16  # no shift in five norms
    exchange_feedforward(gpt, hidden=CONFIG.hidden)
    exchange_attention(gpt, key_value_heads=2, base=CONFIG.base)
    llama = Llama(replace(CONFIG, tied=True))
    llama.load_state_dict(gpt.state_dict())
    tokens = texts(2, 9)
    torch.testing.assert_close(llama(tokens), gpt(tokens))
    assert not any(name.endswith("bias") for name, _ in llama.named_parameters())


@pytest.mark.parametrize("tied", [True, False])
def test_weights_start_as_gpts_do(tied):
    torch.manual_seed(0)
    model = Llama(LlamaConfig(500, width=128, layers=8, hidden=344, tied=tied))
    layer = model.layers[0]
    assert (model.output.weight is model.embedding.weight) == tied
    for weight in (model.output, layer.attention.key, layer.feedforward.gate, layer.feedforward.expand):
        assert weight.weight.std().item() == pytest.approx(0.02, rel=0.05)
    for last in (layer.attention.output, layer.feedforward.contract):  # 0.02 / sqrt(2 layers)
        assert last.weight.std().item() == pytest.approx(0.02 / 4, rel=0.05)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"vocabulary": 0}, r"vocabulary \(0\)"),
        ({"heads": 6}, r"dim \(16\) must be a multiple of heads \(6\)"),
        ({"key_value_heads": 3}, r"heads \(4\) must be a multiple of key_value_heads \(3\)"),
        ({"hidden": 0}, r"hidden \(0\)"),
        ({"eps": 0.0}, r"eps \(0.0\)"),
        ({"base": 1.0}, r"base \(1.0\)"),
        ({"heads": 16}, r"dim \(1\) must be even"),
    ],
)
def test_sizes_that_make_no_model(changes, message):
    with pytest.raises(ValueError, match=message):
        Llama(replace(CONFIG, **changes))


@pytest.mark.parametrize(("tokens", "message"), [([[0, 29]], "vocabulary of 29"), ([[]], r"must be \(B, T\)")])
def test_texts_that_do_not_fit(tokens, message):
    with pytest.raises(ValueError, match=message):
        Llama(CONFIG)(torch.tensor(tokens, dtype=torch.long))
