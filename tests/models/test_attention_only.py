"""Oracle: the model's equation written out with torch's own attention kernel."""

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch.nn import functional as F

from lecture_utils.layers.attention import merge_heads, record_attention, split_heads
from lecture_utils.models.attention_only import AttentionOnly, AttentionOnlyConfig


def model(heads=(2, 1), seed=0):
    torch.manual_seed(seed)
    return AttentionOnly(AttentionOnlyConfig(7, width=8, heads=heads)).double()


def written_out(model, tokens):
    x = model.embedding.weight[tokens]
    places = torch.arange(tokens.shape[1])
    for layer in model.layers:
        q, k, v = (split_heads(part(x), layer.heads) for part in (layer.query, layer.key, layer.value))
        q, k = (layer.positions.rotate(each, places) for each in (q, k))
        x = x + layer.output(merge_heads(F.scaled_dot_product_attention(q, k, v, is_causal=True)))
    return x @ model.readout.weight.T + model.readout.bias


@settings(deadline=None, max_examples=15)
@given(heads=st.sampled_from([(1,), (2, 1), (4, 2, 1)]), t=st.integers(1, 6), seed=st.integers(0, 99))
def test_outputs_and_gradients_are_those_of_the_equation(heads, t, seed):
    ours = model(heads, seed)
    tokens = torch.randint(7, (2, t), generator=torch.Generator().manual_seed(seed))
    outputs, wanted = ours(tokens), written_out(ours, tokens)
    torch.testing.assert_close(outputs, wanted)
    weights = torch.randn_like(wanted)
    pairs = [
        torch.autograd.grad((each * weights).sum(), list(ours.parameters()), allow_unused=True)
        for each in (outputs, wanted)
    ]
    for got, want in zip(*pairs, strict=True):
        torch.testing.assert_close(got, want)


def test_no_future_leaks_and_recording_changes_nothing():
    ours, tokens = model(), torch.tensor([[1, 2, 3, 4, 5]])
    changed = tokens.clone()
    changed[0, 3] = 6
    torch.testing.assert_close(ours(tokens)[:, :3], ours(changed)[:, :3])
    assert not torch.allclose(ours(tokens)[:, 3:], ours(changed)[:, 3:])
    with record_attention(ours) as maps:
        torch.testing.assert_close(ours(tokens), ours(tokens))
    assert [maps[name][0].shape for name in ("layers.0", "layers.1")] == [(1, 2, 5, 5), (1, 1, 5, 5)]


def test_bad_sizes_and_tokens_are_refused():
    with pytest.raises(ValueError, match="heads is empty"):
        model(heads=())
    with pytest.raises(ValueError, match=r"multiple of heads \(3\)"):
        model(heads=(3,))
    with pytest.raises(ValueError, match=r"multiple of heads \(0\)"):
        model(heads=(0,))
    with pytest.raises(ValueError, match=r"must be \(B, T\)"):
        model()(torch.tensor([1, 2]))
    with pytest.raises(ValueError, match="from 0 to 7 do not fit a vocabulary of 7"):
        model()(torch.tensor([[0, 7]]))
