"""What a language model pays for text: for an ending, given a beginning, and for each character of a book.

A price per token says little when two tokenizers cut differently: fewer tokens are dearer each. A price per
character is the same question to both.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Protocol

import torch
from torch import Tensor
from torch.nn import functional as F

from lecture_utils.models.gpt import GPT
from lecture_utils.tokenizers.special import SEP

ROWS = 256  # read at once


class Tokenizer(Protocol):
    """What is needed of a tokenizer."""

    def encode(self, text: str) -> list[int]: ...
    def decode(self, ids: Sequence[int]) -> str: ...


@torch.no_grad()
def log_chances(model: GPT, tokenizer: Tokenizer, beginnings: Sequence[str], endings: Sequence[str]) -> Tensor:
    """ln P(ending | [SEP] beginning) in nats, (N,); an ending of several tokens pays for each.

    The blank between the two belongs to the ending. Raises ValueError unless there is one ending a beginning, none of
    them empty.
    """
    if len(beginnings) != len(endings) or not all(endings):
        raise ValueError(f"{len(beginnings)} beginnings and {len(endings)} endings: give one each, none empty")
    device = next(model.parameters()).device
    totals = []
    for start in range(0, len(endings), ROWS):
        said = [[SEP, *tokenizer.encode(text)] for text in beginnings[start : start + ROWS]]
        asked = [tokenizer.encode(f" {text}") for text in endings[start : start + ROWS]]
        longest = max(len(a) + len(b) for a, b in zip(said, asked, strict=True))
        tokens = torch.zeros(len(said), longest, dtype=torch.long)  # (B, T)
        counted = torch.zeros(len(said), longest, dtype=torch.bool)
        for row, (a, b) in enumerate(zip(said, asked, strict=True)):
            tokens[row, : len(a) + len(b)] = torch.tensor(a + b)
            counted[row, len(a) : len(a) + len(b)] = True
        tokens, counted = tokens.to(device), counted.to(device)
        hidden = model.hidden(tokens[:, :-1])[counted[:, 1:]]  # (M, D): only where something is asked
        nats = F.cross_entropy(model.output(hidden), tokens[:, 1:][counted[:, 1:]], reduction="none")  # (M,)
        totals.append(-torch.zeros(len(said), device=device).index_add(0, counted.nonzero()[:, 0], nats))
    return torch.cat(totals).cpu()


def choice_chances(model: GPT, tokenizer: Tokenizer, beginnings: Sequence[str], choices: Sequence[str]) -> Tensor:
    """How the model divides its belief among these choices: (N, C), each row summing to one.

    Raises ValueError for fewer than two choices, and as `log_chances` does.
    """
    if len(choices) < 2:
        raise ValueError(f"choices {list(choices)}: give at least two to choose from")
    rows = [text for text in beginnings for _ in choices]
    return log_chances(model, tokenizer, rows, [*choices] * len(beginnings)).view(-1, len(choices)).softmax(1)


@torch.no_grad()
def bits_per_character(model: GPT, tokenizer: Tokenizer, text: str, *, window: int) -> float:
    """Mean of -log2 P over windows of that many tokens, divided by the characters these tokens stand for.

    The first token of each window is read and not asked for, and a last window that is not full is left out, in
    tokens and characters alike. Raises ValueError for a text shorter than one window.
    """
    ids = torch.tensor(tokenizer.encode(text))
    if len(ids) <= window:
        raise ValueError(f"the text has {len(ids)} tokens, and a window needs {window + 1}: give a longer text")
    rows = ids.unfold(0, window + 1, window)  # (N, window + 1)
    device, nats, letters = next(model.parameters()).device, 0.0, 0
    for batch in rows.split(ROWS):
        inputs, targets = batch[:, :-1].to(device), batch[:, 1:].to(device)
        nats += F.cross_entropy(model(inputs).flatten(0, 1), targets.flatten(), reduction="sum").item()
        letters += sum(len(tokenizer.decode(row)) for row in batch[:, 1:].tolist())
    return nats / letters / math.log(2)
