"""Oracle: a full redraw by matplotlib, which blitting must equal pixel for pixel."""

from io import BytesIO

import ipywidgets as widgets
import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from PIL import Image

from lecture_utils.widgets.base import WIDGET_VIEW, LivePlot

ALT = "A line whose slope follows the slider."


def explorer(blit=True, **options):
    figure = Figure(figsize=(3, 2), dpi=60)
    ax = figure.subplots()
    ax.set(xlim=(-1, 2), ylim=(-1, 10))  # away from the spines, which a full redraw draws on top
    (line,) = ax.plot([0, 1], [0, 0])
    title = ax.set_title("")

    def update(slope):
        if slope == 7:
            raise ValueError("seven <is> not allowed")
        line.set_ydata([0, slope])
        title.set_text(f"slope {slope}")
        return (line, title) if blit else None

    return LivePlot(figure, update, alt=ALT, slope=widgets.IntSlider(2, 0, 9), **options), figure


def shown(plot):
    return np.asarray(Image.open(BytesIO(plot.image.value)).convert("RGB"))


def test_blitting_draws_what_a_full_redraw_draws():
    plot, figure = explorer()
    for value in (5, 0, 9):
        plot.controls["slope"].value = value
    quick = plot.pixels().astype(int)
    for artist in plot._animated:
        artist.set_animated(False)
    canvas = FigureCanvasAgg(figure)
    canvas.draw()
    full = np.asarray(canvas.buffer_rgba())[..., :3].astype(int)
    assert np.abs(quick - full).max() <= 2


@pytest.mark.parametrize("blit", [True, False])
def test_moving_a_control_changes_the_picture_and_nothing_of_the_old_one_stays(blit):
    plot, _ = explorer(blit)
    first = shown(plot)
    plot.controls["slope"].value = 8
    assert not np.array_equal(first, shown(plot))
    plot.controls["slope"].value = 2
    assert np.array_equal(first, shown(plot))


def test_a_control_that_moves_another_costs_one_picture_only():
    drawn = []
    figure = Figure(figsize=(3, 2), dpi=60)
    leader, follower = widgets.IntSlider(1, 0, 9), widgets.IntSlider(1, 0, 9)
    leader.observe(lambda change: setattr(follower, "value", change["new"]), "value")
    LivePlot(figure, lambda a, b: drawn.append((a, b)), alt=ALT, a=leader, b=follower)
    leader.value = 5
    assert drawn == [(1, 1), (5, 5)]


def test_what_is_not_possible_is_said_and_the_picture_stays():
    plot, _ = explorer(caption=lambda slope: f"The slope is {slope}.")
    plot.controls["slope"].value = 6
    before = plot.image.value
    assert "The slope is 6." in plot.message.value
    plot.controls["slope"].value = 7
    assert plot.image.value == before
    assert "Not possible" in plot.message.value and "seven &lt;is&gt; not allowed" in plot.message.value
    plot.controls["slope"].value = 8
    assert plot.image.value != before


def test_the_stored_output_has_the_widget_and_its_picture_with_alternative_text():
    plot, _ = explorer()
    data, metadata = plot._repr_mimebundle_()
    assert data[WIDGET_VIEW]["model_id"] == plot.box.model_id
    assert data["image/png"] and data["text/plain"] == ALT
    assert metadata["image/png"]["alt"] == ALT


def test_an_explorer_needs_a_control_and_an_alternative_text():
    with pytest.raises(ValueError, match="at least one control"):
        LivePlot(Figure(), lambda: None, alt=ALT)
    with pytest.raises(ValueError, match="alt='' must describe"):
        LivePlot(Figure(), lambda x: None, alt="", x=widgets.IntSlider())
