"""What the phrasebook knows about a word: its forms in both languages and the company it keeps.

Sense is kept by kinds: person, animal, food, text, thing, big (furniture, vehicles, trees) and place. A *person* is
the number 0 (he, the cat), 1 (they, the cats), 2 (I) or 3 (we), an index into a verb's forms.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

Gender = Literal["m", "f"]
Role = Literal["frequency", "manner", "degree"]


@dataclass(frozen=True, eq=False, slots=True)
class Noun:
    """Forms are (singular, plural); traits: its kind and the prepositions it may follow."""

    english: tuple[str, str]
    french: tuple[str, str]
    gender: Gender
    kind: str
    traits: frozenset[str]
    aspirated: bool
    small: bool


@dataclass(frozen=True, eq=False, slots=True)
class Adjective:
    """French forms by gender, then (singular, plural).

    before_vowel: the masculine singular before a vowel (*bel*). rank: place in an English row of adjectives.
    """

    english: str
    french: dict[Gender, tuple[str, str]]
    rank: int
    precedes: bool
    before_vowel: str | None
    kinds: frozenset[str]
    small: bool


@dataclass(frozen=True, eq=False, slots=True)
class Verb:
    """Forms by person (he, they, I, we); particle: the word English adds (*looks for*).

    objects: kinds it acts on, empty for an intransitive verb; alone: may stand without an object; feeling: lasts, and
    is for somebody known (*loves the*, not *often loves a*). manners and companions: adverbs and
    prepositions that go with it.
    """

    english: tuple[str, str, str, str]
    french: tuple[str, str, str, str]
    particle: str | None
    subjects: frozenset[str]
    objects: frozenset[str]
    alone: bool
    feeling: bool
    manners: frozenset[str]
    companions: frozenset[str]
    small: bool


@dataclass(frozen=True, eq=False, slots=True)
class Determiner:
    """English (singular, plural), None where there is no such form; French like an adjective's forms.

    before_vowel: the singular before a vowel, by gender.
    """

    english: tuple[str | None, str | None]
    french: dict[Gender, tuple[str, str]]
    before_vowel: dict[Gender, str | None]
    small: bool


@dataclass(frozen=True, eq=False, slots=True)
class Pronoun:
    """A subject pronoun; *I*, *we* and *they* take the masculine, French grammar's default."""

    english: str
    french: str
    before_vowel: str | None
    person: int
    gender: Gender
    plural: bool
    small: bool


@dataclass(frozen=True, eq=False, slots=True)
class Preposition:
    """accepts: the traits of nouns it may stand before; locative: says where, and may follow a noun."""

    english: tuple[str, ...]
    french: str
    accepts: frozenset[str]
    locative: bool
    small: bool


@dataclass(frozen=True, eq=False, slots=True)
class Adverb:
    """role: frequency stands before the English verb, manner behind it, degree before a predicate adjective."""

    english: str
    french: str
    role: Role
    small: bool


@dataclass(frozen=True, eq=False, slots=True)
class Conjunction:
    """French words, the last of them elided before a vowel where before_vowel is given.

    subordinate: its clause hangs on the one before (*because*).
    """

    english: str
    french: tuple[str, ...]
    before_vowel: str | None
    subordinate: bool
    small: bool


@dataclass(frozen=True, eq=False, slots=True)
class Relativizer:
    """gap: which part of the relative clause the noun plays; for_person: *who* and *whom* rather than *that*."""

    english: str
    french: str
    before_vowel: str | None
    gap: Literal["subject", "object"]
    for_person: bool
    small: bool


@dataclass(frozen=True, eq=False, slots=True)
class Negation:
    """What follows the French verb; *ne* goes before it."""

    english: str
    french: str
    small: bool


def words(text: str | Iterable[str]) -> frozenset[str]:
    """A set of words from a line of them."""
    return frozenset(text.split() if isinstance(text, str) else text)
