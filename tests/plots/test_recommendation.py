"""Oracle: the artists hold what was given."""

import matplotlib

matplotlib.use("Agg")
import numpy as np
import pytest

from lecture_utils.plots import theme
from lecture_utils.plots.recommendation import plot_evenings, plot_recommendations


def test_each_evening_stands_in_the_row_of_its_viewer_in_the_colour_of_its_genre():
    ax = plot_evenings(["Starfall 1", "Cold Tea", "Starfall 2"], [0, 1, 0], [1, 0, 2], title="t")
    corners = [tuple(np.floor(patch.get_xy())) for patch in ax.patches]
    assert corners == [(0, 1), (1, 0), (2, 2)]
    wanted = [matplotlib.colors.to_rgba(theme.SERIES[genre]) for genre in (0, 1, 0)]
    assert [patch.get_facecolor() for patch in ax.patches] == wanted
    assert [label.get_text() for label in ax.get_yticklabels()] == ["one of them", "the other", "a guest"]
    with pytest.raises(ValueError, match="viewers of 0, 1 or 2"):
        plot_evenings(["a"], [0], [3], title="t")
    with pytest.raises(ValueError, match="2 titles need as many genres"):
        plot_evenings(["a", "b"], [0], [0, 0], title="t")


def test_bars_are_the_models_and_marks_the_truth():
    ax = plot_recommendations(["one", "two"], [0.5, 0.2], [0.4, 0.3], title="t", chosen="two")
    assert [bar.get_width() for bar in ax.patches] == [0.5, 0.2]
    assert ax.lines[0].get_xdata().tolist() == [0.4, 0.3]
    assert ax.patches[1].get_facecolor() == matplotlib.colors.to_rgba(theme.VALUE)
    with pytest.raises(ValueError, match=r"2 titles need as many chances \(1\)"):
        plot_recommendations(["one", "two"], [0.5], [0.4, 0.3], title="t")
