"""Who is related to whom: clans grown from grandparents down, and the words for every relation."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from lecture_utils.datasets.smalltown.dice import Dice

# relation: what she is called, what he is called
KIN = {
    "spouse": ("wife", "husband"),
    "parent": ("mother", "father"),
    "child": ("daughter", "son"),
    "sibling": ("sister", "brother"),
    "grandparent": ("grandmother", "grandfather"),
    "grandchild": ("granddaughter", "grandson"),
    "uncle": ("aunt", "uncle"),
    "nephew": ("niece", "nephew"),
}
ADULT = 18
GENERATION = 20  # a parent is at least this many years older


class Kinsman(Protocol):
    """Somebody with a gender ("f" or "m") and the names of mother, father and spouse, or None."""

    gender: str
    mother: str | None
    father: str | None
    spouse: str | None


@dataclass
class Relative:
    """One person of a clan before names are given; mother, father and spouse are positions in the list."""

    gender: str
    age: int
    household: int
    mother: int | None = None
    father: int | None = None
    spouse: int | None = None


def grow(people: int, dice: Dice) -> list[list[Relative]]:
    """Clans of three generations, with single people between them, `people` in all.

    Elders are 63 to 67, their children 28 to 43, grandchildren 6 to 17 and at school.
    """
    clans: list[list[Relative]] = []
    left = people
    while left:
        single = left < 5 or (clans and dice.chance(0.4))
        clan = [Relative(dice.pick("fm"), 20 + dice.below(41), 0)] if single else _clan(left, dice)
        clans.append(clan)
        left -= len(clan)
    return clans


def _clan(room: int, dice: Dice) -> list[Relative]:
    """Grandparents, two or three children, most of them married, and their children: 5 to `room` people."""
    clan = [Relative("f", 63 + dice.below(5), 0), Relative("m", 63 + dice.below(5), 0)]
    clan[0].spouse, clan[1].spouse = 1, 0
    for branch in range(2 + dice.below(2)):
        if len(clan) == room:
            break
        child = Relative(dice.pick("fm"), 28 + dice.below(16), branch + 1, mother=0, father=1)
        clan.append(child)
        if len(clan) + 2 > room or (branch and dice.chance(0.3)):
            continue
        me, other = len(clan) - 1, len(clan)
        spouse = Relative("m" if child.gender == "f" else "f", child.age - 2 + dice.below(5), branch + 1, spouse=me)
        child.spouse = other
        clan.append(spouse)
        mother, father = (me, other) if child.gender == "f" else (other, me)
        oldest = min(ADULT - 1, min(child.age, spouse.age) - GENERATION)
        for _ in range(min(1 + dice.below(3), room - len(clan))):
            age = 6 + dice.below(oldest - 5)
            clan.append(Relative(dice.pick("fm"), age, branch + 1, mother=mother, father=father))
    return clan


def kin_words(people: Mapping[str, Kinsman]) -> dict[str, tuple[tuple[str, str], ...]]:
    """For each name its relatives as (word, name), such as ("aunt", "rosa keller"): by blood, and the spouse."""
    children: dict[str, list[str]] = {name: [] for name in people}
    for name, person in people.items():
        for parent in (person.mother, person.father):
            if parent:
                children[parent].append(name)

    def parents(name: str) -> list[str]:
        return [parent for parent in (people[name].mother, people[name].father) if parent]

    def siblings(name: str) -> list[str]:
        mother = people[name].mother
        return [child for child in children[mother] if child != name] if mother else []

    def relatives(name: str) -> dict[str, list[str]]:
        spouse = people[name].spouse
        return {
            "spouse": [spouse] if spouse else [],
            "parent": parents(name),
            "child": children[name],
            "sibling": siblings(name),
            "grandparent": [elder for parent in parents(name) for elder in parents(parent)],
            "grandchild": [young for child in children[name] for young in children[child]],
            "uncle": [elder for parent in parents(name) for elder in siblings(parent)],
            "nephew": [young for sibling in siblings(name) for young in children[sibling]],
        }

    return {
        name: tuple(
            (KIN[relation][people[other].gender == "m"], other)
            for relation, others in relatives(name).items()
            for other in others
        )
        for name in people
    }
