"""One recurrent network reads a sentence into a single vector, another writes its translation from that vector."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn.utils.rnn import pack_padded_sequence

from lecture_utils.layers.recurrent import open_gates
from lecture_utils.tokenizers.words import PAD


@dataclass(frozen=True)
class Seq2SeqConfig:
    """Sizes: vocabularies read and written, width of the word vectors, hidden units of each LSTM.

    reverse: read the source from its last word to its first. gate_bias: the forget gates' at the start, see
    `open_gates`; None for torch's own.
    """

    source_vocabulary: int
    target_vocabulary: int
    width: int = 64
    hidden: int = 128
    reverse: bool = True
    gate_bias: float | None = 2.0

    def __post_init__(self) -> None:
        if min(self.source_vocabulary, self.target_vocabulary, self.width, self.hidden) < 1:
            raise ValueError(f"vocabularies, width and hidden of {self} must each be at least 1")


@dataclass(frozen=True)
class SentenceVector:
    """All that the decoder gets to know of B sentences: an LSTM's hidden state and memory, (B, D) each."""

    hidden: Tensor
    memory: Tensor

    def select(self, rows: Tensor) -> SentenceVector:
        """The vectors of these rows, in this order."""
        return SentenceVector(self.hidden[rows], self.memory[rows])

    def flat(self) -> Tensor:
        """Both side by side, (B, 2D): the whole sentence as one vector."""
        return torch.cat([self.hidden, self.memory], dim=-1)


class LSTMEncoderDecoder(nn.Module):
    """Sequence to sequence through one fixed vector (Sutskever et al. 2014, section 2; Cho et al. 2014, section 2.1).

    One layer where Sutskever et al. have four; their reversal of the source is kept. Padding changes nothing: the
    vector is taken at each sentence's own end. Raises ValueError for sentences without words, padding that is not
    on the right, and ids outside the vocabularies.
    """

    def __init__(self, config: Seq2SeqConfig) -> None:
        super().__init__()
        self.config = config
        self.source_words = nn.Embedding(config.source_vocabulary, config.width)
        self.target_words = nn.Embedding(config.target_vocabulary, config.width)
        self.encoder = nn.LSTM(config.width, config.hidden, batch_first=True)
        self.decoder = nn.LSTM(config.width, config.hidden, batch_first=True)
        self.head = nn.Linear(config.hidden, config.target_vocabulary)
        if config.gate_bias is not None:
            open_gates(self.encoder, config.gate_bias)
            open_gates(self.decoder, config.gate_bias)

    def start(self, source: Tensor) -> SentenceVector:
        """source (B, S) ids, <pad> on the right -> one vector a sentence."""
        _check(source, self.config.source_vocabulary, "source")
        real = source != PAD  # (B, S)
        lengths = real.sum(1)  # (B,)
        if not real[:, 0].all() or (real[:, 1:] & ~real[:, :-1]).any():
            raise ValueError("each row of source must begin with a word and have its <pad> on the right only")
        if self.config.reverse:
            source = reversed_rows(source, lengths)
        words = pack_padded_sequence(self.source_words(source), lengths.cpu(), batch_first=True, enforce_sorted=False)
        _, (hidden, memory) = self.encoder(words)  # (1, B, D) each, at each row's own end
        return SentenceVector(hidden[0], memory[0])

    def decode(self, tokens: Tensor, state: SentenceVector) -> tuple[Tensor, SentenceVector]:
        """tokens (B, T), words of the translation -> logits (B, T, V) of the word after each, and the last state."""
        _check(tokens, self.config.target_vocabulary, "target")
        before = state.hidden[None].contiguous(), state.memory[None].contiguous()  # (1, B, D) each
        outputs, (hidden, memory) = self.decoder(self.target_words(tokens), before)  # (B, T, D)
        return self.head(outputs), SentenceVector(hidden[0], memory[0])

    def forward(self, source: Tensor, target_in: Tensor) -> Tensor:
        """source (B, S), target_in (B, T): <bos> and the true words -> logits (B, T, V): teacher forcing."""
        return self.decode(target_in, self.start(source))[0]

    def step(self, tokens: Tensor, state: SentenceVector) -> tuple[Tensor, SentenceVector]:
        """tokens (B,), the last word of each -> logits (B, V) of the next, and the state after it."""
        logits, state = self.decode(tokens[:, None], state)
        return logits[:, 0], state


def reversed_rows(tokens: Tensor, lengths: Tensor) -> Tensor:
    """Each row (of (B, S)) backwards within its own length; padding stays on the right."""
    places = torch.arange(tokens.shape[1], device=tokens.device)  # (S,)
    mirrored = lengths[:, None] - 1 - places  # (B, S), negative in the padding
    return tokens.gather(1, torch.where(mirrored >= 0, mirrored, places))


def _check(tokens: Tensor, vocabulary: int, what: str) -> None:
    if tokens.ndim != 2 or tokens.shape[1] == 0:
        raise ValueError(f"{what} of shape {tuple(tokens.shape)} must be (B, length) with at least one word")
    low, high = int(tokens.min()), int(tokens.max())
    if low < 0 or high >= vocabulary:
        raise ValueError(f"{what} ids {low} to {high} must lie in 0 to {vocabulary - 1}")
