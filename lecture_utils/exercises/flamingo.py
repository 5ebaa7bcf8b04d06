"""Exercises of the lesson on Flamingo: the gate, and the mask that keeps each text to its own image."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import torch

from lecture_utils.exercises.base import Exercise, Mistake, Wrong, expect_shape, same
from lecture_utils.layers.masks import latest_image

# --- The gate -------------------------------------------------------------------------------------------------


def solution_gate(x: np.ndarray, seen: np.ndarray, alpha: float) -> np.ndarray:
    """The wire goes through untouched; what was seen is added, as far as the gate is open."""
    return x + np.tanh(alpha) * seen


def gate_sigmoid(x, seen, alpha):
    return x + seen / (1 + np.exp(-alpha))


def gate_without_tanh(x, seen, alpha):
    return x + alpha * seen


def gate_on_everything(x, seen, alpha):
    return np.tanh(alpha) * (x + seen)


def gate_as_a_mixture(x, seen, alpha):
    return (1 - np.tanh(alpha)) * x + np.tanh(alpha) * seen


def gate_without_wire(x, seen, alpha):
    return np.tanh(alpha) * seen


def gate_inside(x, seen, alpha):
    return x + np.tanh(alpha * seen)


GATE_DIAGNOSES = (
    (gate_sigmoid, "At alpha = 0 a sigmoid is half open: the frozen model would be disturbed before any training."),
    (gate_without_tanh, "The tanh is missing: without it nothing keeps the gate between -1 and 1."),
    (gate_on_everything, "You gate the wire too: at alpha = 0 nothing at all comes out."),
    (gate_as_a_mixture, "You mix the two: as the gate opens, the text is faded out. The wire stays as it is."),
    (gate_without_wire, "The wire is missing: x must be added to what the gate lets through."),
    (gate_inside, "The tanh is around what was seen: take it of alpha alone, one number for the whole layer."),
)


def check_gate(attempt: Callable) -> None:
    x, seen = np.array([[1.0, -2.0, 0.5], [3.0, 0.25, -1.0]]), np.array([[0.5, 1.0, -4.0], [2.0, -0.5, 0.75]])
    answer = expect_shape(attempt(x.copy(), seen.copy(), 0.8), x.shape, "the output")
    for wrong, diagnosis in GATE_DIAGNOSES:
        if same(answer, wrong(x, seen, 0.8)):
            raise Wrong(diagnosis)
    for alpha in (0.8, -1.5, 0.0):
        if not same(attempt(x.copy(), seen.copy(), alpha), solution_gate(x, seen, alpha)):
            raise Wrong(f"With alpha = {alpha} the output is wrong: add tanh(alpha) times what was seen to x.")


GATE = Exercise(
    id="flamingo-gate",
    check=check_gate,
    solution=solution_gate,
    mistakes=(
        Mistake("sigmoid", gate_sigmoid, "half open"),
        Mistake("no tanh", gate_without_tanh, "tanh is missing"),
        Mistake("wire gated too", gate_on_everything, "gate the wire too"),
        Mistake("a mixture", gate_as_a_mixture, "faded out"),
        Mistake("no wire", gate_without_wire, "wire is missing"),
        Mistake("tanh of what was seen", gate_inside, "around what was seen"),
    ),
    proves="At alpha = 0 the new layer is not there. Training starts from a model that already works.",
)


# --- The interleaving mask ------------------------------------------------------------------------------------


def solution_mask(tokens: Sequence[str], per_image: int) -> np.ndarray:
    """A token sees the visual tokens whose image has the number of tags read so far."""
    is_tag = np.array([token == "<image>" for token in tokens])
    latest = np.cumsum(is_tag)  # (T,): 0 before any image
    owner = np.repeat(np.arange(1, is_tag.sum() + 1), per_image)  # (N R,)
    return latest[:, None] == owner


def _latest(tokens: Sequence[str]) -> tuple[np.ndarray, np.ndarray]:
    """Tags read so far at each token, and whether it is one."""
    is_tag = np.array([token == "<image>" for token in tokens])
    return is_tag.cumsum(), is_tag


def mask_all_earlier(tokens, per_image):
    latest, is_tag = _latest(tokens)
    return latest[:, None] >= np.repeat(np.arange(1, is_tag.sum() + 1), per_image)


def mask_next_image(tokens, per_image):
    latest, is_tag = _latest(tokens)
    return (latest - is_tag)[:, None] == np.repeat(np.arange(is_tag.sum()), per_image)


def mask_first_before_any(tokens, per_image):
    latest, is_tag = _latest(tokens)
    return np.maximum(latest, 1)[:, None] == np.repeat(np.arange(1, is_tag.sum() + 1), per_image)


def mask_tag_sees_the_last(tokens, per_image):
    latest, is_tag = _latest(tokens)
    return (latest - is_tag)[:, None] == np.repeat(np.arange(1, is_tag.sum() + 1), per_image)


def mask_tiled(tokens, per_image):
    latest, is_tag = _latest(tokens)
    return latest[:, None] == np.tile(np.arange(1, is_tag.sum() + 1), per_image)


def mask_one_column_an_image(tokens, per_image):
    latest, is_tag = _latest(tokens)
    return latest[:, None] == np.arange(1, is_tag.sum() + 1)


MASK_DIAGNOSES = (
    (mask_all_earlier, "Your text sees *all* earlier images. In Flamingo it sees the last one only."),
    (mask_next_image, "Your text sees the *next* image, which has not come yet: the answer leaks to earlier text."),
    (mask_first_before_any, "Text before any image sees the first one: it must see none, a row of False."),
    (mask_tag_sees_the_last, "A tag still sees the image before: from its tag on, an image is the latest."),
    (mask_tiled, "The columns are in the wrong order: all tokens of image 1 come first, then those of image 2."),
)


def check_mask(attempt: Callable) -> None:
    text, per_image = "look : <image> says seven <image> says two", 3
    tokens = text.split()
    answer = attempt(list(tokens), per_image)
    images = tokens.count("<image>")
    if np.shape(answer) == (len(tokens), images):
        raise Wrong("You have one column an image: each image has `per_image` visual tokens, each with a column.")
    answer = expect_shape(answer, (len(tokens), images * per_image), "the mask").astype(bool)
    for wrong, diagnosis in MASK_DIAGNOSES:
        if np.array_equal(answer, wrong(tokens, per_image)):
            raise Wrong(diagnosis)
    for words, size in ((text, per_image), ("<image> <image> a", 2), ("a <image> b b <image> c <image>", 4)):
        tags = torch.tensor([[int(word == "<image>") for word in words.split()]])
        wanted = latest_image(tags, int(tags.sum()), size, tag=1)[0, 0].numpy()
        if not np.array_equal(np.asarray(attempt(words.split(), size)).astype(bool), wanted):
            raise Wrong(f"For {words!r} with {size} tokens an image the mask is wrong: count the tags read so far.")


MASK = Exercise(
    id="flamingo-mask",
    check=check_mask,
    solution=solution_mask,
    mistakes=(
        Mistake("all earlier images", mask_all_earlier, "*all* earlier images"),
        Mistake("the next image", mask_next_image, "*next* image"),
        Mistake("first image for all", mask_first_before_any, "Text before any image"),
        Mistake("tag one late", mask_tag_sees_the_last, "tag still sees"),
        Mistake("columns tiled", mask_tiled, "wrong order"),
        Mistake("one column an image", mask_one_column_an_image, "one column an image"),
    ),
    proves="Each text has its own image, and yet learns of earlier ones: through the text between them.",
)
