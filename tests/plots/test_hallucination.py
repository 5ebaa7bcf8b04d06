"""Oracle: the artists hold what was given."""

import matplotlib

matplotlib.use("Agg")
import numpy as np
import pytest

from lecture_utils.plots.hallucination import plot_confidences, plot_reliability, plot_risk_coverage


def test_heights_are_shares_of_a_group_right_below_wrong():
    confidence, right = np.array([0.05, 0.95, 0.97, 1.0]), np.array([False, True, False, True])
    axes = plot_confidences({"a": (confidence, right), "b": (confidence[:1], right[:1])}, title="t")
    low, high = axes[0].containers
    assert low[9].get_height() == 0.5 and low[0].get_height() == 0  # right
    assert high[9].get_height() == 0.25 and high[9].get_y() == 0.5 and high[0].get_height() == 0.25
    assert [ax.get_title() or ax.get_title(loc="left") for ax in axes] == ["a", "b"] and axes[1].containers[1][
        0
    ].get_height() == 1
    with pytest.raises(ValueError, match="an answer at least"):
        plot_confidences({"a": (confidence[:0], right[:0])}, title="t")


def test_a_reliability_dot_is_a_bin_and_the_diagonal_is_honest():
    ax = plot_reliability({"a": ([0.2, 0.9], [0.5, 0.6], [1, 3]), "b": ([0.4], [0.4], [2])}, title="t")
    assert ax.lines[0].get_xdata().tolist() == ax.lines[0].get_ydata().tolist() == [0, 1]
    np.testing.assert_array_equal(ax.collections[0].get_offsets(), [[0.2, 0.5], [0.9, 0.6]])
    small, large = ax.collections[0].get_sizes()
    assert large - 30 == pytest.approx(3 * (small - 30))
    assert [text.get_text() for text in ax.get_legend().get_texts()] == ["a", "b"]


def test_risk_over_coverage_with_its_marks():
    ax = plot_risk_coverage(np.array([0.5, 1.0]), np.array([0.0, 0.3]), title="t", marks={"here": (0.5, 0.0)})
    assert ax.lines[0].get_xdata().tolist() == [0.5, 1.0] and ax.lines[0].get_ydata().tolist() == [0.0, 0.3]
    assert ax.lines[1].get_xdata().tolist() == [0.5] and ax.get_legend().get_texts()[0].get_text() == "here"
    with pytest.raises(ValueError, match="one of each"):
        plot_risk_coverage(np.zeros(2), np.zeros(3), title="t")
