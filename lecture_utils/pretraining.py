"""Pre-training on texts without labels: fill the blanks, judge whether B follows A, find the other half."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from lecture_utils.contrastive import info_nce, mean_vector
from lecture_utils.masking import corrupt, masked_loss
from lecture_utils.models.bert import BertPreTraining
from lecture_utils.tokenizers.lookup import Words
from lecture_utils.tokenizers.special import PAD, UNK, wrap

SHARE = 0.3  # of tokens in the loss: our texts are short; BERT takes 15 %, Wettig et al. (2023) find 40 % better
TEMPERATURE = 0.2  # of the contrast
TASKS = ("blanks", "next sentence", "contrast")


@dataclass(frozen=True)
class Pairs:
    """Halves of texts, as three tasks need them.

    tokens, segments (N, T): [CLS] A [SEP] B [SEP]. strange (N,): 0 where B follows A, 1 where it is another text's,
    in the order of BERT's logits. halves (2, M, S): [CLS] A [SEP] and, of the same text, [CLS] B [SEP].
    """

    tokens: Tensor
    segments: Tensor
    strange: Tensor
    halves: Tensor

    def to(self, device: torch.device | str) -> Pairs:
        """The same pairs on another device."""
        return Pairs(*(part.to(device) for part in (self.tokens, self.segments, self.strange, self.halves)))


def encode(texts: Sequence[Sequence[str]], words: Words) -> Tensor:
    """Texts of words as one table of ids (N, T), each [CLS] text [SEP], filled up with [PAD]."""
    return _table([wrap(_ids(text, words))[0] for text in texts])


def draw_pairs(
    texts: Sequence[Sequence[Sequence[str]]], words: Words, *, pairs: int, contrasts: int, seed: int
) -> Pairs:
    """Cut texts at a random end of a sentence into A and B; half of the `pairs` get the B of another text.

    texts: N texts of at least two sentences of words. pairs: even, at most `contrasts`, which is how many halves
    are told apart, at most N. Nothing but the words goes in. Raises ValueError for numbers that do not fit.
    """
    if pairs % 2 or not 2 <= pairs <= contrasts <= len(texts):
        raise ValueError(f"pairs ({pairs}) must be even and 2 <= pairs <= contrasts ({contrasts}) <= N ({len(texts)})")
    generator = np.random.default_rng(seed)
    chosen = [texts[row] for row in generator.choice(len(texts), contrasts, replace=False)]
    if min(map(len, chosen)) < 2:
        raise ValueError("each text must have at least two sentences, or it cannot be cut")
    cuts = [(text, int(generator.integers(1, len(text)))) for text in chosen]
    first = [_ids(chain(*text[:cut]), words) for text, cut in cuts]
    second = [_ids(chain(*text[cut:]), words) for text, cut in cuts]
    half = pairs // 2
    follows = [*second[1:half], second[0], *second[half:pairs]]  # the first half are passed on to a neighbour
    rows = [wrap(a, b) for a, b in zip(first[:pairs], follows, strict=True)]
    halves = _table([wrap(text)[0] for text in (*first, *second)])
    return Pairs(
        _table([tokens for tokens, _ in rows]),
        _table([segments for _, segments in rows]),
        (torch.arange(pairs) < half).long(),
        halves.unflatten(0, (2, contrasts)),
    )


def pretraining_losses(
    model: BertPreTraining, pairs: Pairs, *, seed: int, tasks: Sequence[str] = TASKS
) -> dict[str, Tensor]:
    """The loss of each of these tasks, in nats; seed: of the blanks. [PAD] counts in none of them.

    Raises ValueError for no task, and for one that is not among the three.
    """
    if not tasks or not set(tasks) <= set(TASKS):
        raise ValueError(f"tasks ({', '.join(tasks) or 'none'}) must be some of {', '.join(TASKS)}")
    losses = {}
    if "blanks" in tasks or "next sentence" in tasks:
        hidden = corrupt(pairs.tokens, vocabulary=model.bert.config.vocabulary, seed=seed, share=SHARE)
        guesses, verdicts = model(hidden.inputs, pairs.segments)  # (N, T, V), (N, 2)
        losses["blanks"] = masked_loss(guesses, hidden.targets)
        losses["next sentence"] = F.cross_entropy(verdicts, pairs.strange)
    if "contrast" in tasks:
        halves = pairs.halves.flatten(0, 1)  # (2 M, S)
        vectors = mean_vector(model.bert(halves), halves)  # (2 M, D)
        losses["contrast"] = info_nce(*vectors.chunk(2), temperature=TEMPERATURE)
    return {task: losses[task] for task in tasks}


def _ids(text: Iterable[str], words: Words) -> list[int]:
    return [words.ids.get(word, UNK) for word in text]


def _table(rows: Sequence[Sequence[int]]) -> Tensor:
    """Rows of ids as (N, T), filled up with [PAD]."""
    longest = max(map(len, rows))
    return torch.tensor([[*row, *[PAD] * (longest - len(row))] for row in rows])
