"""Oracle: the artists hold what was given."""

import matplotlib

matplotlib.use("Agg")
import numpy as np
import pytest

from lecture_utils.plots.distillation import plot_compression, plot_soft_targets


def test_each_temperature_has_its_bars_beside_the_image():
    image = np.linspace(0, 1, 64).reshape(8, 8)
    axes = plot_soft_targets(image, {"cold": [0.9, 0.1], "hot": [0.6, 0.4]}, ["two", "seven"], title="t")
    np.testing.assert_array_equal(axes[0].images[0].get_array(), image)
    assert [ax.get_title() or ax.get_title(loc="left") for ax in axes[1:]] == ["cold", "hot"]
    assert [[bar.get_height() for bar in ax.patches] for ax in axes[1:]] == [[0.9, 0.1], [0.6, 0.4]]
    assert [text.get_text() for text in axes[2].get_xticklabels()] == ["two", "seven"]
    assert axes[1].get_ylim() == axes[2].get_ylim() == (0, 1)


@pytest.mark.parametrize("targets", [{}, {"cold": [1.0]}])
def test_bars_without_names_are_refused(targets):
    with pytest.raises(ValueError, match="one probability for each of 2 names"):
        plot_soft_targets(np.zeros((8, 8)), targets, ["two", "seven"], title="t")


def test_curves_stand_at_their_sizes_in_kilobytes():
    ax = plot_compression({"pruned": ([4000, 2000], [0.9, 0.8]), "rounded": ([1000], [0.85])}, title="t")
    assert ax.get_xscale() == "log"
    assert [list(line.get_xdata()) for line in ax.lines] == [[4, 2], [1]]
    assert [list(line.get_ydata()) for line in ax.lines] == [[90, 80], [85]]
    assert [text.get_text() for text in ax.get_legend().get_texts()] == ["pruned", "rounded"]
    with pytest.raises(ValueError, match="1 sizes and 2 accuracies"):
        plot_compression({"pruned": ([4000], [0.9, 0.8])}, title="t")
