"""Oracle: the artists hold what was given."""

import matplotlib

matplotlib.use("Agg")
import numpy as np
import pytest

from lecture_utils.plots import theme
from lecture_utils.plots.informer import plot_errors, plot_forecasts, plot_long_tail, plot_window


def test_the_parts_of_a_window_lie_under_their_steps():
    ax = plot_window(range(12), context=8, label=3, horizon=4, xlabel="x", ylabel="y", title="t")
    known, coming = ax.lines[:2]
    assert known.get_xdata().tolist() == list(range(-7, 1)) and known.get_ydata().tolist() == list(range(8))
    assert coming.get_xdata().tolist() == list(range(5)) and coming.get_ydata().tolist() == [7, 8, 9, 10, 11]
    spans = [(bar.get_x(), bar.get_x() + bar.get_width()) for bar in ax.patches]
    assert spans == [(-7.5, 0.5), (-2.5, 0.5), (0.5, 4.5)]
    with pytest.raises(ValueError, match="11 values for a past of 8 and a future of 4"):
        plot_window(range(11), context=8, label=3, horizon=4, xlabel="x", ylabel="y", title="t")


def test_forecasts_begin_one_step_after_the_past():
    ax = plot_forecasts([1, 2, 3], [4, 5], {"a": [4, 4], "b": [3]}, xlabel="x", ylabel="y", title="t")
    past, future, a, b = ax.lines[:4]
    assert past.get_xdata().tolist() == [-2, -1, 0] and past.get_ydata().tolist() == [1, 2, 3]
    assert future.get_xdata().tolist() == [0, 1, 2] and future.get_ydata().tolist() == [3, 4, 5]
    assert a.get_xdata().tolist() == [1, 2] and b.get_ydata().tolist() == [3]
    assert future.get_linestyle() == "--" and future.get_color() == theme.TRUE
    with pytest.raises(ValueError, match="'c' has 3 steps, but only 2 came"):
        plot_forecasts([1], [2, 3], {"c": [1, 2, 3]}, xlabel="x", ylabel="y", title="t")


def test_the_long_tail_is_sorted_and_its_head_coloured():
    ax = plot_long_tail([0.1, 3.0, 0.2, 1.0], 2, title="t")
    heights = [bar.get_height() for bar in ax.patches]
    assert heights == [3.0, 1.0, 0.2, 0.1]
    assert [bar.get_facecolor() == ax.patches[0].get_facecolor() for bar in ax.patches] == [True, True, False, False]
    names = [text.get_text() for text in ax.get_legend().get_texts()]
    assert names == ["2 attend", "2 get the mean"]
    with pytest.raises(ValueError, match=r"active \(5\)"):
        plot_long_tail(np.ones(4), 5, title="t")


def test_errors_stand_over_their_horizons_and_the_published_are_dashed():
    ax = plot_errors(
        {"paper": {24: 1.0, 48: 2.0}, "ours": {48: 0.5, 96: 0.6}}, xlabel="x", title="t", published="paper"
    )
    paper, ours = ax.lines
    assert paper.get_linestyle() == "--" and paper.get_ydata().tolist() == [1.0, 2.0]
    assert ours.get_xdata().tolist() == [1, 2] and ours.get_color() == theme.SERIES[0]
    assert [label.get_text() for label in ax.get_xticklabels()] == ["24", "48", "96"]
    with pytest.raises(ValueError, match="'who' is none of"):
        plot_errors({"paper": {1: 1.0}}, xlabel="x", title="t", published="who")
