"""Two real photographs that ship with scikit-learn."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from sklearn.datasets import load_sample_image

SOURCES = {
    "china": "China, temple: photograph by danielbuechele, Flickr (CC BY 2.0), shipped with scikit-learn",
    "flower": "Flower: photograph by vultilion, Flickr (CC BY 2.0), shipped with scikit-learn",
}


@dataclass(frozen=True)
class Photograph:
    """An image (height, width, 3) of brightness from 0 to 1, red, green and blue."""

    name: str
    image: np.ndarray
    units: str
    source: str

    @property
    def grey(self) -> np.ndarray:
        """Brightness as people see it, (height, width): ITU-R BT.601 weights for red, green, blue."""
        return self.image @ np.array([0.299, 0.587, 0.114], dtype=np.float32)


def load_photograph(name: str, *, shrink: int = 1) -> Photograph:
    """The photograph `china` or `flower`, 427 x 640; `shrink` averages blocks of that many pixels a side.

    Raises ValueError for another name, or a shrink that leaves less than 16 pixels.
    """
    if name not in SOURCES:
        raise ValueError(f"photograph {name!r} is not known: choose one of {', '.join(SOURCES)}")
    image = load_sample_image(f"{name}.jpg").astype(np.float32) / 255.0
    height, width = image.shape[0] // max(shrink, 1), image.shape[1] // max(shrink, 1)
    if shrink < 1 or height < 16:
        raise ValueError(f"shrink ({shrink}) must lie between 1 and {image.shape[0] // 16}")
    blocks = image[: height * shrink, : width * shrink].reshape(height, shrink, width, shrink, 3)
    return Photograph(name, blocks.mean(axis=(1, 3)), "brightness, 0 to 1", SOURCES[name])
