"""Exercises of the lesson on perceptrons: XOR by hand, counting parameters, a layer of ReLUs."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence

import numpy as np

from lecture_utils.exercises.base import Exercise, Mistake, Wrong, as_array, expect_shape, same


def step_gate(weights: Sequence[float], bias: float, x: Sequence[float]) -> int:
    """One neuron with a threshold: 1 when weights . x + bias > 0."""
    return int(np.dot(weights, x) + bias > 0)


# --- XOR from three gates -------------------------------------------------------------------------------------


def solution_xor(gate: Callable, a: int, b: int) -> int:
    """XOR = (a OR b) AND (a NAND b)."""
    either = gate((1, 1), -0.5, (a, b))
    not_both = gate((-1, -1), 1.5, (a, b))
    return gate((1, 1), -1.5, (either, not_both))


def check_xor(attempt: Callable) -> None:
    calls: list[tuple] = []

    def gate(weights: Sequence[float], bias: float, x: Sequence[float]) -> int:
        calls.append((weights, bias, x))
        return step_gate(weights, bias, x)

    inputs = [(0, 0), (0, 1), (1, 0), (1, 1)]
    table = [float(as_array(attempt(gate, a, b), "the answer")) for a, b in inputs]
    if not calls:
        raise Wrong("Your function never calls `gate`: build XOR from neurons, without `if` or `!=`.")
    if table == [0, 1, 1, 1]:
        raise Wrong("That is OR: both inputs on must give 0. Combine OR with a gate that is off only for (1, 1).")
    if table == [1, 0, 0, 1]:
        raise Wrong("That is XNOR, the opposite: you probably swapped the sign of the last gate.")
    if table == [0, 0, 0, 1]:
        raise Wrong("That is AND: your last gate sees the inputs, not the outputs of the first two gates.")
    if table != [0, 1, 1, 0]:
        rows = ", ".join(f"{pair} -> {value:g}" for pair, value in zip(inputs, table, strict=True))
        raise Wrong(f"The truth table is off: {rows}. Work each gate out on paper for all four inputs.")
    if len(calls) != 12:
        raise Wrong(f"XOR is right, but you used {len(calls) // 4} gates an input: three are enough.")


XOR = Exercise(
    id="xor-from-three-gates",
    check=check_xor,
    solution=solution_xor,
    mistakes=(
        Mistake("only OR", lambda gate, a, b: gate((1, 1), -0.5, (a, b)), "That is OR"),
        Mistake("no gate at all", lambda gate, a, b: int(a != b), "never calls `gate`"),
        Mistake(
            "last gate negated",
            lambda gate, a, b: gate((-1, -1), 1.5, (gate((1, 1), -0.5, (a, b)), gate((-1, -1), 1.5, (a, b)))),
            "That is XNOR",
        ),
        Mistake("last gate sees the inputs", lambda gate, a, b: gate((1, 1), -1.5, (a, b)), "That is AND"),
    ),
    proves="Two neurons in a hidden layer and one behind them compute what no single neuron can.",
)


# --- Counting parameters --------------------------------------------------------------------------------------


def solution_count(sizes: Sequence[int]) -> int:
    """Every layer has a weight for each pair of neurons and a bias for each neuron it ends in."""
    return sum(inputs * outputs + outputs for inputs, outputs in itertools.pairwise(sizes))


def check_count(attempt: Callable) -> None:
    cases = [(2, 2, 1), (64, 128, 10), (64, 32, 16, 10), (3, 5)]
    for sizes in cases:
        answer, right = float(as_array(attempt(sizes), "the count")), solution_count(sizes)
        if answer == right:
            continue
        weights = sum(a * b for a, b in itertools.pairwise(sizes))
        at = f"for sizes {sizes} you count {answer:g}, right is {right}."
        if answer == weights:
            raise Wrong(f"You forgot the biases: {at} Each neuron behind the input has one.")
        if answer == weights + sum(sizes):
            raise Wrong(f"You gave the input neurons biases: {at} They only pass numbers on.")
        if answer == weights + sum(sizes[1:-1]):
            raise Wrong(f"The output neurons have biases too: {at}")
        raise Wrong(f"Not quite: {at} Count one layer at a time, weights first.")


def _weights(sizes: Sequence[int]) -> int:
    return sum(a * b for a, b in itertools.pairwise(sizes))


COUNT = Exercise(
    id="count-mlp-parameters",
    check=check_count,
    solution=solution_count,
    mistakes=(
        Mistake("no biases", _weights, "forgot the biases"),
        Mistake("biases for the input", lambda sizes: _weights(sizes) + sum(sizes), "gave the input neurons biases"),
        Mistake("no output biases", lambda sizes: _weights(sizes) + sum(sizes[1:-1]), "output neurons have biases too"),
    ),
    proves="You can read a network's size off its widths, which is how every parameter count in this lecture is made.",
)


# --- A layer of ReLUs -----------------------------------------------------------------------------------------


def solution_relu_layer(x: np.ndarray, weight: np.ndarray, bias: np.ndarray) -> np.ndarray:
    """max(0, x W^T + b), for every row of x."""
    return np.maximum(0.0, x @ weight.T + bias)


def check_relu_layer(attempt: Callable) -> None:
    generator = np.random.default_rng(0)
    x, weight, bias = generator.normal(size=(5, 3)), generator.normal(size=(4, 3)), generator.normal(size=4)
    keep = x.copy()
    answer = expect_shape(attempt(x, weight, bias), (5, 4), "the layer's output")
    if not np.array_equal(x, keep):
        raise Wrong("Your function changed its input x: compute a new array instead of writing into the old one.")
    z = x @ weight.T + bias
    if same(answer, z):
        raise Wrong("The ReLU is missing: negative numbers come out. Set them to zero.")
    if same(answer, np.maximum(0.0, x @ weight.T)):
        raise Wrong("The bias is missing: add b before the ReLU.")
    if same(answer, np.maximum(0.0, x @ weight.T) + bias):
        raise Wrong("You add the bias after the ReLU: it shifts the threshold, so it belongs inside.")
    if same(answer, np.abs(z)):
        raise Wrong("That is the absolute value: a ReLU gives 0 for negative numbers, not their mirror image.")
    if not same(answer, np.maximum(0.0, z)):
        raise Wrong("The shape is right, the numbers are not: compute x @ weight.T + bias for one row by hand.")


RELU_LAYER = Exercise(
    id="relu-layer",
    check=check_relu_layer,
    solution=solution_relu_layer,
    mistakes=(
        Mistake("no ReLU", lambda x, weight, bias: x @ weight.T + bias, "ReLU is missing"),
        Mistake("no bias", lambda x, weight, bias: np.maximum(0.0, x @ weight.T), "bias is missing"),
        Mistake("bias after", lambda x, weight, bias: np.maximum(0.0, x @ weight.T) + bias, "bias after the ReLU"),
        Mistake("transposed", lambda x, weight, bias: np.maximum(0.0, x @ weight.T + bias).T, "looks transposed"),
        Mistake("absolute value", lambda x, weight, bias: np.abs(x @ weight.T + bias), "absolute value"),
    ),
    proves="You wrote a whole layer: a matrix product, a bias and a bend. A network is a few of these in a row.",
)
