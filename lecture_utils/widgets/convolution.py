"""Nine sliders make a kernel; a photograph shows at once what it does."""

from __future__ import annotations

import ipywidgets as widgets
import numpy as np
import torch
import traitlets
from matplotlib import pyplot as plt
from matplotlib.artist import Artist

from lecture_utils.datasets.photographs import load_photograph
from lecture_utils.layers.convolution import conv2d, output_size
from lecture_utils.plots import theme
from lecture_utils.widgets.base import LivePlot

PRESETS = {  # name -> the nine weights, row by row
    "edges": (-1, -1, -1, -1, 8, -1, -1, -1, -1),
    "vertical edges": (-1, 0, 1, -2, 0, 2, -1, 0, 1),
    "horizontal edges": (-1, -2, -1, 0, 0, 0, 1, 2, 1),
    "blur": (0.1, 0.1, 0.1, 0.1, 0.2, 0.1, 0.1, 0.1, 0.1),
    "sharpen": (0, -1, 0, -1, 5, -1, 0, -1, 0),
    "emboss": (-2, -1, 0, -1, 1, 1, 0, 1, 2),
    "nothing": (0, 0, 0, 0, 1, 0, 0, 0, 0),
}
OWN = "your own"


def kernel(preset: str) -> np.ndarray:
    """The 3 x 3 weights of a preset. Raises ValueError for an unknown name."""
    if preset not in PRESETS:
        raise ValueError(f"preset {preset!r} is not known: choose one of {', '.join(PRESETS)}")
    return np.array(PRESETS[preset], dtype=float).reshape(3, 3)


def convolve(
    image: np.ndarray, weights: np.ndarray, stride: int = 1, padding: int = 0, dilation: int = 1
) -> np.ndarray:
    """Convolve a grey image (H, W) with a kernel (h, w) -> (H', W').

    Raises ValueError for NaN, arrays that are not two-dimensional, and as `conv2d` does.
    """
    image, weights = (torch.as_tensor(np.asarray(array, dtype=np.float32)) for array in (image, weights))
    if image.ndim != 2 or weights.ndim != 2:
        raise ValueError(f"image {tuple(image.shape)} and kernel {tuple(weights.shape)} must have two axes each")
    if image.isnan().any() or weights.isnan().any():
        raise ValueError("image or kernel contain NaN: give every pixel and every weight a number")
    return conv2d(image[None, None], weights[None, None], stride=stride, padding=padding, dilation=dilation)[
        0, 0
    ].numpy()


class KernelSliders(widgets.VBox):
    """A preset to choose and nine sliders in a square; `value` holds the nine weights and changes once a choice."""

    value = traitlets.Tuple()

    def __init__(self, preset: str = "vertical edges") -> None:
        self._busy = False
        weights = kernel(preset)
        self.preset = widgets.Dropdown(options=[*PRESETS, OWN], value=preset, description="kernel")
        self.sliders = [
            widgets.FloatSlider(
                value=weight,
                min=-9,
                max=9,
                step=0.1,
                description=f"row {place // 3 + 1}, {place % 3 + 1}",
                readout_format=".1f",
                layout=widgets.Layout(width="245px"),
                style={"description_width": "60px"},
            )
            for place, weight in enumerate(weights.flat)
        ]
        rows = [widgets.HBox(self.sliders[start : start + 3]) for start in (0, 3, 6)]
        super().__init__([self.preset, *rows], value=tuple(slider.value for slider in self.sliders))
        self.preset.observe(self._choose, "value")
        for slider in self.sliders:
            slider.observe(self._move, "value")

    def _choose(self, change: dict) -> None:
        if change["new"] == OWN or self._busy:
            return
        self._busy = True  # nine sliders move, but the picture is drawn once
        for slider, weight in zip(self.sliders, PRESETS[change["new"]], strict=True):
            slider.value = weight
        self._busy = False
        self.value = tuple(slider.value for slider in self.sliders)

    def _move(self, _change: dict) -> None:
        if self._busy:
            return
        self._busy = True
        self.preset.value = OWN
        self._busy = False
        self.value = tuple(slider.value for slider in self.sliders)


def explore_kernels(photograph: str = "china", preset: str = "vertical edges") -> LivePlot:
    """A 3 x 3 kernel over a grey photograph, with stride, padding and dilation.

    Where the weights add up to zero, blue is positive and red is negative; else the answer is a photograph again.
    """
    image = load_photograph(photograph, shrink=3).grey
    height, width = image.shape
    figure, (before, after) = plt.subplots(1, 2, figsize=(theme.WIDTH, 3.0))
    before.imshow(image, cmap=theme.IMAGE, vmin=0, vmax=1)
    shown = after.imshow(image, cmap=theme.IMAGE, vmin=0, vmax=1)
    for ax in (before, after):
        ax.set(xticks=[], yticks=[], xlim=(-0.5, width + 7.5), ylim=(height + 7.5, -0.5))
        ax.spines[:].set_visible(False)
        ax.set_autoscale_on(False)
    before.set_title(f"photograph, {height} × {width}", fontsize=13, fontweight="normal")
    after.set_title("after the kernel", fontsize=13, fontweight="normal")

    def update(kernel: tuple, stride: int, padding: int, dilation: int) -> list[Artist]:
        weights = np.array(kernel).reshape(3, 3)
        answer = convolve(image, weights, stride, padding, dilation)
        if abs(weights.sum()) < 0.05:
            bound = max(float(np.quantile(np.abs(answer), 0.99)), 1e-6)
            shown.set(cmap=theme.DIVERGING, clim=(-bound, bound))
        else:
            shown.set(cmap=theme.IMAGE, clim=(0, max(1.0, float(weights.sum()))))
        shown.set(data=answer, extent=(-0.5, answer.shape[1] - 0.5, answer.shape[0] - 0.5, -0.5))
        return [shown]

    def caption(kernel: tuple, stride: int, padding: int, dilation: int) -> str:
        rows, columns = (
            output_size(size, 3, stride=stride, padding=padding, dilation=dilation) for size in image.shape
        )
        total = sum(kernel)
        meaning = "flat areas vanish" if abs(total) < 0.05 else f"flat areas come out {total:.1f} times as bright"
        return f"Answer: {rows} × {columns} pixels. The weights add up to {total:.1f}: {meaning}."

    def setting(name: str, low: int, high: int) -> widgets.IntSlider:
        start = 0 if name == "padding" else 1
        return widgets.IntSlider(start, low, high, description=name, layout=widgets.Layout(width="245px"))

    return LivePlot(
        figure,
        update,
        alt=f"The photograph {photograph} in grey, and the same with the kernel for {preset}.",
        caption=caption,
        kernel=KernelSliders(preset),
        stride=setting("stride", 1, 4),
        padding=setting("padding", 0, 4),
        dilation=setting("dilation", 1, 4),
    )
