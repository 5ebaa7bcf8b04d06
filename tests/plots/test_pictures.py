"""Oracle: the data that went in, read back from the artists of each picture."""

import numpy as np
import pytest

from lecture_utils.plots import theme
from lecture_utils.plots.boundaries import plot_gate, plot_points, plot_regions
from lecture_utils.plots.curves import mark_level, mark_place, plot_series
from lecture_utils.plots.functions import plot_below_bound, plot_sum
from lecture_utils.plots.images import plot_images
from lecture_utils.plots.live import LiveCurve
from lecture_utils.plots.network import STRONGEST, plot_network


def luminance(color):
    channels = [int(color[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("color", sorted({*theme.SERIES, theme.INPUT, theme.TRUE, theme.MUTED}))
def test_every_colour_of_text_and_lines_has_contrast_on_white(color):
    assert 1.05 / (luminance(color) + 0.05) >= 4.5  # WCAG 2.1, level AA


def test_attention_is_white_at_zero():
    assert theme.ATTENTION(0.0)[:3] == (1.0, 1.0, 1.0)


def test_series_show_mean_and_range_over_seeds():
    ax = plot_series([1, 2, 4], {"a": np.array([[0, 2, 4], [2, 4, 6]])}, xlabel="x", ylabel="y", title="t", log="x")
    assert ax.lines[0].get_ydata().tolist() == [1, 3, 5]
    band = ax.collections[0].get_paths()[0].vertices
    assert {0.0, 6.0} <= set(band[:, 1])
    assert [tick.get_text() for tick in ax.get_xticklabels()] == ["1", "2", "4"]
    assert mark_level(0.5, "chance", ax=ax).texts[-1].get_text() == "chance"
    assert mark_place(2, "end", ax=ax).texts[-1].get_text() == "end"
    assert list(ax.lines[-1].get_xdata()) == [2, 2]


def test_series_of_another_length_are_refused():
    with pytest.raises(ValueError, match="'a' has 2 values for 3 places"):
        plot_series([1, 2, 3], {"a": [1, 2]}, xlabel="x", ylabel="y", title="t")


def test_images_fill_a_grid_and_need_a_title_each():
    axes = plot_images([np.eye(3)] * 5, list("abcde"), columns=3)
    assert axes.shape == (2, 3)
    assert sum(len(ax.images) for ax in axes.flat) == 5
    with pytest.raises(ValueError, match="2 images and 1 titles"):
        plot_images([np.eye(3)] * 2, ["a"])


def test_a_network_draws_every_neuron_and_the_strongest_lines_by_sign():
    generator = np.random.default_rng(0)
    activations = [generator.random(64), generator.random(16), generator.random(10)]
    weights = [generator.normal(size=(16, 64)), generator.normal(size=(10, 16))]
    ax = plot_network(activations, weights, outputs=[str(k) for k in range(10)])
    lines, dots = ax.collections[:4], ax.collections[4::2]
    assert [len(collection.get_offsets()) for collection in dots] == [64, 16, 10]
    assert all(len(collection.get_segments()) <= STRONGEST for collection in lines)
    pushes_up = (weights[0] * activations[0] > 0.04 * np.abs(weights[0] * activations[0]).max()).sum()
    assert len(lines[0].get_segments()) == min(STRONGEST, pushes_up)


def test_a_network_whose_shapes_do_not_fit_is_refused():
    with pytest.raises(ValueError, match=r"need weights of shapes \[\(2, 3\)\], not \[\(3, 2\)\]"):
        plot_network([np.ones(3), np.ones(2)], [np.ones((3, 2))])


def test_a_gate_marks_what_the_neuron_gets_wrong():
    ax = plot_gate((0, 1, 1, 0), np.array([1, 1]), -0.5, "XOR")
    assert ax.collections[-1].get_offsets().tolist() == [[1, 1]]


def test_regions_and_points_take_the_plane():
    ax = plot_regions(lambda x: x[:, 0], xlim=(-1, 1), ylim=(-1, 1), resolution=20)
    plot_points(np.array([(0.5, 0), (-0.5, 0)]), np.array([1, 0]), ax=ax)
    assert ax.get_xlim() == (-1, 1)


def test_a_sum_is_the_sum_of_its_pieces():
    x, pieces = np.linspace(0, 1, 5), np.random.default_rng(0).random((5, 3))
    ax = plot_sum(x, pieces, pieces.sum(1), title="t")
    assert np.allclose(ax.lines[-2].get_ydata(), ax.lines[-1].get_ydata())
    with pytest.raises(ValueError, match="x has 5 places"):
        plot_sum(x, pieces[:4], pieces.sum(1), title="t")


def test_points_below_a_bound_are_drawn_where_they_are():
    ax = plot_below_bound(np.array([10.0, 100.0]), np.array([0, 9]), xlabel="x", ylabel="y", title="t")
    assert ax.collections[0].get_offsets().tolist() == [[10, 0.5], [100, 9]]


def test_a_live_curve_draws_at_the_end_at_the_latest():
    curve = LiveCurve()
    curve.update([])
    assert curve._handle is None
    curve.update([3.0, 2.0, 1.0], last=True)
    assert curve._handle is not None
