"""Oracle: the artists hold the numbers that were given, where they were given."""

from itertools import pairwise

import matplotlib

matplotlib.use("Agg")
import numpy as np
import pytest
import torch
from matplotlib import pyplot as plt
from matplotlib.colors import to_hex

from lecture_utils.plots import theme
from lecture_utils.plots.attention import plot_attention, plot_side_by_side
from lecture_utils.plots.show import pixels

WEIGHTS = np.array([[0.7, 0.2, 0.1], [0.0, 0.0, 1.0]])


def labels(axis):
    return [label.get_text() for label in axis.get_ticklabels()]


def test_queries_run_down_in_blue_and_keys_across_in_orange():
    ax = plot_attention(torch.tensor(WEIGHTS), ["un", "chat"], ["a", "black", "cat"], title="Who looks where")
    image = ax.images[0]
    np.testing.assert_allclose(image.get_array(), WEIGHTS)
    assert image.get_clim() == (0, 1) and image.cmap is theme.ATTENTION and image.origin == "upper"
    assert (labels(ax.yaxis), labels(ax.xaxis)) == (["un", "chat"], ["a", "black", "cat"])
    assert {label.get_color() for label in ax.get_yticklabels()} == {theme.QUERY}
    assert {label.get_color() for label in ax.get_xticklabels()} == {theme.KEY}
    assert "Who looks where" in {ax.get_title(), ax.get_title(loc="left")}
    assert to_hex(image.to_rgba(0.0)) == "#ffffff"
    assert plot_attention(WEIGHTS / 2, ["un", "chat"], ["a", "black", "cat"]).images[0].get_clim() == (0, 1)


def test_the_truth_is_framed_where_it_is_and_only_there():
    ax = plot_attention(WEIGHTS, ["un", "chat"], ["a", "black", "cat"], truth=[(0,), (1, 2)])
    dashed = [patch for patch in ax.patches if patch.get_edgecolor() == plt.matplotlib.colors.to_rgba(theme.TRUE)]
    centres = {(p.get_x() + p.get_width() / 2, p.get_y() + p.get_height() / 2) for p in dashed}
    assert {(round(x), round(y)) for x, y in centres} == {(0, 0), (1, 1), (2, 1)} and len(dashed) == 3
    assert not plot_attention(WEIGHTS, ["un", "chat"], ["a", "black", "cat"]).patches


def test_a_given_axes_is_drawn_into_and_gets_no_colour_bar():
    figure, ax = plt.subplots()
    assert plot_attention(WEIGHTS, ["x", "y"], ["a", "b", "c"], ax=ax) is ax
    assert figure.axes == [ax]
    assert len(plot_attention(WEIGHTS, ["x", "y"], ["a", "b", "c"]).figure.axes) == 2


def test_twenty_words_are_readable_and_none_is_cut_off():
    theme.apply()
    words = ["grandmothers"] * 20
    ax = plot_attention(np.eye(20), words, words, title="t")
    pixels(ax.figure)  # lays it out
    boxes = [label.get_window_extent() for label in ax.get_yticklabels()]
    assert all(upper.y0 >= lower.y1 - 3 for upper, lower in pairwise(boxes))
    frame = ax.figure.bbox
    for label in (*ax.get_yticklabels(), *ax.get_xticklabels()):
        box = label.get_window_extent()
        assert label.get_fontsize() >= 11 and box.x0 >= frame.x0 and box.y1 <= frame.y1


def test_maps_side_by_side_share_their_words():
    axes = plot_side_by_side(
        {"one": WEIGHTS, "two": 1 - WEIGHTS}, ["x", "y"], ["a", "b", "c"], title="t", truth=[(), (2,)]
    )
    np.testing.assert_allclose(axes[1].images[0].get_array(), 1 - WEIGHTS)
    assert [labels(ax.yaxis) for ax in axes] == [["x", "y"], ["", ""]]
    assert [labels(ax.xaxis) for ax in axes] == [["a", "b", "c"]] * 2
    assert all("one" in text or "two" in text for text in (ax.get_title() + ax.get_title(loc="left") for ax in axes))
    assert all(ax.patches for ax in axes) and axes[0].figure.get_suptitle() == "t"
    with pytest.raises(ValueError, match="at least one name"):
        plot_side_by_side({}, ["x"], ["a"])


def test_what_does_not_fit_is_refused():
    with pytest.raises(ValueError, match=r"\(2, 3\) must be \(queries, keys\): \(3, 2\)"):
        plot_attention(WEIGHTS, ["a", "b", "c"], ["x", "y"])
    with pytest.raises(ValueError, match="from 0 to 3 must be numbers from 0 to 1"):
        plot_attention(3 * WEIGHTS, ["x", "y"], ["a", "b", "c"])
    with pytest.raises(ValueError, match="must be numbers from 0 to 1"):
        plot_attention(np.full((1, 1), np.nan), ["x"], ["a"])
    with pytest.raises(ValueError, match="truth has 1 rows for 2 queries"):
        plot_attention(WEIGHTS, ["x", "y"], ["a", "b", "c"], truth=[(0,)])
