"""A loss curve that grows while a model trains."""

from __future__ import annotations

import time
from collections.abc import Sequence

import numpy as np
from IPython.display import display
from matplotlib import pyplot as plt

from lecture_utils.plots import theme
from lecture_utils.plots.show import image_bundle, pixels, png

PAUSE = 0.7  # seconds between pictures, so that drawing costs training little


class LiveCurve:
    """Shows the losses so far in one place of the notebook, at most every 0.7 seconds."""

    def __init__(self) -> None:
        self._handle = None
        self._drawn = time.perf_counter()

    def update(self, losses: Sequence[float], *, last: bool = False) -> None:
        """Draw anew if the pause is over, or at the end of training."""
        if not losses or not (last or time.perf_counter() - self._drawn >= PAUSE):
            return
        alt = f"Training loss over {len(losses)} steps, falling from {losses[0]:.3g} to {losses[-1]:.3g}."
        data, metadata = image_bundle(png(self._draw(losses)), alt)
        if self._handle is None:
            self._handle = display(data, metadata=metadata, raw=True, display_id=True)
        else:
            self._handle.update(data, metadata=metadata, raw=True)
        self._drawn = time.perf_counter()

    @staticmethod
    def _draw(losses: Sequence[float]) -> np.ndarray:
        figure, axes = plt.subplots(figsize=(theme.WIDTH, 2.8))
        axes.plot(np.arange(1, len(losses) + 1), losses, color=theme.GRID)
        width = max(1, len(losses) // 25)
        smooth = np.convolve(losses, np.ones(width) / width, mode="valid")
        axes.plot(np.arange(width, len(losses) + 1), smooth, color=theme.HIDDEN)
        axes.set(xlabel="training step", ylabel="loss", title="Training loss")
        image = pixels(figure)
        plt.close(figure)
        return image
