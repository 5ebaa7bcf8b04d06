"""Oracle: the artists, read back."""

import matplotlib

matplotlib.use("Agg")
import numpy as np
import pytest

from lecture_utils.plots.decision import draw_paths, plot_asked, plot_grid, plot_lecture, plot_steps

PLACES = np.array([[0, 0], [0, 1], [1, 1]])


def texts(ax):
    return [text.get_text() for text in ax.texts]


def test_a_garden_has_its_walls_fruits_numbers_and_marks():
    marked = np.array([True, False, False])
    ax = plot_grid((2, 2), PLACES, {2: 9.0}, numbers=np.array([3, 4, 0]), marked=marked, title="Garden")
    ground, *cells = ax.patches
    assert ground.get_width() == ground.get_height() == 2 and len(cells) == 3
    centres = [(cell.get_y() + 0.5, cell.get_x() + 0.5) for cell in cells]
    assert centres == [(0, 0), (0, 1), (1, 1)]
    assert cells[0].get_facecolor() != cells[1].get_facecolor() == cells[2].get_facecolor()
    assert texts(ax) == ["3", "4", "9"] and ax.get_ylim()[0] > ax.get_ylim()[1]


def test_paths_run_over_their_cells_side_by_side():
    paths = {"one": PLACES, "two": PLACES[:2]}
    ax = draw_paths(paths, ax=plot_grid((2, 2), PLACES, {}))
    for line, shift, (name, cells) in zip(ax.lines, (-0.1, 0.1), paths.items(), strict=True):
        np.testing.assert_allclose(np.array(line.get_data()), cells.T[::-1] + shift)
        assert line.get_label() == name
    assert [text.get_text() for text in ax.figure.legends[0].get_texts()] == ["one", "two"]
    alone = draw_paths({"": PLACES}, ax=plot_grid((2, 2), PLACES, {}))
    np.testing.assert_allclose(np.array(alone.lines[0].get_data()), PLACES.T[::-1])
    assert not alone.figure.legends
    waits = draw_paths({"": PLACES[[0, 1, 1, 2]]}, ax=plot_grid((2, 2), PLACES, {}))
    assert waits.collections[-1].get_offsets().tolist() == [[1, 0]]  # column and row where it stayed
    with pytest.raises(ValueError, match="'short' has 1 cells"):
        draw_paths({"short": PLACES[:1]}, ax=ax)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"places": PLACES + 1}, "inside"),
        ({"numbers": np.zeros(2)}, r"numbers of shape \(2,\)"),
        ({"marked": np.zeros(4, dtype=bool)}, r"marked of shape \(4,\)"),
    ],
)
def test_gardens_that_do_not_fit_are_refused(change, message):
    with pytest.raises(ValueError, match=message):
        plot_grid(**{"shape": (2, 2), "places": PLACES, "fruits": {}} | change)


def test_steps_are_read_in_order():
    ax = plot_steps([8.0, 9.0], ["here", "there"], ["right", "up"], title="A walk")
    boxes = [text.get_text() for text in ax.texts if text.get_bbox_patch() is not None]
    assert boxes == ["8", "here", "right", "9", "there", "up"]
    with pytest.raises(ValueError, match="2 returns, 1 states"):
        plot_steps([1.0, 2.0], ["a"], ["b", "c"], title="")


def test_asked_and_achieved_with_their_range_and_what_was_never_shown():
    asked, runs = [0, 1, 2], np.array([[0, 1, 1], [0, 1, 3]])
    ax = plot_asked(asked, {"agent": runs}, title="", shown=1.0, levels={"best": 2.5})
    told, line, level = ax.lines
    assert told.get_ydata().tolist() == asked and line.get_ydata().tolist() == [0, 1, 2]
    assert set(level.get_ydata()) == {2.5} and "best" in texts(ax)
    assert "more than was shown" in ax.get_legend_handles_labels()[1]
    assert "more than was shown" not in plot_asked(asked, {"a": [0, 1, 2]}, title="").get_legend_handles_labels()[1]
    with pytest.raises(ValueError, match="'a' has 2 values for 3"):
        plot_asked(asked, {"a": [0, 1]}, title="")


def test_the_lecture_is_numbered_through():
    ax = plot_lecture({"I": ["a", "b"], "II": ["c"]}, title="All")
    assert [text for text in texts(ax) if text.isdigit()] == ["00", "01", "02"]
    with pytest.raises(ValueError, match="at least one lesson"):
        plot_lecture({"I": []}, title="")
