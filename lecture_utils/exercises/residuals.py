"""Exercises of the lesson on residual layers: the block, a start at zero, a block taken out."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from lecture_utils.exercises.base import Exercise, Mistake, Wrong, as_array, expect_shape, same

# --- The block, norm before or after --------------------------------------------------------------------------


def solution_block(x: np.ndarray, branch: Callable, norm: Callable, first: bool) -> np.ndarray:
    """The wire carries x itself; first decides on which side of the sum the norm stands."""
    return x + branch(norm(x)) if first else norm(x + branch(x))


def block_without_wire(x, branch, norm, first):
    return branch(norm(x)) if first else norm(branch(x))


def block_early_norm(x, branch, norm, first):
    return x + branch(norm(x)) if first else x + norm(branch(x))


def block_normed_wire(x, branch, norm, first):
    return norm(x) + branch(norm(x)) if first else norm(x + branch(x))


def block_inverted(x, branch, norm, first):
    return solution_block(x, branch, norm, not first)


def block_averaged(x, branch, norm, first):
    return (x + branch(norm(x))) / 2 if first else norm(x + branch(x))


def block_normed_twice(x, branch, norm, first):
    return x + branch(norm(x)) if first else norm(x + branch(norm(x)))


def block_scaled_wire(x, branch, norm, first):
    return x / 2 + branch(norm(x)) if first else norm(x / 2 + branch(x))


BLOCK_DIAGNOSES = (
    (block_without_wire, "The wire is missing: x itself must be added to what the branch makes of it."),
    (block_early_norm, "You add x after the norm: post-norm asks for the norm of the sum, norm(x + branch(x))."),
    (block_normed_wire, "Your wire carries norm(x): in pre-norm only the branch sees the norm, the wire carries x."),
    (block_inverted, "You took pre-norm for post-norm: first=True puts the norm before the branch."),
    (block_averaged, "You take the mean of wire and branch: after 50 blocks 1/2 each leave nothing of x. Add them."),
    (block_scaled_wire, "You weigh the wire by a half: 50 such wires leave nothing of x. Let it carry x as it is."),
    (block_normed_twice, "In post-norm the branch sees x without a norm: there is one norm, after the sum."),
)


def check_block(attempt: Callable) -> None:
    generator = np.random.default_rng(0)
    x, weight = generator.normal(size=5), generator.normal(size=(5, 5))

    def branch(h: np.ndarray) -> np.ndarray:
        return weight @ np.maximum(h, 0)

    def norm(h: np.ndarray) -> np.ndarray:
        return (h - h.mean()) / h.std()

    keep = x.copy()
    answers = [expect_shape(attempt(x, branch, norm, first), (5,), "the block's output") for first in (False, True)]
    if not np.array_equal(x, keep):
        raise Wrong("Your function changed x itself: `x += ...` does that. Compute a new array instead.")
    for wrong, diagnosis in BLOCK_DIAGNOSES:
        if all(same(answer, wrong(x, branch, norm, first)) for first, answer in enumerate(answers)):
            raise Wrong(diagnosis)
    for first, answer in zip((False, True), answers, strict=True):
        if not same(answer, solution_block(x, branch, norm, first)):
            raise Wrong(f"For first={first} the shape is right, the numbers are not: write down wire, branch and norm.")


def block_in_place(x, branch, norm, first):
    if first:
        x += branch(norm(x))
        return x
    return norm(x + branch(x))


BLOCK = Exercise(
    id="residual-block",
    check=check_block,
    solution=solution_block,
    mistakes=(
        Mistake("no wire", block_without_wire, "wire is missing"),
        Mistake("norm before the sum", block_early_norm, "add x after the norm"),
        Mistake("normed wire", block_normed_wire, "wire carries norm(x)"),
        Mistake("pre for post", block_inverted, "pre-norm for post-norm"),
        Mistake("mean instead of sum", block_averaged, "mean of wire and branch"),
        Mistake("wire weighed", block_scaled_wire, "weigh the wire by a half"),
        Mistake("norm twice", block_normed_twice, "there is one norm"),
        Mistake("x changed in place", block_in_place, "changed x itself"),
    ),
    proves="One sum, and a norm on the side you want: these two lines stand around every layer of a Transformer.",
)


# --- What a last layer of zeros does --------------------------------------------------------------------------


def solution_zero(x: np.ndarray, W1: np.ndarray, g: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The branch says nothing yet; only its last layer hears the blame."""
    hidden = np.maximum(W1 @ x, 0)
    return x, np.zeros_like(W1), np.outer(g, hidden)


def zero_silences(x, W1, g):
    return np.zeros_like(x), np.zeros_like(W1), np.outer(g, np.maximum(W1 @ x, 0))


def zero_stuck(x, W1, g):
    return x, np.zeros_like(W1), np.zeros((len(g), len(W1)))


def zero_blames_first(x, W1, g):
    hidden = np.maximum(W1 @ x, 0)
    return x, np.outer(np.resize(g, len(W1)) * (hidden > 0), x), np.outer(g, hidden)


def zero_without_relu(x, W1, g):
    return x, np.zeros_like(W1), np.outer(g, W1 @ x)


def zero_transposed(x, W1, g):
    return x, np.zeros_like(W1), np.outer(np.maximum(W1 @ x, 0), g)


def check_zero(attempt: Callable) -> None:
    generator = np.random.default_rng(1)
    x, W1, g = generator.normal(size=3), generator.normal(size=(4, 3)), generator.normal(size=3)
    answer = attempt(x, W1, g)
    if answer is None or len(answer) != 3:
        raise Wrong("The answer must be three arrays, output, gradient by W1, gradient by W2: is the `return` whole?")
    output = expect_shape(answer[0], (3,), "the output")
    by_first = expect_shape(answer[1], (4, 3), "the gradient by W1")
    by_last = expect_shape(answer[2], (3, 4), "the gradient by W2")
    right = solution_zero(x, W1, g)
    if same(output, np.zeros(3)):
        raise Wrong("The branch gives zero, the block does not: the wire still adds x.")
    if not same(output, x):
        raise Wrong("W2 = 0 makes the branch give zero, so the output is x as it came in.")
    if not same(by_first, right[1]):
        raise Wrong("The blame for W1 passes through W2, backwards, and W2 is zero: W1 gets nothing in this step.")
    if same(by_last, np.zeros((3, 4))):
        raise Wrong("Not stuck: the gradient by W2 does not contain W2. It is g times what W2 reads, relu(W1 x).")
    if same(by_last, np.outer(g, W1 @ x)):
        raise Wrong("You left out the ReLU: W2 reads relu(W1 x), and its gradient is g times that.")
    if not same(by_last, right[2]):
        raise Wrong("The gradient by W2 has in row i, column j the product of g[i] and relu(W1 x)[j].")


ZERO_START = Exercise(
    id="residual-zero-start",
    check=check_zero,
    solution=solution_zero,
    mistakes=(
        Mistake("block gives zero", zero_silences, "the wire still adds x"),
        Mistake("nothing learns", zero_stuck, "Not stuck"),
        Mistake("W1 gets blame", zero_blames_first, "passes through W2"),
        Mistake("no ReLU", zero_without_relu, "left out the ReLU"),
        Mistake("transposed", zero_transposed, "looks transposed"),
    ),
    proves="A block that starts at zero is the identity, and yet it learns: the last layer first, the rest after it.",
)


# --- Delete a block -------------------------------------------------------------------------------------------


def solution_delete(x: np.ndarray, branches: Sequence[Callable], deleted: int) -> np.ndarray:
    """Where the block was, the wire runs on."""
    for number, branch in enumerate(branches):
        if number != deleted:
            x = x + branch(x)
    return x


def delete_nothing(x, branches, deleted):
    return solution_delete(x, branches, -1)


def delete_from_one(x, branches, deleted):
    return solution_delete(x, branches, deleted - 1)


def delete_the_rest(x, branches, deleted):
    return solution_delete(x, branches[:deleted], -1)


def delete_the_others(x, branches, deleted):
    return x + branches[deleted](x)


def delete_the_wire(x, branches, deleted):
    for number, branch in enumerate(branches):
        x = branch(x) if number == deleted else x + branch(x)
    return x


def delete_everything(x, branches, deleted):
    for number, branch in enumerate(branches):
        x = np.zeros_like(x) if number == deleted else x + branch(x)
    return x


def delete_all_wires(x, branches, deleted):
    for number, branch in enumerate(branches):
        x = x if number == deleted else branch(x)
    return x


DELETE_DIAGNOSES = (
    (delete_nothing, "All blocks are still there: leave out the branch whose number is `deleted`."),
    (delete_from_one, "You deleted the block before it: blocks are numbered from 0, as branches[0] is."),
    (delete_the_rest, "You stopped at the deleted block: the blocks after it must still run, on the wire's content."),
    (delete_the_others, "You kept only the deleted block: run all the others."),
    (delete_the_wire, "You cut the wire and kept the branch: delete the branch, and let x pass."),
    (delete_everything, "You cut branch and wire: x must still pass where the block was."),
    (delete_all_wires, "Your other blocks have no wire: each adds its branch to x, x + branch(x)."),
)


def check_delete(attempt: Callable) -> None:
    generator = np.random.default_rng(2)
    x, weights = generator.normal(size=4), generator.normal(size=(5, 4, 4))
    branches = [lambda h, weight=weight: weight @ np.maximum(h, 0) / 2 for weight in weights]
    for deleted in (1, 3):
        answer = expect_shape(attempt(x.copy(), branches, deleted), (4,), "the output")
        for wrong, diagnosis in DELETE_DIAGNOSES:
            if same(answer, wrong(x, branches, deleted)):
                raise Wrong(diagnosis)
        if not same(answer, solution_delete(x, branches, deleted)):
            raise Wrong(f"Without block {deleted} the output should be different: go through the blocks one by one.")
    for deleted in (0, 4):
        answer = as_array(attempt(x.copy(), branches, deleted), "the output")
        if not same(answer, solution_delete(x, branches, deleted)):
            raise Wrong(f"Right in the middle, but not for block {deleted}: the first and the last can go as well.")


DELETE = Exercise(
    id="residual-delete",
    check=check_delete,
    solution=solution_delete,
    mistakes=(
        Mistake("nothing deleted", delete_nothing, "still there"),
        Mistake("counted from one", delete_from_one, "the block before it"),
        Mistake("the rest deleted too", delete_the_rest, "stopped at the deleted block"),
        Mistake("the others deleted", delete_the_others, "kept only the deleted block"),
        Mistake("wire deleted", delete_the_wire, "cut the wire and kept the branch"),
        Mistake("branch and wire deleted", delete_everything, "cut branch and wire"),
        Mistake("no wires at all", delete_all_wires, "other blocks have no wire"),
    ),
    proves="Half of the paths are gone, and every number still arrives: that is why a residual network survives it.",
)
