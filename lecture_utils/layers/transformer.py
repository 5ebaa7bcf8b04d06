"""The Transformer's two kinds of layer: attention and feed-forward, each inside a residual wire with a norm."""

from __future__ import annotations

from collections.abc import Callable

from torch import Tensor, nn
from torch.nn import functional as F

from lecture_utils.layers.attention import KeyValueCache, MultiHeadAttention, PositionScheme
from lecture_utils.layers.feedforward import FeedForward


class Residual(nn.Module):
    """A wire around a sub-layer: x + f(x), with a norm after the sum (post) or before f (pre).

    Post-norm is Vaswani et al. (2017, section 5.4), pre-norm Xiong et al. (2020). eps: the norm's.
    """

    def __init__(self, *, dim: int, dropout: float, norm_first: bool, eps: float = 1e-5) -> None:
        super().__init__()
        self.norm, self.dropout, self.norm_first = nn.LayerNorm(dim, eps), nn.Dropout(dropout), norm_first

    def forward(self, x: Tensor, branch: Callable[[Tensor], Tensor]) -> Tensor:
        if self.norm_first:
            return x + self.dropout(branch(self.norm(x)))
        return self.norm(x + self.dropout(branch(x)))


class EncoderLayer(nn.Module):
    """Self-attention, then feed-forward (Vaswani et al. 2017, section 3.1). (B, T, D) -> (B, T, D).

    With `causal` it is the block of a decoder-only model. eps: of the norms, 1e-12 in BERT and ViT.
    Equal to `torch.nn.TransformerEncoderLayer`.
    """

    def __init__(
        self,
        *,
        dim: int,
        heads: int,
        hidden: int,
        dropout: float = 0.0,
        norm_first: bool = False,
        activation: Callable[[Tensor], Tensor] = F.relu,
        positions: PositionScheme | None = None,
        eps: float = 1e-5,
    ) -> None:
        super().__init__()
        wire = {"dim": dim, "dropout": dropout, "norm_first": norm_first, "eps": eps}
        self.attention = MultiHeadAttention(dim=dim, heads=heads, dropout=dropout, positions=positions)
        self.feedforward = FeedForward(dim=dim, hidden=hidden, activation=activation, dropout=dropout)
        self.around_attention, self.around_feedforward = Residual(**wire), Residual(**wire)

    def forward(
        self, x: Tensor, *, mask: Tensor | None = None, causal: bool = False, cache: KeyValueCache | None = None
    ) -> Tensor:
        x = self.around_attention(x, lambda x: self.attention(x, mask=mask, causal=causal, cache=cache))
        return self.around_feedforward(x, self.feedforward)


class DecoderLayer(nn.Module):
    """Causal self-attention, attention to the encoder's memory, feed-forward (Vaswani et al. 2017, section 3.1).

    Equal to `torch.nn.TransformerDecoderLayer`.
    """

    def __init__(
        self,
        *,
        dim: int,
        heads: int,
        hidden: int,
        dropout: float = 0.0,
        norm_first: bool = False,
        activation: Callable[[Tensor], Tensor] = F.relu,
        positions: PositionScheme | None = None,
    ) -> None:
        super().__init__()
        wire = {"dim": dim, "dropout": dropout, "norm_first": norm_first}
        self.attention = MultiHeadAttention(dim=dim, heads=heads, dropout=dropout, positions=positions)
        self.cross_attention = MultiHeadAttention(dim=dim, heads=heads, dropout=dropout)
        self.feedforward = FeedForward(dim=dim, hidden=hidden, activation=activation, dropout=dropout)
        self.around_attention, self.around_cross, self.around_feedforward = (Residual(**wire) for _ in range(3))

    def forward(
        self,
        x: Tensor,
        memory: Tensor,
        *,
        memory_mask: Tensor | None = None,
        mask: Tensor | None = None,
        caches: tuple[KeyValueCache, KeyValueCache] | None = None,
    ) -> Tensor:
        """x (B, T, D), memory (B, S, D), memory_mask to (B, H, T, S), caches: of self- and of cross-attention."""
        own, cross = caches if caches is not None else (None, None)
        x = self.around_attention(x, lambda x: self.attention(x, mask=mask, causal=True, cache=own))
        x = self.around_cross(x, lambda x: self.cross_attention(x, memory, mask=memory_mask, cache=cross))
        return self.around_feedforward(x, self.feedforward)
