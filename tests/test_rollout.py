"""Oracles: a rollout worked by hand; all paths through the layers, added up one by one."""

from itertools import pairwise, product

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from lecture_utils.rollout import attention_rollout


def test_two_places_two_layers_by_hand():
    first = torch.tensor([[[[0.0, 1.0], [0.0, 1.0]]]])  # both look at place 1
    second = torch.tensor([[[[0.0, 1.0], [1.0, 0.0]]]])  # each looks at the other
    torch.testing.assert_close(attention_rollout([first])[0], torch.tensor([[0.5, 0.5], [0.0, 1.0]]))
    got = attention_rollout([first, second])[0]
    torch.testing.assert_close(got, torch.tensor([[0.25, 0.75], [0.25, 0.75]]))


@given(layers=st.integers(1, 3), places=st.integers(1, 3), heads=st.integers(1, 3), seed=st.integers(0, 99))
@settings(deadline=None, max_examples=30)
def test_it_is_the_sum_over_all_paths_and_rows_sum_to_one(layers, places, heads, seed):
    generator = torch.Generator().manual_seed(seed)
    maps = [torch.randn(2, heads, places, places, generator=generator).softmax(-1) for _ in range(layers)]
    got = attention_rollout(maps)
    torch.testing.assert_close(got.sum(-1), torch.ones(2, places))
    steps = [(m.mean(1) + torch.eye(places)) / 2 for m in maps]
    for row, start, end in product(range(2), range(places), range(places)):
        total = 0.0
        for between in product(range(places), repeat=layers - 1):
            path = (end, *between, start)  # from the output, through the layers, last first, to the input
            share = 1.0
            for step, (to, origin) in zip(reversed(steps), pairwise(path), strict=True):
                share *= step[row, to, origin].item()
            total += share
        assert got[row, end, start].item() == pytest.approx(total, abs=1e-5)


@pytest.mark.parametrize(
    ("maps", "message"),
    [
        ([], "one of them a layer at least"),
        ([torch.zeros(2, 3, 3)], r"\[\(2, 3, 3\)\] must be \(B, H, T, T\)"),
        ([torch.zeros(1, 1, 2, 3)], r"must be \(B, H, T, T\)"),
        ([torch.zeros(1, 1, 2, 2), torch.zeros(1, 1, 3, 3)], "the same B and T in every layer"),
    ],
)
def test_other_maps_are_refused(maps, message):
    with pytest.raises(ValueError, match=message):
        attention_rollout(maps)
