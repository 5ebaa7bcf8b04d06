"""Oracle: the artists hold what was given."""

import matplotlib

matplotlib.use("Agg")
import numpy as np
import pytest
from matplotlib import pyplot as plt
from matplotlib.collections import LineCollection, PathCollection

from lecture_utils.plots.domain import (
    closed,
    draw_polygon,
    draw_radar,
    plot_exposure,
    plot_home_and_abroad,
    plot_report_card,
)

PARTS = ["a", "b", "c", "d"]


def test_discs_lie_at_their_prices_and_their_areas_are_sizes():
    ax = plot_home_and_abroad({"small": (2.0, 3.0), "big": (3.0, 1.0)}, [100, 300], title="t")
    places = [disc.get_offsets()[0].tolist() for disc in ax.collections]
    assert places == [[2.0, 3.0], [3.0, 1.0]]
    small, big = (disc.get_sizes()[0] for disc in ax.collections)
    assert big == pytest.approx(3 * small)
    assert [text.get_text() for text in ax.texts] == ["small", "big"]
    with pytest.raises(ValueError, match="1 models and 2 sizes"):
        plot_home_and_abroad({"a": (1.0, 1.0)}, [1, 2], title="t")


def test_every_secret_is_a_dot_and_the_bar_is_the_mean():
    ax = plot_exposure({0: [1.0, 2.0], 1: [4.0], 32: [9.0, 10.0, 8.0]}, 10.0, title="t")
    dots = [disc.get_offsets()[:, 1].tolist() for disc in ax.collections if isinstance(disc, PathCollection)]
    assert dots == [[1.0, 2.0], [4.0], [9.0, 10.0, 8.0]]
    bars = [line.get_segments()[0][0][1] for line in ax.collections if isinstance(line, LineCollection)]
    assert bars == [1.5, 4.0, 9.0]
    assert ax.lines[0].get_ydata()[0] == 10.0
    assert [label.get_text() for label in ax.get_xticklabels()] == ["never", "once", "32 times"]
    with pytest.raises(ValueError, match="at least one secret"):
        plot_exposure({0: []}, 10.0, title="t")


def test_the_first_spoke_points_up_and_the_next_goes_clockwise():
    spokes = draw_radar(plt.subplots()[1], PARTS)
    np.testing.assert_allclose(spokes, [[0, 1], [1, 0], [0, -1], [-1, 0]], atol=1e-12)
    assert closed(spokes).shape == (2, 5) and np.allclose(closed(spokes)[:, 0], closed(spokes)[:, -1])
    line = draw_polygon(plt.subplots()[1], spokes, [1.0, 0.5, -0.2, 1.7], 0)
    np.testing.assert_allclose(np.array(line.get_data()).T[:4], [[0, 1], [0.5, 0], [0, 0], [-1, 0]], atol=1e-12)
    with pytest.raises(ValueError, match="three parts at least"):
        draw_radar(plt.subplots()[1], PARTS[:2])


def test_the_table_says_what_was_measured_and_what_was_planted():
    scores = {"one": [1, 0.5, 0.2, 0.9], "two": [0, 0, 1, 1]}
    cells = {name: [f"{name}{part}" for part in PARTS] for name in scores}
    above, below = plot_report_card(scores, PARTS, cells, truth=["w", "x", "y", "z"], title="t")
    words = [text.get_text() for text in below.texts]
    assert words == [*PARTS, "one", *cells["one"], "two", *cells["two"], "planted", "w", "x", "y", "z"]
    polygons = [line for line in above.lines if line.get_label() in scores]
    assert [text.get_color() for text in below.texts if text.get_text() in scores] == [p.get_color() for p in polygons]
    with pytest.raises(ValueError, match="needs 4 scores and 4 cells"):
        plot_report_card({"one": [1]}, PARTS, {"one": ["a"]}, title="t")
