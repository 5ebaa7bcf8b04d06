"""Oracle: matplotlib's own record of what was drawn."""

import numpy as np
import pytest
from matplotlib import pyplot as plt

from lecture_utils.plots.surfaces import mark_minimum, plot_path, plot_surface

BOX = {"xlim": (-1.0, 1.0), "ylim": (-2.0, 2.0)}


def bowl(weights):
    return (weights**2).sum(-1)


def test_the_lowest_band_is_at_the_minimum_and_the_axes_are_named():
    ax = plot_surface(bowl, **BOX, names=("w", "b"), title="A bowl")
    bands = ax.images[0].get_array()
    assert bands[60, 60] == bands.min() and bands[0, 0] == bands.max()
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("w", "b")
    assert ax.get_xlim() == (-1, 1) and ax.get_ylim() == (-2, 2)
    plt.close(ax.figure)


def test_a_path_is_drawn_in_order_with_its_start_marked():
    ax = plot_surface(bowl, **BOX)
    path = np.array([[0.5, 1.0], [0.2, 0.4], [0.1, 0.2]])
    mark_minimum((0.0, 0.0), ax=plot_path(path, ax=ax, label="descent"))
    steps, start, star = ax.lines
    assert np.array_equal(np.column_stack(steps.get_data()), path) and steps.get_label() == "descent"
    assert np.column_stack(start.get_data()).tolist() == [[0.5, 1.0]]
    assert star.get_marker() == "*"
    plt.close(ax.figure)


def test_bad_input_is_refused():
    with pytest.raises(ValueError, match="smaller limit first"):
        plot_surface(bowl, xlim=(1.0, -1.0), ylim=(-1.0, 1.0))
    for bad in (lambda w: w[..., 0], lambda w: bowl(w) * np.nan):
        with pytest.raises(ValueError, match="negative or not finite"):
            plot_surface(bad, **BOX)
    with pytest.raises(ValueError, match=r"shape \(3,\) cannot be drawn"):
        plot_path(np.zeros(3), ax=plt.subplots()[1])
    plt.close("all")
