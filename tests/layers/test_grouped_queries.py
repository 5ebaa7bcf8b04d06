"""Oracle: ordinary attention whose heads of one group hold equal key and value matrices; Hugging Face's repeat_kv."""

from contextlib import nullcontext

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from transformers.models.llama.modeling_llama import repeat_kv

from lecture_utils.layers.attention import KeyValueCache, MultiHeadAttention, record_attention, repeat_heads
from lecture_utils.layers.positions import Rotary

quick = settings(deadline=None, max_examples=25)
each_path = pytest.mark.parametrize("path", [nullcontext, record_attention], ids=["fused", "recorded"])


def normal(*shape, seed=0):
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


def layers(heads, groups, seed, **settings):
    """A grouped layer, and a full one that copies each group's keys and values to all its heads."""
    torch.manual_seed(seed)
    grouped = MultiHeadAttention(dim=4 * heads, heads=heads, key_value_heads=groups, **settings).double()
    full = MultiHeadAttention(dim=4 * heads, heads=heads, **settings).double()
    state = grouped.state_dict()
    for name in [name for name in state if name.startswith(("key", "value"))]:
        shared = state[name].unflatten(0, (groups, 4))  # (G, d, ...)
        state[name] = torch.cat([shared[head * groups // heads] for head in range(heads)])
    full.load_state_dict(state)
    return grouped, full


@given(groups=st.sampled_from([1, 2, 3]), times=st.integers(1, 3), seed=st.integers(0, 99))
@quick
def test_heads_are_repeated_as_hugging_face_does(groups, times, seed):
    x = normal(2, groups, 5, 4, seed=seed)
    torch.testing.assert_close(repeat_heads(x, times), repeat_kv(x, times))


@each_path
@given(groups=st.sampled_from([1, 2, 4]), t=st.integers(1, 6), causal=st.booleans(), seed=st.integers(0, 99))
@quick
def test_a_group_shares_keys_and_values(path, groups, t, causal, seed):
    grouped, full = layers(4, groups, seed, positions=Rotary(dim=4))
    x, y = (normal(2, t, 16, seed=seed).requires_grad_() for _ in range(2))
    with path(grouped):
        out = grouped(x, causal=causal)
    want = full(y, causal=causal)
    torch.testing.assert_close(out, want)
    out.square().sum().backward(), want.square().sum().backward()
    torch.testing.assert_close(x.grad, y.grad)
    shared = full.key.weight.grad.unflatten(0, (groups, 4 // groups, 4)).sum(1).flatten(0, 1)
    torch.testing.assert_close(grouped.key.weight.grad, shared)  # all heads of a group teach its key


@each_path
def test_masks_memories_and_caches_take_groups(path):
    grouped, full = layers(4, 2, 0)
    x, memory, mask = normal(2, 3, 16), normal(2, 5, 16, seed=1), torch.rand(2, 4, 3, 5) > 0.4
    with path(grouped):
        torch.testing.assert_close(grouped(x, memory, mask=mask), full(x, memory, mask=mask))
        cache = KeyValueCache()
        steps = [grouped(x[:, [t]], causal=True, cache=cache) for t in range(3)]
    torch.testing.assert_close(torch.cat(steps, 1), full(x, causal=True))
    assert cache.keys.shape == (2, 2, 3, 4)  # half of what four heads would keep


def test_fewer_weights_and_the_same_layer_without_groups():
    sizes = {"dim": 16, "heads": 4, "bias": False}
    weights = [sum(w.numel() for w in MultiHeadAttention(**sizes, key_value_heads=g).parameters()) for g in (1, 2, 4)]
    assert weights == [16 * 16 * 2 + 2 * 16 * 4, 16 * 16 * 2 + 2 * 16 * 8, 4 * 16 * 16]
    assert MultiHeadAttention(**sizes).key_value_heads == 4


@pytest.mark.parametrize("groups", [0, 3, 8])
def test_groups_that_do_not_divide_the_heads(groups):
    with pytest.raises(ValueError, match=rf"heads \(4\) must be a multiple of key_value_heads \({groups}\)"):
        MultiHeadAttention(dim=16, heads=4, key_value_heads=groups)
