"""Oracles: Hugging Face T5's attention and BLOOM's slopes with the same weights, loops over the papers' equations."""

import math

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from transformers import T5Config
from transformers.models.bloom.modeling_bloom import build_alibi_tensor
from transformers.models.t5.modeling_t5 import T5Attention

from lecture_utils.layers.attention import KeyValueCache, MultiHeadAttention
from lecture_utils.layers.positions import Rotary
from lecture_utils.layers.relative_positions import ALiBi, RelativeBuckets, Shaw, alibi_slopes, bucket_of

SCHEMES = {
    "ALiBi": lambda: ALiBi(heads=2),
    "buckets": lambda: RelativeBuckets(heads=2, buckets=8, furthest=10),
    "one-way buckets": lambda: RelativeBuckets(heads=2, buckets=8, furthest=10, bidirectional=False),
    "Shaw": lambda: Shaw(head_dim=4, furthest=3),
    "rotary": lambda: Rotary(dim=4),
}
each_scheme = pytest.mark.parametrize("name", SCHEMES)


def normal(*shape, seed=0):
    generator = torch.Generator().manual_seed(seed)
    return torch.randn(*shape, generator=generator, dtype=torch.float64)


def attention_with(name):
    """Attention of 2 heads of 4 numbers with a scheme, whose tables, if any, hold random numbers."""
    torch.manual_seed(0)
    scheme = SCHEMES[name]()
    for parameter in scheme.parameters():
        torch.nn.init.normal_(parameter)
    return MultiHeadAttention(dim=8, heads=2, positions=scheme).double()


@pytest.mark.parametrize("heads", range(1, 34))
def test_slopes_equal_blooms(heads):
    theirs = build_alibi_tensor(torch.ones(1, 2), heads, torch.float32)[:, 0, 1]  # at position 1: the slope itself
    torch.testing.assert_close(alibi_slopes(heads), theirs)


def test_eight_heads_have_the_slopes_of_the_paper():
    assert alibi_slopes(8).tolist() == [1 / 2, 1 / 4, 1 / 8, 1 / 16, 1 / 32, 1 / 64, 1 / 128, 1 / 256]


def test_alibi_takes_slope_times_distance_from_the_scores():
    bias = ALiBi(heads=4).bias(torch.zeros(1, 4, 3, 2), torch.arange(5, 8), torch.arange(9))
    for head in range(4):
        for t in range(3):
            for s in range(9):
                assert bias[0, head, t, s].item() == pytest.approx(-(2.0 ** (-2 * (head + 1))) * abs(5 + t - s))


@given(per_side=st.integers(2, 20), further=st.integers(1, 200), both=st.booleans(), seed=st.integers(0, 99))
@settings(deadline=None, max_examples=60)
def test_buckets_equal_t5s(per_side, further, both, seed):
    buckets, furthest = per_side * (2 if both else 1), per_side // 2 + further
    offsets = torch.randint(-400, 401, (7, 9), generator=torch.Generator().manual_seed(seed))
    offsets = torch.cat([offsets.flatten(), torch.arange(-20, 21)])
    ours = bucket_of(offsets, buckets=buckets, furthest=furthest, bidirectional=both)
    theirs = T5Attention._relative_position_bucket(offsets, both, buckets, furthest)
    assert torch.equal(ours, theirs)


@pytest.mark.parametrize("decoder", [False, True])
def test_attention_with_buckets_equals_t5s_forward_and_gradient(decoder):
    torch.manual_seed(0)
    config = T5Config(d_model=12, d_kv=4, num_heads=3, dropout_rate=0.0, is_decoder=decoder,
                      relative_attention_num_buckets=8, relative_attention_max_distance=16)  # fmt: skip
    theirs = T5Attention(config, has_relative_attention_bias=True, layer_idx=0).double()
    torch.nn.init.normal_(theirs.relative_attention_bias.weight)
    scheme = RelativeBuckets(heads=3, buckets=8, furthest=16, bidirectional=not decoder)
    ours = MultiHeadAttention(dim=12, heads=3, bias=False, positions=scheme).double()
    with torch.no_grad():  # T5 does not divide by sqrt(d), so its queries are that much shorter
        for mine, weight in ((ours.query, 2 * theirs.q.weight), (ours.key, theirs.k.weight),
                             (ours.value, theirs.v.weight), (ours.output, theirs.o.weight)):  # fmt: skip
            mine.weight.copy_(weight)
        scheme.table.weight.copy_(theirs.relative_attention_bias.weight)
    x = normal(2, 11, 12).requires_grad_()
    mask = torch.zeros(1, 1, 11, 11, dtype=torch.float64)
    if decoder:
        mask = mask.masked_fill(torch.ones(11, 11).triu(1).bool(), float("-inf"))
    theirs_bias = theirs.compute_bias(11, 11)
    bias = scheme.bias(torch.zeros(1, 3, 11, 4, dtype=torch.float64), torch.arange(11), torch.arange(11))
    torch.testing.assert_close(bias, theirs_bias)
    a, b = ours(x, causal=decoder), theirs(x, position_bias=theirs_bias + mask)[0]
    torch.testing.assert_close(a, b)
    tables = scheme.table.weight, theirs.relative_attention_bias.weight
    for left, right in ((x, x), tables, (ours.key.weight, theirs.k.weight)):
        gradients = [
            torch.autograd.grad((out**2).sum(), wrt, retain_graph=True)[0] for out, wrt in ((a, left), (b, right))
        ]
        assert gradients[0].abs().max() > 1e-3
        torch.testing.assert_close(*gradients)


def test_buckets_start_without_a_preference():
    assert (RelativeBuckets(heads=2).table.weight == 0).all()


@given(t=st.integers(1, 5), s=st.integers(1, 9), furthest=st.integers(1, 4), seed=st.integers(0, 99))
@settings(deadline=None, max_examples=40)
def test_shaw_is_equation_4_pair_by_pair(t, s, furthest, seed):
    scheme = Shaw(head_dim=3, furthest=furthest).double()
    queries, asked = normal(2, 2, t, 3, seed=seed).requires_grad_(), torch.arange(seed % 4, seed % 4 + t)
    bias = scheme.bias(queries, asked, torch.arange(s))
    wanted = torch.zeros_like(bias)
    for i in range(t):
        for j in range(s):
            offset = max(-furthest, min(furthest, j - asked[i].item()))
            vector = scheme.table.weight[offset + furthest]
            wanted[:, :, i, j] = (queries[:, :, i] * vector).sum(-1) / math.sqrt(3)
    torch.testing.assert_close(bias, wanted)
    for wrt in (queries, scheme.table.weight):
        gradients = [torch.autograd.grad((out**2).sum(), wrt, retain_graph=True)[0] for out in (bias, wanted)]
        torch.testing.assert_close(*gradients)


@each_scheme
@given(t=st.integers(1, 6), s=st.integers(1, 9), shift=st.integers(1, 30), seed=st.integers(0, 99))
@settings(deadline=None, max_examples=15)
def test_moving_all_positions_alike_changes_no_score(name, t, s, shift, seed):
    scheme = attention_with(name).positions
    queries, keys = normal(1, 2, t, 4, seed=seed), normal(1, 2, s, 4, seed=seed + 1)

    def scores(start):
        asked, answering = torch.arange(start, start + t), torch.arange(start, start + s)
        dots = scheme.rotate(queries, asked) @ scheme.rotate(keys, answering).mT / 2
        bias = scheme.bias(queries, asked, answering)
        return dots if bias is None else dots + bias

    torch.testing.assert_close(scores(0), scores(shift), atol=1e-9, rtol=0)


@each_scheme
@given(length=st.integers(2, 12), cut=st.integers(1, 11), seed=st.integers(0, 99))
@settings(deadline=None, max_examples=15)
def test_a_cache_gives_what_the_whole_text_gives(name, length, cut, seed):
    layer, x, cut = attention_with(name), normal(2, length, 8, seed=seed), min(cut, length - 1)
    cache = KeyValueCache()
    pieces = [layer(x[:, :cut], causal=True, cache=cache)]
    pieces += [layer(x[:, t : t + 1], causal=True, cache=cache) for t in range(cut, length)]
    torch.testing.assert_close(torch.cat(pieces, 1), layer(x, causal=True))


@each_scheme
def test_order_matters_with_every_scheme_and_not_without(name):
    x = normal(1, 5, 8)
    swapped = x[:, [1, 0, 2, 3, 4]]
    layer = attention_with(name)
    assert not torch.allclose(layer(x)[:, 2], layer(swapped)[:, 2], atol=1e-4)
    layer.positions = None
    torch.testing.assert_close(layer(x)[:, 2], layer(swapped)[:, 2])


@each_scheme
def test_padding_and_recording_go_with_every_scheme(name):
    layer, x = attention_with(name), normal(2, 6, 8)
    mask = torch.tensor([[True] * 6, [True] * 4 + [False] * 2])[:, None, None]
    out = layer(x, mask=mask)
    torch.testing.assert_close(out[1, :4], layer(x[1:, :4])[0])
    kept = []
    layer.recorder = kept.append
    torch.testing.assert_close(layer(x, mask=mask), out)
    assert (kept[0][1, :, :, 4:] == 0).all()


def test_symmetric_alibi_sees_a_text_and_its_mirror_image_alike():
    x = normal(2, 7, 8)
    layer = attention_with("ALiBi")
    torch.testing.assert_close(layer(x.flip(1)).flip(1), layer(x))
    layer = attention_with("Shaw")
    assert not torch.allclose(layer(x.flip(1)).flip(1), layer(x), atol=1e-3)


@pytest.mark.parametrize(
    ("build", "message"),
    [
        (lambda: ALiBi(heads=0), r"heads \(0\) must be at least 1"),
        (lambda: RelativeBuckets(heads=0), r"heads \(0\) must be at least 1"),
        (lambda: RelativeBuckets(heads=2, buckets=3), r"buckets \(3\) at least 2 in each direction"),
        (lambda: RelativeBuckets(heads=2, buckets=32, furthest=8), r"furthest \(8\) above the 8 distances"),
        (lambda: Shaw(head_dim=4, furthest=0), r"furthest \(0\) must each be at least 1"),
        (
            lambda: Shaw(head_dim=4).bias(torch.zeros(1, 1, 2, 6), torch.arange(2), torch.arange(2)),
            "queries have 6 numbers, this Shaw was made for heads of 4",
        ),
    ],
)
def test_sizes_that_make_no_scheme_say_why(build, message):
    with pytest.raises(ValueError, match=message):
        build()
