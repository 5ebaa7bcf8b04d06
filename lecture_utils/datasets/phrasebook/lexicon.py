"""The phrasebook's two vocabularies: everything it knows, and the small one that models learn faster."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Literal

from lecture_utils.datasets.phrasebook import function_words as little
from lecture_utils.datasets.phrasebook.adjectives import ADJECTIVES
from lecture_utils.datasets.phrasebook.nouns import NOUNS
from lecture_utils.datasets.phrasebook.parts import (
    Adjective,
    Adverb,
    Conjunction,
    Determiner,
    Negation,
    Noun,
    Preposition,
    Pronoun,
    Relativizer,
    Verb,
)
from lecture_utils.datasets.phrasebook.verbs import BE, DO, VERBS

Size = Literal["small", "full"]


@dataclass(frozen=True, eq=False)
class Lexicon:
    """The words a phrasebook may use, by part of speech."""

    nouns: tuple[Noun, ...]
    adjectives: tuple[Adjective, ...]
    verbs: tuple[Verb, ...]
    determiners: tuple[Determiner, ...]
    pronouns: tuple[Pronoun, ...]
    prepositions: tuple[Preposition, ...]
    adverbs: tuple[Adverb, ...]
    conjunctions: tuple[Conjunction, ...]
    relativizers: tuple[Relativizer, ...]
    negations: tuple[Negation, ...]

    def adverbs_of(self, role: str) -> tuple[Adverb, ...]:
        """The adverbs with this role: frequency, manner or degree."""
        return tuple(adverb for adverb in self.adverbs if adverb.role == role)

    @property
    def persons(self) -> tuple[int, ...]:
        """The persons a subject can have: he and they, and I and we where there are pronouns."""
        return tuple(sorted({0, 1} | {pronoun.person for pronoun in self.pronouns}))

    def relativizer(self, gap: str, person: bool) -> Relativizer | None:
        """*who*, *whom* or *that*, or None where the lexicon has no such clause."""
        return next((word for word in self.relativizers if (word.gap, word.for_person) == (gap, person)), None)

    def english_words(self) -> tuple[str, ...]:
        """Every English word the grammar can make from this lexicon, sorted."""
        singles = (*self.adjectives, *self.pronouns, *self.adverbs)
        singles += (*self.conjunctions, *self.relativizers, *self.negations)
        return _vocabulary(
            (entry.english for entry in singles),
            (little.AN, little.ANY),
            (DO[person] for person in self.persons),
            *(entry.english for entry in (*self.nouns, *self.determiners, *self.prepositions)),
            *([verb.english[person] for person in self.persons] for verb in (*self.verbs, BE)),
            (verb.particle for verb in self.verbs),
        )

    def french_words(self) -> tuple[str, ...]:
        """Every French word the grammar can make from this lexicon, elided forms included, sorted."""
        gendered = (*self.adjectives, *self.determiners)
        return _vocabulary(
            *(noun.french for noun in self.nouns),
            *(entry.french[gender] for entry in gendered for gender in ("m", "f")),
            *(determiner.before_vowel.values() for determiner in self.determiners),
            *([verb.french[person] for person in self.persons] for verb in (*self.verbs, BE)),
            *(conjunction.french for conjunction in self.conjunctions),
            (entry.french for entry in (*self.pronouns, *self.prepositions, *self.adverbs)),
            (entry.french for entry in (*self.relativizers, *self.negations)),
            (entry.before_vowel for entry in (*self.adjectives, *self.pronouns)),
            (entry.before_vowel for entry in (*self.conjunctions, *self.relativizers)),
            (little.DE, little.DE_BEFORE_VOWEL, little.NE, little.NE_BEFORE_VOWEL),
        )


def _vocabulary(*forms: Iterable[str | None]) -> tuple[str, ...]:
    return tuple(sorted({form for group in forms for form in group if form is not None}))


@cache
def lexicon(size: Size) -> Lexicon:
    """The small or the full lexicon.

    Raises ValueError for any other size.
    """
    if size not in ("small", "full"):
        raise ValueError(f"words={size!r}: choose 'small' or 'full'")
    groups = (
        NOUNS,
        ADJECTIVES,
        VERBS,
        little.DETERMINERS,
        little.PRONOUNS,
        little.PREPOSITIONS,
        little.ADVERBS,
        little.CONJUNCTIONS,
        little.RELATIVIZERS,
        (little.NOT, little.NEVER),
    )
    return Lexicon(*(tuple(entry for entry in group if size == "full" or entry.small) for group in groups))
