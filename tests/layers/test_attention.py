"""Oracles: torch.nn.MultiheadAttention and F.scaled_dot_product_attention with the same weights; numbers by hand."""

import math
from contextlib import nullcontext

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn
from torch.nn import functional as F

from lecture_utils.layers import masks
from lecture_utils.layers.attention import (
    KeyValueCache,
    MultiHeadAttention,
    PositionScheme,
    attention_weights,
    merge_heads,
    record_attention,
    split_heads,
)

sizes = {"t": st.integers(1, 6), "heads": st.sampled_from([1, 2, 4]), "seed": st.integers(0, 999)}
quick = settings(deadline=None, max_examples=25)
RECORDING = [pytest.param(False, id="fused"), pytest.param(True, id="recorded")]


def normal(*shape, seed=0):
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


def layer(dim, heads, seed=0, **settings):
    """A layer in double precision whose biases are not zero."""
    torch.manual_seed(seed)
    made = MultiHeadAttention(dim=dim, heads=heads, **settings).double()
    with torch.no_grad():
        for name, parameter in made.named_parameters():
            if name.endswith("bias"):
                parameter.normal_()
    return made


def as_torch(ours):
    """torch's layer with the weights of ours."""
    theirs = nn.MultiheadAttention(ours.dim, ours.heads, batch_first=True).double()
    projections = (ours.query, ours.key, ours.value)
    with torch.no_grad():
        theirs.in_proj_weight.copy_(torch.cat([part.weight for part in projections]))
        theirs.in_proj_bias.copy_(torch.cat([part.bias for part in projections]))
        theirs.out_proj.load_state_dict(ours.output.state_dict())
    return theirs


def path(module, recorded):
    """The fused path, or the one that keeps its weights."""
    return record_attention(module) if recorded else nullcontext()


@pytest.mark.parametrize("recorded", RECORDING)
def test_a_memory_of_another_width_equals_torch(recorded):
    ours = layer(8, 2, memory_dim=6)
    theirs = nn.MultiheadAttention(8, 2, kdim=6, vdim=6, batch_first=True).double()
    projections = (ours.query, ours.key, ours.value)
    with torch.no_grad():
        for name, part in zip("qkv", projections, strict=True):
            getattr(theirs, f"{name}_proj_weight").copy_(part.weight)
        theirs.in_proj_bias.copy_(torch.cat([part.bias for part in projections]))
        theirs.out_proj.load_state_dict(ours.output.state_dict())
    inputs = [(normal(2, 3, 8).requires_grad_(), normal(2, 5, 6, seed=1).requires_grad_()) for _ in range(2)]
    with path(ours, recorded):
        outputs = ours(*inputs[0]), theirs(inputs[1][0], inputs[1][1], inputs[1][1])[0]
    torch.testing.assert_close(*outputs)
    gradients = [torch.autograd.grad(y.square().sum(), x) for y, x in zip(outputs, inputs, strict=True)]
    torch.testing.assert_close(*gradients)
    with pytest.raises(ValueError, match=r"memory of shape \(2, 5, 8\) must be \(B, length, 6\)"):
        ours(normal(2, 3, 8), normal(2, 5, 8))


def test_weights_by_hand():
    queries = torch.tensor([[2.0, 0.0, 0.0, 0.0]])  # d = 4: scores are halved
    keys = torch.tensor([[math.log(3.0), 9.0, 9.0, 9.0], [0.0, 1.0, 2.0, 3.0]])  # scaled scores: log 3 and 0
    torch.testing.assert_close(attention_weights(queries, keys), torch.tensor([[0.75, 0.25]]))
    first_only = torch.tensor([[True, False]])
    torch.testing.assert_close(attention_weights(queries, keys, first_only), torch.tensor([[1.0, 0.0]]))
    bias = torch.tensor([[0.0, math.log(3.0)]])
    torch.testing.assert_close(attention_weights(queries, keys, bias=bias), torch.tensor([[0.5, 0.5]]))


@given(t=st.integers(1, 5), s=st.integers(1, 6), masked=st.booleans(), biased=st.booleans(), seed=st.integers(0, 999))
@quick
def test_weights_times_values_equal_scaled_dot_product_attention(t, s, masked, biased, seed):
    queries, keys, values = (normal(2, 3, n, 4, seed=seed + i) for i, n in enumerate((t, s, s)))
    mask = normal(2, 1, t, s, seed=seed + 3) > -0.5 if masked else None
    if masked:
        mask[..., 0] = True  # everyone sees something
    bias = normal(2, 3, t, s, seed=seed + 4) if biased else None
    added = bias if bias is not None else None
    if masked and biased:
        added = bias.masked_fill(~mask, -math.inf)
    oracle = F.scaled_dot_product_attention(queries, keys, values, attn_mask=added if biased else mask)
    weights = attention_weights(queries, keys, mask, bias)
    torch.testing.assert_close(weights @ values, oracle)
    torch.testing.assert_close(weights.sum(-1), torch.ones(2, 3, t, dtype=torch.float64))
    if masked:
        assert (weights.masked_select(~mask) == 0).all()


def test_head_h_owns_the_h_th_block_of_every_vector():
    x = torch.arange(2 * 3 * 8).view(2, 3, 8)
    heads = split_heads(x, 4)  # (2, 4, 3, 2)
    for head in range(4):
        assert torch.equal(heads[:, head], x[:, :, 2 * head : 2 * head + 2])
    assert torch.equal(merge_heads(heads), x)


@pytest.mark.parametrize("recorded", RECORDING)
@pytest.mark.parametrize("kind", ["self", "causal", "padding", "causal and padding", "cross", "cross and padding"])
def test_layer_and_its_gradients_equal_torch(kind, recorded):
    ours = layer(8, 2)
    theirs = as_torch(ours)
    x, y = (normal(3, 5, 8, seed=1).requires_grad_() for _ in range(2))
    memory, memory_too = (normal(3, 7, 8, seed=2).requires_grad_() for _ in range(2))
    length = 7 if "cross" in kind else 5
    tokens = torch.ones(3, length, dtype=torch.long)
    tokens[0, 3:], tokens[2, 1:] = 0, 0
    source = memory_too if "cross" in kind else y
    wanted, wanted_weights = theirs(
        y,
        source,
        source,
        key_padding_mask=tokens == 0 if "padding" in kind else None,
        attn_mask=~masks.causal(5) if "causal" in kind else None,
        average_attn_weights=False,
    )
    with path(ours, recorded) as maps:
        got = ours(
            x,
            memory if "cross" in kind else None,
            mask=masks.padding(tokens) if "padding" in kind else None,
            causal="causal" in kind,
        )
    torch.testing.assert_close(got, wanted)
    if recorded:
        torch.testing.assert_close(maps[""][0], wanted_weights)
    (got**2).sum().backward()
    (wanted**2).sum().backward()
    torch.testing.assert_close(x.grad, y.grad)
    torch.testing.assert_close(memory.grad, memory_too.grad)  # None for both in self-attention
    stacked = (ours.query, ours.key, ours.value)
    torch.testing.assert_close(torch.cat([part.weight.grad for part in stacked]), theirs.in_proj_weight.grad)
    torch.testing.assert_close(torch.cat([part.bias.grad for part in stacked]), theirs.in_proj_bias.grad)
    for ours_, theirs_ in zip(ours.output.parameters(), theirs.out_proj.parameters(), strict=True):
        torch.testing.assert_close(ours_.grad, theirs_.grad)


@given(**sizes, masked=st.booleans(), causal=st.booleans())
@quick
def test_recording_changes_nothing_and_rows_sum_to_one(t, heads, seed, masked, causal):
    attention, x = layer(4, heads, seed).float(), normal(2, t, 4, seed=seed).float()
    mask = masks.padding((normal(2, t, seed=seed + 1) > -0.5).long()) if masked else None
    plain = attention(x, mask=mask, causal=causal)
    with record_attention(attention) as maps:
        recorded = attention(x, mask=mask, causal=causal)
    torch.testing.assert_close(recorded, plain, atol=1e-6, rtol=0)
    (weights,) = maps[""]
    allowed = masks.combine(mask, masks.causal(t) if causal else torch.ones(t, t, dtype=torch.bool))
    allowed = allowed.expand(2, heads, t, t)
    torch.testing.assert_close(weights.sum(-1), allowed.any(-1).float())  # 1, or 0 for who sees nothing
    assert (weights.masked_select(~allowed) == 0).all() and not weights.requires_grad
    assert attention.recorder is None


@pytest.mark.parametrize("recorded", RECORDING)
@pytest.mark.parametrize("biased", [False, True])
def test_a_query_that_sees_nothing_gets_zeros_and_finite_gradients(recorded, biased):
    class Distance(PositionScheme):
        def bias(self, queries, query_positions, key_positions):
            return -(query_positions[:, None] - key_positions).abs().to(queries)[None, None]

    for dtype in (torch.float32, torch.float64):
        attention = layer(4, 2, positions=Distance() if biased else None).to(dtype)
        x = normal(2, 3, 4).to(dtype).requires_grad_()
        mask = torch.ones(2, 1, 3, 3, dtype=torch.bool)
        mask[0, :, 1], mask[1] = False, False
        with path(attention, recorded):
            out = attention(x, mask=mask)
        torch.testing.assert_close(out[0, 1], attention.output.bias)  # zeros, through the output map
        torch.testing.assert_close(out[1], attention.output.bias.expand(3, 4))
        out.square().sum().backward()
        assert all(parameter.grad.isfinite().all() for parameter in attention.parameters()) and x.grad.isfinite().all()


@pytest.mark.parametrize("recorded", RECORDING)
@given(**sizes, padded=st.booleans(), data=st.data())
@quick
def test_changing_the_future_leaves_the_past_bit_identical(recorded, t, heads, seed, padded, data):
    cut = data.draw(st.integers(0, t))
    attention, x = layer(8, heads, seed).float(), normal(2, t, 8, seed=seed).float()
    changed = x.clone()
    changed[:, cut:] = 100 * normal(2, t - cut, 8, seed=seed + 1).float()
    mask = masks.padding(torch.tensor([[1] * t, [1] + [0] * (t - 1)])) if padded else None
    with path(attention, recorded):
        before, after = (attention(each, mask=mask, causal=True) for each in (x, changed))
    assert torch.equal(before[:, :cut], after[:, :cut])
    if cut < t and not padded:
        assert not torch.allclose(before[:, cut:], after[:, cut:])  # a position does see itself


@pytest.mark.parametrize("recorded", RECORDING)
@given(**sizes)
@quick
def test_permuting_the_input_permutes_the_output(recorded, t, heads, seed):
    attention, x = layer(4, heads, seed), normal(2, t, 4, seed=seed)
    order = torch.randperm(t, generator=torch.Generator().manual_seed(seed))
    with path(attention, recorded):
        torch.testing.assert_close(attention(x[:, order]), attention(x)[:, order])
        memory = normal(2, 5, 4, seed=seed + 1)
        shuffled = memory[:, torch.randperm(5, generator=torch.Generator().manual_seed(seed))]
        torch.testing.assert_close(attention(x, shuffled), attention(x, memory))


@pytest.mark.parametrize("recorded", RECORDING)
@given(
    steps=st.lists(st.integers(1, 3), min_size=1, max_size=4), heads=st.sampled_from([1, 2]), seed=st.integers(0, 99)
)
@quick
def test_a_growing_cache_gives_what_one_pass_gives(recorded, steps, heads, seed):
    class Turning(PositionScheme):
        """Positions that show when they are counted from the wrong place."""

        def rotate(self, vectors, positions):
            return vectors + positions[:, None].to(vectors)

        def bias(self, queries, query_positions, key_positions):
            return torch.sin(query_positions[:, None] - 2.0 * key_positions).to(queries)[None, None]

    for positions in (None, Turning()):
        attention, x = layer(4, heads, seed, positions=positions), normal(2, sum(steps), 4, seed=seed)
        cache = KeyValueCache()
        with path(attention, recorded):
            whole = attention(x, causal=True)
            parts = [attention(part, causal=True, cache=cache) for part in x.split(steps, dim=1)]
        torch.testing.assert_close(torch.cat(parts, 1), whole)
        assert len(cache) == sum(steps)


def test_positions_are_counted_from_zero_and_go_on_behind_a_cache():
    class Noting(PositionScheme):
        def __init__(self):
            super().__init__()
            self.noted = []

        def rotate(self, vectors, positions):
            self.noted.append(positions.tolist())
            return vectors

        def bias(self, queries, query_positions, key_positions):
            self.noted.append((query_positions.tolist(), key_positions.tolist()))
            return None

    attention, cache = layer(4, 2, positions=Noting()), KeyValueCache()
    for part in normal(1, 3, 4).split([2, 1], dim=1):
        attention(part, causal=True, cache=cache)
    assert attention.positions.noted == [([0, 1], [0, 1]), [0, 1], [0, 1], ([2], [0, 1, 2]), [2], [2]]


def test_a_cache_of_the_memory_is_filled_once():
    attention, x, memory = layer(4, 2), normal(2, 3, 4, seed=1), normal(2, 5, 4, seed=2)
    cache = KeyValueCache()
    parts = [attention(x[:, :1], memory, cache=cache), attention(x[:, 1:], torch.zeros_like(memory), cache=cache)]
    torch.testing.assert_close(torch.cat(parts, 1), attention(x, memory))  # the second memory was not looked at
    assert len(cache) == 5


def test_selecting_rows_of_a_cache_reorders_and_repeats_them():
    attention, x = layer(4, 2), normal(3, 4, 4)
    cache, rows = KeyValueCache(), torch.tensor([2, 0, 2])
    cache.select(rows)  # nothing to select from yet
    attention(x[:, :3], causal=True, cache=cache)
    cache.select(rows)
    torch.testing.assert_close(attention(x[rows, 3:], causal=True, cache=cache), attention(x, causal=True)[rows, 3:])


def test_dropout_drops_weights_in_training_only():
    torch.manual_seed(0)
    attention = layer(4, 1, dropout=0.5)
    x = normal(1, 400, 4)
    plain = attention.eval()(x)
    assert torch.equal(plain, layer(4, 1)(x))
    for recorded in (False, True):
        with path(attention.train(), recorded):
            dropped = [attention(x) for _ in range(2)]
        assert not torch.allclose(*dropped)
        torch.testing.assert_close(dropped[0].mean(), plain.mean(), atol=0.1, rtol=0.1)


def test_recorder_keeps_every_forward_of_every_layer_and_restores_what_was_there():
    model = nn.Sequential(layer(4, 1), layer(4, 2))
    kept = []
    model[0].recorder = kept.append
    with pytest.raises(RuntimeError, match="stop"), record_attention(model) as maps:
        model(normal(2, 3, 4))
        model(normal(2, 5, 4))
        raise RuntimeError("stop")
    assert [tuple(w.shape) for w in maps["0"]] == [(2, 1, 3, 3), (2, 1, 5, 5)]
    assert [tuple(w.shape) for w in maps["1"]] == [(2, 2, 3, 3), (2, 2, 5, 5)]
    assert model[0].recorder == kept.append and model[1].recorder is None


def test_parameters_are_four_maps():
    assert sum(p.numel() for p in MultiHeadAttention(dim=512, heads=8).parameters()) == 4 * (512 * 512 + 512)
    assert sum(p.numel() for p in MultiHeadAttention(dim=512, heads=8, bias=False).parameters()) == 4 * 512 * 512


x3 = torch.zeros(2, 3, 4)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: MultiHeadAttention(dim=10, heads=4), r"dim \(10\) must be a multiple of heads \(4\)"),
        (lambda: MultiHeadAttention(dim=4, heads=0), r"heads \(0\)"),
        (lambda: MultiHeadAttention(dim=4, heads=2, dropout=1.0), r"dropout \(1.0\) must lie in 0 to 1"),
        (lambda: layer(4, 2)(torch.zeros(3, 4)), r"x of shape \(3, 4\) must be \(B, length, 4\)"),
        (lambda: layer(4, 2)(torch.zeros(2, 0, 4)), r"x of shape \(2, 0, 4\)"),
        (lambda: layer(4, 2)(x3, torch.zeros(2, 3, 5)), r"memory of shape \(2, 3, 5\)"),
        (lambda: layer(4, 2)(x3, torch.zeros(1, 3, 4)), "x has 2 rows and memory 1"),
        (lambda: layer(4, 2)(x3, x3, causal=True), "causal and positions are for self-attention"),
        (lambda: layer(4, 2, positions=PositionScheme())(x3, x3), "causal and positions are for self-attention"),
        (lambda: layer(4, 2).float()(x3, mask=torch.ones(3, 3)), "torch.float32 must be boolean"),
        (lambda: layer(4, 2).float()(x3, mask=torch.ones(2, 3, 3) > 0), r"mask of shape \(2, 3, 3\)"),
        (lambda: layer(4, 2).float()(x3, mask=torch.ones(3, 4) > 0), r"must be \(T, S\) or \(B, H, T, S\)"),
        (lambda: record_attention(nn.Linear(2, 2)).__enter__(), "Linear has no attention layer to record"),
    ],
)
def test_misfits_say_what_to_do(call, message):
    with pytest.raises(ValueError, match=message):
        call()
