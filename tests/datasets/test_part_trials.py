"""Oracle: the file itself, and files that are broken on purpose."""

from itertools import combinations

import numpy as np
import pytest

from lecture_utils.datasets.part_trials import load_part_trials
from lecture_utils.models.llama import PARTS


def test_all_choices_with_three_seeds_whose_loss_falls():
    trials = load_part_trials()
    choices = {frozenset(parts) for count in range(5) for parts in combinations(PARTS, count)}
    assert set(trials.excess) == choices and trials.steps[-1] == 150
    for losses in trials.excess.values():
        assert losses.shape == (3, len(trials.steps))
        assert (losses[:, -1] < losses[:, 0]).all() and (losses > 0).all()


HEAD = "parts,seed,step,excess\n"


def test_a_table_is_read_as_it_stands(tmp_path):
    path = tmp_path / "trials.csv"
    path.write_text(HEAD + ",0,10,2.5\n,0,20,1.5\na+b,0,20,1\na+b,0,10,2\n")
    trials = load_part_trials(path)
    assert trials.steps == (10, 20)
    np.testing.assert_array_equal(trials.excess[frozenset()], [[2.5, 1.5]])
    np.testing.assert_array_equal(trials.excess[frozenset("ab")], [[2, 1]])


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        (",0,10,2\na,0,20,1\n", "one each"),
        (",0,10,2\n,0,10,3\n", "one each"),
        (",0,10,nan\n", "finite"),
        (",0,10,x\n", "could not convert"),
    ],
)
def test_tables_that_are_not_whole(tmp_path, rows, message):
    path = tmp_path / "trials.csv"
    path.write_text(HEAD + rows)
    with pytest.raises(ValueError, match=message):
        load_part_trials(path)
