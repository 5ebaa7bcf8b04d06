"""Put a picture into the notebook, small on disk, the same on every run, with a text for those who cannot see it."""

from __future__ import annotations

from base64 import b64encode
from io import BytesIO

import numpy as np
from IPython.display import display
from matplotlib import pyplot as plt
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from PIL import Image


def pixels(figure: Figure) -> np.ndarray:
    """Draw a figure and return its pixels, (height, width, 3) of uint8."""
    canvas = FigureCanvasAgg(figure)
    canvas.draw()
    return np.asarray(canvas.buffer_rgba())[..., :3]


def png(image: np.ndarray, *, small: bool = True) -> bytes:
    """Encode pixels (height, width, 3) as PNG, drawings (not photographs) with 256 colours.

    small: take the time to make the file small, for storing; else be quick, for a picture that moves.
    """
    picture = Image.fromarray(np.ascontiguousarray(image))
    method = Image.Quantize.MEDIANCUT if small else Image.Quantize.FASTOCTREE
    reduced = picture.quantize(256, method=method, dither=Image.Dither.NONE)
    step = 1 if small else 4  # a quick look at every fourth pixel will do
    difference = np.abs(np.asarray(reduced.convert("RGB"))[::step, ::step].astype(int) - image[::step, ::step])
    buffer = BytesIO()
    if difference.mean() <= 1.6:  # a drawing; a photograph would show bands
        picture = reduced
    picture.save(buffer, format="png", **({"optimize": True} if small else {"compress_level": 1, "compress_type": 3}))
    return buffer.getvalue()


def figure_of(picture: Figure | Axes | np.ndarray) -> Figure:
    """The figure that a figure, an Axes or an array of Axes belongs to."""
    if isinstance(picture, np.ndarray):
        picture = picture.flat[0]
    figure = picture if isinstance(picture, Figure) else getattr(picture, "figure", None)
    if not isinstance(figure, Figure):
        raise ValueError(f"cannot show {type(picture).__name__}: give a Figure, an Axes or an array of Axes")
    return figure


def alternative(text: str) -> str:
    """Check an alternative text: at least a few words. Raises ValueError for anything shorter."""
    if not isinstance(text, str) or len(text.split()) < 4:
        raise ValueError(f"alt={text!r} must describe the picture in a sentence: what is drawn, and what it shows")
    return " ".join(text.split())


def image_bundle(data: bytes, alt: str) -> tuple[dict, dict]:
    """MIME bundle and metadata of a PNG with its alternative text, as notebooks store them."""
    return (
        {"image/png": b64encode(data).decode(), "text/plain": alt},
        {"image/png": {"alt": alt}},
    )


def show(picture: Figure | Axes | np.ndarray, *, alt: str) -> None:
    """Show a picture in the notebook and close it.

    `alt` says in a sentence what a person who cannot see it would miss; it is stored with the picture.
    Raises ValueError when `alt` is missing or `picture` is no figure.
    """
    text = alternative(alt)
    figure = figure_of(picture)
    data, metadata = image_bundle(png(pixels(figure)), text)
    plt.close(figure)
    display(data, metadata=metadata, raw=True)
