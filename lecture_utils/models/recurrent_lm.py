"""A language model that reads word by word: embedding, one recurrent layer, next-word scores."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from lecture_utils.layers.recurrent import (
    GRUCell,
    LSTMCell,
    RecurrentCell,
    RNNCell,
    State,
    detached,
    hidden_of,
    open_gates,
)

FUSED = {"rnn": nn.RNN, "lstm": nn.LSTM, "gru": nn.GRU}
CELLS = {"rnn": RNNCell, "lstm": LSTMCell, "gru": GRUCell}


@dataclass(frozen=True)
class RecurrentLMConfig:
    """Sizes of a recurrent language model. cell: `rnn`, `lstm` or `gru`; gate_bias: see `open_gates`."""

    vocabulary: int
    cell: str = "lstm"
    width: int = 64
    hidden: int = 128
    gate_bias: float | None = None

    def __post_init__(self) -> None:
        if self.cell not in FUSED:
            raise ValueError(f"cell {self.cell!r} is not known: choose one of {', '.join(FUSED)}")
        if min(self.vocabulary, self.width, self.hidden) < 1:
            raise ValueError(f"vocabulary, width and hidden of {self} must each be at least 1")


@dataclass(frozen=True)
class Reading:
    """What went on while a model read T words.

    hidden (T, D); memory (T, D) of an LSTM, else None; gates: name -> (T, D), empty for a plain RNN;
    probabilities (T, V) of the word after each.
    """

    hidden: Tensor
    memory: Tensor | None
    gates: dict[str, Tensor]
    probabilities: Tensor


class RecurrentLM(nn.Module):
    """Guess the next word from the state that all words so far have left (Mikolov et al. 2010).

    Training uses torch's fused layer; `read` steps our own cell, with the very same weights, to show its inside.
    """

    def __init__(self, config: RecurrentLMConfig) -> None:
        super().__init__()
        self.config = config
        self.embedding = nn.Embedding(config.vocabulary, config.width)
        self.recurrent = FUSED[config.cell](config.width, config.hidden, batch_first=True)
        if config.gate_bias is not None:
            open_gates(self.recurrent, config.gate_bias)
        self.head = nn.Linear(config.hidden, config.vocabulary)

    def forward(self, tokens: Tensor, state: State | None = None) -> tuple[Tensor, State]:
        """tokens (B, T), state of the fused layer (1, B, D) -> logits (B, T, V) and the state after the last word.

        Raises ValueError for an empty text and for ids outside the vocabulary.
        """
        self._check(tokens)
        hidden, state = self.recurrent(self.embedding(tokens), state)  # (B, T, D)
        return self.head(hidden), state

    def cell(self) -> RecurrentCell:
        """Our cell with the fused layer's own parameters: not a copy, the same tensors."""
        cell = CELLS[self.config.cell](inputs=self.config.width, hidden=self.config.hidden)
        for name in ("weight_ih", "weight_hh", "bias_ih", "bias_hh"):
            setattr(cell, name, getattr(self.recurrent, f"{name}_l0"))
        return cell

    @torch.no_grad()
    def read(self, tokens: Tensor) -> Reading:
        """Read one text (T,) word by word and keep the state, the gates and the guesses of every step."""
        self._check(tokens[None])
        cell, words = self.cell(), self.embedding(tokens)  # (T, width)
        state, states, gates = cell.start(1), [], []
        for word in words:
            if hasattr(cell, "gates"):
                gates.append(cell.gates(word[None], state))
            state = cell(word[None], state)
            states.append(state)
        hidden = torch.cat([hidden_of(state) for state in states])  # (T, D)
        memory = torch.cat([state[1] for state in states]) if isinstance(state, tuple) else None
        names = gates[0]._fields if gates else ()
        return Reading(
            hidden,
            memory,
            {name: torch.cat([getattr(step, name) for step in gates]) for name in names},
            self.head(hidden).softmax(-1),
        )

    def _check(self, tokens: Tensor) -> None:
        if tokens.ndim != 2 or tokens.shape[1] == 0:
            raise ValueError(f"tokens of shape {tuple(tokens.shape)} must be (B, T) with at least one word")
        low, high = int(tokens.min()), int(tokens.max())
        if low < 0 or high >= self.config.vocabulary:
            raise ValueError(f"token ids {low} to {high} must lie in 0 to {self.config.vocabulary - 1}")


def stream_windows(tokens: Tensor, *, rows: int, window: int) -> Callable[[int], tuple[Tensor, Tensor]]:
    """Cut one long text (N,) into rows read side by side, and each row into windows that continue one another.

    Returns a function from the step's number to inputs and targets (the next words), (rows, window) each; after
    the last window it begins anew. Raises ValueError when the text is too short for one window.
    """
    if rows < 1 or window < 1:
        raise ValueError(f"rows ({rows}) and window ({window}) must each be at least 1")
    length = (len(tokens) - 1) // rows  # of a row; what is left over at the end is not read
    windows = length // window
    if windows == 0:
        raise ValueError(f"{len(tokens)} tokens do not fill {rows} rows of {window}: {rows * window + 1} are needed")
    inputs = tokens[: rows * length].view(rows, length)
    targets = tokens[1 : rows * length + 1].view(rows, length)

    def batch(step: int) -> tuple[Tensor, Tensor]:
        begin = step % windows * window
        return inputs[:, begin : begin + window], targets[:, begin : begin + window]

    return batch


def truncated_loss() -> Callable[[nn.Module, tuple[Tensor, Tensor]], Tensor]:
    """Next-word loss with truncated backpropagation through time (Williams and Peng 1990), for `training.fit`.

    Each window starts from the state in which the last one ended; the gradient stops at the window's edge.
    The function keeps that state, so make a new one for every model and run.
    """
    state: State | None = None

    def loss(model: nn.Module, batch: tuple[Tensor, Tensor]) -> Tensor:
        nonlocal state
        inputs, targets = batch
        logits, state = model(inputs, state)  # (B, T, V)
        state = detached(state)
        return F.cross_entropy(logits.flatten(0, 1), targets.flatten())

    return loss


@torch.no_grad()
def perplexity(model: RecurrentLM, tokens: Tensor) -> float:
    """How many equally likely words the model hesitates between, on average, along a text (N,); 1 is certainty.

    exp of the mean negative log-likelihood of each word after the first. Raises ValueError for fewer than two.
    """
    if tokens.ndim != 1 or len(tokens) < 2:
        raise ValueError(f"tokens of shape {tuple(tokens.shape)} must be one text (N,) of at least two words")
    logits, _ = model(tokens[None, :-1])  # (1, N - 1, V)
    return math.exp(F.cross_entropy(logits[0], tokens[1:]).item())
