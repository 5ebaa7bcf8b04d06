"""The shared base of all explorers: controls above, one picture below, redrawn in well under 100 ms.

Only the artists that changed are drawn anew, over a saved background (as matplotlib's animations do), and
the pixels go to the browser as one PNG. The notebook stores the picture at the default setting, so that a
page that only shows stored outputs shows the explorer too. Works with ipywidgets 7 (Colab) and 8.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from html import escape

import ipywidgets as widgets
import numpy as np
from matplotlib import pyplot as plt
from matplotlib.artist import Artist
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from lecture_utils.plots.show import alternative, image_bundle, png

WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"


def view_of(widget: widgets.Widget) -> dict:
    """The MIME entry that shows a widget, the same for ipywidgets 7 and 8."""
    return {WIDGET_VIEW: {"version_major": 2, "version_minor": 0, "model_id": widget.model_id}}


def choose_or_type(
    options: Sequence[str], *, width: str, description: str = "choose or type", at_each_key: bool = False
) -> widgets.Combobox:
    """A field that offers texts and takes any other; it answers at Enter, or at each key.

    options: at least one, the first is shown. width: in CSS, such as "30em".
    """
    return widgets.Combobox(
        value=options[0],
        options=list(options),
        ensure_option=False,
        continuous_update=at_each_key,
        description=description,
        style={"description_width": "initial"},
        layout=widgets.Layout(width=width),
    )


class LivePlot:
    """A picture that follows its controls.

    figure: drawn once. update(**values) gets the value of every control by name, changes artists and returns
    those it changed (matplotlib's blitting convention), or None to have everything drawn anew. Artists that it changes
    only now and then need not be returned: the background is then drawn anew. A ValueError
    raised by update is shown under the picture, which then stays as it was.
    alt: what the picture shows at its default setting. caption(**values): a sentence for the present setting,
    shown below it and read out by screen readers. controls: ipywidgets with a `value`, by name.
    """

    def __init__(
        self,
        figure: Figure,
        update: Callable[..., Iterable[Artist] | None],
        *,
        alt: str,
        caption: Callable[..., str] | None = None,
        **controls: widgets.Widget,
    ) -> None:
        if not controls:
            raise ValueError("an explorer needs at least one control, such as size=IntSlider(3, 1, 9)")
        self.alt = alternative(alt)
        self.figure, self.controls = figure, controls
        self._update, self._caption = update, caption
        plt.close(figure)  # pyplot must not show it a second time
        self._canvas = FigureCanvasAgg(figure)
        self._background: object | None = None
        self._animated: list[Artist] = []
        self._shown: dict | None = None  # the values that picture and message stand for
        self.image = widgets.Image(format="png")
        self.image.layout.max_width = "100%"
        self.message = widgets.HTML()
        for control in controls.values():
            control.observe(self._redraw, "value")
        row = widgets.HBox(list(controls.values()))
        row.layout.flex_flow = "row wrap"
        self.box = widgets.VBox([row, self.image, self.message])
        self._redraw()
        figure.set_layout_engine("none")  # laid out by the first drawing; to do it again would double the time

    @property
    def values(self) -> dict:
        """The present value of every control, by name."""
        return {name: control.value for name, control in self.controls.items()}

    def pixels(self) -> np.ndarray:
        """The picture at the present setting, (height, width, 3) of uint8."""
        artists = self._update(**self.values)
        if artists is None:
            self._canvas.draw()
        else:
            self._blit(list(artists))
        return np.asarray(self._canvas.buffer_rgba())[..., :3]

    def _blit(self, artists: list[Artist]) -> None:
        changed = self.figure.stale  # something that is not redrawn each time
        if self._background is None or changed or any(artist not in self._animated for artist in artists):
            for artist in artists:
                artist.set_animated(True)
            self._animated = list(artists)
            self._canvas.draw()  # everything that does not change
            self._background = self._canvas.copy_from_bbox(self.figure.bbox)
        self._canvas.restore_region(self._background)
        for artist in sorted(artists, key=lambda artist: artist.get_zorder()):
            self.figure.draw_artist(artist)

    def _redraw(self, _change: object = None) -> None:
        if self.values == self._shown:  # one control moved another: the picture is there already
            return
        self._shown = self.values
        try:
            self.image.value = png(self.pixels(), small=False)
            text = self._caption(**self.values) if self._caption else ""
        except ValueError as error:
            text = f"<b>Not possible:</b> {escape(str(error))}"
        self.message.value = f'<div role="status" aria-live="polite">{text}</div>' if text else ""

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> tuple[dict, dict]:
        data, metadata = image_bundle(png(self.pixels()), self.alt)
        return {**view_of(self.box), **data}, metadata
