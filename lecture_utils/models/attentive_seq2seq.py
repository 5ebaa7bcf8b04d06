"""Encoder-decoders that look back: a recurrent network annotates every word, another asks them as it writes."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

from lecture_utils.layers.alignment import AdditiveAttention, Alignment, MultiplicativeAttention, UniformAttention
from lecture_utils.layers.masks import padding
from lecture_utils.tokenizers.words import PAD


@dataclass(frozen=True)
class AttentiveConfig:
    """Sizes: vocabularies read and written, width of the word vectors, hidden units D of annotations and decoder.

    attention: `additive`, `dot`, `general`, or `uniform` to compare with. both_ways: half of an annotation has read
    the sentence forwards, half backwards; else all of it forwards. dropout: of word vectors and readout, 0 to 1.
    """

    source_vocabulary: int
    target_vocabulary: int
    width: int = 64
    hidden: int = 128
    attention: str = "additive"
    both_ways: bool = True
    dropout: float = 0.1

    def __post_init__(self) -> None:
        if self.attention not in ("additive", "dot", "general", "uniform"):
            raise ValueError(f"attention {self.attention!r} is not known: additive, dot, general or uniform")
        if min(self.source_vocabulary, self.target_vocabulary, self.width, self.hidden) < 1:
            raise ValueError(f"vocabularies, width and hidden of {self} must each be at least 1")
        if self.both_ways and self.hidden % 2:
            raise ValueError(f"hidden ({self.hidden}) must be even: half of it reads forwards, half backwards")


@dataclass(frozen=True)
class Reading:
    """Where the decoder stands in B sentences: its state (B, D), the annotations (B, S, D), their keys, who is real."""

    hidden: Tensor
    annotations: Tensor
    keys: Tensor
    mask: Tensor

    def after(self, hidden: Tensor) -> Reading:
        """The same sentences with the decoder one or more words further."""
        return Reading(hidden, self.annotations, self.keys, self.mask)

    def select(self, rows: Tensor) -> Reading:
        """These rows, in this order."""
        return Reading(self.hidden[rows], self.annotations[rows], self.keys[rows], self.mask[rows])


class AttentiveSeq2Seq(nn.Module):
    """What Bahdanau's and Luong's models share: reading, starting, and the words' scores from state and context.

    The readout is Luong's (eq. 5) in both; the paper of Bahdanau et al. has a maxout layer there. Padding is found
    in the tokens themselves, and changes nothing.
    """

    def __init__(self, config: AttentiveConfig) -> None:
        super().__init__()
        self.config, hidden = config, config.hidden
        one_way = hidden // 2 if config.both_ways else hidden
        self.read = nn.Embedding(config.source_vocabulary, config.width, padding_idx=PAD)
        self.encoder = nn.GRU(config.width, one_way, batch_first=True, bidirectional=config.both_ways)
        self.first = nn.Linear(one_way, hidden)
        self.attention = make_attention(config)
        self.write = nn.Embedding(config.target_vocabulary, config.width, padding_idx=PAD)
        self.decoder = self.make_decoder()
        self.readout = nn.Linear(2 * hidden, hidden)
        self.head = nn.Linear(hidden, config.target_vocabulary)
        self.dropout = nn.Dropout(config.dropout)

    def make_decoder(self) -> nn.Module:
        raise NotImplementedError

    def decode(self, tokens: Tensor, state: Reading) -> tuple[Tensor, Reading]:
        raise NotImplementedError

    def annotate(self, words: Tensor, lengths: Tensor) -> tuple[Tensor, Tensor]:
        """words (B, S, width) -> annotations (B, S, D), and what the encoder held where it ended, (B, one way)."""
        packed = pack_padded_sequence(words, lengths.cpu(), batch_first=True, enforce_sorted=False)
        outputs, last = self.encoder(packed)
        return pad_packed_sequence(outputs, batch_first=True, total_length=words.shape[1])[0], last[-1]

    def start(self, source: Tensor) -> Reading:
        """source (B, S) ids, <pad> on the right -> annotations, and the state before the first word.

        Raises ValueError for sentences without a word, and padding between words.
        """
        mask = padding(source)  # (B, 1, 1, S)
        real = mask[:, 0, 0]
        if not real[:, :1].all() or (real[:, 1:] & ~real[:, :-1]).any():
            raise ValueError("each row of source must begin with a word and have <pad> only after its last word")
        annotations, last = self.annotate(self.dropout(self.read(source)), real.sum(1))
        return Reading(torch.tanh(self.first(last)), annotations, self.attention.keys(annotations), mask)

    def forward(self, source: Tensor, target_in: Tensor) -> Tensor:
        """source (B, S), target_in (B, T) from <bos> on -> logits (B, T, V): the teacher gives the words so far."""
        return self.decode(target_in, self.start(source))[0]

    def step(self, tokens: Tensor, state: Reading) -> tuple[Tensor, Reading]:
        """tokens (B,), the last word of each -> logits (B, V) of the next, and the state."""
        logits, state = self.decode(tokens[:, None], state)
        return logits[:, 0], state

    def logits(self, hidden: Tensor, contexts: Tensor) -> Tensor:
        """States and contexts (B, T, D) -> scores of the next words (B, T, V)."""
        return self.head(self.dropout(torch.tanh(self.readout(torch.cat([contexts, hidden], -1)))))


class BahdanauSeq2Seq(AttentiveSeq2Seq):
    """The state before each word asks, and the context enters the recurrence (Bahdanau et al. 2015, section 3.1)."""

    def make_decoder(self) -> nn.GRUCell:
        return nn.GRUCell(self.config.width + self.config.hidden, self.config.hidden)

    def decode(self, tokens: Tensor, state: Reading) -> tuple[Tensor, Reading]:
        """tokens (B, T), the words so far -> logits (B, T, V) of the next ones, and the state after the last."""
        words, hidden, steps = self.dropout(self.write(tokens)), state.hidden, []
        for word in words.unbind(1):
            context = self.attention(hidden[:, None], state.annotations, state.mask, keys=state.keys)[:, 0]
            hidden = self.decoder(torch.cat([word, context], -1), hidden)
            steps.append((hidden, context))
        states, contexts = (torch.stack(parts, 1) for parts in zip(*steps, strict=True))
        return self.logits(states, contexts), state.after(hidden)


class LuongSeq2Seq(AttentiveSeq2Seq):
    """The state after each word asks, all words at once, and nothing comes back (Luong et al. 2015, section 3.1).

    Without input feeding (section 3.3), so that training needs no loop over words.
    """

    def make_decoder(self) -> nn.GRU:
        return nn.GRU(self.config.width, self.config.hidden, batch_first=True)

    def decode(self, tokens: Tensor, state: Reading) -> tuple[Tensor, Reading]:
        """tokens (B, T), the words so far -> logits (B, T, V) of the next ones, and the state after the last."""
        states, last = self.decoder(self.dropout(self.write(tokens)), state.hidden[None].contiguous())
        contexts = self.attention(states, state.annotations, state.mask, keys=state.keys)  # (B, T, D)
        return self.logits(states, contexts), state.after(last[0])


def make_attention(config: AttentiveConfig) -> Alignment:
    """The attention layer that a configuration asks for."""
    sizes = {"queries": config.hidden, "annotations": config.hidden}
    if config.attention == "additive":
        return AdditiveAttention(**sizes, hidden=config.hidden)
    if config.attention == "uniform":
        return UniformAttention()
    return MultiplicativeAttention(**sizes, matrix=config.attention == "general")
