"""Attention over a recurrent network's annotations: additive, multiplicative, and none to compare with."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor, nn

from lecture_utils.layers.attention import masked_softmax


def additive_scores(queries: Tensor, keys: Tensor, vector: Tensor) -> Tensor:
    """How well each query fits each key: e = v^T tanh(W s + U h) (Bahdanau et al. 2015, appendix A.1.2).

    queries (B, T, A) are W s, keys (B, S, A) are U h, vector (A,) is v -> (B, T, S).
    """
    return torch.tanh(queries[:, :, None] + keys[:, None]) @ vector


def multiplicative_scores(queries: Tensor, keys: Tensor) -> Tensor:
    """How well each query fits each key: e = s^T h (Luong et al. 2015, section 3.1, dot).

    queries (B, T, D), keys (B, S, D) -> (B, T, S).
    """
    return queries @ keys.mT


class Alignment(nn.Module):
    """What the kinds of attention share: scores, softmax over the words, weighted sum of their annotations.

    Subclasses say what the keys are and how they are scored. `record_attention` sees weights (B, 1, T, S).
    """

    def __init__(self) -> None:
        super().__init__()
        self.recorder: Callable[[Tensor], None] | None = None  # set by `record_attention`

    def keys(self, annotations: Tensor) -> Tensor:
        """What of the scores depends on the sentence alone, so that it is computed once: (B, S, K) -> (B, S, A)."""
        return annotations

    def scores(self, queries: Tensor, keys: Tensor) -> Tensor:
        """queries (B, T, Q), keys (B, S, A) -> scores (B, T, S)."""
        raise NotImplementedError

    def forward(
        self, queries: Tensor, annotations: Tensor, mask: Tensor | None, *, keys: Tensor | None = None
    ) -> Tensor:
        """queries (B, T, Q) ask, annotations (B, S, K) answer -> context vectors (B, T, K).

        mask: (B, 1, 1, S) or (B, 1, T, S), True = may attend, see `masks.padding`; it must be given, so that
        nobody forgets the padding: None says that there is none. keys: of `keys(annotations)`, if at hand.
        Raises ValueError for shapes that do not fit.
        """
        self._check(queries, annotations, mask)
        keys = self.keys(annotations) if keys is None else keys
        weights = masked_softmax(self.scores(queries, keys), None if mask is None else mask[:, 0])  # (B, T, S)
        if self.recorder is not None:
            self.recorder(weights.detach()[:, None])
        return weights @ annotations

    def _check(self, queries: Tensor, annotations: Tensor, mask: Tensor | None) -> None:
        shapes = f"queries {tuple(queries.shape)} and annotations {tuple(annotations.shape)}"
        if queries.ndim != 3 or annotations.ndim != 3 or len(queries) != len(annotations):
            raise ValueError(f"{shapes} must be (B, T, Q) and (B, S, K): one row a sentence in both")
        if mask is not None and (mask.dtype != torch.bool or mask.ndim != 4 or mask.shape[-1] != annotations.shape[1]):
            raise ValueError(
                f"mask {tuple(mask.shape)} of {mask.dtype} must be boolean (B, 1, 1, {annotations.shape[1]}), "
                "True = may attend: see masks.padding"
            )


class AdditiveAttention(Alignment):
    """A small network scores each pair: v^T tanh(W s + U h) (Bahdanau et al. 2015, appendix A.1.2).

    queries: Q, numbers of a query. annotations: K, numbers of an annotation. hidden: A, width of the small network.
    """

    def __init__(self, *, queries: int, annotations: int, hidden: int) -> None:
        super().__init__()
        if min(queries, annotations, hidden) < 1:
            raise ValueError(f"queries ({queries}), annotations ({annotations}) and hidden ({hidden}) must be >= 1")
        self.query = nn.Linear(queries, hidden, bias=False)  # W
        self.key = nn.Linear(annotations, hidden, bias=False)  # U
        self.vector = nn.Parameter(torch.empty(hidden).uniform_(-(hidden**-0.5), hidden**-0.5))  # v

    def keys(self, annotations: Tensor) -> Tensor:
        return self.key(annotations)

    def scores(self, queries: Tensor, keys: Tensor) -> Tensor:
        return additive_scores(self.query(queries), keys, self.vector)


class MultiplicativeAttention(Alignment):
    """A product scores each pair: s^T h, or s^T W h with a matrix to learn (Luong et al. 2015, section 3.1).

    queries: Q, annotations: K, as many for the plain product. matrix: whether there is a W ("general"; else "dot").
    """

    def __init__(self, *, queries: int, annotations: int, matrix: bool = False) -> None:
        super().__init__()
        if min(queries, annotations) < 1 or (not matrix and queries != annotations):
            raise ValueError(
                f"queries ({queries}) and annotations ({annotations}) must be >= 1, and equal without a matrix: "
                "give matrix=True"
            )
        self.key = nn.Linear(annotations, queries, bias=False) if matrix else nn.Identity()  # W

    def keys(self, annotations: Tensor) -> Tensor:
        return self.key(annotations)

    def scores(self, queries: Tensor, keys: Tensor) -> Tensor:
        return multiplicative_scores(queries, keys)


class UniformAttention(Alignment):
    """Looks at all words alike, whoever asks: what is left when attention may not choose."""

    def scores(self, queries: Tensor, keys: Tensor) -> Tensor:
        return queries.new_zeros(len(queries), queries.shape[1], keys.shape[1])
