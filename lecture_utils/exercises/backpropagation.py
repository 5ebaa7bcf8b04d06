"""Exercises of the lesson on backpropagation: three backward passes by hand, and a wrong gradient to be caught."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from lecture_utils.exercises.base import Exercise, Mistake, Wrong, as_array, expect_shape, same

# --- Backward of tanh -----------------------------------------------------------------------------------------


def solution_tanh(z: np.ndarray, gradient: np.ndarray) -> np.ndarray:
    """The slope of tanh is 1 - tanh^2; the chain rule multiplies it with what comes from behind."""
    return gradient * (1.0 - np.tanh(z) ** 2)


def check_tanh(attempt: Callable) -> None:
    generator = np.random.default_rng(0)
    z, gradient = generator.normal(size=(4, 3)), generator.normal(size=(4, 3))
    answer = expect_shape(attempt(z.copy(), gradient.copy()), (4, 3), "the gradient")
    slope = 1.0 - np.tanh(z) ** 2
    if same(answer, slope):
        raise Wrong("That is the slope of tanh alone: multiply it by the gradient that arrives from behind.")
    if same(answer, gradient * (1.0 - z**2)):
        raise Wrong("You squared z: the slope is 1 - tanh(z)^2, written with tanh's output, not its input.")
    if same(answer, gradient * (1.0 - np.tanh(z))):
        raise Wrong("The square is missing: the slope of tanh is 1 - tanh(z)^2.")
    if same(answer, gradient * np.tanh(z)):
        raise Wrong("You multiplied by the value of tanh: the chain rule wants its slope.")
    if not same(answer, gradient * slope):
        raise Wrong("The shape is right, the numbers are not: at z = 0 the slope is 1, and far from 0 it is almost 0.")


TANH = Exercise(
    id="tanh-backward",
    check=check_tanh,
    solution=solution_tanh,
    mistakes=(
        Mistake("gradient from behind left out", lambda z, gradient: 1 - np.tanh(z) ** 2, "slope of tanh alone"),
        Mistake("input squared", lambda z, gradient: gradient * (1 - z**2), "You squared z"),
        Mistake("no square", lambda z, gradient: gradient * (1 - np.tanh(z)), "square is missing"),
        Mistake("value for slope", lambda z, gradient: gradient * np.tanh(z), "value of tanh"),
    ),
    proves="You wrote the one line that a tanh layer adds to backpropagation: slope times what comes from behind.",
)


# --- Backward of a matrix product -----------------------------------------------------------------------------


def solution_matmul(a: np.ndarray, b: np.ndarray, gradient: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The shapes leave no other choice: (n, m) = (n, p)(p, m) and (m, p) = (m, n)(n, p)."""
    return gradient @ b.T, a.T @ gradient


def check_matmul(attempt: Callable) -> None:
    generator = np.random.default_rng(1)
    a, b, gradient = generator.normal(size=(3, 4, 4))  # square first: every wrong product still has a shape
    by_a, by_b = _pair(attempt(a, b, gradient), (4, 4), (4, 4))
    if same(by_a, a.T @ gradient) and same(by_b, gradient @ b.T):
        raise Wrong("Both gradients are right, but in the wrong order: return the one by a first.")
    if same(by_a, gradient @ b) or same(by_b, a @ gradient):
        raise Wrong("The transposes are missing: backwards, numbers flow through b and a the other way round.")
    if same(by_a, b.T @ gradient) or same(by_b, gradient @ a.T):
        raise Wrong("The factors are swapped: in C = A B, A stood on the left, so its partner b.T goes on the right.")
    if same(by_a, gradient * b) or same(by_b, a * gradient):
        raise Wrong("You multiplied entry by entry (*): a matrix product (@) adds up over every path.")
    if not (same(by_a, gradient @ b.T) and same(by_b, a.T @ gradient)):
        raise Wrong("Not these products: write down the shapes for a (n, m), b (m, p), gradient (n, p), and match.")
    a, b, gradient = generator.normal(size=(2, 3)), generator.normal(size=(3, 5)), generator.normal(size=(2, 5))
    by_a, by_b = _pair(attempt(a, b, gradient), (2, 3), (3, 5))
    if not (same(by_a, gradient @ b.T) and same(by_b, a.T @ gradient)):
        raise Wrong("Right for square matrices, wrong for others: does your code assume a size?")


def _pair(answer: object, first: tuple[int, int], second: tuple[int, int]) -> tuple[np.ndarray, np.ndarray]:
    if answer is None:
        raise Wrong("The answer is None: did you forget the `return`?")
    if not isinstance(answer, (tuple, list)) or len(answer) != 2:
        raise Wrong("Return two arrays: the gradient by a and the gradient by b.")
    return expect_shape(answer[0], first, "the gradient by a"), expect_shape(answer[1], second, "the gradient by b")


MATMUL = Exercise(
    id="matrix-product-backward",
    check=check_matmul,
    solution=solution_matmul,
    mistakes=(
        Mistake("order of the two", lambda a, b, gradient: (a.T @ gradient, gradient @ b.T), "in the wrong order"),
        Mistake("no transposes", lambda a, b, gradient: (gradient @ b, a @ gradient), "transposes are missing"),
        Mistake("factors swapped", lambda a, b, gradient: (b.T @ gradient, gradient @ a.T), "factors are swapped"),
        Mistake("entry by entry", lambda a, b, gradient: (gradient * b, a * gradient), "entry by entry"),
        Mistake("only one", lambda a, b, gradient: gradient @ b.T, "Return two arrays"),
    ),
    proves="Two matrix products send the blame through a layer: one to its input, one to its weights.",
)


# --- Backward of softmax and cross-entropy --------------------------------------------------------------------


def solution_softmax(logits: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """Probability minus target, over the batch. Taking off the maximum changes nothing and keeps exp in range."""
    powers = np.exp(logits - logits.max(axis=1, keepdims=True))
    gradient = powers / powers.sum(axis=1, keepdims=True)  # (B, C)
    gradient[np.arange(len(labels)), labels] -= 1.0
    return gradient / len(labels)


def check_softmax(attempt: Callable) -> None:
    generator = np.random.default_rng(2)
    logits, labels = generator.normal(size=(6, 4)), np.array([0, 3, 1, 1, 2, 0])
    answer = expect_shape(attempt(logits.copy(), labels.copy()), (6, 4), "the gradient")
    right, powers = solution_softmax(logits, labels), np.exp(logits)
    one_hot = np.eye(4)[labels]
    if same(answer, right * 6):
        raise Wrong("You forgot the mean: the loss is averaged over the batch, so divide by its size.")
    if same(answer, -right):
        raise Wrong("The sign is flipped: the gradient is probability minus target, and descent then subtracts it.")
    if same(answer, (powers / powers.sum(axis=0) - one_hot) / 6):
        raise Wrong("Softmax over the wrong axis: the probabilities of one example, a row, must sum to one.")
    if same(answer, (powers / powers.sum() - one_hot) / 6):
        raise Wrong("Your softmax divides by the sum of the whole table: each row has its own sum.")
    if same(answer, (powers / powers.sum(axis=1, keepdims=True)) / 6):
        raise Wrong("The target is missing: subtract one from the probability of the right class.")
    if not same(answer, right):
        raise Wrong("Not quite: softmax each row, subtract the one-hot target, divide by the batch size.")
    with np.errstate(all="ignore"):
        large = np.asarray(attempt(logits + 1000.0, labels.copy()))
    if not same(np.nan_to_num(large, nan=9.0), right):
        raise Wrong("Right, until the logits get large: exp overflows. Subtract each row's maximum first.")


def _softmax_gradient(logits: np.ndarray, labels: np.ndarray, axis: int | None) -> np.ndarray:
    powers = np.exp(logits - logits.max())
    return (powers / powers.sum(axis=axis, keepdims=True) - np.eye(logits.shape[1])[labels]) / len(labels)


def _overflowing(logits: np.ndarray, labels: np.ndarray) -> np.ndarray:
    powers = np.exp(logits)
    return (powers / powers.sum(axis=1, keepdims=True) - np.eye(logits.shape[1])[labels]) / len(labels)


SOFTMAX = Exercise(
    id="softmax-cross-entropy-backward",
    check=check_softmax,
    solution=solution_softmax,
    mistakes=(
        Mistake("no mean", lambda logits, labels: solution_softmax(logits, labels) * len(labels), "forgot the mean"),
        Mistake("sign", lambda logits, labels: -solution_softmax(logits, labels), "sign is flipped"),
        Mistake("wrong axis", lambda logits, labels: _softmax_gradient(logits, labels, 0), "wrong axis"),
        Mistake("whole table", lambda logits, labels: _softmax_gradient(logits, labels, None), "the whole table"),
        Mistake("no target", lambda x, y: solution_softmax(x, y) + np.eye(4)[y] / len(y), "target is missing"),
        Mistake("overflow", _overflowing, "exp overflows"),
    ),
    proves="Probability minus target: with this plain difference the backward pass of every classifier begins.",
)


# --- Catch the wrong gradient ---------------------------------------------------------------------------------


def solution_catch(loss: Callable, gradient: Callable, weights: np.ndarray) -> int:
    """Measure every slope from both sides; the entry with the largest disagreement is the wrong one."""
    step, measured = 1e-5, np.zeros(len(weights))
    for place in range(len(weights)):
        nudge = np.zeros(len(weights))
        nudge[place] = step
        measured[place] = (loss(weights + nudge) - loss(weights - nudge)) / (2 * step)
    return int(np.argmax(np.abs(measured - gradient(weights))))


def _suspect(wrong: int) -> tuple[Callable, Callable, np.ndarray]:
    """A loss of six weights, its gradient with an error of five in a thousand at one of them, and a point."""
    steep = np.array([1.0, 40.0, 3.0, 15.0, 0.5, 8.0])
    weights = np.array([0.9, 0.1, -0.7, 0.5, 1.2, -0.5])

    def loss(w: np.ndarray) -> float:
        return float(np.sum(steep * np.asarray(w) ** 2) + np.tanh(np.sum(w)))

    def gradient(w: np.ndarray) -> np.ndarray:
        slopes = 2 * steep * np.asarray(w) + 1 - np.tanh(np.sum(w)) ** 2
        slopes[wrong] *= 1.005
        return slopes

    return loss, gradient, weights


def check_catch(attempt: Callable) -> None:
    answers = []
    for wrong in range(6):
        loss, gradient, weights = _suspect(wrong)
        given = weights.copy()
        answers.append(int(as_array(attempt(loss, gradient, given), "the index")))
        if not np.array_equal(given, weights):
            raise Wrong("You changed the weights and did not put them back: nudge a copy.")
    if answers == list(range(6)):
        return
    _, gradient, weights = _suspect(0)
    if len(set(answers)) > 1 and answers == [wrong + 1 for wrong in range(6)]:
        raise Wrong("You count from 1: the first weight has index 0.")
    if len(set(answers)) == 1 and answers[0] == int(np.argmax(np.abs(gradient(weights)))):
        raise Wrong("You name the largest gradient, whatever is wrong: compare it with the measured slope first.")
    if answers == [_differences(1e-2, 0.0)(*_suspect(wrong)) for wrong in range(6)]:
        raise Wrong("A one-sided step is too crude here: curvature hides the bug. Step to both sides, then halve.")
    if sum(answer == wrong for wrong, answer in enumerate(answers)) <= 3:
        raise Wrong("Rounding or a missing factor drowns the bug: use a step near 1e-5 and divide by twice the step.")
    raise Wrong(f"For errors planted at 0 to 5 you found {answers}: print measured and claimed slopes side by side.")


def _differences(ahead: float, behind: float) -> Callable:
    """An attempt that steps `ahead` and `behind`."""

    def attempt(loss: Callable, gradient: Callable, weights: np.ndarray) -> int:
        nudges = np.eye(len(weights))
        measured = [(loss(weights + ahead * n) - loss(weights - behind * n)) / (ahead + behind) for n in nudges]
        return int(np.argmax(np.abs(np.array(measured) - gradient(weights))))

    return attempt


def _in_place(loss: Callable, gradient: Callable, weights: np.ndarray) -> int:
    found = solution_catch(loss, gradient, weights)
    weights += 1e-5
    return found


CATCH = Exercise(
    id="catch-the-wrong-gradient",
    check=check_catch,
    solution=solution_catch,
    mistakes=(
        Mistake("largest gradient", lambda loss, g, w: int(np.argmax(np.abs(g(w)))), "name the largest gradient"),
        Mistake("one-sided", _differences(1e-2, 0.0), "one-sided step is too crude"),
        Mistake("step too small", _differences(1e-14, 1e-14), "Rounding or a missing factor"),
        Mistake("changes the weights", _in_place, "did not put them back"),
        Mistake("counts from one", lambda loss, g, w: solution_catch(loss, g, w) + 1, "count from 1"),
    ),
    proves="You can audit any gradient with nothing but the loss: two evaluations a weight, and the liar is found.",
)
