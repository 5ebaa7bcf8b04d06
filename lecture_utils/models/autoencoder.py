"""The autoencoder: a network whose target is its own input, squeezed through a narrow code."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import torch
from torch import Tensor, nn

from lecture_utils.models.mlp import MLP


class Autoencoder(nn.Module):
    """An encoder to a few numbers and its mirror image back (Hinton and Salakhutdinov 2006, fig. 1).

    sizes: widths from the input to the code, such as (64, 256, 8); the decoder takes them in reverse. Trained end
    to end, without the paper's layerwise pre-training. Inputs (..., sizes[0]) must lie in 0 to 1, as ink does:
    the last layer is a sigmoid. Raises ValueError for sizes that are none, for other widths, and other values.
    """

    def __init__(self, sizes: Sequence[int], activation: Callable[[Tensor], Tensor] = torch.relu) -> None:
        super().__init__()
        self.encoder = MLP(tuple(sizes), activation)
        self.decoder = MLP(tuple(sizes)[::-1], activation)

    def encode(self, x: Tensor) -> Tensor:
        """Inputs (..., sizes[0]) -> codes (..., sizes[-1])."""
        if not bool(((x >= 0) & (x <= 1)).all()):  # also catches NaN
            raise ValueError("inputs must lie between 0 and 1, without NaN: divide by their largest value first")
        return self.encoder(x)

    def decode(self, codes: Tensor) -> Tensor:
        """Codes (..., sizes[-1]) -> reconstructions (..., sizes[0]) between 0 and 1."""
        return self.decoder(codes).sigmoid()

    def forward(self, x: Tensor) -> Tensor:
        return self.decode(self.encode(x))
