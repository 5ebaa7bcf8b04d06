"""Moving a language model into a domain: a new tokenizer that starts from what the old one knew."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import replace

import torch
from torch import nn

from lecture_utils.models.gpt import GPT
from lecture_utils.tokenizers.bpe import BPE
from lecture_utils.tokenizers.merges import apply_merges
from lecture_utils.tokenizers.special import SPECIAL


@torch.no_grad()
def transplant(model: GPT, old: BPE, new: BPE) -> GPT:
    """A copy of the model that reads `new` tokens; each begins as the mean vector of its pieces under `old`.

    After Gee et al. (2022), "fast vocabulary transfer". All other weights are those of the model, which stays as it is.
    Raises ValueError when the model's vocabulary is not the old tokenizer's.
    """
    if model.config.vocabulary != len(old):
        raise ValueError(f"the model knows {model.config.vocabulary} tokens and its tokenizer {len(old)}: give its own")
    table, ranks = model.embedding.weight, {pair: rank for rank, pair in enumerate(old.merges)}
    rows = [*table[: len(SPECIAL)]]
    rows += [
        table[[old.ids[piece] for piece in apply_merges(token, ranks)]].mean(0) for token in new.tokens[len(rows) :]
    ]
    moved = deepcopy(model)
    moved.config = replace(model.config, vocabulary=len(new))
    moved.embedding = nn.Embedding.from_pretrained(torch.stack(rows), freeze=False)  # (V, D)
    moved.output = nn.Linear(table.shape[1], len(new), bias=False, device=table.device, dtype=table.dtype)
    moved.output.weight = moved.embedding.weight
    return moved
