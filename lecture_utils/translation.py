"""The Phrasebook as a task: sentences as ids, batches of like length, the training loss, exact match by length."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from lecture_utils import runtime
from lecture_utils.datasets.phrasebook.corpus import Phrasebook, generate
from lecture_utils.datasets.phrasebook.lexicon import Size
from lecture_utils.datasets.phrasebook.pair import Pair
from lecture_utils.generation import Generator, greedy
from lecture_utils.tokenizers.words import BOS, EOS, PAD, WordTokenizer, pad_rows

LENGTHS = range(4, 21)  # English words a sentence: what lessons 06, 07 and 10 train on and test


@dataclass(frozen=True)
class Sentences:
    """Pairs as ids. source (N, S): English; target (N, T): <bos> French <eos>; both padded. lengths (N,): English."""

    pairs: tuple[Pair, ...]
    source: Tensor
    target: Tensor
    lengths: Tensor

    def __len__(self) -> int:
        return len(self.pairs)

    def to(self, device: torch.device) -> Sentences:
        """The same sentences with their ids on a device; lengths stay where they are."""
        return Sentences(self.pairs, self.source.to(device), self.target.to(device), self.lengths)


@dataclass(frozen=True)
class TranslationTask:
    """English to French: two vocabularies, training sentences, and test sentences none of which was trained on."""

    english: WordTokenizer
    french: WordTokenizer
    train: Sentences
    test: Sentences

    def to(self, device: torch.device) -> TranslationTask:
        """The same task with its ids on a device."""
        return TranslationTask(self.english, self.french, self.train.to(device), self.test.to(device))


def phrasebook_task(
    *, train: int = 20_000, test: int = 1_700, lengths: Iterable[int] = LENGTHS, words: Size = "small", seed: int = 0
) -> TranslationTask:
    """The task of lessons 06, 07 and 10: the same sentences for every model, all lengths in equal shares."""
    book = generate(train + test, seed=seed, lengths=lengths, words=words)
    english, french = WordTokenizer(book.english_words), WordTokenizer(book.french_words)
    parts = book.split(train, test)
    return TranslationTask(english, french, *(as_ids(part, english, french) for part in parts))


def as_ids(pairs: Phrasebook | Iterable[Pair], english: WordTokenizer, french: WordTokenizer) -> Sentences:
    """Sentence pairs as padded ids on `runtime.device`.

    Raises ValueError for no pairs and for words outside the vocabularies.
    """
    pairs = tuple(pairs)
    source = pad_rows([english.encode(pair.english) for pair in pairs]).to(runtime.device())
    target = pad_rows([[BOS, *french.encode(pair.french), EOS] for pair in pairs]).to(runtime.device())
    return Sentences(pairs, source, target, torch.tensor([len(pair.english) for pair in pairs]))


def length_batches(sentences: Sentences, *, size: int, seed: int = 0) -> Callable[[int], tuple[Tensor, Tensor]]:
    """Batches of sentences of nearly the same length, cut to their longest, for `training.fit`.

    Shuffled anew each epoch: ten batches' worth of rows is drawn at a time, sorted by length and cut into batches,
    which come in random order; so little is spent on padding. Each row is used once an epoch.
    Raises ValueError for a size below 1.
    """
    if size < 1:
        raise ValueError(f"batch size {size} must be at least 1")
    planned: dict[int, list[Tensor]] = {}
    per_epoch = -(-len(sentences) // size)

    def plan(epoch: int) -> list[Tensor]:
        generator = torch.Generator().manual_seed(seed * 1_000_003 + epoch)
        order = torch.randperm(len(sentences), generator=generator)
        pools = [pool[sentences.lengths[pool].argsort(stable=True)] for pool in order.split(10 * size)]
        batches = [batch for pool in pools for batch in pool.split(size)]
        return [batches[i] for i in torch.randperm(len(batches), generator=generator)]

    def batch(step: int) -> tuple[Tensor, Tensor]:
        epoch, position = divmod(step, per_epoch)
        if epoch not in planned:
            planned.clear()
            planned[epoch] = plan(epoch)
        rows = planned[epoch][position]
        source, target = sentences.source[rows], sentences.target[rows]
        return tuple(part[:, : int((part != PAD).sum(1).max())] for part in (source, target))

    return batch


def translation_loss(smoothing: float = 0.0) -> Callable[[nn.Module, tuple[Tensor, Tensor]], Tensor]:
    """Cross-entropy of every next French word under teacher forcing, padding left out, for `training.fit`.

    The model sees source and the target shifted right: model(source, target[:, :-1]) -> logits (B, T, V).
    smoothing: share of the truth spread over all words (Szegedy et al. 2016, section 7), 0 to 1.
    """
    if not 0.0 <= smoothing < 1.0:
        raise ValueError(f"smoothing ({smoothing}) must lie in 0 to 1, 1 excluded")

    def loss(model: nn.Module, batch: tuple[Tensor, Tensor]) -> Tensor:
        source, target = batch
        logits = model(source, target[:, :-1])  # (B, T, V): position t guesses word t + 1
        return F.cross_entropy(
            logits.flatten(0, 1), target[:, 1:].flatten(), ignore_index=PAD, label_smoothing=smoothing
        )

    return loss


def translations(model: Generator, sentences: Sentences, *, batch: int = 200) -> Tensor:
    """What a model writes for each sentence, greedily: ids (N, T - 1), as `target` without its <bos>.

    The model is left in its mode.
    """
    written, order = torch.full_like(sentences.target[:, 1:], PAD), sentences.lengths.argsort(stable=True)
    for rows in order.split(batch):
        source = sentences.source[rows]
        source = source[:, : int((source != PAD).sum(1).max())]
        ids = greedy(model, source, longest=written.shape[1])  # (B, <= T - 1)
        written[rows, : ids.shape[1]] = ids
    return written


def translated(model: Generator, sentences: Sentences, *, batch: int = 200) -> Tensor:
    """Which sentences (N,) a model translates word for word, greedily. Bool; the model is left in its mode."""
    return (translations(model, sentences, batch=batch) == sentences.target[:, 1:]).all(1).cpu()


def by_length(right: Tensor, lengths: Tensor) -> dict[int, float]:
    """Share of right ones among sentences of each length, shortest first: right (N,) of bool, lengths (N,)."""
    return {int(n): right[lengths == n].float().mean().item() for n in lengths.unique()}
