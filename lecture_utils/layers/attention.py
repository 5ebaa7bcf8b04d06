"""Scaled dot-product and multi-head attention, their weights on record, and a cache of keys and values."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from lecture_utils.layers.masks import causal as causal_mask
from lecture_utils.layers.masks import combine


def masked_softmax(scores: Tensor, mask: Tensor | None) -> Tensor:
    """Softmax over the last axis of scores (..., T, S) where mask is True; a row that sees nothing gives zeros."""
    if mask is None:
        return scores.softmax(-1)
    scores = scores.masked_fill(~mask, torch.finfo(scores.dtype).min)
    return scores.softmax(-1).masked_fill(~mask, 0.0)


def attention_weights(queries: Tensor, keys: Tensor, mask: Tensor | None = None, bias: Tensor | None = None) -> Tensor:
    """Softmax of scaled dot products (Vaswani et al. 2017, eq. 1, before V).

    queries (..., T, d), keys (..., S, d), mask (..., T, S) with True = may attend, bias (..., T, S) added to the
    scores -> (..., T, S). A query that may attend to nothing gets all zeros.
    """
    scores = queries @ keys.mT / queries.shape[-1] ** 0.5  # (..., T, S)
    if bias is not None:
        scores = scores + bias
    return masked_softmax(scores, mask)


def split_heads(x: Tensor, heads: int) -> Tensor:
    """(B, T, D) -> (B, H, T, d): head h owns the h-th block of d = D / H numbers of every vector."""
    return x.unflatten(-1, (heads, -1)).transpose(1, 2)


def merge_heads(x: Tensor) -> Tensor:
    """(B, H, T, d) -> (B, T, D): the heads side by side again."""
    return x.transpose(1, 2).flatten(2)


def repeat_heads(x: Tensor, times: int) -> Tensor:
    """(B, G, S, d) -> (B, G times, S, d): each head stands for `times` neighbours (Ainslie et al. 2023, 2.2)."""
    return x.repeat_interleave(times, 1)


class PositionScheme(nn.Module):
    """Where positions may enter attention. This one leaves everything as it is; see `layers/positions.py`."""

    def rotate(self, vectors: Tensor, positions: Tensor) -> Tensor:
        """Queries or keys (B, H, T, d) at integer positions (T,) -> the same shape, turned by their positions."""
        return vectors

    def bias(self, queries: Tensor, query_positions: Tensor, key_positions: Tensor) -> Tensor | None:
        """What to add to the scaled scores: broadcasts to (B, H, T, S), or None for nothing."""
        return None


class KeyValueCache:
    """Keys and values that one attention layer has already computed, (B, H, S, d) each.

    Decoding word by word, only the new word's are computed (Shazeer 2019, section 2.2).
    """

    def __init__(self) -> None:
        self.keys: Tensor | None = None
        self.values: Tensor | None = None

    def __len__(self) -> int:
        return 0 if self.keys is None else self.keys.shape[2]

    def extend(self, keys: Tensor, values: Tensor) -> tuple[Tensor, Tensor]:
        """Append the new positions' keys and values; returns all so far."""
        if self.keys is not None:
            keys, values = torch.cat([self.keys, keys], 2), torch.cat([self.values, values], 2)
        self.keys, self.values = keys, values
        return keys, values

    def select(self, rows: Tensor) -> None:
        """Keep these rows of the batch, in this order: what a beam search does when it drops hypotheses."""
        if self.keys is not None:
            self.keys, self.values = self.keys[rows], self.values[rows]


class MultiHeadAttention(nn.Module):
    """Attention with H heads of d = dim / heads numbers each (Vaswani et al. 2017, section 3.2.2).

    dim: D, a multiple of heads. bias: as in torch's layer. dropout: share of weights dropped in training, 0 to 1.
    positions: a PositionScheme that acts on scores. memory_dim: width of the memory where it is not D.
    key_value_heads: G, of which H must be a multiple: heads of one group share keys and values (Ainslie et al. 2023).
    Parameters: query, key, value, output, each D x D (key and value: G d x memory_dim).
    Equal to `torch.nn.MultiheadAttention`, whose masks mean the opposite.
    Raises ValueError for a dim that is no multiple of heads, and for inputs or masks that do not fit.
    """

    def __init__(
        self,
        *,
        dim: int,
        heads: int,
        bias: bool = True,
        dropout: float = 0.0,
        positions: PositionScheme | None = None,
        memory_dim: int | None = None,
        key_value_heads: int | None = None,
    ) -> None:
        super().__init__()
        if heads < 1 or dim < 1 or dim % heads:
            raise ValueError(f"dim ({dim}) must be a multiple of heads ({heads}), both at least 1")
        groups = heads if key_value_heads is None else key_value_heads
        if groups < 1 or heads % groups:
            raise ValueError(f"heads ({heads}) must be a multiple of key_value_heads ({groups}), both at least 1")
        if not 0.0 <= dropout < 1.0:
            raise ValueError(f"dropout ({dropout}) must lie in 0 to 1, 1 excluded")
        self.dim, self.heads, self.key_value_heads, self.dropout = dim, heads, groups, dropout
        self.memory_dim = dim if memory_dim is None else memory_dim
        self.query = nn.Linear(dim, dim, bias=bias)
        self.key = nn.Linear(self.memory_dim, groups * (dim // heads), bias=bias)
        self.value = nn.Linear(self.memory_dim, groups * (dim // heads), bias=bias)
        self.output = nn.Linear(dim, dim, bias=bias)
        self.positions = positions
        self.recorder: Callable[[Tensor], None] | None = None  # set by `record_attention`
        for projection in (self.query, self.key, self.value, self.output):
            nn.init.xavier_uniform_(projection.weight)
            if bias:
                nn.init.zeros_(projection.bias)

    def forward(
        self,
        x: Tensor,
        memory: Tensor | None = None,
        *,
        mask: Tensor | None = None,
        causal: bool = False,
        cache: KeyValueCache | None = None,
    ) -> Tensor:
        """x (B, T, D) asks, memory (B, S, D) answers, x itself where there is none -> (B, T, D).

        mask: boolean, True = may attend, broadcasts to (B, H, T, S). causal: nobody sees later positions, without
        storing a T x S mask. cache: of this layer; with memory it is filled once, without it grows by x.
        Raises ValueError for shapes that do not fit, and for causal or positions where there is a memory.
        """
        self._check(x, memory, causal)
        queries, bias = split_heads(self.query(x), self.heads), None  # (B, H, T, d)
        if memory is None:
            keys, values = self._keys_and_values(x)
            seen = len(cache) if cache is not None else 0
            if self.positions is not None:
                asked = torch.arange(seen, seen + x.shape[1], device=x.device)  # (T,)
                bias = self.positions.bias(queries, asked, torch.arange(seen + x.shape[1], device=x.device))
                queries, keys = self.positions.rotate(queries, asked), self.positions.rotate(keys, asked)
            if cache is not None:
                keys, values = cache.extend(keys, values)
        elif cache is not None and len(cache):
            keys, values = cache.keys, cache.values  # the memory's, projected at the first step
        else:
            keys, values = self._keys_and_values(memory)
            if cache is not None:
                cache.extend(keys, values)
        self._check_mask(mask, (*queries.shape[:3], keys.shape[2]))
        return self.output(merge_heads(self._attend(queries, keys, values, mask, bias, causal)))  # (B, T, D)

    def _keys_and_values(self, source: Tensor) -> tuple[Tensor, Tensor]:
        """What a source (B, S, D) offers, (B, G, S, d) each."""
        return tuple(split_heads(part(source), self.key_value_heads) for part in (self.key, self.value))

    def _attend(
        self, queries: Tensor, keys: Tensor, values: Tensor, mask: Tensor | None, bias: Tensor | None, causal: bool
    ) -> Tensor:
        """Weighted sums of values (B, H, T, d): torch's fused kernel, or, while recording, weights that are kept."""
        length, dropout = queries.shape[2], self.dropout if self.training else 0.0
        plain = mask is None and bias is None and self.recorder is None
        fused_causal = causal and plain and length == keys.shape[2] > 1
        if causal and length > 1 and not fused_causal:
            mask = combine(mask, causal_mask(length, keys.shape[2], device=queries.device))
        if self.recorder is not None:
            keys, values = (repeat_heads(each, self.heads // self.key_value_heads) for each in (keys, values))
            weights = attention_weights(queries, keys, mask, bias)  # (B, H, T, S)
            self.recorder(weights.detach())
            return F.dropout(weights, dropout) @ values
        if bias is not None and mask is not None:
            mask = bias.masked_fill(~mask, float("-inf"))  # added to the scores by torch's kernel
        elif bias is not None:
            mask = bias
        grouped = self.key_value_heads < self.heads
        return F.scaled_dot_product_attention(
            queries, keys, values, attn_mask=mask, dropout_p=dropout, is_causal=fused_causal, enable_gqa=grouped
        )

    def _check(self, x: Tensor, memory: Tensor | None, causal: bool) -> None:
        for name, tensor, dim in (("x", x, self.dim), ("memory", memory, self.memory_dim)):
            if tensor is not None and (tensor.ndim != 3 or tensor.shape[-1] != dim or tensor.shape[1] == 0):
                raise ValueError(f"{name} of shape {tuple(tensor.shape)} must be (B, length, {dim})")
        if memory is None:
            return
        if len(memory) != len(x):
            raise ValueError(f"x has {len(x)} rows and memory {len(memory)}: give one memory a row")
        if causal or self.positions is not None:
            raise ValueError("causal and positions are for self-attention: leave them out where there is a memory")

    @staticmethod
    def _check_mask(mask: Tensor | None, scores: tuple[int, ...]) -> None:
        """A mask of three dimensions would be read as (H, T, S) where (B, T, S) was meant: 2 or 4 it must be."""
        if mask is None:
            return
        if mask.dtype != torch.bool:
            raise ValueError(f"mask of type {mask.dtype} must be boolean, True = may attend: see layers/masks.py")
        fits = all(size in (1, full) for size, full in zip(reversed(mask.shape), reversed(scores), strict=False))
        if mask.ndim not in (2, 4) or not fits:
            raise ValueError(f"mask of shape {tuple(mask.shape)} must be (T, S) or (B, H, T, S) and fit {scores}")


@contextmanager
def record_attention(model: nn.Module) -> Iterator[dict[str, list[Tensor]]]:
    """Keep the weights of every attention layer while a model runs: name -> one tensor (B, H, T, S) a forward.

    The same forward computes them and uses them. Names are those of `named_modules`.
    Raises ValueError for a model without attention.
    """
    layers = {name: module for name, module in model.named_modules() if hasattr(module, "recorder")}
    if not layers:
        raise ValueError(f"{type(model).__name__} has no attention layer to record")
    maps: dict[str, list[Tensor]] = {name: [] for name in layers}
    before = {name: layer.recorder for name, layer in layers.items()}
    for name, layer in layers.items():
        layer.recorder = maps[name].append
    try:
        yield maps
    finally:
        for name, layer in layers.items():
            layer.recorder = before[name]
