"""A sentence before it is put into words: the one structure that both languages share."""

from dataclasses import dataclass

from lecture_utils.datasets.phrasebook.parts import (
    Adjective,
    Adverb,
    Conjunction,
    Determiner,
    Gender,
    Negation,
    Noun,
    Preposition,
    Pronoun,
    Relativizer,
    Verb,
)


@dataclass(frozen=True, slots=True)
class PrepositionalPhrase:
    """in the garden"""

    preposition: Preposition
    noun_phrase: "NounPhrase"


@dataclass(frozen=True, slots=True)
class NounPhrase:
    """the little black cat, with at most one of a place (in the garden) and a relative clause (that sleeps).

    adjectives in English order.
    """

    determiner: Determiner
    noun: Noun
    plural: bool
    adjectives: tuple[Adjective, ...] = ()
    place: PrepositionalPhrase | None = None
    relative: "RelativeClause | None" = None

    @property
    def person(self) -> int:
        return int(self.plural)

    @property
    def gender(self) -> Gender:
        return self.noun.gender


Subject = NounPhrase | Pronoun


@dataclass(frozen=True, slots=True)
class VerbPhrase:
    """does not often see the cat; is never very happy; sings well in the garden.

    predicate: the adjective after *to be*, of a given degree (*very*) or none.
    """

    verb: Verb
    negation: Negation | None = None
    frequency: Adverb | None = None
    degree: Adverb | None = None
    predicate: Adjective | None = None
    object: NounPhrase | None = None
    manner: Adverb | None = None
    place: PrepositionalPhrase | None = None


@dataclass(frozen=True, slots=True)
class RelativeClause:
    """who sleeps (no subject of its own), or whom the king loves (its own subject, no object)."""

    relativizer: Relativizer
    subject: Subject | None
    verb_phrase: VerbPhrase


@dataclass(frozen=True, slots=True)
class Clause:
    """the cat sleeps"""

    subject: Subject
    verb_phrase: VerbPhrase


@dataclass(frozen=True, slots=True)
class Sentence:
    """Clauses with a conjunction between each two."""

    clauses: tuple[Clause, ...]
    conjunctions: tuple[Conjunction, ...] = ()
