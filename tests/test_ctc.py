"""Oracle: torch.nn.functional.ctc_loss, and every path of a tiny problem written out."""

from itertools import product

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch.nn import functional as F

from lecture_utils.ctc import alignment, collapse, ctc_loss, edits, greedy, token_error


def problem(seed, frames=9, outputs=5):
    """Logits (4, T, V), targets with repetitions and padding, lengths."""
    logits = torch.randn(4, frames, outputs, dtype=torch.float64, generator=torch.Generator().manual_seed(seed))
    return logits, torch.tensor([[1, 1, 2], [3, 4, 1], [2, -1, -1], [4, 4, -1]]), torch.tensor([3, 3, 1, 2])


@settings(deadline=None, max_examples=20)
@given(seed=st.integers(0, 999), frames=st.integers(4, 12))
def test_loss_and_gradient_are_torchs(seed, frames):
    logits, targets, lengths = problem(seed, frames)
    ours, theirs = logits.clone().requires_grad_(), logits.clone().requires_grad_()
    loss = ctc_loss(ours.log_softmax(-1), targets, lengths)
    wanted = F.ctc_loss(
        theirs.log_softmax(-1).transpose(0, 1),
        targets.clamp(min=1),
        torch.full((4,), frames),
        lengths,
        reduction="none",
    )
    torch.testing.assert_close(loss, wanted)
    loss.sum().backward()
    wanted.sum().backward()
    torch.testing.assert_close(ours.grad, theirs.grad)


def test_the_loss_sums_over_every_path_that_reads_as_the_target():
    log_probs = torch.randn(1, 5, 3, dtype=torch.float64, generator=torch.Generator().manual_seed(0)).log_softmax(-1)
    for target in ([1, 1], [1, 2], [2]):
        paths = [path for path in product(range(3), repeat=5) if collapse(path) == target]
        total = sum(log_probs[0, range(5), path].sum().exp() for path in paths)
        loss = ctc_loss(log_probs, torch.tensor([target]), torch.tensor([len(target)]))
        torch.testing.assert_close(loss[0], -total.log())
        shares = torch.zeros(5, 3, dtype=torch.float64)
        for path in paths:
            shares[range(5), path] += log_probs[0, range(5), path].sum().exp() / total
        torch.testing.assert_close(alignment(log_probs, torch.tensor([target]), torch.tensor([len(target)]))[0], shares)


def test_all_texts_together_have_probability_one():
    log_probs = torch.randn(1, 3, 3, dtype=torch.float64, generator=torch.Generator().manual_seed(1)).log_softmax(-1)
    texts = {tuple(collapse(path)) for path in product(range(3), repeat=3)} - {()}
    losses = [ctc_loss(log_probs, torch.tensor([text]), torch.tensor([len(text)])) for text in texts]
    silence = log_probs[0, :, 0].sum().exp()
    torch.testing.assert_close(silence + sum((-loss[0]).exp() for loss in losses), torch.ones((), dtype=torch.float64))


def test_a_target_that_does_not_fit_is_impossible_and_its_gradient_a_number():
    logits = torch.zeros(1, 2, 3, requires_grad=True)
    loss = ctc_loss(logits.log_softmax(-1), torch.tensor([[1, 1]]), torch.tensor([2]))  # needs a blank between
    loss.sum().backward()
    assert loss.item() > 1e29 and logits.grad.isfinite().all()


@pytest.mark.parametrize(
    ("path", "text"),
    [([7, 7, 0, 7, 0, 0, 4], [7, 7, 4]), ([0, 0], []), ([7, 7, 7], [7]), ([0, 1, 0, 1, 2], [1, 1, 2]), ([], [])],
)
def test_repetitions_merge_before_blanks_go(path, text):
    assert collapse(path) == text


@given(path=st.lists(st.integers(0, 3), min_size=1, max_size=12))
def test_greedy_reads_the_likeliest_path_and_says_where_tokens_begin(path):
    log_probs = F.one_hot(torch.tensor([path]), 4).float().log_softmax(-1)
    ((tokens, starts),) = greedy(log_probs)
    assert tokens == collapse(path) == [path[t] for t in starts]
    assert 0 not in tokens and all(t == 0 or path[t - 1] != path[t] for t in starts)


def test_alignment_rows_sum_to_one_also_where_gradients_are_off():
    logits, targets, lengths = problem(3)
    with torch.no_grad():
        shares = alignment(logits.log_softmax(-1), targets, lengths)
    torch.testing.assert_close(shares.sum(-1), torch.ones(4, 9, dtype=torch.float64))
    assert (shares[2, :, [1, 3, 4]] == 0).all(), "what was not said has no place"


@pytest.mark.parametrize(
    ("said", "heard", "cost"),
    [([1, 2, 3], [1, 2, 3], 0), ([1, 2, 3], [1, 3], 1), ([1], [1, 1, 2], 2), ([], [4], 1), ([1, 2], [2, 1], 2)],
)
def test_edits(said, heard, cost):
    assert edits(said, heard) == edits(heard, said) == cost


def test_the_error_counts_tokens_not_texts():
    assert token_error([[1, 2, 3], [4]], [[1, 2], [5, 5]]) == 3 / 4
    with pytest.raises(ValueError, match="1 texts said and 2 heard"):
        token_error([[1]], [[1], [2]])


@pytest.mark.parametrize(
    ("targets", "lengths", "message"),
    [
        ([[1, 2]], [3], "must lie in 1 to 2"),
        ([[1, 0]], [2], "0 is the blank"),
        ([[1, 3]], [2], "must lie in 1 to 2: 0"),
        ([1, 2], [2], "must be"),
    ],
)
def test_bad_targets_say_why(targets, lengths, message):
    with pytest.raises(ValueError, match=message):
        ctc_loss(torch.zeros(1, 4, 3), torch.tensor(targets), torch.tensor(lengths))
