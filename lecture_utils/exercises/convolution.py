"""Exercises of the lesson on convolution: how large the output is, a kernel for vertical edges, max pooling by hand."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from lecture_utils.exercises.base import Exercise, Mistake, Wrong, as_array, expect_shape, same

# --- How large is the output? ---------------------------------------------------------------------------------


def solution_output_size(size: int, kernel: int, stride: int, padding: int) -> int:
    """Pad, take away the pixels the window covers, count how many whole strides fit, add the first place."""
    return (size + 2 * padding - kernel) // stride + 1


SUSPECTS = {  # usual formulas, and what to say to those who use them
    "moves, not places": (
        lambda n, k, s, p: (n + 2 * p - k) // s,
        "The window's first place is missing: strides count moves, and there is one place more than moves.",
    ),
    "padding on one side": (lambda n, k, s, p: (n + p - k) // s + 1, "Padding goes onto both sides: count it twice."),
    "swapped": (lambda n, k, s, p: (n + 2 * s - k) // max(p, 1) + 1, "Stride and padding are swapped."),
    "not rounded": (
        lambda n, k, s, p: (n + 2 * p - k) / s + 1,
        "The window cannot stand half-way: round down before you add one.",
    ),
    "no stride": (lambda n, k, s, p: n + 2 * p - k + 1, "The stride is missing: divide by it."),
    "no padding": (lambda n, k, s, p: (n - k) // s + 1, "The padding is missing: add it before you divide."),
}


def check_output_size(attempt: Callable) -> None:
    cases = [(5, 3, 1, 0), (8, 3, 1, 1), (7, 3, 2, 0), (8, 3, 2, 1), (224, 7, 2, 3)]
    answers = [float(as_array(attempt(*case), "the size")) for case in cases]
    rights = [solution_output_size(*case) for case in cases]
    for (size, kernel, stride, padding), answer, right in zip(cases, answers, rights, strict=True):
        if answer == right:
            continue
        at = f"{size} pixels, kernel {kernel}, stride {stride}, padding {padding}: you say {answer:g}, it is {right}."
        for formula, diagnosis in SUSPECTS.values():
            if answers == [formula(*case) for case in cases]:
                raise Wrong(f"{diagnosis} {at}")
        raise Wrong(f"Not quite. {at} Draw the pixels as boxes and put the window down one place at a time.")


OUTPUT_SIZE = Exercise(
    id="convolution-output-size",
    check=check_output_size,
    solution=solution_output_size,
    mistakes=tuple(Mistake(name, formula, diagnosis) for name, (formula, diagnosis) in SUSPECTS.items()),
    proves="You can lay out a whole network on paper: its sizes follow layer by layer from this one line.",
)


# --- A kernel that finds vertical edges -----------------------------------------------------------------------


def solution_vertical_edges() -> list[list[float]]:
    """Right column minus left column (Prewitt's kernel): dark to the left and bright to the right gives a plus."""
    return [[-1, 0, 1], [-1, 0, 1], [-1, 0, 1]]


def _answers(kernel: np.ndarray) -> dict[str, np.ndarray]:
    """What the kernel answers, laid down unflipped inside five pictures of 5 x 5 pixels."""
    ramp = np.arange(5)
    pictures = {
        "flat": np.ones((5, 5)),
        "dark to bright": np.tile(ramp >= 2, (5, 1)),
        "bright to dark": np.tile(ramp < 2, (5, 1)),
        "horizontal": np.tile((ramp >= 2)[:, None], (1, 5)),
    }
    places = {
        name: np.lib.stride_tricks.sliding_window_view(picture.astype(float), (3, 3))
        for name, picture in pictures.items()
    }
    return {name: (windows * kernel).sum((-2, -1)) for name, windows in places.items()}


def check_vertical_edges(attempt: Callable) -> None:
    kernel = expect_shape(attempt(), (3, 3), "the kernel")
    answers = {name: np.round(answer, 6) for name, answer in _answers(kernel).items()}
    if not kernel.any():
        raise Wrong("All nine weights are 0: this kernel sees nothing at all.")
    if answers["horizontal"].any() and not answers["dark to bright"].any():
        raise Wrong("It finds horizontal edges: turn it by a quarter, so that left and right differ.")
    if answers["flat"].any():
        total = float(np.round(kernel.sum(), 3))
        raise Wrong(f"A flat wall gives {total:g}, not 0: the nine weights must add up to 0.")
    if answers["horizontal"].any():
        raise Wrong("It also answers a horizontal edge: let every row of the kernel add up to 0.")
    if (answers["dark to bright"] < 0).any():
        raise Wrong("Dark to bright gives a minus: torch lays the kernel down unflipped, so mirror it left to right.")
    if not (answers["dark to bright"] > 0).any():
        raise Wrong("It answers no edge between two flat sides: weigh the left column against the right one.")


VERTICAL_EDGES = Exercise(
    id="vertical-edge-kernel",
    check=check_vertical_edges,
    solution=solution_vertical_edges,
    mistakes=(
        Mistake("turned by a quarter", lambda: [[-1, -1, -1], [0, 0, 0], [1, 1, 1]], "finds horizontal edges"),
        Mistake("textbook's flip", lambda: [[1, 0, -1], [2, 0, -2], [1, 0, -1]], "mirror it left to right"),
        Mistake("does not add up to 0", lambda: [[0, 0, 0], [-1, 1, 1], [0, 0, 0]], "must add up to 0"),
        Mistake("all edges", lambda: [[0, -1, 0], [-1, 4, -1], [0, -1, 0]], "also answers a horizontal edge"),
        Mistake("one row", lambda: [[-1, 0, 1]], "asked is (3, 3)"),
        Mistake("nothing", lambda: np.zeros((3, 3)), "sees nothing at all"),
    ),
    proves="Nine numbers are a detector. Training finds such numbers by itself, and you saw what it found.",
)


# --- Max pooling by hand --------------------------------------------------------------------------------------


def solution_max_pool(image: np.ndarray, size: int) -> np.ndarray:
    """The largest number of every block, block by block; what fills no whole block is left out."""
    rows, columns = image.shape[0] // size, image.shape[1] // size
    pooled = np.zeros((rows, columns))
    for row in range(rows):
        for column in range(columns):
            block = image[row * size : (row + 1) * size, column * size : (column + 1) * size]
            pooled[row, column] = block.max()
    return pooled


def _strided_by_one(image: np.ndarray, size: int) -> np.ndarray:
    return np.lib.stride_tricks.sliding_window_view(image, (size, size)).max((-2, -1))


def _off_by_one(image: np.ndarray, size: int) -> np.ndarray:
    """Each block without its last row and column."""
    rows, columns = image.shape[0] // size, image.shape[1] // size
    blocks = image[: rows * size, : columns * size].reshape(rows, size, columns, size)
    return blocks[:, : size - 1, :, : size - 1].max((1, 3))


def _averaged(image: np.ndarray, size: int) -> np.ndarray:
    rows, columns = image.shape[0] // size, image.shape[1] // size
    return image[: rows * size, : columns * size].reshape(rows, size, columns, size).mean((1, 3))


def _from_zero(image: np.ndarray, size: int) -> np.ndarray:
    return np.maximum(0.0, solution_max_pool(image, size))


def check_max_pool(attempt: Callable) -> None:
    generator = np.random.default_rng(0)
    for height, width, size in [(4, 4, 2), (6, 9, 3), (5, 7, 2)]:
        image = generator.normal(size=(height, width)).round(2) - 1.0
        keep = image.copy()
        answer, right = as_array(attempt(image, size), "the pooled image"), solution_max_pool(keep, size)
        if not np.array_equal(image, keep):
            raise Wrong("Your function changed its input: write into a new array.")
        if same(answer, right):
            continue
        at = f"An image of {height} x {width} in blocks of {size}:"
        if same(answer, _strided_by_one(image, size)):
            raise Wrong(f"{at} your blocks overlap. Move the window by its own size, not by one pixel.")
        if answer.shape != right.shape:
            raise Wrong(f"{at} your answer is {answer.shape}, asked is {right.shape}: only whole blocks count.")
        if same(answer, _off_by_one(image, size)):
            raise Wrong(f"{at} each block's last row and column are missing: a slice ends before its second number.")
        if same(answer, _averaged(image, size)):
            raise Wrong(f"{at} that is the mean. Average pooling exists too, but asked is the largest number.")
        if same(answer, _from_zero(image, size)):
            raise Wrong(f"{at} blocks of negative numbers give 0: start from the block's numbers, not from 0.")
        raise Wrong(f"{at} the shape is right, the numbers are not. Work the upper left block out by hand.")


MAX_POOL = Exercise(
    id="max-pooling-by-hand",
    check=check_max_pool,
    solution=solution_max_pool,
    mistakes=(
        Mistake("stride of one", _strided_by_one, "your blocks overlap"),
        Mistake("off by one", _off_by_one, "last row and column are missing"),
        Mistake("mean", _averaged, "that is the mean"),
        Mistake("starts from zero", _from_zero, "blocks of negative numbers give 0"),
        Mistake(
            "the largest of all",
            lambda image, size: np.full((image.shape[0] // size, image.shape[1] // size), image.max()),
            "Work the upper left block out",
        ),
    ),
    proves="Pooling is a loop and a maximum. What it throws away, the exact place, is what it is for.",
)
