"""What every model asks of the ids it is given."""

from __future__ import annotations

import torch
from torch import Tensor


def check_token_ids(tokens: Tensor, vocabulary: int) -> None:
    """Raise ValueError unless tokens are (B, T), with a token at least, and all ids from 0 to vocabulary - 1.

    Left out where a model is being compiled: the check looks at values.
    """
    if tokens.ndim != 2 or not tokens.numel():
        raise ValueError(f"tokens of shape {tuple(tokens.shape)} must be (B, T), with a token at least")
    if torch.compiler.is_compiling() or tokens.is_meta:
        return
    low, high = (int(bound) for bound in tokens.aminmax())
    if low < 0 or high >= vocabulary:
        raise ValueError(f"ids from {low} to {high} do not fit a vocabulary of {vocabulary}: 0 to {vocabulary - 1}")
