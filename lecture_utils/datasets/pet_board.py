"""The town's pet board: each post names an animal that only later words give away, and each reply fits its post."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import TypeVar

from lecture_utils.datasets.smalltown.dice import Dice
from lecture_utils.datasets.smalltown.names import DAYS, MEN, TOWNS, WOMEN
from lecture_utils.datasets.smalltown.words import ANIMALS, SIGHTS

Drawn = TypeVar("Drawn")
SLOTS = {"name": WOMEN + MEN, "town": TOWNS, "sight": SIGHTS, "day": DAYS}
PATIENCE = 10_000  # draws in a row that may be turned away before giving up

# Before the animal stands what goes with any animal; what it says and eats comes after it.
OPENINGS = ("{name} writes :", "hello {town} ,", "{day} news :", "dear {name} ,")
POSTS = (
    "the {animal} has run away . it {does} when it is hungry .",
    "the {animal} {does} all night near the {sight} .",
    "the {animal} wants {feed} , nothing but {feed} .",
    "the {animal} belongs to {name} . it {does} and eats {feed} .",
)
REPLIES = (
    "i heard it , it {does} near the {sight} .",
    "{name} has {feed} for it .",
    "it {does} because it wants {feed} .",
)


@dataclass(frozen=True)
class Thread:
    """A post with its animal, which no word before it tells, and a reply."""

    post: str
    reply: str
    animal: str


def draw_threads(n: int, *, seed: int = 0, without: Collection[str] = ()) -> tuple[Thread, ...]:
    """Draw n threads, every animal, opening, post and reply as likely as its fellows.

    Texts are lower-case, with a blank between words and marks. without: posts that must not come again, those of
    the training, say. The same seed gives the same threads everywhere.
    Raises ValueError for n < 1, and when `without` leaves nothing to say.
    """
    dice = Dice(seed, "pet board")
    return draw_new(n, lambda: _thread(dice), lambda thread: thread.post, without)


def draw_new(
    n: int, draw: Callable[[], Drawn], text_of: Callable[[Drawn], str], without: Collection[str]
) -> tuple[Drawn, ...]:
    """n things drawn one by one, none with a text of `without`. Raises ValueError as `draw_threads` does."""
    if isinstance(n, bool) or not isinstance(n, int) or n < 1:
        raise ValueError(f"n ({n!r}) must be a whole number, 1 or more")
    known, refused = set(without), 0
    drawn: list[Drawn] = []
    while len(drawn) < n:
        thing = draw()
        if text_of(thing) not in known:
            drawn.append(thing)
            refused = 0
        elif (refused := refused + 1) == PATIENCE:
            raise ValueError(f"nothing new to say in {PATIENCE} draws: without ({len(known)} texts) leaves too little")
    return tuple(drawn)


def fill(frame: str, dice: Dice, **words: str) -> str:
    """The frame with its {slots} filled: from `words`, else by a name, town, sight or day of Smalltown."""
    drawn = {slot: dice.pick(options) for slot, options in SLOTS.items()}
    return frame.format(**words, **drawn)


def _thread(dice: Dice) -> Thread:
    animal = dice.pick(tuple(ANIMALS))
    words = {"animal": animal, "does": ANIMALS[animal].does, "feed": ANIMALS[animal].feed}
    opening, post, reply = (fill(dice.pick(frames), dice, **words) for frames in (OPENINGS, POSTS, REPLIES))
    return Thread(f"{opening} {post}", reply, animal)
