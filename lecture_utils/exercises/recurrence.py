"""Exercises of the lesson on recurrent networks: a GRU's step, a forget gate's bias, clipping gradients."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

import numpy as np
import torch

from lecture_utils.exercises.base import Exercise, Mistake, Wrong, as_array, expect_shape, same
from lecture_utils.layers.recurrent import LSTMCell, open_gates


def sigmoid(z: np.ndarray) -> np.ndarray:
    """1 / (1 + exp(-z)): from 0 (shut) to 1 (open)."""
    return 1 / (1 + np.exp(-z))


# --- A step of a GRU ------------------------------------------------------------------------------------------


def solution_gru(x: np.ndarray, h: np.ndarray, W: np.ndarray, U: np.ndarray) -> np.ndarray:
    """Reset, update, new content, and the slide from new to old."""
    reset = sigmoid(W[0] @ x + U[0] @ h)
    update = sigmoid(W[1] @ x + U[1] @ h)
    new = np.tanh(W[2] @ x + reset * (U[2] @ h))
    return update * h + (1 - update) * new


def _gru(x, h, W, U, *, order=(0, 1), invert=False, squash=sigmoid, new: Callable | None = None) -> np.ndarray:
    """A step of a GRU with one thing changed, to recognise mistakes by."""
    reset, update = (squash(W[k] @ x + U[k] @ h) for k in order)
    new = new or (lambda reset: np.tanh(W[2] @ x + reset * (U[2] @ h)))
    update = 1 - update if invert else update
    return update * h + (1 - update) * new(reset)


def gru_inverted(x, h, W, U):
    return _gru(x, h, W, U, invert=True)


def gru_swapped(x, h, W, U):
    return _gru(x, h, W, U, order=(1, 0))


def gru_without_reset(x, h, W, U):
    return _gru(x, h, W, U, new=lambda reset: np.tanh(W[2] @ x + U[2] @ h))


def gru_resets_all(x, h, W, U):
    return _gru(x, h, W, U, new=lambda reset: np.tanh(reset * (W[2] @ x + U[2] @ h)))


def gru_resets_early(x, h, W, U):
    return _gru(x, h, W, U, new=lambda reset: np.tanh(W[2] @ x + U[2] @ (reset * h)))


def gru_tanh_gates(x, h, W, U):
    return _gru(x, h, W, U, squash=np.tanh)


GRU_DIAGNOSES = (
    (gru_inverted, "Your update gate is inverted: 1 must keep the old state, so it belongs in front of h."),
    (gru_swapped, "You swapped the two gates: W[0], U[0] make the reset gate, W[1], U[1] the update gate."),
    (gru_without_reset, "The reset gate does nothing: multiply U[2] @ h by it inside the tanh."),
    (gru_resets_all, "The reset gate also scales the input: it belongs to U[2] @ h alone."),
    (gru_resets_early, "You reset h before the matrix, as in the 2014 paper: here, as in torch, scale U[2] @ h."),
    (gru_tanh_gates, "Your gates leave 0 to 1: they need the sigmoid; tanh is for the new content only."),
)


def check_gru(attempt: Callable) -> None:
    generator = np.random.default_rng(0)
    x, h = generator.normal(size=3), generator.normal(size=4)
    W, U = generator.normal(size=(3, 4, 3)), generator.normal(size=(3, 4, 4))
    keep = h.copy()
    answer = expect_shape(attempt(x, h, W, U), (4,), "the new state")
    if not np.array_equal(h, keep):
        raise Wrong("Your function changed the old state h: compute a new array instead.")
    for wrong, diagnosis in GRU_DIAGNOSES:
        if same(answer, wrong(x, h, W, U)):
            raise Wrong(diagnosis)
    if not same(answer, solution_gru(x, h, W, U)):
        raise Wrong("The shape is right, the numbers are not: compute reset, update and new content one by one.")


GRU_STEP = Exercise(
    id="gru-step",
    check=check_gru,
    solution=solution_gru,
    mistakes=(
        Mistake("update inverted", gru_inverted, "update gate is inverted"),
        Mistake("gates swapped", gru_swapped, "swapped the two gates"),
        Mistake("no reset", gru_without_reset, "reset gate does nothing"),
        Mistake("reset scales the input", gru_resets_all, "also scales the input"),
        Mistake("reset before the matrix", gru_resets_early, "before the matrix"),
        Mistake("tanh gates", gru_tanh_gates, "need the sigmoid"),
    ),
    proves="You wrote torch.nn.GRUCell: two valves and a tanh decide what a state keeps.",
)


# --- The bias of a forget gate --------------------------------------------------------------------------------


def solution_bias(share: float, steps: int) -> float:
    """The gate must stand at share ** (1 / steps); the bias is where the sigmoid reaches that."""
    gate = share ** (1 / steps)
    return math.log(gate / (1 - gate))


def gradient_left(bias: float, steps: int) -> float:
    """What an LSTM's memory still feels, `steps` steps later, of a push: its forget gate has only this bias."""
    cell = LSTMCell(inputs=1, hidden=1).double()
    with torch.no_grad():
        cell.weight_ih.zero_()
        cell.weight_hh.zero_()
    open_gates(cell, bias)
    start = torch.zeros(1, 1, dtype=torch.float64, requires_grad=True)
    state, silence = (torch.zeros_like(start), start), torch.zeros(1, 1, dtype=torch.float64)
    for _ in range(steps):
        state = cell(silence, state)
    (gradient,) = torch.autograd.grad(state[1].sum(), start)
    return gradient.item()


def check_bias(attempt: Callable) -> None:
    for share, steps in ((0.5, 100), (0.5, 1), (0.9, 60), (0.1, 20)):
        bias = float(expect_shape(attempt(share, steps), (), "the bias"))
        gate = share ** (1 / steps)
        right = solution_bias(share, steps)
        if abs(gradient_left(bias, steps) - share) < 1e-3 * share:
            continue
        at = f"for a share of {share:g} after {steps} steps"
        if abs(bias - gate) < 1e-6:
            raise Wrong(
                f"That is where the gate must stand, {gate:.4f} {at}; its bias is the number with that sigmoid."
            )
        if abs(bias + right) < 1e-6:
            raise Wrong(f"The sign is turned {at}: your gate shuts. The sigmoid of the bias must be {gate:.4f}.")
        if steps > 1 and abs(bias - math.log(share / (1 - share))) < 1e-6:
            raise Wrong(
                f"You let the share pass a single gate: {at} it has to pass {steps} of them, one after another."
            )
        raise Wrong(f"{at.capitalize()}, your bias {bias:.4g} leaves {gradient_left(bias, steps):.3g} of the gradient.")


FORGET_BIAS = Exercise(
    id="forget-gate-bias",
    check=check_bias,
    solution=solution_bias,
    mistakes=(
        Mistake("the gate, not its bias", lambda share, steps: share ** (1 / steps), "where the gate must stand"),
        Mistake("sign turned", lambda share, steps: -solution_bias(share, steps), "sign is turned"),
        Mistake("one step only", lambda share, steps: math.log(share / (1 - share)), "pass a single gate"),
        Mistake("always 5", lambda share, steps: 5.0, "your bias 5 leaves"),
    ),
    proves="Memory and gradient keep sigmoid(bias) at each step: half of them after 100 steps takes about 5.",
)


# --- Clipping gradients ---------------------------------------------------------------------------------------


def solution_clip(gradients: Sequence[np.ndarray], largest: float) -> list[np.ndarray]:
    """One length for all of them together; shrink all alike if it is too long."""
    norm = math.sqrt(sum((gradient**2).sum() for gradient in gradients))
    return [gradient * min(1.0, largest / norm) for gradient in gradients]


def clip_values(gradients, largest):
    return [np.clip(gradient, -largest, largest) for gradient in gradients]


def clip_each(gradients, largest):
    return [gradient * min(1.0, largest / np.linalg.norm(gradient)) for gradient in gradients]


def clip_stretch(gradients, largest):
    norm = math.sqrt(sum((gradient**2).sum() for gradient in gradients))
    return [gradient * largest / norm for gradient in gradients]


def clip_without_root(gradients, largest):
    norm = sum((gradient**2).sum() for gradient in gradients)
    return [gradient * min(1.0, largest / norm) for gradient in gradients]


def _clipped(attempt: Callable, gradients: Sequence[np.ndarray], largest: float) -> list[np.ndarray]:
    answer = attempt([gradient.copy() for gradient in gradients], largest)
    if answer is None or isinstance(answer, np.ndarray) or len(answer) != len(gradients):
        raise Wrong(
            f"The answer must be a list of {len(gradients)} arrays, one a gradient: did you forget the `return`?"
        )
    return [as_array(each, "a clipped gradient") for each in answer]


def check_clip(attempt: Callable) -> None:
    long = [np.array([2.0, 1.0]), np.array([[0.0, 2.0], [4.0, 0.0]])]  # together of length 5
    short = [gradient / 10 for gradient in long]  # together of length 0.5
    flat = lambda parts: np.concatenate([np.ravel(part) for part in parts])  # noqa: E731
    answer = flat(_clipped(attempt, long, 2.0))
    if same(answer, flat(clip_values(long, 2.0))):
        raise Wrong("You clip number by number: that turns the gradient. Shorten it and keep its direction.")
    if same(answer, flat(clip_each(long, 2.0))):
        raise Wrong("You clip each array on its own: take one norm over all of them, or their balance is lost.")
    if same(answer, flat(clip_without_root(long, 2.0))):
        raise Wrong("The square root is missing: the norm is the root of the sum of squares.")
    if not same(answer, flat(solution_clip(long, 2.0))):
        raise Wrong(
            f"2, 1 and 0, 2, 4, 0 have norm 5 together: clipped to 2, each shrinks to 0.4 of itself, not to {answer}."
        )
    if not same(flat(_clipped(attempt, short, 2.0)), flat(short), 1e-9):
        raise Wrong("You stretch short gradients: one below the limit must stay as it is.")


CLIP = Exercise(
    id="clip-gradients",
    check=check_clip,
    solution=solution_clip,
    mistakes=(
        Mistake("number by number", clip_values, "number by number"),
        Mistake("each array on its own", clip_each, "each array on its own"),
        Mistake("always scaled", clip_stretch, "stretch short gradients"),
        Mistake("no root", clip_without_root, "square root is missing"),
    ),
    proves="A step keeps its direction and never exceeds the limit: the whole remedy against exploding gradients.",
)
