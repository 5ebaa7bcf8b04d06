"""Casting: who and what can take part in a telling.

A cast is a line such as "A=adult B=adult:other P=pet": role=pool, role=pool:relation, role=pool:relation:base;
the base is A unless said otherwise, and may be several (U=town:another:T+A).

    person adult child owner     people; owners have a pet
    town region festival         places and events
    thing things animal ...      words (`referents.WORDS`); thing+things means either
        :another :same :other    ... than the base: never of its name (nor its home town); of its gender; of the other
    kin.sibling kin.any          a relative of the base (`kinship.KIN`); with :other one of the other gender
    pet, king, queen             the base's pet; whom the base, a festival, crowned
    wrong.town                   a value of that attribute that is not the base's
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Set
from functools import cache
from itertools import accumulate
from typing import NamedTuple

from lecture_utils.datasets.smalltown import referents
from lecture_utils.datasets.smalltown.dice import Dice
from lecture_utils.datasets.smalltown.grammar import Referent
from lecture_utils.datasets.smalltown.kinship import KIN
from lecture_utils.datasets.smalltown.world import World

PEOPLE = {
    "person": lambda person: True,
    "adult": lambda person: person.adult,
    "child": lambda person: not person.adult,
    "owner": lambda person: person.adult and person.pet is not None,
}
_OPPOSITE = {"f": "m", "m": "f"}


class Spec(NamedTuple):
    """One role of a cast; `bases` are the roles it depends on, none for a role drawn freely."""

    pool: str
    relation: str
    bases: tuple[str, ...]


@cache
def parse_cast(cast: str) -> dict[str, Spec]:
    """The roles of a cast line, in order."""
    specs = {}
    for part in cast.split():
        role, _, rest = part.partition("=")
        pool, relation, base = [*rest.split(":"), "", ""][:3]
        handed = pool in ("pet", "king", "queen") or "." in pool
        specs[role] = Spec(pool, relation, tuple((base or "A").split("+")) if relation or handed else ())
    return specs


class Pool:
    """Referents with weights (1 unless given), to draw from; weight 0 is left out."""

    def __init__(self, items: Iterable[Referent], weights: Mapping[str, float]) -> None:
        self.items = [item for item in items if weights.get(item.key, 1.0) > 0]
        self.cumulative = list(accumulate(weights.get(item.key, 1.0) for item in self.items))
        self.by_tag: dict[str, float] = defaultdict(float)
        for item in self.items:
            self.by_tag[item.tag] += weights.get(item.key, 1.0)

    def draw(self, dice: Dice, without: Set[str] = frozenset()) -> Referent:
        """One referent by weight, none of those tags; the dice count exactly what this draw tells."""
        before = dice.nats
        while True:
            item = self.items[dice.weighted(self.cumulative)]
            if item.tag not in without:
                break
            dice.nats = before
        excluded = sum(self.by_tag[tag] for tag in without if tag in self.by_tag)
        if excluded:
            dice.nats += math.log1p(-excluded / self.cumulative[-1])
        return item


class Roles(dict[str, Referent]):
    """The cast of one telling, each role drawn when it is first spoken of."""

    def __init__(self, stage: Stage, cast: str, dice: Dice) -> None:
        self._stage, self._cast, self._dice = stage, cast, dice

    def __missing__(self, role: str) -> Referent:
        spec = parse_cast(self._cast)[role]
        bases = [self[base] for base in spec.bases]
        self[role] = referent = self._stage.draw(self._cast, role, spec, bases, self._dice)
        return referent


class Stage:
    """All referents of a world; people of weight 0 never appear, the others as often as their weight says."""

    def __init__(self, world: World, weights: Mapping[str, float] | None = None) -> None:
        self.world, self.weights = world, dict(weights or {})
        self.people = {person.name: referents.of_person(person) for person in world.people}
        self.pets = {person.name: referents.of_pet(person) for person in world.people if person.pet}
        self.others = {**referents.WORDS, **referents.of_places(world)}
        self.others["festival"] = [
            festival
            for festival in self.others["festival"]
            if all(self.weights.get(festival.forms[title].fact.value, 1.0) > 0 for title in ("king", "queen"))
        ]
        self._pools: dict[tuple[str, str], Pool] = {}
        self._leads: dict[tuple[str, str], Pool] = {}
        self._handed: dict[tuple[str, str, str], Pool] = {}

    def draw(self, cast: str, role: str, spec: Spec, bases: list[Referent], dice: Dice) -> Referent:
        """Somebody for this role, given whom it depends on."""
        if not bases:
            return self._lead(cast, role, spec).draw(dice)
        if "." in spec.pool or spec.pool in ("pet", "king", "queen"):
            return self._from(spec, bases[0]).draw(dice)
        return self._pool(spec.pool, _gender(spec, bases[0])).draw(dice, _taken(bases))

    def playable(self, cast: str) -> bool:
        """Whether this world has anybody for every role."""
        return all(self._lead(cast, role, spec).items for role, spec in parse_cast(cast).items() if not spec.bases)

    def candidates(self, cast: str) -> dict[str, list[Referent]]:
        """Everybody who could get each role."""
        found: dict[str, list[Referent]] = {}
        for role, spec in parse_cast(cast).items():
            if not spec.bases:
                found[role] = self._lead(cast, role, spec).items
            elif "." in spec.pool or spec.pool in ("pet", "king", "queen"):
                found[role] = [item for base in found[spec.bases[0]] for item in self._from(spec, base).items]
            else:
                found[role] = self._pool(spec.pool, "").items
        return found

    def _lead(self, cast: str, role: str, spec: Spec) -> Pool:
        """The pool of a free role, without those who would leave another role empty."""
        if (cast, role) not in self._leads:
            waiting = [other for other in parse_cast(cast).values() if role in other.bases]
            items = self._pool(spec.pool, "").items
            fit = [item for item in items if all(self._possible(other, item) for other in waiting)]
            self._leads[cast, role] = Pool(fit, self.weights)
        return self._leads[cast, role]

    def _possible(self, spec: Spec, base: Referent) -> bool:
        if "." in spec.pool or spec.pool in ("pet", "king", "queen"):
            return bool(self._from(spec, base).items)
        taken = _taken([base])
        return any(tag not in taken for tag in self._pool(spec.pool, _gender(spec, base)).by_tag)

    def _pool(self, pool: str, gender: str) -> Pool:
        """Everybody of a pool (and a gender, "" for any)."""
        if (pool, gender) not in self._pools:
            if pool in PEOPLE:
                items = [self.people[person.name] for person in self.world.people if PEOPLE[pool](person)]
            else:
                items = [item for part in pool.split("+") for item in self.others[part]]
            self._pools[pool, gender] = Pool((item for item in items if gender in ("", item.gender)), self.weights)
        return self._pools[pool, gender]

    def _from(self, spec: Spec, base: Referent) -> Pool:
        """Everybody the base can hand this role to."""
        key = (spec.pool, spec.relation, base.key)
        if key not in self._handed:
            pool, _, detail = spec.pool.partition(".")
            if pool == "pet":
                found = [self.pets[base.key]] if base.key in self.pets else []
            elif pool == "kin":
                found = self._relatives(base, detail, spec.relation)
            elif pool == "wrong":
                found = self._wrong(base, detail)
            else:
                found = [referents.of_crowned(base, pool, self.people[base.forms[pool].fact.value])]
            self._handed[key] = Pool(found, self.weights)
        return self._handed[key]

    def _relatives(self, base: Referent, group: str, relation: str) -> list[Referent]:
        """The base's relatives of that group."""
        wanted = {word for pair in KIN.values() for word in pair} if group == "any" else KIN[group]
        return [
            referents.of_relative(base, word, self.people[name])
            for word, name in self.world.kin(base.key)
            if word in wanted and (relation != "other" or self.people[name].gender != base.gender)
        ]

    def _wrong(self, base: Referent, attribute: str) -> list[Referent]:
        """Values of that attribute that grown-ups of the base's gender have, but not the base."""
        alike = [person for person in self.world.people if person.adult and person.gender == base.gender]
        values = {getattr(person, attribute) for person in alike} - {base.forms[attribute].fact.value}
        return [referents.of_word(value) for value in sorted(values)]


def _gender(spec: Spec, base: Referent) -> str:
    """The gender a role must have, "" for any."""
    return {"other": _OPPOSITE.get(base.gender, ""), "same": base.gender}.get(spec.relation, "")


def _taken(bases: Iterable[Referent]) -> set[str]:
    """What another than the bases must not be called: their names, and the towns they live in."""
    taken = {base.tag for base in bases}
    return taken | {base.forms["town"].words[0] for base in bases if "town" in base.forms}
