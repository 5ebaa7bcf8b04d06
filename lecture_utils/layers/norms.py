"""Normalisation, written from its equation. Models use torch's fused layer, which is equal by test."""

from __future__ import annotations

from torch import Tensor


def layer_norm(x: Tensor, weight: Tensor | None = None, bias: Tensor | None = None, eps: float = 1e-5) -> Tensor:
    """Each vector to mean 0 and variance 1, then scaled and shifted (Ba, Kiros and Hinton 2016, eq. 3).

    x (..., D), weight and bias (D,). The variance is the mean of squares, divided by D, not by D - 1.
    Equal to `torch.nn.functional.layer_norm`.
    """
    centred = x - x.mean(-1, keepdim=True)
    normal = centred / (centred.square().mean(-1, keepdim=True) + eps).sqrt()
    if weight is not None:
        normal = normal * weight
    return normal if bias is None else normal + bias
