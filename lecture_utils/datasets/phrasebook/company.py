"""Which words go together: the tables from which sentences that make sense are drawn."""

from collections.abc import Iterable
from typing import Literal

from lecture_utils.datasets.phrasebook.adjectives import ANYTHING, OPINION
from lecture_utils.datasets.phrasebook.function_words import INDEFINITE
from lecture_utils.datasets.phrasebook.lexicon import Lexicon
from lecture_utils.datasets.phrasebook.parts import Adjective, Determiner, Noun, Preposition, Verb

LIVING = ("person", "animal")

Places = list[tuple[Preposition, list[Noun]]]
Choice = Literal["any", "negated", "definite"]
CHOICES: tuple[Choice, ...] = ("any", "negated", "definite")


class Company:
    """A lexicon's words, looked up by the kind of noun they stand beside.

    adjectives: rows of them by kind, then by how many; moods: those that come and go (*often happy*); alone: verbs
    without an object, acting: verbs with one, acted_on: verbs by the kind of object; determiners: by plural and by
    what the verb lets through ("negated": no numbers, "definite": neither numbers nor *a* and *some*).
    """

    def __init__(self, lexicon: Lexicon) -> None:
        self.kinds = tuple(kind for kind in ANYTHING.split() if any(noun.kind == kind for noun in lexicon.nouns))
        self.nouns = {kind: [noun for noun in lexicon.nouns if noun.kind == kind] for kind in self.kinds}
        self.single = {kind: [word for word in lexicon.adjectives if kind in word.kinds] for kind in self.kinds}
        self.adjectives = {kind: _rows(self.single[kind]) for kind in self.kinds}
        self.moods = {
            kind: [word for word in self.single[kind] if kind in LIVING and word.rank == OPINION] for kind in self.kinds
        }
        self.determiners = {
            (plural, choice): _determiners(lexicon, plural, choice) for plural in (False, True) for choice in CHOICES
        }
        self.alone, self.acting, self.acted_on = {}, {}, {}
        for kind in self.kinds:
            can = [verb for verb in lexicon.verbs if kind in verb.subjects]
            self.alone[kind] = [verb for verb in can if verb.alone]
            self.acting[kind] = [verb for verb in can if verb.objects]
            self.acted_on[kind] = [verb for verb in lexicon.verbs if kind in verb.objects]
        self.objects = {verb: self._of_kinds(verb.objects) for verb in lexicon.verbs}
        self.subjects = {verb: self._of_kinds(verb.subjects.intersection(LIVING)) for verb in lexicon.verbs}
        manners = lexicon.adverbs_of("manner")
        self.manners = {verb: [word for word in manners if word.english in verb.manners] for verb in lexicon.verbs}
        self.places = {kind: _places(lexicon, kind) for kind in self.kinds}
        self.companions = {verb: _companions(lexicon, verb) for verb in lexicon.verbs}

    def _of_kinds(self, kinds: Iterable[str]) -> list[Noun]:
        return [noun for kind in self.kinds if kind in kinds for noun in self.nouns[kind]]


def _rows(words: list[Adjective]) -> tuple[list[tuple[Adjective, ...]], ...]:
    """No, one or two adjectives; two in English order and at most one of them before the French noun."""
    pairs = [
        (first, second)
        for first in words
        for second in words
        if first.rank < second.rank and not (first.precedes and second.precedes)
    ]
    return [()], [(word,) for word in words], pairs


def _determiners(lexicon: Lexicon, plural: bool, choice: Choice) -> list[Determiner]:
    """The determiners allowed, the plainest of them four times."""
    words = [word for word in lexicon.determiners if word.english[plural] is not None]
    if choice != "any":
        words = [word for word in words if word.english[False] is not None]
    if choice == "definite":
        words = [word for word in words if word is not INDEFINITE]
    return words + 3 * [word for word in words if word.english[False] in ("the", "a")]


def _places(lexicon: Lexicon, kind: str) -> Places:
    """Where a noun of this kind can be: castles not on tables, pianos not in hats, kings not on books."""
    places: Places = []
    for preposition in lexicon.prepositions:
        nouns = [noun for noun in lexicon.nouns if noun.traits & preposition.accepts]
        if kind in ("big", "place"):
            nouns = [noun for noun in nouns if noun.kind == "place"]
        elif kind == "person":
            nouns = [noun for noun in nouns if noun.kind != "text"]
        inside = kind == "place" and preposition.english[-1] in ("in", "under")
        if preposition.locative and nouns and not inside:
            places.append((preposition, nouns))
    return places


def _companions(lexicon: Lexicon, verb: Verb) -> Places:
    """With whom, or for whom, this verb is done."""
    return [
        (preposition, [noun for noun in lexicon.nouns if noun.traits & preposition.accepts])
        for preposition in lexicon.prepositions
        if preposition.english[0] in verb.companions
    ]
