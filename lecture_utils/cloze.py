"""Fill in the blank: hide one word of a sentence and ask a BERT what stood there, with both sides in view or one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import torch
from torch import Tensor

from lecture_utils.layers.attention import record_attention
from lecture_utils.layers.masks import causal, combine, padding
from lecture_utils.models.bert import BertPreTraining
from lecture_utils.tokenizers.pretokens import bert_words


class Vocabulary(Protocol):
    """What is needed of a tokenizer: a token's id, and an id's token."""

    ids: Mapping[str, int]
    tokens: Mapping[int, str] | Sequence[str]

    def pieces(self, text: str) -> list[str]: ...


@dataclass(frozen=True)
class Guess:
    """What a model says of a blank.

    read: the T tokens it saw, [MASK] among them. words: its best guesses, the likeliest first; probabilities: theirs.
    looked (T,): where the blank attends to in the last layer, mean of the heads.
    """

    read: tuple[str, ...]
    words: tuple[str, ...]
    probabilities: tuple[float, ...]
    looked: Tensor


def left_only(tokens: Tensor) -> Tensor:
    """The mask of a reader from left to right: nobody sees later tokens, nor [PAD]; tokens (B, T) -> (B, 1, T, T)."""
    return combine(padding(tokens), causal(tokens.shape[1], device=tokens.device))


@torch.no_grad()
def guess_word(
    model: BertPreTraining,
    tokenizer: Vocabulary,
    text: str,
    word: int,
    *,
    top: int = 5,
    from_left: bool = False,
) -> Guess:
    """Hide the word-th word or mark of a text, counted from 0, and let the model guess it.

    All its pieces become one [MASK]. from_left: the model sees what stands before the blank only.
    Raises ValueError for a word that is not there, for top < 1, and for texts longer than the model reads.
    """
    words = bert_words(text)
    if not 0 <= word < len(words) or top < 1:
        raise ValueError(f"word {word} of {len(words)}: count from 0; and ask for 1 guess or more, not {top}")
    parts = [["[MASK]"] if at == word else tokenizer.pieces(each) for at, each in enumerate(words)]
    read = ["[CLS]", *(piece for part in parts for piece in part), "[SEP]"]
    place = 1 + sum(map(len, parts[:word]))
    tokens = torch.tensor([[tokenizer.ids[piece] for piece in read]], device=model.output.weight.device)
    model.eval()
    with record_attention(model) as maps:
        logits, _ = model(tokens, mask=left_only(tokens) if from_left else None)
    best = logits[0, place].softmax(-1).topk(top)
    (last,) = list(maps.values())[-1]  # (1, H, T, T)
    return Guess(
        tuple(read),
        tuple(tokenizer.tokens[index] for index in best.indices.tolist()),
        tuple(best.values.tolist()),
        last[0, :, place].mean(0).cpu(),
    )
