"""Random sentences of an exact English length that make sense, or nearly."""

from collections.abc import Sequence
from functools import cache

from lecture_utils.datasets.phrasebook.adjectives import COLOUR, SHAPE
from lecture_utils.datasets.phrasebook.company import LIVING, Choice, Company, Places
from lecture_utils.datasets.phrasebook.dice import Dice
from lecture_utils.datasets.phrasebook.function_words import AND, NOT
from lecture_utils.datasets.phrasebook.lexicon import Lexicon
from lecture_utils.datasets.phrasebook.parts import Adjective, Adverb, Conjunction, Negation, Noun, Pronoun, Verb
from lecture_utils.datasets.phrasebook.trees import (
    Clause,
    NounPhrase,
    PrepositionalPhrase,
    RelativeClause,
    Sentence,
    VerbPhrase,
)
from lecture_utils.datasets.phrasebook.verbs import BE

Prefix = tuple[Negation | None, Adverb | None]
Adjectives = tuple[Adjective, ...]

SHORTEST_CLAUSE, LONGEST_CLAUSE, LONGEST_SUBJECT = 3, 16, 8


class Sampler:
    """Draws sentences; every `length` is a number of English words and is met exactly.

    Each step lists the forms that still fit and draws one. What stands behind a noun (a place or a relative clause)
    ends its phrase, so that the next word can only belong further left: no sentence can be read in two ways that
    differ in translation.
    """

    def __init__(self, lexicon: Lexicon, dice: Dice) -> None:
        self.dice, self.lexicon, self.company = dice, lexicon, Company(lexicon)
        self.feminine_plural = False
        self.degrees = lexicon.adverbs_of("degree")
        often: list[Prefix] = [(None, adverb) for adverb in lexicon.adverbs_of("frequency")]
        negated: list[Prefix] = [(negation, None) for negation in lexicon.negations]
        self.acting_prefixes, self.being_prefixes = cache(self._acting_prefixes), cache(self._being_prefixes)
        self.prefixes = 6 * [(None, None)] + often + 2 * negated + [(NOT, adverb) for _, adverb in often]

    def sentence(self, length: int) -> Sentence:
        """Clauses of 3 to 16 words joined by conjunctions; a word hardly ever comes twice."""
        self.dice.forget()
        self.feminine_plural = False
        count = self.dice.between(-(-(length + 1) // (LONGEST_CLAUSE + 1)), max(1, (length + 1) // 5))
        left, clauses = length - (count - 1), []
        for others in reversed(range(count)):
            shortest = max(SHORTEST_CLAUSE, left - others * LONGEST_CLAUSE)
            words = self.dice.between(shortest, min(LONGEST_CLAUSE, left - others * SHORTEST_CLAUSE))
            clauses.append(self._clause(words))
            left -= words
        return Sentence(tuple(clauses), self._conjunctions(count - 1))

    def _conjunctions(self, count: int) -> tuple[Conjunction, ...]:
        """No *but* after *but*, and no *when* or *because* hanging on another."""
        chosen: list[Conjunction] = []
        for _ in range(count):
            last = chosen[-1] if chosen else AND
            barred = [word for word in self.lexicon.conjunctions if word.subordinate and last.subordinate]
            barred += [last] if last is not AND else []
            chosen.append(self.dice.pick([word for word in self.lexicon.conjunctions if word not in barred]))
        return tuple(chosen)

    def _clause(self, length: int) -> Clause:
        if self.lexicon.pronouns and self.dice.chance(0.2):
            return Clause(self._pronoun(), self._verb_phrase(length - 1, "person"))
        words = self.dice.between(2, min(length - 1, LONGEST_SUBJECT))
        rest = length - words
        kind = self.dice.pick(LIVING if rest == 1 or self.dice.chance(0.7) else self.company.kinds)
        subject = self._noun_phrase(words, self.company.nouns[kind])
        said = subject.relative.verb_phrase.predicate if subject.relative is not None else None
        known = subject.adjectives if said is None else (*subject.adjectives, said)
        return Clause(subject, self._verb_phrase(rest, kind, known))

    def _pronoun(self) -> Pronoun:
        """Not *they* after a feminine plural, which would have to be *elles*."""
        return self.dice.pick([word for word in self.lexicon.pronouns if word.person != 1 or not self.feminine_plural])

    def _noun_phrase(
        self, length: int, nouns: Sequence[Noun], choice: Choice = "any", *, plurals: float = 0.4, plain: bool = False
    ) -> NounPhrase:
        """Two words and more; plurals: how likely; plain: nothing behind the noun, four words at most."""
        noun, plural, extra = self.dice.fresh(nouns), self.dice.chance(plurals), length - 2
        self.feminine_plural |= plural and noun.gender == "f"
        shortest = 2 if noun.kind in LIVING else 3  # who sleeps, that is old
        count = self.dice.pick([n for n in range(3) if n == extra or (not plain and extra - n >= shortest)])
        adjectives = self.dice.fresh(self.company.adjectives[noun.kind][count])
        place, relative = self._modifier(extra - count, noun.kind, adjectives)
        if relative is not None and choice == "negated":
            choice = "definite"  # after pas de ... qui French wants a subjunctive
        determiner = self.dice.pick(self.company.determiners[plural, choice])
        return NounPhrase(determiner, noun, plural, adjectives, place, relative)

    def _modifier(
        self, length: int, kind: str, known: Adjectives
    ) -> tuple[PrepositionalPhrase | None, RelativeClause | None]:
        """A place or a relative clause, of this length, behind a noun with these adjectives."""
        if length == 0:
            return None, None
        if length >= 3 and self.dice.chance(0.35):
            return self._place(length, self.company.places[kind]), None
        clause = self._object_relative(length, kind) if self.dice.chance(0.4) else None
        if clause is None:
            relativizer = self.lexicon.relativizer("subject", kind == "person")
            clause = RelativeClause(relativizer, None, self._verb_phrase(length - 1, kind, known))
        return None, clause

    def _object_relative(self, length: int, kind: str) -> RelativeClause | None:
        """*whom the king does not love*, or None where the verb drawn does not suit or leaves no room for a subject."""
        relativizer = self.lexicon.relativizer("object", kind == "person")
        verb, prefix = self.dice.fresh(self.company.acted_on[kind]), self.dice.pick(self.prefixes)
        words = length - 1 - _cost(prefix) - _words(verb)
        if relativizer is None or not 1 <= words <= 4 or (verb.feeling and prefix[1]):
            return None
        if words == 1:
            return RelativeClause(relativizer, self._pronoun(), VerbPhrase(verb, *prefix))
        subject = self._noun_phrase(words, self.company.subjects[verb], plain=True)
        return RelativeClause(relativizer, subject, VerbPhrase(verb, *prefix))

    def _place(self, length: int, places: Places) -> PrepositionalPhrase:
        """A preposition and a noun, seldom a plural: one is rarely in two castles."""
        preposition, nouns = self.dice.pick([place for place in places if len(place[0].english) + 2 <= length])
        phrase = self._noun_phrase(length - len(preposition.english), nouns, plurals=0.15)
        return PrepositionalPhrase(preposition, phrase)

    def _verb_phrase(self, length: int, kind: str, known: Adjectives = ()) -> VerbPhrase:
        """What a subject of this kind does, is, or is not; known: the adjectives it has already."""
        prefixes = self.acting_prefixes(length, kind)
        if length == 1 or (prefixes and self.dice.chance(0.75 if kind in LIVING else 0.2)):
            prefix, rest = self.dice.pick(prefixes)
            objects = kind in LIVING and (rest == 3 or (rest > 3 and self.dice.chance(0.65)))
            return self._acting(rest, kind, prefix) if objects else self._alone(rest, kind, prefix)
        return self._being(length, kind, known)

    def _acting_prefixes(self, length: int, kind: str) -> list[tuple[Prefix, int]]:
        """What may precede a verb, with the words left for the verb and what follows it."""
        lefts = [(prefix, length - _cost(prefix)) for prefix in self.prefixes]
        if kind in LIVING:
            return [(prefix, left) for prefix, left in lefts if left >= 1 and (left != 2 or prefix[1] is None)]
        return [(prefix, left) for prefix, left in lefts if self.company.alone[kind] and (left == 1 or left >= 4)]

    def _being_prefixes(self, length: int, kind: str) -> list[tuple[Prefix, int]]:
        """What may follow *is*, with the words left for an adjective, one with its degree, or a place."""
        lefts = [(prefix, length - 1 - sum(word is not None for word in prefix)) for prefix in self.prefixes]
        longest = 2 if self.degrees else 1
        return [
            (prefix, left)
            for prefix, left in lefts
            if left >= 3 or (1 <= left <= longest and (prefix[1] is None or self.company.moods[kind]))
        ]

    def _acting(self, rest: int, kind: str, prefix: Prefix) -> VerbPhrase:
        """A verb and its object, at times with company: *buys a cake for the queen*."""
        verbs = [verb for verb in self.company.acting[kind] if not (verb.feeling and prefix[1])]
        verb = self.dice.fresh([verb for verb in verbs if rest - _words(verb) >= 2])
        companions, left = self.company.companions[verb], rest - _words(verb)
        choice: Choice = "definite" if verb.feeling else "negated" if prefix[0] is not None else "any"
        if not companions or left < 5 or self.dice.chance(0.6):
            return VerbPhrase(verb, *prefix, object=self._noun_phrase(left, self.company.objects[verb], choice))
        words = self.dice.between(2, min(4, left - 3))
        thing = self._noun_phrase(words, self.company.objects[verb], choice, plain=True)
        return VerbPhrase(verb, *prefix, object=thing, place=self._place(left - words, companions))

    def _alone(self, rest: int, kind: str, prefix: Prefix) -> VerbPhrase:
        """A verb without an object: *sings*, *sings well*, *sings in the garden*, *sings with the queen*."""
        verbs = self.company.alone[kind]
        if rest == 2:
            verbs = [verb for verb in verbs if self.company.manners[verb]]
        verb, manner, place = self.dice.fresh(verbs), None, None
        manners = self.company.manners[verb] if prefix[1] is None else []
        if rest == 2 or (manners and rest >= 5 and self.dice.chance(0.3)):
            manner = self.dice.pick(manners)
            rest -= 1
        if rest > 1:
            companions = self.company.companions[verb]
            social = companions and self.dice.chance(0.4)
            place = self._place(rest - 1, companions if social else self.company.places[kind])
        return VerbPhrase(verb, *prefix, manner=manner, place=place)

    def _being(self, length: int, kind: str, known: Adjectives) -> VerbPhrase:
        """*is happy*, *is not very happy*, *is never in the garden*; a red house is not said to be black."""
        prefix, left = self.dice.pick(self.being_prefixes(length, kind))
        if left >= 3:
            return VerbPhrase(BE, *prefix, place=self._place(left, self.company.places[kind]))
        words = self.company.single[kind] if prefix[1] is None else self.company.moods[kind]
        degree = self.dice.pick(self.degrees) if left == 2 else None
        if degree is not None:
            words = [word for word in words if word.rank < SHAPE]
        return VerbPhrase(BE, *prefix, degree=degree, predicate=self.dice.fresh(_fitting(words, known)))


def _fitting(words: Sequence[Adjective], known: Adjectives) -> Sequence[Adjective]:
    """Adjectives of another rank than those known, or at least no second colour."""
    ranks = {word.rank for word in known}
    others = [word for word in words if word.rank not in ranks]
    return others or [word for word in words if word.rank != COLOUR and word not in known] or words


def _cost(prefix: Prefix) -> int:
    """English words before the verb: *does not* is two."""
    negation, adverb = prefix
    return (0 if negation is None else 2 if negation is NOT else 1) + (adverb is not None)


def _words(verb: Verb) -> int:
    return 1 if verb.particle is None else 2
