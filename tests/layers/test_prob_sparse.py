"""Oracles: the paper's equations 2 and 4 and its algorithm 1 written out; full attention; Hugging Face's Informer."""

import math

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from transformers.models.informer import modeling_informer as theirs

from lecture_utils.layers.attention import MultiHeadAttention, attention_weights, record_attention
from lecture_utils.layers.masks import causal, causal_rows
from lecture_utils.layers.prob_sparse import (
    ProbSparseAttention,
    active_queries,
    budget,
    max_mean,
    prob_sparse_attention,
    sparsity,
)

sizes = {"length": st.integers(2, 12), "others": st.integers(2, 12), "seed": st.integers(0, 999)}


def heads(length, others, seed, dim=4):
    generator = torch.Generator().manual_seed(seed)
    lengths = length, others, others
    return [torch.randn(2, 3, n, dim, generator=generator, dtype=torch.double, requires_grad=True) for n in lengths]


def by_the_paper(queries, keys, values, active, sample, causal):
    """Algorithm 1, one query of one head at a time."""
    rows, columns = queries.shape[2], keys.shape[2]
    result = torch.zeros(*queries.shape[:3], values.shape[3], dtype=values.dtype)
    for b in range(queries.shape[0]):
        for h in range(queries.shape[1]):
            scores = [[(q @ k) / math.sqrt(len(q)) for k in keys[b, h]] for q in queries[b, h]]
            measure = [max(row[j] for j in sample) - sum(row[j] for j in sample) / columns for row in scores]
            awake = sorted(range(rows), key=lambda i: -measure[i].item())[:active]
            for i in range(rows):
                seen = range(i + 1) if causal else range(columns)
                if i in awake:
                    weights = torch.stack([scores[i][j] for j in seen]).softmax(0)
                elif causal:
                    weights = torch.ones(i + 1, dtype=values.dtype)
                else:
                    weights = torch.ones(columns, dtype=values.dtype) / columns
                result[b, h, i] = sum(w * values[b, h, j] for w, j in zip(weights, seen, strict=True))
    return result


def gradients(output, inputs):
    weight = torch.linspace(-1, 1, output.numel(), dtype=output.dtype).view_as(output)
    return torch.autograd.grad((output * weight).sum(), inputs)


@settings(deadline=None, max_examples=15)
@given(**sizes, masked=st.booleans(), data=st.data())
def test_it_is_the_papers_algorithm(length, others, seed, masked, data):
    others = length if masked else others
    q, k, v = heads(length, others, seed)
    active = data.draw(st.integers(1, length))
    sample = torch.tensor(data.draw(st.lists(st.integers(0, others - 1), min_size=1, unique=True)))
    got = prob_sparse_attention(q, k, v, active=active, sample=sample, causal=masked)
    wanted = by_the_paper(q, k, v, active, sample.tolist(), masked)
    torch.testing.assert_close(got, wanted)
    for ours, papers in zip(gradients(got, (q, k, v)), gradients(wanted, (q, k, v)), strict=True):
        torch.testing.assert_close(ours, papers)


@settings(deadline=None, max_examples=20)
@given(**sizes, masked=st.booleans())
def test_with_every_key_and_every_query_it_is_full_attention(length, others, seed, masked):
    others = length if masked else others
    q, k, v = heads(length, others, seed)
    got = prob_sparse_attention(q, k, v, active=length, sample=torch.arange(others), causal=masked)
    full = attention_weights(q, k, causal(length) if masked else None) @ v
    torch.testing.assert_close(got, full)
    for ours, wanted in zip(gradients(got, (q, k, v)), gradients(full, (q, k, v)), strict=True):
        torch.testing.assert_close(ours, wanted)


@settings(deadline=None, max_examples=20)
@given(**sizes)
def test_the_measure_and_its_bounds_are_the_papers(length, others, seed):
    """Lemma 1: ln S <= M <= max - mean + ln S; equation 2 written with plain sums."""
    q, k, _ = heads(length, others, seed)
    scores = q @ k.mT / 2
    wanted = scores.exp().sum(-1).log() - scores.sum(-1) / others
    exact, cheap = sparsity(q, k), max_mean(scores, others)
    torch.testing.assert_close(exact, wanted)
    assert (exact >= math.log(others) - 1e-9).all() and (exact <= cheap + math.log(others) + 1e-9).all()
    divergence = (scores.softmax(-1) * (scores.log_softmax(-1) + math.log(others))).sum(-1)  # of p from uniform
    other = (-math.log(others) - scores.log_softmax(-1)).mean(-1)  # of uniform from p: the paper's
    torch.testing.assert_close(exact - math.log(others), other)
    assert (divergence >= -1e-9).all()


def test_lazy_queries_get_the_mean_and_the_one_that_cares_attends():
    """Three queries look nowhere (zeros), one looks at the last key: nobody can mistake who is active."""
    q, k, v = torch.zeros(1, 1, 4, 2), torch.zeros(1, 1, 4, 2), torch.arange(8.0).view(1, 1, 4, 2)
    q[..., 2, :], k[..., 3, :] = 20, 20
    got = prob_sparse_attention(q, k, v, active=1, sample=torch.arange(4))
    assert active_queries(q, k, active=1, sample=torch.arange(4)).tolist() == [[[2]]]
    torch.testing.assert_close(got[0, 0, 2], v[0, 0, 3])
    for lazy in (0, 1, 3):
        torch.testing.assert_close(got[0, 0, lazy], v[0, 0].mean(0))


@pytest.mark.parametrize("decoder", [False, True])
@pytest.mark.parametrize("length", [9, 40])
def test_it_is_hugging_faces_layer_where_all_keys_are_sampled(monkeypatch, decoder, length):
    """Theirs samples with replacement; all keys once make both choose alike. Its mask is added to the scores."""
    torch.manual_seed(length)
    ours = ProbSparseAttention(dim=8, heads=2, factor=2)
    reference = theirs.InformerProbSparseAttention(8, 2, sampling_factor=2, is_decoder=decoder)
    for name, part in (("q", ours.query), ("k", ours.key), ("v", ours.value), ("out", ours.output)):
        getattr(reference, f"{name}_proj").load_state_dict(part.state_dict())
    monkeypatch.setattr(theirs.torch, "randint", lambda low, high, size: torch.arange(high))
    monkeypatch.setattr(ours, "_sample", torch.arange)
    assert budget(length, 2) == 2 * math.ceil(math.log1p(length)) < length
    x = torch.randn(3, length, 8)
    later = torch.zeros(3, 1, length, length).masked_fill(~causal(length), float("-inf")) if decoder else None
    pairs = [(x.clone().requires_grad_(), module) for module in (ours, reference)]
    outputs = ours(pairs[0][0], causal=decoder), reference(pairs[1][0], attention_mask=later)[0]
    torch.testing.assert_close(*outputs, atol=1e-5, rtol=1e-4)
    grads = [gradients(y, [a, m.parameters().__next__()]) for y, (a, m) in zip(outputs, pairs, strict=True)]
    torch.testing.assert_close(grads[0][0], grads[1][0], atol=1e-5, rtol=1e-3)


def test_short_sequences_attend_in_full():
    """Up to c ln T >= T every query is active: our own multi-head attention with the same weights."""
    torch.manual_seed(0)
    sparse, full = ProbSparseAttention(dim=8, heads=2), MultiHeadAttention(dim=8, heads=2)
    full.load_state_dict(sparse.state_dict())
    x = torch.randn(2, 10, 8)
    torch.testing.assert_close(sparse(x), full(x), atol=1e-6, rtol=1e-5)
    torch.testing.assert_close(sparse(x, causal=True), full(x, causal=True), atol=1e-6, rtol=1e-5)


@pytest.mark.parametrize("masked", [False, True])
def test_the_weights_on_record_are_those_that_were_used(masked):
    torch.manual_seed(1)
    layer, x = ProbSparseAttention(dim=8, heads=2, factor=1).eval(), torch.randn(2, 30, 8)
    with record_attention(layer) as maps:
        recorded = layer(x, causal=masked)
    torch.testing.assert_close(recorded, layer(x, causal=masked), atol=1e-5, rtol=1e-4)
    (weights,) = next(iter(maps.values()))[0][None]
    sums = weights.sum(-1)
    if masked:
        assert (weights.triu(1) == 0).all()
    else:
        torch.testing.assert_close(sums, torch.ones_like(sums))
        even = (weights - 1 / 30).abs().amax(-1) < 1e-6
        assert (even.sum(-1) == 30 - budget(30, 1)).all()


def test_evaluation_repeats_itself_and_training_draws_anew():
    torch.manual_seed(2)
    layer, x = ProbSparseAttention(dim=8, heads=2, factor=1), torch.randn(1, 200, 8)
    assert not torch.equal(layer(x), layer(x))
    layer.eval()
    state = torch.get_rng_state()
    assert torch.equal(layer(x), layer(x)) and torch.equal(state, torch.get_rng_state())


def test_rows_of_the_causal_mask():
    places = torch.tensor([[3, 0], [2, 2]])
    assert torch.equal(causal_rows(places, 5), causal(5)[places])


@pytest.mark.parametrize(("length", "factor", "wanted"), [(96, 5, 25), (720, 5, 35), (10, 5, 10), (1, 5, 1), (2, 1, 1)])
def test_the_budget_by_hand(length, factor, wanted):
    assert budget(length, factor) == wanted


def test_what_does_not_fit_is_refused():
    q, k, v = heads(4, 5, 0)
    everything = {"sample": torch.arange(5)}
    with pytest.raises(ValueError, match=r"active \(5\) must lie in 1 to 4"):
        prob_sparse_attention(q, k, v, active=5, **everything)
    with pytest.raises(ValueError, match=r"as many queries \(4\) as keys \(5\)"):
        prob_sparse_attention(q, k, v, active=2, causal=True, **everything)
    with pytest.raises(ValueError, match=r"factor \(0\)"):
        ProbSparseAttention(dim=4, heads=1, factor=0)
    with pytest.raises(ValueError, match="knows no masks"):
        ProbSparseAttention(dim=4, heads=1)(torch.zeros(1, 3, 4), mask=torch.ones(3, 3, dtype=torch.bool))
