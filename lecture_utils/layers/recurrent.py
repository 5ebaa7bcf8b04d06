"""Recurrent cells from their equations, a loop that runs them over a sequence, and gates that start open.

Parameters have torch's names, shapes, order of gates and start, so weights go back and forth with a state_dict.
"""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import Tensor, nn

State = Tensor | tuple[Tensor, Tensor]  # hidden (B, D), for an LSTM also its memory (B, D)


class LSTMGates(NamedTuple):
    """What an LSTM decides in one step, each (B, D): three valves from 0 (shut) to 1 (open), and new content."""

    input: Tensor
    forget: Tensor
    candidate: Tensor
    output: Tensor


class GRUGates(NamedTuple):
    """What a GRU decides in one step, each (B, D): two valves from 0 (shut) to 1 (open), and new content."""

    reset: Tensor
    update: Tensor
    candidate: Tensor


class RecurrentCell(nn.Module):
    """What the three cells share: torch's parameters, and the checks of a step. inputs, hidden: widths, from 1."""

    blocks = 1  # how many maps are stacked in each weight matrix

    def __init__(self, *, inputs: int, hidden: int) -> None:
        super().__init__()
        if inputs < 1 or hidden < 1:
            raise ValueError(f"inputs ({inputs}) and hidden ({hidden}) are widths: each must be at least 1")
        self.inputs, self.hidden = inputs, hidden
        self.weight_ih = nn.Parameter(torch.empty(self.blocks * hidden, inputs))
        self.weight_hh = nn.Parameter(torch.empty(self.blocks * hidden, hidden))
        self.bias_ih = nn.Parameter(torch.empty(self.blocks * hidden))
        self.bias_hh = nn.Parameter(torch.empty(self.blocks * hidden))
        for parameter in self.parameters():
            nn.init.uniform_(parameter, -(hidden**-0.5), hidden**-0.5)

    def start(self, batch: int) -> State:
        """The state before the first step: zeros, (batch, D)."""
        return self.weight_hh.new_zeros(batch, self.hidden)

    def maps(self, inputs: Tensor, hidden: Tensor) -> tuple[Tensor, Tensor]:
        """W x + b of the input and of the state, each (B, blocks * D). Raises ValueError for misfits and NaN."""
        if inputs.ndim != 2 or inputs.shape[1] != self.inputs:
            raise ValueError(f"input of shape {tuple(inputs.shape)} must be (B, {self.inputs}): one row a sequence")
        if hidden.shape != (len(inputs), self.hidden):
            raise ValueError(
                f"state of shape {tuple(hidden.shape)} must be ({len(inputs)}, {self.hidden}): one row a sequence"
            )
        if inputs.isnan().any() or hidden.isnan().any():
            raise ValueError("input or state contain NaN: look for the step that made it")
        return inputs @ self.weight_ih.T + self.bias_ih, hidden @ self.weight_hh.T + self.bias_hh


class RNNCell(RecurrentCell):
    """The plain recurrent cell (Elman 1990): h' = tanh(W x + U h + b). Equal to `torch.nn.RNNCell`."""

    def forward(self, inputs: Tensor, state: Tensor) -> Tensor:
        """inputs (B, inputs), state (B, D) -> next state (B, D)."""
        from_input, from_state = self.maps(inputs, state)
        return torch.tanh(from_input + from_state)


class LSTMCell(RecurrentCell):
    """Long short-term memory (Hochreiter and Schmidhuber 1997) with the forget gate of Gers et al. (2000).

    c' = f * c + i * g and h' = o * tanh(c'), gates stacked as i, f, g, o. Equal to `torch.nn.LSTMCell`.
    """

    blocks = 4

    def start(self, batch: int) -> tuple[Tensor, Tensor]:
        zeros = self.weight_hh.new_zeros(batch, self.hidden)
        return zeros, zeros

    def gates(self, inputs: Tensor, state: tuple[Tensor, Tensor]) -> LSTMGates:
        """inputs (B, inputs), state: hidden and memory, (B, D) each -> the gates of this step."""
        from_input, from_state = self.maps(inputs, state[0])
        i, f, g, o = (from_input + from_state).chunk(4, dim=-1)  # (B, D) each
        return LSTMGates(i.sigmoid(), f.sigmoid(), g.tanh(), o.sigmoid())

    def apply_gates(self, gates: LSTMGates, state: tuple[Tensor, Tensor]) -> tuple[Tensor, Tensor]:
        """Keep what the forget gate lets through, add what the input gate lets in, show what the output gate shows."""
        memory = gates.forget * state[1] + gates.input * gates.candidate
        return gates.output * torch.tanh(memory), memory

    def forward(self, inputs: Tensor, state: tuple[Tensor, Tensor]) -> tuple[Tensor, Tensor]:
        """inputs (B, inputs), state: hidden and memory, (B, D) each -> the next hidden and memory."""
        return self.apply_gates(self.gates(inputs, state), state)


class GRUCell(RecurrentCell):
    """Gated recurrent unit (Cho et al. 2014, eqs. 5 to 8): h' = z * h + (1 - z) * n. Equal to `torch.nn.GRUCell`.

    Like torch, and unlike the paper, it resets U h rather than h. Gates are stacked as r, z, n.
    """

    blocks = 3

    def gates(self, inputs: Tensor, state: Tensor) -> GRUGates:
        """inputs (B, inputs), state (B, D) -> the gates of this step."""
        from_input, from_state = self.maps(inputs, state)
        r_input, z_input, n_input = from_input.chunk(3, dim=-1)  # (B, D) each
        r_state, z_state, n_state = from_state.chunk(3, dim=-1)
        reset = torch.sigmoid(r_input + r_state)
        return GRUGates(reset, torch.sigmoid(z_input + z_state), torch.tanh(n_input + reset * n_state))

    def apply_gates(self, gates: GRUGates, state: Tensor) -> Tensor:
        """Slide from new content (update 0) to the old state (update 1)."""
        return gates.update * state + (1 - gates.update) * gates.candidate

    def forward(self, inputs: Tensor, state: Tensor) -> Tensor:
        """inputs (B, inputs), state (B, D) -> next state (B, D)."""
        return self.apply_gates(self.gates(inputs, state), state)


def unroll(
    cell: RecurrentCell, inputs: Tensor, state: State | None = None, *, truncate: int | None = None
) -> tuple[Tensor, State]:
    """Run a cell along a sequence: inputs (B, T, inputs) -> hidden states (B, T, D) and the last state.

    Equal to `torch.nn.RNN`, `LSTM` and `GRU` with batch_first. truncate: cut the gradient before every so many
    steps (truncated backpropagation through time, Williams and Peng 1990); the numbers stay the same.
    Raises ValueError for an empty sequence, another shape, or truncate below 1.
    """
    if inputs.ndim != 3 or inputs.shape[1] == 0:
        raise ValueError(f"inputs of shape {tuple(inputs.shape)} must be (B, T, {cell.inputs}) with T of at least 1")
    if truncate is not None and truncate < 1:
        raise ValueError(f"truncate ({truncate}) must be at least 1 step, or None for the whole sequence")
    state = cell.start(len(inputs)) if state is None else state
    outputs = []
    for t in range(inputs.shape[1]):
        if truncate is not None and t % truncate == 0:
            state = detached(state)
        state = cell(inputs[:, t], state)
        outputs.append(hidden_of(state))
    return torch.stack(outputs, dim=1), state


def hidden_of(state: State) -> Tensor:
    """The part of a state that the next layer sees, (B, D)."""
    return state[0] if isinstance(state, tuple) else state


def detached(state: State) -> State:
    """The same numbers without their history: no gradient flows back through them."""
    return tuple(part.detach() for part in state) if isinstance(state, tuple) else state.detach()


def open_gates(module: nn.Module, bias: float) -> None:
    """Set the bias of an LSTM's forget or a GRU's update gate, in place (Gers et al. 2000, Jozefowicz et al. 2015).

    module: ours or torch's, cell or fused, all layers and directions. The gate then starts near sigmoid(bias):
    0 half open, 5 about 0.993, negative shut. Raises ValueError for a module without such a gate, and for NaN.
    """
    if not isinstance(module, LSTMCell | GRUCell | nn.LSTM | nn.GRU | nn.LSTMCell | nn.GRUCell):
        raise ValueError(f"{type(module).__name__} has no gate to open: give an LSTM or a GRU")
    if bias != bias:
        raise ValueError("bias is NaN: give a number, such as 5.0 to start with the gate open")
    blocks = 4 if isinstance(module, LSTMCell | nn.LSTM | nn.LSTMCell) else 3
    with torch.no_grad():
        for name, parameter in module.named_parameters():
            if name.startswith("bias"):  # two biases are added: one carries the number, the other is zero
                gate = parameter.chunk(blocks)[1]  # the second block in both cells: forget, update
                gate.fill_(bias if name.startswith("bias_ih") else 0.0)
