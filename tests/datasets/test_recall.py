"""Oracle: the definition of the task, by counting."""

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from lecture_utils.datasets.recall import first_symbol


@given(n=st.integers(1, 60), lag=st.integers(0, 20), symbols=st.integers(2, 9), seed=st.integers(0, 999))
@settings(deadline=None, max_examples=30)
def test_the_answer_is_the_first_symbol_and_every_symbol_is_asked_equally_often(n, lag, symbols, seed):
    task = first_symbol(n, lag=lag, symbols=symbols, seed=seed)
    assert task.sequences.shape == (n, 1 + lag) and task.sequences.dtype == torch.long
    assert torch.equal(task.answers, task.sequences[:, 0])
    counts = torch.bincount(task.answers, minlength=symbols)
    assert len(counts) == symbols and counts.max() - counts.min() <= 1
    assert task.sequences.min() >= 0 and task.sequences.max() < symbols
    assert task.chance == pytest.approx(1 / symbols) and (task.symbols, task.lag) == (symbols, lag)
    assert torch.equal(task.sequences, first_symbol(n, lag=lag, symbols=symbols, seed=seed).sequences)


def test_distractors_tell_nothing_about_the_answer():
    task = first_symbol(20_000, lag=3, seed=0)
    for position in (1, 2, 3):
        agree = (task.sequences[:, position] == task.answers).double().mean().item()
        assert abs(agree - task.chance) < 4 * (task.chance * (1 - task.chance) / 20_000) ** 0.5


def test_answers_do_not_share_memory_and_seeds_differ():
    task = first_symbol(50, lag=4, seed=0)
    task.sequences[:, 0] = 0
    assert task.answers.max() > 0
    assert not torch.equal(first_symbol(50, lag=4, seed=1).sequences[:, 1:], task.sequences[:, 1:])


def test_drawing_leaves_the_global_generator_alone():
    torch.manual_seed(5)
    before = torch.get_rng_state()
    first_symbol(10, lag=2, seed=3)
    assert torch.equal(torch.get_rng_state(), before)


@pytest.mark.parametrize(("n", "lag", "symbols"), [(0, 3, 8), (4, -1, 8), (4, 3, 1)])
def test_impossible_sizes_are_refused(n, lag, symbols):
    with pytest.raises(ValueError, match=rf"n \({n}\).*lag \({lag}\).*symbols \({symbols}\)"):
        first_symbol(n, lag=lag, symbols=symbols)
