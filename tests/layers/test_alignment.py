"""Oracles: the papers' equations in explicit loops, finite differences, `scaled_dot_product_attention`."""

import math

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch.nn import functional as F

from lecture_utils.layers.alignment import AdditiveAttention, MultiplicativeAttention, UniformAttention
from lecture_utils.layers.attention import attention_weights, masked_softmax, record_attention
from lecture_utils.layers.masks import padding

KINDS = ("additive", "dot", "general", "uniform")
each_kind = pytest.mark.parametrize("kind", KINDS)


def make(kind, queries=4, annotations=4):
    if kind == "additive":
        return AdditiveAttention(queries=queries, annotations=annotations, hidden=5).double()
    if kind == "uniform":
        return UniformAttention()
    return MultiplicativeAttention(queries=queries, annotations=annotations, matrix=kind == "general").double()


def draw(b=2, t=3, s=5, q=4, k=4, seed=0):
    generator = torch.Generator().manual_seed(seed)
    queries = torch.randn(b, t, q, generator=generator, dtype=torch.float64)
    annotations = torch.randn(b, s, k, generator=generator, dtype=torch.float64)
    mask = torch.rand(b, 1, 1, s, generator=generator) < 0.7
    mask[..., 0] = True
    return queries, annotations, mask


def by_loops(layer, queries, annotations, mask):
    """Contexts as the papers write them, number by number."""

    def score(s, h):
        if isinstance(layer, AdditiveAttention):
            small = [
                sum(layer.query.weight[a, i] * s[i] for i in range(len(s)))
                + sum(layer.key.weight[a, i] * h[i] for i in range(len(h)))
                for a in range(len(layer.vector))
            ]
            return sum(v * torch.tanh(x) for v, x in zip(layer.vector, small, strict=True))
        if isinstance(layer, MultiplicativeAttention):
            matrix = getattr(layer.key, "weight", torch.eye(len(h), dtype=h.dtype))
            return sum(s[i] * matrix[i, j] * h[j] for i in range(len(s)) for j in range(len(h)))
        return torch.zeros((), dtype=h.dtype)

    contexts = torch.zeros(len(queries), queries.shape[1], annotations.shape[2], dtype=torch.float64)
    for b in range(len(queries)):
        seen = [j for j in range(annotations.shape[1]) if mask[b, 0, 0, j]]
        for t in range(queries.shape[1]):
            powers = {j: torch.exp(score(queries[b, t], annotations[b, j])) for j in seen}
            for j in seen:
                contexts[b, t] += powers[j] / sum(powers.values()) * annotations[b, j]
    return contexts


@each_kind
def test_contexts_are_those_of_the_equations(kind):
    torch.manual_seed(0)
    wide = kind in ("additive", "general")
    layer, (queries, annotations, mask) = make(kind, 4, 3 if wide else 4), draw(k=3 if wide else 4)
    torch.testing.assert_close(layer(queries, annotations, mask), by_loops(layer, queries, annotations, mask))


@each_kind
def test_gradients_are_those_of_finite_differences(kind):
    torch.manual_seed(0)
    layer, (queries, annotations, mask) = make(kind), draw(b=2, t=2, s=3)
    weights = list(layer.parameters())
    inputs = [queries.requires_grad_(), annotations.requires_grad_(), *weights]
    assert torch.autograd.gradcheck(lambda q, h, *_: layer(q, h, mask), inputs)


def test_the_product_is_scaled_dot_product_attention_without_scale():
    queries, annotations, mask = draw()
    theirs = [x.clone().requires_grad_() for x in (queries, annotations)]
    ours = [x.clone().requires_grad_() for x in (queries, annotations)]
    wanted = F.scaled_dot_product_attention(theirs[0], theirs[1], theirs[1], attn_mask=mask[:, 0], scale=1.0)
    answer = make("dot")(*ours, mask)
    torch.testing.assert_close(answer, wanted)
    upstream = torch.randn_like(wanted)
    for mine, their in zip(
        torch.autograd.grad(answer, ours, upstream), torch.autograd.grad(wanted, theirs, upstream), strict=True
    ):
        torch.testing.assert_close(mine, their)


def test_the_worked_example_of_the_lesson():
    layer = AdditiveAttention(queries=2, annotations=2, hidden=2).double()
    with torch.no_grad():
        layer.query.weight.copy_(torch.eye(2))
        layer.key.weight.copy_(torch.eye(2))
        layer.vector.copy_(torch.tensor([3.0, 1.0]))
    state = torch.tensor([[[1.0, 0.0]]], dtype=torch.float64)
    annotations = torch.tensor([[[-1.0, 1.0], [1.0, 1.0], [-1.0, -1.0]]], dtype=torch.float64)
    scores = [math.tanh(1), 3 * math.tanh(2) + math.tanh(1), -math.tanh(1)]
    weights = [math.exp(score) / sum(map(math.exp, scores)) for score in scores]
    with record_attention(layer) as maps:
        context = layer(state, annotations, None)
    assert maps[""][0].flatten().tolist() == pytest.approx(weights)
    assert context.flatten().tolist() == pytest.approx(
        [sum(w * h[i] for w, h in zip(weights, annotations[0].tolist(), strict=True)) for i in range(2)]
    )


@each_kind
@settings(deadline=None, max_examples=25)
@given(b=st.integers(1, 3), t=st.integers(1, 4), s=st.integers(1, 6), seed=st.integers(0, 999))
def test_weights_are_shares_and_padding_gets_none(kind, b, t, s, seed):
    torch.manual_seed(seed)
    layer, (queries, annotations, mask) = make(kind), draw(b, t, s, seed=seed)
    with record_attention(layer) as maps:
        context = layer(queries, annotations, mask)
    (weights,) = maps[""]
    assert weights.shape == (b, 1, t, s) and not weights.requires_grad
    assert (weights >= 0).all() and (weights.masked_select(~mask.expand_as(weights)) == 0).all()
    torch.testing.assert_close(weights.sum(-1), torch.ones(b, 1, t, dtype=torch.float64))
    torch.testing.assert_close(context, weights[:, 0] @ annotations)
    torch.testing.assert_close(layer(queries, annotations, mask), context)  # recording changes nothing
    hidden = annotations.masked_fill(~mask[:, 0].mT, 1e3)
    torch.testing.assert_close(layer(queries, hidden, mask), context)  # what padding holds does not matter
    torch.testing.assert_close(layer(queries, annotations, mask, keys=layer.keys(annotations)), context)


@each_kind
@settings(deadline=None, max_examples=25)
@given(s=st.integers(2, 6), t=st.integers(2, 4), seed=st.integers(0, 999))
def test_order_of_words_does_not_matter_and_order_of_queries_is_kept(kind, s, t, seed):
    torch.manual_seed(seed)
    layer, (queries, annotations, mask) = make(kind), draw(2, t, s, seed=seed)
    context = layer(queries, annotations, mask)
    words, asked = torch.randperm(s), torch.randperm(t)
    torch.testing.assert_close(layer(queries, annotations[:, words], mask[..., words]), context)
    torch.testing.assert_close(layer(queries[:, asked], annotations, mask), context[:, asked])


@each_kind
def test_a_row_that_sees_nothing_gives_zeros_and_no_nan_gradient(kind):
    torch.manual_seed(0)
    layer, (queries, annotations, _) = make(kind), draw()
    annotations.requires_grad_()
    mask = padding(torch.tensor([[1, 1, 0, 0, 0], [0, 0, 0, 0, 0]]))
    context = layer(queries, annotations, mask)
    assert (context[1] == 0).all() and (context[0] != 0).any()
    (gradient,) = torch.autograd.grad(context.sum(), annotations)
    assert gradient.isfinite().all() and (gradient[1] == 0).all() and (gradient[0, 2:] == 0).all()


def test_masked_softmax_serves_both_lessons():
    queries, annotations, mask = draw()
    scores = queries @ annotations.mT
    torch.testing.assert_close(masked_softmax(scores, None), scores.softmax(-1))
    torch.testing.assert_close(
        masked_softmax(scores / 2, mask[:, 0]), attention_weights(queries, annotations, mask[:, 0])
    )
    kept = scores[0, 0][mask[0, 0, 0]].softmax(-1)
    torch.testing.assert_close(masked_softmax(scores, mask[:, 0])[0, 0][mask[0, 0, 0]], kept)


@each_kind
def test_the_mask_cannot_be_forgotten(kind):
    layer, (queries, annotations, mask) = make(kind), draw()
    with pytest.raises(TypeError, match="mask"):
        layer(queries, annotations)
    with pytest.raises(ValueError, match=r"mask \(2, 5\) of torch.bool must be boolean \(B, 1, 1, 5\)"):
        layer(queries, annotations, mask[:, 0, 0])
    with pytest.raises(ValueError, match="True = may attend"):
        layer(queries, annotations, mask.double())
    with pytest.raises(ValueError, match=r"must be \(B, T, Q\) and \(B, S, K\)"):
        layer(queries[:, 0], annotations, mask)
    with pytest.raises(ValueError, match="one row a sentence"):
        layer(queries[:1], annotations, mask)


def test_sizes_that_do_not_fit_are_refused():
    with pytest.raises(ValueError, match=r"hidden \(0\) must be >= 1"):
        AdditiveAttention(queries=2, annotations=2, hidden=0)
    with pytest.raises(ValueError, match="equal without a matrix: give matrix=True"):
        MultiplicativeAttention(queries=2, annotations=3)
    assert MultiplicativeAttention(queries=2, annotations=3, matrix=True).key.weight.shape == (2, 3)
    assert not list(MultiplicativeAttention(queries=2, annotations=2).parameters())
