"""Attention over video: every patch of every frame at once, or along time and then within the frame."""

from __future__ import annotations

from torch import Tensor, nn

from lecture_utils.layers.attention import MultiHeadAttention
from lecture_utils.layers.transformer import Residual


class JointAttention(nn.Module):
    """Every patch sees every patch of every frame (Bertasius et al. 2021, section 3, "joint space-time").

    clips (B, frames, P, D) -> the same shape, with norm and residual wire as in the paper's eqs. 1 and 4.
    dim: D. heads: H. It compares (frames x P)^2 pairs. Raises ValueError for clips of another shape.
    """

    def __init__(self, *, dim: int, heads: int) -> None:
        super().__init__()
        self.dim = dim
        self.attention = MultiHeadAttention(dim=dim, heads=heads)
        self.around = Residual(dim=dim, dropout=0.0, norm_first=True)

    def forward(self, clips: Tensor) -> Tensor:
        _check(clips, self.dim)
        positions = clips.flatten(1, 2)  # (B, frames P, D), frame by frame
        return self.around(positions, self.attention).reshape(clips.shape)


class DividedAttention(nn.Module):
    """Along time at each place, then within each frame (Bertasius et al. 2021, section 3, "divided space-time").

    Equal to joint attention under the masks `same_place`, then `same_frame`, at a fraction of the pairs:
    P x frames^2 + frames x P^2. Arguments as for `JointAttention`. The paper's class token is left out.
    """

    def __init__(self, *, dim: int, heads: int) -> None:
        super().__init__()
        self.dim = dim
        self.time, self.space = (MultiHeadAttention(dim=dim, heads=heads) for _ in range(2))
        self.around_time, self.around_space = (Residual(dim=dim, dropout=0.0, norm_first=True) for _ in range(2))

    def forward(self, clips: Tensor) -> Tensor:
        _check(clips, self.dim)
        rows, frames, patches, dim = clips.shape
        tracks = clips.transpose(1, 2).reshape(rows * patches, frames, dim)  # one sequence a place
        tracks = self.around_time(tracks, self.time)
        pictures = tracks.reshape(rows, patches, frames, dim).transpose(1, 2)
        pictures = pictures.reshape(rows * frames, patches, dim)  # one sequence a frame
        return self.around_space(pictures, self.space).reshape(clips.shape)


def _check(clips: Tensor, dim: int) -> None:
    if clips.ndim != 4 or clips.shape[-1] != dim or not clips.numel():
        raise ValueError(f"clips of shape {tuple(clips.shape)} must be (B, frames, patches, {dim}), none of them 0")
