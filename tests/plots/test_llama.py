"""Oracle: the artists hold what was given."""

import matplotlib

matplotlib.use("Agg")
import numpy as np
import pytest
from matplotlib.colors import to_rgba

from lecture_utils.plots import theme
from lecture_utils.plots.llama import mark_part, plot_block, plot_sieve, plot_sizes


def test_a_block_marks_what_was_exchanged():
    boxes = plot_block(["words", "RMSNorm", "+"], [False, True, False], title="t")
    assert [box.get_text() for box in boxes] == ["words", "RMSNorm", "+"]
    assert [box.get_color() for box in boxes] == [theme.INPUT, theme.VALUE, theme.INPUT]
    assert [box.get_position()[1] for box in boxes] == [0, 1, 2]
    branch = boxes[0].axes.lines[1]  # leaves the wire below the norm, and joins it at the plus
    assert list(branch.get_ydata()) == [0.5, 0.5, 2, 2] and list(branch.get_xdata()) == [0.06, 0.56, 0.56, 0.06]
    assert boxes[2].get_position()[0] < boxes[1].get_position()[0]  # the plus sits on the wire
    mark_part(boxes[0], "other", True)
    assert boxes[0].get_text() == "other" and boxes[0].get_bbox_patch().get_edgecolor() == to_rgba(theme.VALUE)
    with pytest.raises(ValueError, match="2 parts and 1 marks"):
        plot_block(["a", "b"], [True], title="t")


def test_models_stand_at_their_sizes_over_lines_of_equal_compute():
    ax = plot_sizes(["a", "b"], [1e9, 1e11], [1e12, 3e11], [True, False], title="t")
    assert [tuple(dots.get_offsets()[0]) for dots in ax.collections] == [(1e9, 1e12), (1e11, 3e11)]
    for line in ax.lines:
        flop = 6 * np.asarray(line.get_xdata()) * np.asarray(line.get_ydata())
        assert np.log10(flop) == pytest.approx([round(np.log10(flop[0]))] * 2)
    assert ax.get_xscale() == ax.get_yscale() == "log"
    for wrong in (([1e9], [1e12, 1], [True, True]), ([0, 1], [1, 1], [True, True])):
        with pytest.raises(ValueError, match="one each, above 0"):
            plot_sizes(["a", "b"], *wrong, title="t")


def test_bars_are_counts_and_the_kept_are_green():
    ax = plot_sieve({"kept": 7, "seen before": 12}, kept=["kept"], title="t")
    assert [bar.get_width() for bar in ax.patches] == [7, 12]
    assert [bar.get_facecolor() for bar in ax.patches] == [to_rgba(theme.VALUE), to_rgba(theme.INPUT)]
    with pytest.raises(ValueError, match="must be among the fates"):
        plot_sieve({"a": 1}, kept=["b"], title="t")
    with pytest.raises(ValueError, match="must be among the fates"):
        plot_sieve({}, kept=[], title="t")
