"""Explorers of the lesson on perceptrons: a neuron over the logic gates, a digit flowing through a network."""

from __future__ import annotations

from collections.abc import Iterable

import ipywidgets as widgets
import numpy as np
import torch
from matplotlib import pyplot as plt
from matplotlib.artist import Artist
from matplotlib.colors import ListedColormap
from torch import Tensor

from lecture_utils.models.mlp import MLP
from lecture_utils.models.perceptron import Perceptron, step
from lecture_utils.plots import theme
from lecture_utils.plots.boundaries import OFF_ON
from lecture_utils.plots.network import plot_network
from lecture_utils.widgets.base import LivePlot

INPUTS = np.array([(0, 0), (0, 1), (1, 0), (1, 1)])
GATES = {"AND": (0, 0, 0, 1), "OR": (0, 1, 1, 1), "NAND": (1, 1, 1, 0), "XOR": (0, 1, 1, 0)}
EDGE = np.linspace(-0.5, 1.5, 121)


def gate_score(gate: str, weights: tuple[float, float], bias: float) -> list[bool]:
    """Whether a neuron gives the gate's answer for (0, 0), (0, 1), (1, 0) and (1, 1)."""
    if gate not in GATES:
        raise ValueError(f"gate {gate!r} is not known: choose one of {', '.join(GATES)}")
    answers = Perceptron(np.array(weights), bias).predict(INPUTS)
    return [bool(answer == wanted) for answer, wanted in zip(answers, GATES[gate], strict=True)]


def explore_gates() -> LivePlot:
    """Two weights and a bias on sliders: move the line until the neuron computes the chosen gate."""
    figure, ax = plt.subplots(figsize=(6.4, 4.2))
    grid = np.stack(np.meshgrid(EDGE, EDGE), axis=-1)  # (y, x, 2)
    extent = (EDGE[0], EDGE[-1], EDGE[0], EDGE[-1])
    fires = ListedColormap(OFF_ON)
    region = ax.imshow(np.zeros((121, 121)), origin="lower", extent=extent, cmap=fires, vmin=0, vmax=1)
    on = ax.scatter([], [], s=420, marker="o", color=theme.QUERY, zorder=3, label="should fire (1)")
    off = ax.scatter([], [], s=420, marker="o", facecolor="white", edgecolor=theme.QUERY, zorder=3, linewidths=2.5)
    wrong = ax.scatter([], [], s=700, marker="x", color=theme.OUTPUT, zorder=4, linewidths=3)
    off.set_label("should stay off (0)")
    wrong.set_label("wrong so far")
    result = ax.text(1.58, 0.5, "", fontsize=15, va="center")
    ax.set(xlabel="first input", ylabel="second input", xticks=[0, 1], yticks=[0, 1], aspect="equal")
    ax.set_title("The neuron fires in the blue half of the plane")
    ax.legend(loc="upper left", bbox_to_anchor=(1.02, 1), markerscale=0.5)

    def update(gate: str, w1: float, w2: float, bias: float) -> Iterable[Artist]:
        right = np.array(gate_score(gate, (w1, w2), bias))
        wanted = np.array(GATES[gate])
        region.set_data(step(grid @ np.array([w1, w2]) + bias))
        on.set_offsets(INPUTS[wanted == 1])
        off.set_offsets(INPUTS[wanted == 0])
        wrong.set_offsets(INPUTS[~right] if (~right).any() else np.empty((0, 2)))
        result.set_text(f"{gate}: {right.sum()} of 4 right")
        return region, on, off, wrong, result

    def caption(gate: str, w1: float, w2: float, bias: float) -> str:
        right = sum(gate_score(gate, (w1, w2), bias))
        return f"{gate}: fires when {w1:g} · x₁ + {w2:g} · x₂ + {bias:g} &gt; 0. Right for {right} of 4 inputs."

    return LivePlot(
        figure,
        update,
        alt="Four points, the inputs of a logic gate, and the half of the plane in which one neuron fires.",
        caption=caption,
        gate=widgets.Dropdown(options=list(GATES), value="OR", description="gate"),
        w1=_slider("weight 1", 1.0),
        w2=_slider("weight 2", 0.4),
        bias=_slider("bias", -0.5),
    )


def _slider(name: str, value: float) -> widgets.FloatSlider:
    return widgets.FloatSlider(value, min=-2, max=2, step=0.1, description=name)


def explore_flow(model: MLP, images: Tensor, labels: Tensor) -> LivePlot:
    """Choose a digit and see which neurons of each layer it lights up; images (N, 8, 8), labels (N,)."""
    figure, (left, right) = plt.subplots(1, 2, figsize=(theme.WIDTH, 4.2), width_ratios=[1, 3.2])
    weights = [layer.weight.detach().numpy(force=True) for layer in model.layers]

    picture = left.imshow(images[0].numpy(force=True), cmap=theme.INK, vmin=0, vmax=1)
    left.axis("off")
    names = ["64 pixels", *[f"{layer.out_features} hidden" for layer in model.layers[:-1]], "10 outputs"]

    def update(digit: int) -> None:
        outputs, shares = flow(model, images[digit])
        picture.set_data(images[digit].numpy(force=True))
        left.set_title(f"a {labels[digit].item()}", loc="center")
        for artist in [*right.collections, *right.texts]:
            artist.remove()
        answers = [f"{k}: {share:.0%}" for k, share in enumerate(shares)]
        plot_network(outputs, weights, names=names, outputs=answers, ax=right)

    def caption(digit: int) -> str:
        shares = flow(model, images[digit])[1]
        return f"The network answers {shares.argmax()} with {shares.max():.0%}; the label is {labels[digit].item()}."

    return LivePlot(
        figure,
        update,
        alt="A handwritten digit and the network reading it: active neurons dark, joined by what they pass on.",
        caption=caption,
        digit=widgets.IntSlider(0, min=0, max=len(images) - 1, description="digit"),
    )


def flow(model: MLP, image: Tensor) -> tuple[list[np.ndarray], np.ndarray]:
    """Activations of every layer for one image (8, 8), the last as shares of the ten classes, and the shares."""
    with torch.no_grad():
        outputs = model.layer_outputs(image.flatten().to(next(model.parameters()).device))
    shares = outputs[-1].softmax(-1).numpy(force=True)
    return [*[values.numpy(force=True) for values in outputs[:-1]], shares], shares
