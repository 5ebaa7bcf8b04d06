"""Oracle: the shares of Sun et al. (2019, section 3.6), counted; what a causal model must not be told."""

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from lecture_utils.item_masking import hide_items, next_items, targets, windows
from lecture_utils.masking import IGNORED
from lecture_utils.tokenizers.special import MASK, PAD, SPECIAL

FIRST = len(SPECIAL)


def histories(n=40, length=9, seed=0):
    """Items that count upwards, so that neighbours are known; 0 to length - 2 [PAD] at the front."""
    rows = torch.arange(length).repeat(n, 1) + FIRST
    pads = torch.arange(n)[:, None] % (length - 1)
    return torch.where(torch.arange(length) < pads, PAD, rows)


@settings(deadline=None)
@given(st.integers(1, 40), st.integers(1, 14), st.integers(0, 99))
def test_windows_are_neighbours_and_end_at_a_second_item_or_later(rows, length, seed):
    drawn = windows(histories(), rows=rows, length=length, seed=seed)
    assert drawn.shape == (rows, length) and (drawn[:, -1] > FIRST).all()
    steps = drawn.diff(dim=1)[(drawn[:, 1:] != PAD) & (drawn[:, :-1] != PAD)]
    assert (steps == 1).all()
    real = (drawn != PAD).int()
    assert (real.diff(dim=1) >= 0).all()  # padding at the front alone
    assert torch.equal(drawn, windows(histories(), rows=rows, length=length, seed=seed))


def test_every_history_and_every_end_is_drawn():
    drawn = windows(histories(), rows=4000, length=3, seed=0)
    full = windows(histories(n=1), rows=4000, length=2, seed=0)
    assert set(full[:, -1].tolist()) == set(range(FIRST + 1, FIRST + 9))
    counts = torch.bincount(full[:, -1] - FIRST - 1).float() / 4000
    assert (counts - 1 / 8).abs().max() < 0.03
    assert (drawn[:, 0] == PAD).any()


@settings(deadline=None)
@given(st.floats(0.05, 1), st.floats(0, 1), st.integers(0, 999))
def test_what_is_hidden_is_asked_for_and_nothing_else(share, last, seed):
    tokens = histories()
    result = hide_items(tokens, share=share, last=last, seed=seed)
    asked = result.targets != IGNORED
    assert torch.equal(asked, result.inputs == MASK) and not (asked & (tokens == PAD)).any()
    assert torch.equal(result.targets[asked], tokens[asked] - FIRST)
    assert torch.equal(result.inputs[~asked], tokens[~asked])


def test_shares_counted():
    tokens = torch.full((6000, 10), FIRST + 3)
    anywhere = hide_items(tokens, share=0.3, last=0.0, seed=1).targets != IGNORED
    assert anywhere.float().mean().item() == pytest.approx(0.3, abs=0.01)
    mixed = hide_items(tokens, share=0.3, last=0.6, seed=1).targets != IGNORED
    last_alone = mixed[:, -1] & (mixed.sum(1) == 1)
    assert last_alone.float().mean().item() == pytest.approx(0.6 + 0.4 * 0.3 * 0.7**9, abs=0.02)
    assert (hide_items(tokens, share=0.3, last=1.0, seed=1).targets != IGNORED)[:, :-1].sum() == 0


def test_next_items_by_hand():
    tokens = torch.tensor([[PAD, PAD, 7, 9, 6]])
    asked = next_items(tokens)
    assert asked.inputs.tolist() == [[PAD, PAD, 7, 9]]
    assert asked.targets.tolist() == [[IGNORED, IGNORED, 9 - FIRST, 6 - FIRST]]
    assert targets(tokens).tolist() == [[IGNORED, IGNORED, 2, 4, 1]]


def test_what_does_not_fit_is_said():
    for share, last in ((0, 0.5), (1.1, 0), (0.5, -0.1), (float("nan"), 0)):
        with pytest.raises(ValueError, match="above 0 and at most 1"):
            hide_items(histories(), share=share, last=last, seed=0)
    with pytest.raises(ValueError, match=r"rows \(0\)"):
        windows(histories(), rows=0, length=2, seed=0)
    with pytest.raises(ValueError, match="two items at least"):
        windows(torch.tensor([[PAD, 7]]), rows=1, length=2, seed=0)
