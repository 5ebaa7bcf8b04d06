"""What a world is made of: people, towns, regions, festivals, and facts about them as typed triples."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from lecture_utils.datasets.smalltown.kinship import ADULT, KIN

# attribute: (what has it, what its value is)
ATTRIBUTES = {
    "age": ("person", "number"),
    "job": ("person", "job"),
    "workplace": ("person", "workplace"),
    "town": ("person", "town"),
    "food": ("person", "food"),
    "colour": ("person", "colour"),
    "hobby": ("person", "hobby"),
    "pet": ("person", "animal"),
    "pet name": ("person", "pet name"),
    **{word: ("person", "person") for pair in KIN.values() for word in pair},
    "region": ("town", "region"),
    "sight": ("town", "sight"),
    "capital": ("region", "town"),
    "river": ("region", "river"),
    "place": ("festival", "town"),
    "month": ("festival", "month"),
    "king": ("festival", "person"),
    "queen": ("festival", "person"),
}


class Fact(NamedTuple):
    """A typed triple; `ATTRIBUTES` gives the types. A value is written as text would have it (thirty-four)."""

    subject: str
    attribute: str
    value: str


@dataclass(frozen=True)
class Person:
    """Somebody of Smalltown; gender is "f" or "m", age in years, relatives are names or None."""

    first: str
    last: str
    gender: str
    age: int
    job: str
    workplace: str
    deed: str
    town: str
    food: str
    colour: str
    hobby: str
    pet: str | None
    pet_name: str | None
    mother: str | None
    father: str | None
    spouse: str | None

    @property
    def name(self) -> str:
        """First and last name: what facts call this person, and nobody else."""
        return f"{self.first} {self.last}"

    @property
    def adult(self) -> bool:
        """Old enough to work; the others go to school."""
        return self.age >= ADULT


@dataclass(frozen=True)
class Town:
    """A town, the region it lies in, and the sight it is famous for."""

    name: str
    region: str
    sight: str


@dataclass(frozen=True)
class Region:
    """A region with its capital and its river."""

    name: str
    capital: str
    river: str


@dataclass(frozen=True)
class Festival:
    """A yearly festival, where and when it is held, and whom it crowned (names)."""

    name: str
    place: str
    month: str
    king: str
    queen: str
