"""Sparsemax: a softmax that can say zero."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.autograd.function import FunctionCtx, once_differentiable


def sparsemax(scores: Tensor, dim: int = -1) -> Tensor:
    """The probabilities closest to the scores in Euclidean distance (Martins and Astudillo 2016, eq. 2).

    scores: any shape; dim: the axis that shall sum to one. Like softmax, adding a constant to all changes nothing;
    unlike it, low scores get exactly zero. Raises ValueError for NaN.
    """
    if torch.isnan(scores).any():
        raise ValueError("scores contain NaN: sparsemax sorts them, and NaN has no place in any order")
    return _Sparsemax.apply(scores.movedim(dim, -1)).movedim(-1, dim)


class _Sparsemax(torch.autograd.Function):
    """Along the last axis, by algorithm 1 of the paper, with the closed Jacobian of its section 2.5."""

    @staticmethod
    def forward(ctx: FunctionCtx, scores: Tensor) -> Tensor:
        scores = scores - scores.amax(-1, keepdim=True)
        ranked = scores.sort(-1, descending=True).values  # (..., F)
        counts = torch.arange(1, scores.shape[-1] + 1, device=scores.device, dtype=scores.dtype)
        # kept: the k largest; (their sum - 1) / k is the threshold, and largest at the right k
        threshold = ((ranked.cumsum(-1) - 1) / counts).amax(-1, keepdim=True)
        weights = (scores - threshold).clamp(min=0)
        ctx.save_for_backward(weights)
        return weights

    @staticmethod
    @once_differentiable
    def backward(ctx: FunctionCtx, slope: Tensor) -> Tensor:
        (weights,) = ctx.saved_tensors
        kept = (weights > 0).to(slope.dtype)
        slope = slope * kept
        return slope - kept * (slope.sum(-1, keepdim=True) / kept.sum(-1, keepdim=True))
