"""ProbSparse attention: only the queries that have something to say attend, the others get an average."""

from __future__ import annotations

import math

import torch
from torch import Tensor
from torch.nn import functional as F

from lecture_utils.layers.attention import MultiHeadAttention
from lecture_utils.layers.masks import causal_rows


def sparsity(queries: Tensor, keys: Tensor) -> Tensor:
    """How far each query's attention is from even: ln sum exp(s) - mean(s) (Zhou et al. 2021, eq. 2).

    queries (..., T, d), keys (..., S, d) -> (..., T), at least ln S: reached where all scores s = q k / sqrt(d) agree.
    Up to the constant ln S this is the Kullback-Leibler divergence of the weights from the uniform ones.
    """
    scores = queries @ keys.mT / queries.shape[-1] ** 0.5  # (..., T, S)
    return scores.logsumexp(-1) - scores.mean(-1)


def max_mean(scores: Tensor, keys: int) -> Tensor:
    """The cheap stand-in for `sparsity`: max(s) - sum(s) / S, from a sample of the scores (eq. 4 and algorithm 1).

    scores (..., T, U) of U sampled keys, of S = `keys` there are: those left out count as zero, as in section 3.
    """
    return scores.amax(-1) - scores.sum(-1) / keys


def budget(length: int, factor: int) -> int:
    """How many of `length` queries attend, and of how many keys a query is judged: factor x ceil(ln length), or all.

    Raises ValueError for numbers below 1.
    """
    if length < 1 or factor < 1:
        raise ValueError(f"length ({length}) and factor ({factor}) must each be at least 1")
    return min(length, max(1, factor * math.ceil(math.log(length))))


def active_queries(queries: Tensor, keys: Tensor, *, active: int, sample: Tensor) -> Tensor:
    """Places of the `active` queries with the largest `max_mean` over the sampled keys, (..., active).

    queries (..., T, d), keys (..., S, d), sample (U,) of places from 0 to S - 1. No gradient: a choice has none.
    """
    with torch.no_grad():
        scores = queries @ keys[..., sample, :].mT / queries.shape[-1] ** 0.5  # (..., T, U)
        return max_mean(scores, keys.shape[-2]).topk(active, sorted=False).indices


def prob_sparse_attention(
    queries: Tensor,
    keys: Tensor,
    values: Tensor,
    *,
    active: int,
    sample: Tensor,
    causal: bool = False,
    dropout: float = 0.0,
) -> Tensor:
    """Attention of the most active queries; lazy ones get the mean of all values (Zhou et al. 2021, algorithm 1).

    queries (..., T, d), keys and values (..., S, d) -> (..., T, d). active: how many attend, 1 to T. sample (U,):
    places of the keys that queries are judged by, the same for all, as algorithm 1 writes it; the authors' code draws a
    sample for each query, which needs more memory. causal: active queries see no later key, and lazy ones get the *sum*
    of the values so far, as in the paper; who is active still depends on all queries.
    Raises ValueError for an `active` out of range and for causal where T is not S.
    """
    length = queries.shape[-2]
    if not 1 <= active <= length:
        raise ValueError(f"active ({active}) must lie in 1 to {length}, the number of queries")
    if causal and length != keys.shape[-2]:
        raise ValueError(f"causal needs as many queries ({length}) as keys ({keys.shape[-2]})")
    places = active_queries(queries, keys, active=active, sample=sample)  # (..., u)
    chosen = queries.gather(-2, places[..., None].expand(*places.shape, queries.shape[-1]))  # (..., u, d)
    mask = causal_rows(places, keys.shape[-2]) if causal else None
    mixed = F.scaled_dot_product_attention(chosen, keys, values, attn_mask=mask, dropout_p=dropout)  # (..., u, d)
    lazy = values.cumsum(-2) if causal else values.mean(-2, keepdim=True).expand(*values.shape[:-2], length, -1)
    return lazy.scatter(-2, places[..., None].expand_as(mixed), mixed)


class ProbSparseAttention(MultiHeadAttention):
    """`MultiHeadAttention` whose heads use ProbSparse attention, for series without padding.

    factor: c, of T queries c ln T attend; 5 in the authors' code. The keys that queries are judged by are drawn anew at
    each step of training, and are always the same in evaluation, so that a forecast can be repeated.
    Raises ValueError as `MultiHeadAttention` does, for a factor below 1, and for masks.
    """

    def __init__(self, *, dim: int, heads: int, factor: int = 5, dropout: float = 0.0) -> None:
        super().__init__(dim=dim, heads=heads, dropout=dropout)
        budget(1, factor)  # refuses what is no factor
        self.factor = factor

    def _attend(
        self, queries: Tensor, keys: Tensor, values: Tensor, mask: Tensor | None, bias: Tensor | None, causal: bool
    ) -> Tensor:
        if mask is not None:
            raise ValueError("ProbSparse attention knows no masks but causal=True: cut the series, do not pad it")
        sparse = {
            "active": budget(queries.shape[2], self.factor),
            "sample": self._sample(keys.shape[2]).to(keys.device),
            "causal": causal,
        }
        dropout = self.dropout if self.training else 0.0
        if self.recorder is None:
            return prob_sparse_attention(queries, keys, values, dropout=dropout, **sparse)
        every = torch.eye(keys.shape[2]).to(values).expand(*keys.shape[:2], -1, -1)  # (B, H, S, S)
        weights = prob_sparse_attention(queries, keys, every, **sparse)  # of each value: (B, H, T, S)
        self.recorder(weights.detach())
        return F.dropout(weights, dropout) @ values

    def _sample(self, keys: int) -> Tensor:
        """Places of the keys by which queries are judged."""
        generator = None if self.training else torch.Generator().manual_seed(0)
        return torch.randperm(keys, generator=generator)[: budget(keys, self.factor)]
