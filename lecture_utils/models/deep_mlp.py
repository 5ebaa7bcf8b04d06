"""Very deep perceptrons, with and without wires around their layers, and several of them trained as one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from lecture_utils.layers.residual import ResidualBlock, depth_scale

STARTS = ("torch", "he")


@dataclass(frozen=True)
class DeepMLPConfig:
    """Sizes of a deep perceptron. depth: blocks of one linear map each. skip: a wire around each block.

    norm: batch normalisation in each block. start: of the blocks' weights, torch's default or He et al.'s (2015),
    which keeps a ReLU network's signal at its size. Without norm, branches beside a wire count 1/sqrt(depth).
    """

    depth: int
    skip: bool = True
    norm: bool = False
    start: str = "torch"
    inputs: int = 64
    width: int = 32
    classes: int = 10

    @property
    def scale(self) -> float:
        """The factor on each branch."""
        return depth_scale(self.depth) if self.skip and not self.norm else 1.0


class DeepMLP(nn.Module):
    """A linear map, `depth` pre-activation blocks, ReLU, a linear readout. (B, ...) -> logits (B, classes).

    Inputs are flattened to (B, inputs). Raises ValueError for a depth below 1 or an unknown start.
    """

    def __init__(self, config: DeepMLPConfig) -> None:
        super().__init__()
        if config.depth < 1 or config.start not in STARTS:
            raise ValueError(f"depth ({config.depth}) must be at least 1 and start ({config.start!r}) one of {STARTS}")
        self.config = config
        block = {"dim": config.width, "norm": config.norm, "pre": True, "skip": config.skip, "scale": config.scale}
        self.first = nn.Linear(config.inputs, config.width)
        self.blocks = nn.ModuleList(ResidualBlock(**block) for _ in range(config.depth))
        self.readout = nn.Linear(config.width, config.classes)
        if config.start == "he":
            for block in self.blocks:
                nn.init.kaiming_normal_(block.branch[-1].weight, nonlinearity="relu")
                nn.init.zeros_(block.branch[-1].bias)

    def layer_outputs(self, x: Tensor, *, without: int | None = None) -> list[Tensor]:
        """What enters the first block, what leaves every block, (B, D) each, and the logits.

        without: the number of a block, from 0, that is taken out. Raises ValueError when there is no such block.
        """
        if without is not None and not 0 <= without < len(self.blocks):
            raise ValueError(f"there is no block {without}: they are numbered from 0 to {len(self.blocks) - 1}")
        outputs = [self.first(x.flatten(1))]
        for number, block in enumerate(self.blocks):
            if number != without:
                outputs.append(block(outputs[-1]))
        return [*outputs, self.readout(outputs[-1].relu())]

    def forward(self, x: Tensor, *, without: int | None = None) -> Tensor:
        return self.layer_outputs(x, without=without)[-1]


class DeepMLPs(nn.Module):
    """Several `DeepMLP`s of one shape, run and trained as one: (B, ...) -> logits (copies, B, classes).

    The copies do not touch each other, but their weights lie in one tensor, the layers' too: a training step then
    costs little more than that of a single network. `unstack` gives the networks back.
    Raises ValueError for no model, models of different shape, or with norm.
    """

    def __init__(self, models: Sequence[DeepMLP]) -> None:
        super().__init__()
        if len({model.config for model in models}) != 1 or models[0].config.norm:
            raise ValueError(f"{len(models)} models cannot be stacked: give at least one, all alike, without norm")
        self.config, self.models = models[0].config, tuple(models)
        stacks = [_stacked(layer) for layer in zip(*map(_linear_maps, models), strict=True)]
        self.ends = nn.ParameterList([*stacks[0], *stacks[-1]])
        weights, biases = zip(*stacks[1:-1], strict=True)
        self.weight, self.bias = nn.Parameter(torch.stack(weights)), nn.Parameter(torch.stack(biases))

    def forward(self, x: Tensor) -> Tensor:
        first_weight, first_bias, last_weight, last_bias = self.ends
        h = x.flatten(1) @ first_weight + first_bias  # (copies, B, D)
        for weight, bias in zip(self.weight, self.bias, strict=True):
            change = torch.baddbmm(bias, h.relu(), weight)
            h = torch.add(h, change, alpha=self.config.scale) if self.config.skip else change
        return torch.baddbmm(last_bias, h.relu(), last_weight)  # (copies, B, classes)

    @torch.no_grad()
    def unstack(self) -> tuple[DeepMLP, ...]:
        """The networks that were stacked, with the weights of now."""
        first_weight, first_bias, last_weight, last_bias = self.ends
        layers = [(first_weight, first_bias), *zip(self.weight, self.bias, strict=True), (last_weight, last_bias)]
        for copy, model in enumerate(self.models):
            for linear, (weight, bias) in zip(_linear_maps(model), layers, strict=True):
                linear.weight.copy_(weight[copy].mT)
                linear.bias.copy_(bias[copy, 0])
        return self.models


def summed_loss(models: DeepMLPs, batch: tuple[Tensor, Tensor]) -> Tensor:
    """Cross-entropy of images (B, ...) and labels (B,), summed over copies: each gets the gradient it would alone."""
    logits = models(batch[0])  # (copies, B, classes)
    return F.cross_entropy(logits.flatten(0, 1), batch[1].repeat(len(logits))) * len(logits)


@torch.no_grad()
def accuracies(models: DeepMLPs, images: Tensor, labels: Tensor) -> Tensor:
    """Share of images (N, ...) that each copy reads as labelled (N,): (copies,)."""
    return (models(images).argmax(-1) == labels).float().mean(-1)


def block_gradients(model: DeepMLP, images: Tensor, labels: Tensor) -> Tensor:
    """Norm of the loss's gradient by each block's weights, from the first block to the last: (depth,).

    The model is left in training mode, without gradients of its own. The loss is the mean cross-entropy.
    """
    loss = F.cross_entropy(model.train()(images), labels)
    gradients = torch.autograd.grad(loss, [block.branch[-1].weight for block in model.blocks])
    return torch.stack([gradient.norm() for gradient in gradients])


def _linear_maps(model: DeepMLP) -> list[nn.Linear]:
    """Every linear map of a network without norm, from the first to the readout."""
    return [model.first, *(block.branch[-1] for block in model.blocks), model.readout]


def _stacked(maps: Sequence[nn.Linear]) -> tuple[Tensor, Tensor]:
    """Equal maps of all copies as one: weight (copies, I, O) and bias (copies, 1, O)."""
    weight, bias = (torch.stack([getattr(each, name).detach() for each in maps]) for name in ("weight", "bias"))
    return weight.mT.contiguous(), bias[:, None]
