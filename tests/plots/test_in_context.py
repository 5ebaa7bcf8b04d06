"""Oracle: the artists hold what was given."""

import matplotlib

matplotlib.use("Agg")
import numpy as np
import pytest

from lecture_utils.plots.curves import plot_series
from lecture_utils.plots.in_context import mark_curve, plot_heads_found, plot_induction


def test_the_two_looks_go_where_induction_goes():
    ax = plot_induction(["dax", "red", "wug", "blue", "dax"])
    words = {text.get_text(): text.get_position()[0] for text in ax.texts if text.get_text()}
    assert words["?"] == 5 and words["red"] == 1
    arrows = [(text.xyann[0], text.xy[0]) for text in ax.texts if hasattr(text, "xyann") and text.arrow_patch]
    assert arrows == [(1, 0), (4, 1), (1, 5)]  # red notes dax, dax finds red, red is copied to the answer
    assert any("red notes who" in text for text in words) and any("who has noted dax" in text for text in words)


@pytest.mark.parametrize("words", [["dax", "red", "wug"], ["dax", "red"], ["dax"]])
def test_a_prompt_without_an_earlier_copy_is_refused(words):
    with pytest.raises(ValueError, match="shown before"):
        plot_induction(words)


def test_each_map_has_its_own_frames():
    maps = {"one": np.eye(4), "two": np.tril(np.full((4, 4), 0.25))}
    first, second = np.zeros((4, 4), dtype=bool), np.zeros((4, 4), dtype=bool)
    first[1, 0] = second[2, 1] = second[3, 0] = True
    axes = plot_heads_found(maps, [first, second], list("abcd"), title="t")
    assert [ax.get_title() or ax.get_title(loc="left") for ax in axes] == ["one", "two"]
    np.testing.assert_allclose(axes[1].images[0].get_array(), maps["two"])
    framed = [{tuple(np.round(patch.get_xy())) for patch in ax.patches} for ax in axes]
    assert framed == [{(0, 1)}, {(1, 2), (0, 3)}]  # (column, row)
    with pytest.raises(ValueError, match="2 maps and 1 patterns"):
        plot_heads_found(maps, [first], list("abcd"), title="t")


def test_a_best_curve_is_dashed_and_named():
    ax = plot_series([0, 1], {"model": [0.1, 0.2]}, xlabel="x", ylabel="y", title="t", legend=True)
    mark_curve([0, 1], [0.3, 0.4], "best", ax=ax)
    assert ax.lines[1].get_linestyle() == "--" and list(ax.lines[1].get_ydata()) == [0.3, 0.4]
    assert [text.get_text() for text in ax.get_legend().get_texts()] == ["model", "best"]
