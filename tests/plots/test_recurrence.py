"""Oracle: the artists hold the numbers that were given."""

import matplotlib

matplotlib.use("Agg")
import numpy as np
import pytest

from lecture_utils.plots.recurrence import plot_gates, plot_gradients, plot_recall, plot_rescue, plot_unrolled


def texts(ax):
    return [text.get_text() for text in ax.texts]


def test_the_unrolled_network_has_a_state_for_each_word_and_one_for_the_loop():
    ax = plot_unrolled(["a", "b", "c"], ["x", "y", "z"])
    assert texts(ax).count("h") == 4
    assert {"a", "b", "c", "x", "y", "z", "word", "guess"} <= set(texts(ax))
    with pytest.raises(ValueError, match="2 words and 1 guesses"):
        plot_unrolled(["a", "b"], ["x"])


def test_gradients_are_drawn_relative_to_lag_zero_on_a_log_axis():
    ax = plot_gradients({"one": np.array([2.0, 1.0, 0.5]), "two": np.array([[4.0, 4.0, 4.0]] * 3)}, title="t")
    assert ax.get_yscale() == "log"
    np.testing.assert_allclose(ax.lines[0].get_ydata(), [1, 0.5, 0.25])
    np.testing.assert_allclose(ax.lines[1].get_ydata(), [1, 1, 1])
    with pytest.raises(ValueError, match=r"\[2, 3\] must have one length"):
        plot_gradients({"one": np.ones(2), "two": np.ones(3)}, title="t")
    with pytest.raises(ValueError, match="above 0"):
        plot_gradients({"one": np.array([1.0, 0.0])}, title="t")


def test_gates_are_drawn_as_given_and_full_stops_are_framed():
    gates = np.array([[0.1, 0.2, 0.3, 0.4], [0.5, 0.6, 0.7, 0.8]])
    ax = plot_gates(["it", ".", "so", "."], gates, ["u", "v"], title="t")
    np.testing.assert_allclose(ax.images[0].get_array(), gates)
    assert ax.images[0].get_clim() == (0, 1)
    assert sorted(patch.get_x() for patch in ax.patches) == [0.5, 2.5]
    with pytest.raises(ValueError, match=r"\(2, 4\) for 1 units and 4 words"):
        plot_gates(["it", ".", "so", "."], gates, ["u"], title="t")


def test_recall_bars_have_the_lengths_given_and_chance_is_marked():
    ax = plot_recall({"RNN": 0.1, "LSTM": 0.9}, 0.125, title="t")
    assert [patch.get_width() for patch in ax.patches] == [0.1, 0.9]
    assert ax.lines[0].get_xdata()[0] == 0.125
    assert "chance" in texts(ax) and "90.0%" in texts(ax)


def test_a_run_that_broke_off_ends_in_a_cross_and_keeps_its_numbers():
    ax = plot_rescue({"free": [[1.0, 10.0, 100.0]], "clipped": [[2.0] * 40, [1.0] * 40]}, title="t")
    broken, cross, *whole = ax.lines
    np.testing.assert_allclose(broken.get_ydata(), [1, 10, 100])
    assert (cross.get_xdata()[0], cross.get_ydata()[0]) == (3, 100.0) and cross.get_marker() == "X"
    np.testing.assert_allclose([line.get_ydata()[0] for line in whole], [2.0, 1.0])
    assert [text.get_text() for text in ax.get_legend().get_texts()] == ["free", "clipped"]
    with pytest.raises(ValueError, match="at least one run"):
        plot_rescue({"free": []}, title="t")
