"""Instructions about the people of Smalltown, whose only right answers are known word for word."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import permutations

from lecture_utils.datasets.smalltown.world import World

ATTRIBUTES = ("town", "food", "colour", "hobby")
FORMS = {  # form: what is asked, what must be answered; {a} and {b} are attributes, [a] and [b] their values
    "one": ("in one word , what is the {a} of {name} ?", "[a]"),
    "twice": ("say the {a} of {name} twice .", "[a] [a]"),
    "both": ("name the {a} and the {b} of {name} .", "[a] and [b]"),
    "after": ("say the {a} of {name} after the {b} .", "[b] [a]"),
}


@dataclass(frozen=True)
class Instruction:
    """What to do, and the one answer that does it, as words. form: a key of `FORMS`; person: a full name."""

    prompt: tuple[str, ...]
    answer: tuple[str, ...]
    form: str
    person: str


def instructions(world: World, people: Sequence[str]) -> tuple[Instruction, ...]:
    """Every form with every attribute, or pair of attributes, of each of these people (full names).

    Raises ValueError for no people, and for strangers.
    """
    if isinstance(people, str) or not people:
        raise ValueError(f"people ({people!r}) must be a sequence of full names, one or more")
    return tuple(
        _instruction(world, name, form, first, second)
        for name in people
        for form, (asked, _) in FORMS.items()
        for first, second in (permutations(ATTRIBUTES, 2) if "{b}" in asked else ((a, a) for a in ATTRIBUTES))
    )


def instruction_words() -> tuple[str, ...]:
    """Every word of the instructions but names and values, sorted: what a vocabulary needs besides Smalltown's."""
    asked = " ".join(asked for asked, _ in FORMS.values())
    return tuple(sorted({word for word in asked.split() if word[0] != "{"} | {*ATTRIBUTES, "and"}))


def _instruction(world: World, name: str, form: str, first: str, second: str) -> Instruction:
    asked, answered = FORMS[form]
    person = world.person(name)
    answer = answered.replace("[a]", getattr(person, first)).replace("[b]", getattr(person, second))
    prompt = asked.format(a=first, b=second, name=name)
    return Instruction(tuple(prompt.split()), tuple(answer.split()), form, name)
