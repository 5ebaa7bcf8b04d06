"""Oracle: the angles, products and accuracies that were given, read back from the artists."""

import numpy as np
import pytest

from lecture_utils.plots.positions import plot_beyond, plot_clocks, plot_code, plot_half_turn, plot_rotation, turn


def test_hands_point_clockwise_from_twelve_and_the_fastest_is_longest():
    quarter, none = np.pi / 2, 0.0
    axes = plot_clocks(np.array([[none, none], [quarter, none]]), [0, 5], title="t")
    fast, slow = axes[1].lines[:2]
    np.testing.assert_allclose([fast.get_xdata()[1], fast.get_ydata()[1]], [1, 0], atol=1e-9)  # three o'clock
    assert slow.get_xdata()[1] == 0 and 0 < slow.get_ydata()[1] < 1
    assert [ax.get_title(loc="center") for ax in axes] == ["0", "5"]
    with pytest.raises(ValueError, match=r"\(1, 2\) must be \(positions, hands\) for 2"):
        plot_clocks(np.zeros((1, 2)), [0, 1], title="t")


def test_codes_and_all_their_products_are_drawn():
    codes = np.array([[0.0, 1.0], [0.6, 0.8], [1.0, 0.0]])
    left, right = plot_code(codes, title="t")
    np.testing.assert_array_equal(left.images[0].get_array(), codes)
    dots = {(int(x), round(float(y), 6)) for x, y in right.collections[0].get_offsets()}
    assert dots == {(0, 1.0), (1, 0.8), (-1, 0.8), (1, 0.6), (-1, 0.6), (2, 0.0), (-2, 0.0)}


def test_arrows_are_turned_by_their_positions_and_the_score_is_their_product():
    np.testing.assert_allclose(turn(np.array([1.0, 0.0]), np.pi / 2), [0, 1], atol=1e-12)
    query, key = np.array([1.0, 0.0]), np.array([0.5, 0.5])
    (ax,) = plot_rotation(query, key, [(2, 1)], title="t")
    tips = [text.xy for text in ax.texts if hasattr(text, "xy")]
    np.testing.assert_allclose(tips, [query, turn(query, 2), key, turn(key, 1)])
    assert ax.get_xlabel() == f"score {turn(query, 2) @ turn(key, 1):.2f}"
    assert {"q", "k"} <= {text.get_text() for text in ax.texts}


def test_accuracy_beyond_the_trained_length_is_drawn_over_a_ground():
    ax = plot_beyond([4, 16, 64], {"a": np.array([[1, 1, 0.5], [1, 0.8, 0.7]])}, trained=16, title="t")
    np.testing.assert_allclose(ax.lines[0].get_ydata(), [1, 0.9, 0.6])
    assert ax.patches[0].get_x() == 0 and ax.patches[0].get_width() == 16
    assert {"chance", "trained"} <= {text.get_text() for text in ax.texts}


def test_half_a_turn_is_marked():
    ax = plot_half_turn([10, 30, 50], np.array([[1, 0.6, 0.0], [1, 0.4, 0.2]]), half_turn=31.4, title="t")
    np.testing.assert_allclose(ax.lines[0].get_ydata(), [1, 0.5, 0.1])
    assert any(line.get_xdata()[0] == 31.4 for line in ax.lines[1:])
