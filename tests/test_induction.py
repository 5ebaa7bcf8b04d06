"""Oracles: a circuit whose weights are written by hand; patterns drawn by hand; the weights before, bit for bit."""

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from lecture_utils.datasets.in_context import draw_tasks
from lecture_utils.induction import (
    find_heads,
    induction_pattern,
    pattern_score,
    previous_token_pattern,
    silenced,
)
from lecture_utils.models.attention_only import AttentionOnly, AttentionOnlyConfig

TOKENS = torch.tensor([[0, 4, 1, 5, 0, 4, 0, 6]])  # dax red, wug blue, dax red, dax green


def model(seed=0, heads=(2, 1)):
    torch.manual_seed(seed)
    return AttentionOnly(AttentionOnlyConfig(16, width=16, heads=heads))


def places(pattern):
    return {tuple(place) for place in pattern[0].nonzero().tolist()}


def test_the_patterns_by_hand():
    assert places(previous_token_pattern(TOKENS)) == {(1, 0), (3, 2), (5, 4), (7, 6)}
    assert places(induction_pattern(TOKENS)) == {(4, 1), (6, 1), (6, 5)}


@settings(deadline=None, max_examples=25)
@given(pairs=st.integers(1, 8), seed=st.integers(0, 999))
def test_the_induction_pattern_marks_the_labels_that_are_votes(pairs, seed):
    tasks = draw_tasks(6, keys=3, values=4, pairs=pairs, noise=0.5, seed=seed)
    marked = induction_pattern(tasks.tokens)  # (N, T, T)
    assert not marked[:, 1::2].any() and not marked.triu().any()
    shown = torch.nn.functional.one_hot(tasks.tokens, 7)[:, :, 3:]  # (N, T, values)
    assert torch.equal((marked.long() @ shown)[:, ::2], tasks.votes)


def test_a_score_is_the_mean_share_over_queries_that_have_a_place():
    weights = torch.zeros(1, 2, 8, 8)
    weights[0, 0, 4, 1], weights[0, 0, 6, 1], weights[0, 0, 6, 5] = 0.5, 0.25, 0.75
    weights[0, 1, 4, 0] = weights[0, 1, 2, 1] = 1.0  # beside the pattern: counts nothing
    torch.testing.assert_close(pattern_score(weights, induction_pattern(TOKENS)), torch.tensor([0.75, 0.0]))
    with pytest.raises(ValueError, match="a key comes again"):
        pattern_score(weights, induction_pattern(torch.tensor([[0, 4, 1, 5, 2, 4, 3, 6]])))


def test_heads_are_scored_by_their_own_maps_in_order():
    ours, tasks = model(), draw_tasks(5, seed=1)
    heads = find_heads(ours, tasks.tokens)
    assert [(head.layer, head.head) for head in heads] == [(0, 0), (0, 1), (1, 0)]
    assert str(heads[1]) == "layer 1, head 2"
    for head in heads:  # only the head that is changed gets another score
        with torch.no_grad():
            changed = model()
            width = 16 // changed.layers[head.layer].heads
            changed.layers[head.layer].query.weight[head.head * width : (head.head + 1) * width] *= -30
        again = find_heads(changed, tasks.tokens)
        differ = [(one.layer, one.head) for one, two in zip(heads, again, strict=True) if one != two]
        assert differ[0] == (head.layer, head.head)
        assert [place for place in differ if place[0] == head.layer] == [(head.layer, head.head)]


def test_a_hand_made_circuit_has_both_scores_near_one():
    """Layer 1 of the model looks back by rotation; layer 2 compares its word with the notes of layer 1."""
    ours = AttentionOnly(AttentionOnlyConfig(16, width=64, heads=(1, 1)))
    first, second = ours.layers
    with torch.no_grad():
        for parameter in ours.parameters():
            parameter.zero_()
        ours.embedding.weight[:, :16] = torch.eye(16)
        # layer 1: every query is one constant vector, every key the same one turned back by one place
        constant = torch.full((1, 1, 1, 64), 30.0)
        first.query.bias.copy_(constant.flatten())
        first.key.bias.copy_(first.positions.rotate(constant, torch.tensor([1])).flatten())
        first.value.weight[:16, :16] = torch.eye(16)
        first.output.weight[16:32, :16] = torch.eye(16)  # the note goes beside the word
        # layer 2: words ask, notes answer, in the slowest pairs of numbers
        second.query.weight[16:32, :16] = second.query.weight[48:64, :16] = 30 * torch.eye(16)
        second.key.weight[16:32, 16:32] = second.key.weight[48:64, 16:32] = 30 * torch.eye(16)
    heads = find_heads(ours, draw_tasks(20, seed=0).tokens)
    assert heads[0].previous_token > 0.99 and heads[1].induction > 0.9  # the first word notes itself: a false trail
    assert heads[0].induction < 0.3 and heads[1].previous_token < 0.3


def test_a_silent_head_adds_nothing_and_others_stay_as_they_were():
    ours, x = model().layers[0], torch.randn(2, 5, 16, generator=torch.Generator().manual_seed(0))
    other = model().layers[0]
    with torch.no_grad():
        other.value.weight[8:].zero_()  # head 2 with nothing to say
        other.value.bias[8:].zero_()
        before = ours(x)
        with silenced(ours, 1):
            torch.testing.assert_close(ours(x), other(x))
        assert torch.equal(ours(x), before) and not torch.allclose(before, other(x))


@pytest.mark.parametrize("head", [0, 1])
def test_weights_come_back_bit_for_bit_even_after_an_exception(head):
    ours = model()
    before = {name: value.clone() for name, value in ours.state_dict().items()}
    with pytest.raises(KeyboardInterrupt), silenced(ours.layers[0], head), silenced(ours.layers[0], 1 - head):
        assert not ours.layers[0].output.weight.any()
        raise KeyboardInterrupt
    assert all(torch.equal(value, before[name]) for name, value in ours.state_dict().items())


@pytest.mark.parametrize("head", [-1, 2])
def test_a_head_that_does_not_exist_is_refused(head):
    with (
        pytest.raises(ValueError, match=f"head {head} does not exist: this layer has heads 0 to 1"),
        silenced(model().layers[0], head),
    ):
        pass
