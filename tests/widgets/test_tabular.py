"""Oracles: the table's own truth; the artists hold what was given."""

import matplotlib

matplotlib.use("Agg")
import numpy as np
import pytest

from lecture_utils.datasets.tables import draw_table
from lecture_utils.widgets.tabular import explore_rows, hits

TABLE = draw_table("Syn4", 6, seed=0)
LOOKS = {"one": TABLE.relevant.astype(float), "two": np.full((6, 11), 0.5)}
SAYS = {"one": TABLE.chance, "two": np.full(6, 0.25)}


def test_hits_by_hand():
    assert hits(np.array([0.5, 0.25, 0.25]), np.array([True, False, True])) == pytest.approx(0.75)
    assert hits(np.zeros(2), np.array([True, False])) == 0


def test_the_explorer_shows_looks_truth_and_values():
    explorer = explore_rows(TABLE, LOOKS, SAYS)
    first = explorer.image.value
    explorer.controls["row"].value = 3
    assert explorer.image.value != first
    top, bottom = explorer.figure.axes
    assert [bar.get_height() for bar in top.patches] == TABLE.relevant[3].tolist()
    assert [bar.get_height() for bar in bottom.patches] == [0.5] * 11
    for ax in (top, bottom):
        assert ax.collections[0].get_offsets()[:, 0].tolist() == np.flatnonzero(TABLE.relevant[3]).tolist()
    assert bottom.texts[0].get_text() == f"x1\n{TABLE.features[3, 0]:.2f}"
    message = explorer.message.value
    assert f"{TABLE.chance[3]:.0%}" in message and "two says 25%" in message and "one says" in message
    assert "with 100% of its look" in message


def test_tables_that_do_not_fit_are_refused():
    with pytest.raises(ValueError, match="the same models"):
        explore_rows(TABLE, LOOKS, {"one": TABLE.chance})
    with pytest.raises(ValueError, match=r"shape \(6, 11\)"):
        explore_rows(TABLE, {"one": np.ones((6, 3))}, {"one": TABLE.chance})
