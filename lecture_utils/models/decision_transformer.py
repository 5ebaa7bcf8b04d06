"""Decision Transformer: a causal Transformer that reads what is still wanted, what is seen, and what was done."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn

from lecture_utils.layers.token_ids import check_token_ids
from lecture_utils.layers.transformer import EncoderLayer


@dataclass(frozen=True)
class DecisionTransformerConfig:
    """Sizes; the defaults are a lesson's.

    state_dim, action_dim: numbers that describe a state, and an action. longest: steps of a walk at most.
    scale: returns are divided by it. tanh: actions lie between -1 and 1, as in control tasks; without it they are
    logits. spread: standard deviation of the weights at the start; narrow models want more than the released 0.02.
    """

    state_dim: int
    action_dim: int
    longest: int
    width: int = 64
    heads: int = 2
    layers: int = 2
    dropout: float = 0.0
    scale: float = 1.0
    tanh: bool = False
    spread: float = 0.02


# Chen et al. (2021, appendix A), for the Hopper task: 11 numbers describe a state, 3 an action.
HOPPER = DecisionTransformerConfig(11, 3, longest=1000, width=128, heads=1, layers=3, dropout=0.1, tanh=True)


class DecisionTransformer(nn.Module):
    """Return-to-go, state, action, return-to-go, ... -> the action at every state (Chen et al. 2021, algorithm 1).

    The three tokens of a step get the same learned vector of its time; then a norm, and the layers of GPT-2 with
    ReLU and no positions of their own. Equal to Hugging Face's `DecisionTransformerModel`, whose one position vector,
    the same for every token, is here part of the norm's bias. Padding belongs at the end, where no step sees it.
    Raises ValueError for shapes, times and sizes that do not fit, and for NaN.
    """

    def __init__(self, config: DecisionTransformerConfig) -> None:
        super().__init__()
        if min(config.state_dim, config.action_dim, config.longest, config.layers) < 1 or not config.scale > 0:
            raise ValueError(f"sizes of {config} must each be at least 1, and scale above 0")
        self.config = config
        self.returns = nn.Linear(1, config.width)
        self.states = nn.Linear(config.state_dim, config.width)
        self.actions = nn.Linear(config.action_dim, config.width)
        self.times = nn.Embedding(config.longest, config.width)
        self.norm, self.dropout = nn.LayerNorm(config.width), nn.Dropout(config.dropout)
        self.layers = nn.ModuleList(
            EncoderLayer(
                dim=config.width,
                heads=config.heads,
                hidden=4 * config.width,
                dropout=config.dropout,
                norm_first=True,
            )
            for _ in range(config.layers)
        )
        self.last_norm = nn.LayerNorm(config.width)
        self.action = nn.Linear(config.width, config.action_dim)  # the head that the paper trains
        self.next_state = nn.Linear(config.width, config.state_dim)  # and two that it tried (section 3)
        self.next_return = nn.Linear(config.width, 1)
        self.apply(self._initialise)

    def forward(self, returns: Tensor, states: Tensor, actions: Tensor, times: Tensor | None = None) -> Tensor:
        """returns (B, T), states (B, T, state_dim), actions (B, T, action_dim) -> actions (B, T, action_dim).

        Step t's answer has seen returns and states 0 to t and actions before t. times (B, T): 0 to T - 1 if not given.
        """
        chosen = self.action(self.read(returns, states, actions, times)[:, :, 1])  # read off the state's token
        return chosen.tanh() if self.config.tanh else chosen

    def read(self, returns: Tensor, states: Tensor, actions: Tensor, times: Tensor | None = None) -> Tensor:
        """What the last norm leaves of the three tokens of each step, (B, T, 3, D)."""
        self._check(returns, states, actions)
        if times is None:
            times = torch.arange(returns.shape[1], device=returns.device).expand(returns.shape)
        check_token_ids(times, self.config.longest)
        told = (self.returns(returns[..., None] / self.config.scale), self.states(states), self.actions(actions))
        tokens = torch.stack(told, 2) + self.times(times)[:, :, None]  # (B, T, 3, D)
        x = self.dropout(self.norm(tokens.flatten(1, 2)))  # (B, 3T, D)
        for layer in self.layers:
            x = layer(x, causal=True)
        return self.last_norm(x).unflatten(1, (-1, 3))

    def _check(self, returns: Tensor, states: Tensor, actions: Tensor) -> None:
        steps = tuple(returns.shape)
        wanted = (*steps, self.config.state_dim), (*steps, self.config.action_dim)
        if len(steps) != 2 or (tuple(states.shape), tuple(actions.shape)) != wanted:
            given = f"{steps}, {tuple(states.shape)}, {tuple(actions.shape)}"
            raise ValueError(f"returns, states, actions of {given} must be (B, T), (B, T, state), (B, T, action)")
        if not (returns.isfinite().all() and states.isfinite().all() and actions.isfinite().all()):
            raise ValueError("returns, states and actions must be finite numbers: look for NaN in the data")

    def _initialise(self, module: nn.Module) -> None:
        if isinstance(module, (nn.Linear, nn.Embedding)):
            nn.init.normal_(module.weight, std=self.config.spread)
        if isinstance(module, nn.Linear):
            nn.init.zeros_(module.bias)
