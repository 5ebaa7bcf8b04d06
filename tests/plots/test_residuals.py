"""Oracle: the artists hold what was given, and the paths are counted by hand."""

import matplotlib

matplotlib.use("Agg")
import numpy as np
import pytest

from lecture_utils.plots.residuals import (
    BLOCKS,
    COLORS,
    plot_blocks,
    plot_by_block,
    plot_by_depth,
    plot_paths,
    plot_valleys,
)


def texts(ax):
    return [text.get_text() for text in ax.texts]


def test_three_blocks_are_drawn_two_of_them_with_a_wire():
    ax = plot_blocks()
    assert set(BLOCKS) <= set(texts(ax))
    assert texts(ax).count("+") == texts(ax).count("the wire: x as it is") == 2
    assert texts(ax).count("linear") == texts(ax).count("ReLU") == 6


def test_curves_keep_the_networks_colours_and_count_blocks_in_whole_numbers():
    series = {"plain": np.array([[0.1, 0.3, 0.2], [0.3, 0.5, 0.2]]), "with wires": np.ones((2, 3))}
    by_block = plot_by_block(series, first=0, ylabel="y", title="t")
    by_depth = plot_by_depth((2, 5, 50), series, ylabel="y", title="t")
    for ax, places in ((by_block, [0, 1, 2]), (by_depth, [2, 5, 50])):
        assert [line.get_color() for line in ax.lines[:2]] == [COLORS["plain"], COLORS["with wires"]]
        np.testing.assert_allclose(ax.lines[0].get_xdata(), places)
        np.testing.assert_allclose(ax.lines[0].get_ydata(), [0.2, 0.4, 0.2])
        assert [text.get_text() for text in ax.get_legend().get_texts()] == list(series)
    assert all(tick == int(tick) for tick in by_block.get_xticks())
    assert by_depth.get_xscale() == "log"


@pytest.mark.parametrize("blocks", [1, 2, 3, 4])
def test_half_of_the_paths_survive_and_each_branch_lies_on_half(blocks):
    ax = plot_paths(blocks, blocks, title="t")
    assert texts(ax).count("arrives") == texts(ax).count("broken") == 2 ** (blocks - 1)
    for block in range(1, blocks + 1):
        assert texts(ax).count(f"branch {block}") == 2 ** (blocks - 1)
    rows = {}
    for text in ax.texts:
        rows.setdefault(text.get_position()[1], []).append(text.get_text())
    assert len({tuple(sorted(row)) for row in rows.values()}) == 2**blocks
    assert all((f"branch {blocks}" in row) == ("broken" in row) for row in rows.values())


@pytest.mark.parametrize(("blocks", "deleted"), [(0, 1), (5, 1), (3, 4), (3, 0)])
def test_blocks_that_do_not_exist_are_refused(blocks, deleted):
    with pytest.raises(ValueError, match=rf"blocks \({blocks}\) must lie in 1 to 4, and deleted \({deleted}\)"):
        plot_paths(blocks, deleted, title="t")


def test_valleys_share_one_scale_and_take_losses_above_zero_only():
    flat, steep = np.full((5, 5), 0.1), np.geomspace(0.1, 1e4, 25).reshape(5, 5)
    axes = plot_valleys({"a": flat, "b": steep}, 1.0, title="t")
    assert [ax.get_title() or ax.get_title(loc="left") for ax in axes] == ["a", "b"]
    filled = [next(c for c in ax.collections if c.get_array() is not None) for ax in axes]
    assert filled[0].get_clim() == filled[1].get_clim()
    assert axes[0].get_xlim() == (-1, 1)
    for bad in (0.0, np.nan, np.inf):
        with pytest.raises(ValueError, match="finite and above 0"):
            plot_valleys({"a": np.full((3, 3), bad)}, 1.0, title="t")
    with pytest.raises(ValueError, match="finite and above 0"):
        plot_valleys({}, 1.0, title="t")
