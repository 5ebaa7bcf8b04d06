"""Distances that add to attention's scores: ALiBi's slopes, T5's buckets, Shaw's vectors."""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn

from lecture_utils.layers.attention import PositionScheme


def alibi_slopes(heads: int) -> Tensor:
    """How much each head dislikes distance (Press et al. 2022, section 3): (H,), the steepest first.

    For a power of two, 2^(-8/H), 2^(-16/H), ... to 2^-8. Else, as in the authors' code, the slopes of the next
    smaller power of two, then every other slope of the next larger one. Raises ValueError for heads below 1.
    """
    if heads < 1:
        raise ValueError(f"heads ({heads}) must be at least 1")
    power = 2 ** int(math.log2(heads))
    slopes = [2 ** (-8 * (head + 1) / power) for head in range(power)]
    slopes += [2 ** (-4 * (2 * head + 1) / power) for head in range(heads - power)]
    return torch.tensor(slopes)


class ALiBi(PositionScheme):
    """Subtract slope x distance from the scores, one fixed slope a head (Press et al. 2022, section 3).

    The paper looks back only. Here the distance counts without its sign, which is the same under a causal mask
    and gives the symmetric variant without one; that cannot tell left from right.
    """

    def __init__(self, *, heads: int) -> None:
        super().__init__()
        self.register_buffer("slopes", alibi_slopes(heads), persistent=False)  # (H,)

    def bias(self, queries: Tensor, query_positions: Tensor, key_positions: Tensor) -> Tensor:
        distance = (key_positions - query_positions[:, None]).abs()  # (T, S)
        return (-self.slopes[:, None, None] * distance).to(queries.dtype)[None]  # (1, H, T, S)


def bucket_of(offsets: Tensor, *, buckets: int, furthest: int, bidirectional: bool) -> Tensor:
    """Sort offsets, key's minus query's position, into buckets (Raffel et al. 2020, section 2.1): the same shape.

    The first half of the buckets hold one distance each, the others ever more, up to `furthest`, and the last all
    beyond. bidirectional: keys to the right have the upper half of the buckets for themselves, else they count as 0.
    """
    if bidirectional:
        buckets //= 2
        base, distance = (offsets > 0).long() * buckets, offsets.abs()
    else:
        base, distance = torch.zeros_like(offsets), (-offsets).clamp(min=0)
    exact = buckets // 2
    share = torch.log(distance.clamp(min=1) / exact) / math.log(furthest / exact)  # 0 at exact, 1 at furthest
    far = (exact + (share * (buckets - exact)).long()).clamp(max=buckets - 1)
    return base + torch.where(distance < exact, distance, far)


class RelativeBuckets(PositionScheme):
    """Add one learned number a head and bucket of distances to the scores (T5: Raffel et al. 2020, section 2.1).

    T5 does not divide scores by sqrt(d) and shares one table among its layers; ours divides, and a `scheme` that
    hands out the same object each time shares. The table starts at zero. Arguments as in `bucket_of`.
    Raises ValueError for sizes that leave a direction fewer than two buckets, or a `furthest` within the exact ones.
    """

    def __init__(self, *, heads: int, buckets: int = 32, furthest: int = 128, bidirectional: bool = True) -> None:
        super().__init__()
        one_way = buckets // 2 if bidirectional else buckets
        if heads < 1 or one_way < 2 or furthest <= one_way // 2:
            raise ValueError(
                f"heads ({heads}) must be at least 1, buckets ({buckets}) at least 2 in each direction, and furthest "
                f"({furthest}) above the {one_way // 2} distances that have a bucket of their own"
            )
        self.sizes = {"buckets": buckets, "furthest": furthest, "bidirectional": bidirectional}
        self.table = nn.Embedding(buckets, heads)
        nn.init.zeros_(self.table.weight)

    def bias(self, queries: Tensor, query_positions: Tensor, key_positions: Tensor) -> Tensor:
        buckets = bucket_of(key_positions - query_positions[:, None], **self.sizes)  # (T, S)
        return self.table(buckets).permute(2, 0, 1)[None]  # (1, H, T, S)


class Shaw(PositionScheme):
    """Add the query's product with a learned vector for the offset to the scores (Shaw et al. 2018, eqs. 4 and 5).

    One table a layer, shared by its heads; offsets beyond `furthest` count as `furthest`. The paper's vectors for
    values (eq. 3) are left out: its table 3 finds no gain from them, and they would need every weight in the open,
    which the fused kernel does not give. head_dim: d. Raises ValueError for sizes below 1 and other widths.
    """

    def __init__(self, *, head_dim: int, furthest: int = 16) -> None:
        super().__init__()
        if head_dim < 1 or furthest < 1:
            raise ValueError(f"head_dim ({head_dim}) and furthest ({furthest}) must each be at least 1")
        self.head_dim, self.furthest = head_dim, furthest
        self.table = nn.Embedding(2 * furthest + 1, head_dim)
        nn.init.xavier_uniform_(self.table.weight)

    def bias(self, queries: Tensor, query_positions: Tensor, key_positions: Tensor) -> Tensor:
        if queries.shape[-1] != self.head_dim:
            raise ValueError(
                f"queries have {queries.shape[-1]} numbers, this Shaw was made for heads of {self.head_dim}"
            )
        offsets = key_positions - query_positions[:, None]  # (T, S)
        index = offsets.clamp(-self.furthest, self.furthest) + self.furthest  # row of the table
        products = queries @ self.table.weight.T / self.head_dim**0.5  # (B, H, T, 2 furthest + 1)
        return products.gather(-1, index.expand(*products.shape[:2], -1, -1))  # (B, H, T, S)
