"""Oracle: the data that went in, and the boxes that matplotlib says its words fill."""

import itertools

import numpy as np
import pytest
from matplotlib import pyplot as plt

from lecture_utils.datasets.training_costs import load_training_costs
from lecture_utils.plots import theme
from lecture_utils.plots.costs import plot_training_compute


@pytest.fixture(autouse=True)
def themed():
    with plt.rc_context():
        theme.apply()
        yield
    plt.close("all")


def drawn():
    models = load_training_costs()
    columns = zip(*[(each.name, each.year, each.flops, each.basis) for each in models], strict=True)
    return models, plot_training_compute(*columns, title="t")


def test_every_model_is_drawn_once_by_the_kind_of_its_source():
    models, ax = drawn()
    points = {tuple(point) for collection in ax.collections for point in np.asarray(collection.get_offsets())}
    assert points == {(model.year, model.flops) for model in models}
    assert len(ax.collections) == len({model.basis for model in models})
    assert sorted(text.get_text() for text in ax.texts) == sorted(model.name for model in models)
    assert ax.get_yscale() == "log"


def test_no_name_covers_another_or_leaves_the_picture():
    _, ax = drawn()
    ax.figure.canvas.draw()
    renderer = ax.figure.canvas.get_renderer()
    boxes = {text.get_text(): text.get_window_extent(renderer) for text in ax.texts}
    boxes["legend"] = ax.get_legend().get_window_extent(renderer)
    for (one, box), (other, covered) in itertools.combinations(boxes.items(), 2):
        assert not box.overlaps(covered), (one, other)
    width, height = ax.figure.canvas.get_width_height()
    assert all(box.x0 >= 0 and box.x1 <= width and box.y0 >= 0 and box.y1 <= height for box in boxes.values())


def test_figures_that_do_not_fit_are_refused():
    with pytest.raises(ValueError, match="2 names, 1 years"):
        plot_training_compute(["a", "b"], [2020], [1e9], ["published"], title="t")
    with pytest.raises(ValueError, match="basis must be one of published"):
        plot_training_compute(["a"], [2020], [1e9], ["rumour"], title="t")
    with pytest.raises(ValueError, match="finite number above 0"):
        plot_training_compute(["a"], [2020], [np.nan], ["published"], title="t")
