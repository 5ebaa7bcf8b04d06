"""Oracle: Pillow reading back what was encoded, and what the notebook receives."""

from base64 import b64decode
from io import BytesIO

import numpy as np
import pytest
from IPython.utils.capture import capture_output
from matplotlib import pyplot as plt
from PIL import Image

from lecture_utils.plots.show import figure_of, pixels, png, show

ALT = "A rising line, drawn to test the display."


def decode(data):
    return np.asarray(Image.open(BytesIO(data)).convert("RGB"))


def test_show_stores_picture_and_alternative_text_once_and_closes():
    figure, ax = plt.subplots(figsize=(2, 2))
    ax.plot([0, 1])
    with capture_output() as captured:
        show(ax, alt=ALT)
    assert len(captured.outputs) == 1
    assert captured.outputs[0].metadata == {"image/png": {"alt": ALT}}
    assert captured.outputs[0].data["text/plain"] == ALT
    assert decode(b64decode(captured.outputs[0].data["image/png"])).shape == (*pixels(figure).shape[:2], 3)
    assert not plt.fignum_exists(figure.number)


def test_encoding_keeps_the_pixels_and_reduces_drawings_only():
    generator = np.random.default_rng(0)
    photograph = generator.integers(0, 256, size=(40, 40, 3), dtype=np.uint8)
    assert np.array_equal(decode(png(photograph)), photograph)
    drawing = np.full((40, 40, 3), 255, np.uint8)
    drawing[10:20] = (0, 114, 178)
    assert np.array_equal(decode(png(drawing)), drawing)
    assert np.abs(decode(png(drawing, small=False)).astype(int) - drawing).max() <= 8
    assert np.array_equal(decode(png(photograph, small=False)), photograph)


def test_the_same_picture_gives_the_same_bytes():
    encoded = []
    for _ in range(2):
        figure, ax = plt.subplots(figsize=(2, 2))
        ax.plot([0, 1, 4])
        encoded.append(png(pixels(figure)))
        plt.close(figure)
    assert encoded[0] == encoded[1]


@pytest.mark.parametrize("alt", ["", "plot", None, "a line"])
def test_a_picture_without_a_description_is_refused(alt):
    with pytest.raises(ValueError, match="must describe the picture in a sentence"):
        show(plt.figure(), alt=alt)
    plt.close("all")


def test_what_is_no_picture_is_refused():
    with pytest.raises(ValueError, match="cannot show list"):
        figure_of([1, 2])
