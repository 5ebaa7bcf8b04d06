"""Oracle: scikit-learn's PCA of what is left beside the cut, and distances from the cut by hand."""

from dataclasses import replace

import numpy as np
import pytest
from sklearn.decomposition import PCA

from lecture_utils.plots.hidden_space import Space, plot_hidden_spaces, upright


def space(width: int = 5, n: int = 40, seed: int = 0) -> Space:
    generator = np.random.default_rng(seed)
    direction = generator.normal(size=width)
    points = generator.normal(size=(n, width)) * np.arange(1, width + 1) + 3
    curves = generator.normal(size=(2, 7, width))
    return Space("layer 1", points, curves, direction / np.linalg.norm(direction), 0.5, 0.75)


@pytest.mark.parametrize("seed", range(3))
def test_the_second_axis_is_the_first_component_beside_the_cut(seed):
    each = space(seed=seed)
    view = upright(each)
    assert np.allclose(view.T @ view, np.eye(2), atol=1e-12)
    assert np.allclose(view[:, 0], each.direction)
    beside = each.points - np.outer(each.points @ each.direction, each.direction)
    assert abs(PCA(1).fit(beside).components_[0] @ view[:, 1]) == pytest.approx(1, abs=1e-9)


def test_points_right_of_the_line_lie_beyond_the_cut():
    each, labels = space(), np.arange(40) % 2
    axes = plot_hidden_spaces([each, replace(each, name="layer 2")], labels, title="t")
    drawn = axes[0].collections[0].get_offsets()
    assert np.allclose(drawn[:, 0], (each.points @ each.direction - each.offset)[labels == 0])
    assert np.allclose(axes[0].lines[0].get_xdata(), each.curves[0] @ each.direction - each.offset)
    assert axes[0].lines[-1].get_xdata() == [0, 0]
    assert "75%" in axes[0].get_xlabel() and axes[1].get_title() == "layer 2"


def test_spaces_that_do_not_fit_are_refused():
    with pytest.raises(ValueError, match="at least one space"):
        plot_hidden_spaces([], np.zeros(3), title="t")
    with pytest.raises(ValueError, match=r"points \(40, 5\).* do not fit 39 labels"):
        plot_hidden_spaces([space()], np.zeros(39), title="t")
    with pytest.raises(ValueError, match="a direction of 4 do not fit"):
        plot_hidden_spaces([replace(space(), direction=np.ones(4) / 2)], np.zeros(40), title="t")
