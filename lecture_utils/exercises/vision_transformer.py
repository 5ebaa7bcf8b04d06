"""Exercises of the lesson on the Vision Transformer: cut patches, the class token, interpolate positions."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from lecture_utils.exercises.base import Exercise, Mistake, Wrong, as_array, expect_shape, same

# --- Cut patches ----------------------------------------------------------------------------------------------


def solution_patches(image: np.ndarray, size: int) -> np.ndarray:
    """Rows and columns of squares come to the front, then each square is laid out as one row of numbers."""
    height, width, channels = image.shape
    squares = image.reshape(height // size, size, width // size, size, channels)
    return squares.swapaxes(1, 2).reshape(-1, size * size * channels)


def patches_by_reshape(image, size):
    return image.reshape(-1, size * size * image.shape[2])


def patches_column_by_column(image, size):
    height, width, channels = image.shape
    squares = image.reshape(height // size, size, width // size, size, channels)
    return squares.transpose(2, 0, 1, 3, 4).reshape(-1, size * size * channels)


def patches_turned(image, size):
    height, width, channels = image.shape
    squares = image.reshape(height // size, size, width // size, size, channels)
    return squares.transpose(0, 2, 3, 1, 4).reshape(-1, size * size * channels)


def patches_channels_first(image, size):
    height, width, channels = image.shape
    squares = image.reshape(height // size, size, width // size, size, channels)
    return squares.transpose(0, 2, 4, 1, 3).reshape(-1, size * size * channels)


def patches_overlapping(image, size):
    height, width, _ = image.shape
    corners = [(row, column) for row in range(height - size + 1) for column in range(width - size + 1)]
    return np.array([image[row : row + size, column : column + size].ravel() for row, column in corners])


def patches_still_square(image, size):
    return solution_patches(image, size).reshape(-1, size, size, image.shape[2])


PATCH_DIAGNOSES = (
    (patches_by_reshape, "A plain reshape reads whole pixel rows: your patches are strips of the image, not squares."),
    (patches_column_by_column, "Your patches run down the columns: the words of an image are read row by row."),
    (patches_turned, "Inside each patch rows and columns are swapped: every square lies on its side."),
    (patches_channels_first, "Inside each patch the channels come first: asked is pixel by pixel, its channels last."),
    (patches_overlapping, "Your patches overlap: the next one starts where the last one ended, `size` pixels on."),
    (patches_still_square, "The patches are still squares: a word is one row of numbers, so flatten each."),
)


def check_patches(attempt: Callable) -> None:
    image = np.arange(4 * 6 * 3, dtype=float).reshape(4, 6, 3)
    answer = as_array(attempt(image.copy(), 2), "the patches")
    for wrong, diagnosis in PATCH_DIAGNOSES:
        if same(answer, wrong(image, 2)):
            raise Wrong(diagnosis)
    for picture, size in ((image, 2), (image[..., :1], 2), (image[:3], 3)):
        wanted = solution_patches(picture, size)
        if not same(expect_shape(attempt(picture.copy(), size), wanted.shape, "the patches"), wanted):
            raise Wrong(f"An image of {picture.shape} cut into patches of {size} x {size} comes out differently.")


CUT_PATCHES = Exercise(
    id="cut-patches",
    check=check_patches,
    solution=solution_patches,
    mistakes=(
        Mistake("plain reshape", patches_by_reshape, "strips of the image"),
        Mistake("column by column", patches_column_by_column, "run down the columns"),
        Mistake("turned squares", patches_turned, "lies on its side"),
        Mistake("channels first", patches_channels_first, "the channels come first"),
        Mistake("overlapping", patches_overlapping, "overlap"),
        Mistake("not flattened", patches_still_square, "still squares"),
    ),
    proves="An image is a sentence now. All that follows in the lesson never sees a square again.",
)


# --- The class token ------------------------------------------------------------------------------------------


def solution_words(patches: np.ndarray, token: np.ndarray, positions: np.ndarray) -> np.ndarray:
    """The same token before every image's patches, and then to all of them their positions."""
    first = np.tile(token, (len(patches), 1, 1))
    return np.concatenate([first, patches], axis=1) + positions


def words_token_last(patches, token, positions):
    return np.concatenate([patches, np.tile(token, (len(patches), 1, 1))], axis=1) + positions


def words_positions_late(patches, token, positions):
    return np.concatenate([np.tile(token, (len(patches), 1, 1)), patches + positions[1:]], axis=1)


def words_without_positions(patches, token, positions):
    return np.concatenate([np.tile(token, (len(patches), 1, 1)), patches], axis=1)


def words_positions_shifted(patches, token, positions):
    first = np.tile(token + positions[-1], (len(patches), 1, 1))
    return np.concatenate([first, patches + positions[:-1]], axis=1)


def words_with_the_mean(patches, token, positions):
    return np.concatenate([patches.mean(1, keepdims=True), patches], axis=1) + positions


def words_token_added(patches, token, positions):
    return patches + token + positions[1:]


WORD_DIAGNOSES = (
    (words_token_last, "The class token stands last: it belongs first, where the head will look for it."),
    (words_positions_late, "The class token has no position of its own: row 0 of the table belongs to it."),
    (words_without_positions, "The positions are missing: without them a shuffled image is the same image."),
    (words_positions_shifted, "The positions are off by one: row 0 is the class token's, row 1 the first patch's."),
    (words_with_the_mean, "You put the mean of the patches first: the class token is learned, alike for all images."),
    (words_token_added, "You added the token to the patches: it is a word of its own, so there is one more."),
)


def check_words(attempt: Callable) -> None:
    generator = np.random.default_rng(0)
    patches, token = generator.normal(size=(2, 3, 4)), generator.normal(size=4)
    positions = generator.normal(size=(4, 4))
    answer = as_array(attempt(patches.copy(), token.copy(), positions.copy()), "the words")
    for wrong, diagnosis in WORD_DIAGNOSES:
        if same(answer, wrong(patches, token, positions)):
            raise Wrong(diagnosis)
    if not same(expect_shape(answer, (2, 4, 4), "the words"), solution_words(patches, token, positions)):
        raise Wrong("Of the class token, the patches and the positions, something is not where it should be.")


CLASS_TOKEN = Exercise(
    id="class-token",
    check=check_words,
    solution=solution_words,
    mistakes=(
        Mistake("token last", words_token_last, "stands last"),
        Mistake("token without position", words_positions_late, "no position of its own"),
        Mistake("no positions", words_without_positions, "positions are missing"),
        Mistake("off by one", words_positions_shifted, "off by one"),
        Mistake("mean for a token", words_with_the_mean, "mean of the patches"),
        Mistake("added, not put first", words_token_added, "added the token"),
    ),
    proves="The class token brings nothing of its own: all it knows at the end it has collected from the patches.",
)


# --- Interpolate positions ------------------------------------------------------------------------------------


def _resized(places: Tensor, side: int, **how: object) -> Tensor:
    """Vectors (rows, columns, D) as a list (side * side, D) of a finer or coarser grid."""
    maps = F.interpolate(places.permute(2, 0, 1)[None], size=(side, side), **how)
    return maps[0].flatten(1).T


def solution_positions(table: Tensor, old: int, new: int) -> Tensor:
    """The class token's row stays; the rest is a picture of D channels, which is resized like any other."""
    maps = table[1:].reshape(1, old, old, -1).permute(0, 3, 1, 2)  # (1, D, old, old)
    maps = F.interpolate(maps, size=(new, new), mode="bicubic", align_corners=False)
    return torch.cat([table[:1], maps[0].flatten(1).T])


def positions_as_a_line(table, old, new):
    rows = F.interpolate(table[1:].T[None], size=new * new, mode="linear", align_corners=False)[0].T
    return torch.cat([table[:1], rows])


def positions_without_class(table, old, new):
    return solution_positions(table, old, new)[1:]


def positions_class_last(table, old, new):
    return solution_positions(table, old, new).roll(-1, 0)


def positions_scrambled(table, old, new):
    maps = table[1:].reshape(1, -1, old, old)  # takes the numbers as they lie: places and channels are mixed
    maps = F.interpolate(maps, size=(new, new), mode="bicubic", align_corners=False)
    return torch.cat([table[:1], maps[0].flatten(1).T])


def positions_nearest(table, old, new):
    return torch.cat([table[:1], _resized(table[1:].reshape(old, old, -1), new, mode="nearest")])


def positions_corners(table, old, new):
    places = table[1:].reshape(old, old, -1)
    return torch.cat([table[:1], _resized(places, new, mode="bicubic", align_corners=True)])


def positions_turned(table, old, new):
    grid = solution_positions(table, old, new)[1:].reshape(new, new, -1).transpose(0, 1)
    return torch.cat([table[:1], grid.reshape(new * new, -1)])


POSITION_DIAGNOSES = (
    (
        positions_as_a_line,
        "You stretch the list as one line: the end of a row is no neighbour of the next one's start.",
    ),
    (positions_without_class, "The class token's row is gone: it has no place in the image, so hand it on unchanged."),
    (positions_class_last, "The class token's row is at the end: it was row 0, and row 0 it must stay."),
    (positions_scrambled, "Places and channels are mixed: a reshape is no transpose. Bring D to the front by permute."),
    (positions_nearest, "You copy the nearest vector: two new places then share one position. Interpolate."),
    (positions_corners, "You pinned the corners' centres: with align_corners=False the pixels' *edges* coincide."),
    (positions_turned, "Rows and columns are swapped: the new grid lies on its side."),
)


def check_positions(attempt: Callable) -> None:
    generator = torch.Generator().manual_seed(0)
    table = torch.randn(1 + 3 * 3, 5, generator=generator)
    answer = as_array(attempt(table.clone(), 3, 5), "the table")
    for wrong, diagnosis in POSITION_DIAGNOSES:
        if same(answer, wrong(table, 3, 5)):
            raise Wrong(diagnosis)
    for old, new in ((3, 5), (3, 2), (3, 3)):
        wanted = solution_positions(table, old, new)
        got = expect_shape(attempt(table.clone(), old, new), tuple(wanted.shape), "the table")
        if not same(got, wanted):
            raise Wrong(f"From {old} x {old} to {new} x {new} places the table comes out differently: mode bicubic?")


INTERPOLATE = Exercise(
    id="interpolate-positions",
    check=check_positions,
    solution=solution_positions,
    mistakes=(
        Mistake("as one line", positions_as_a_line, "as one line"),
        Mistake("class token lost", positions_without_class, "row is gone"),
        Mistake("class token last", positions_class_last, "row is at the end"),
        Mistake("reshape for permute", positions_scrambled, "a reshape is no transpose"),
        Mistake("nearest", positions_nearest, "copy the nearest"),
        Mistake("corners pinned", positions_corners, "pinned the corners"),
        Mistake("grid turned", positions_turned, "lies on its side"),
    ),
    proves="A model trained on small images reads larger ones: every place still knows where it is.",
)
