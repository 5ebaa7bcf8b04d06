"""From an English sentence back to its structure, by recursive descent: one word ahead, never back.

Where English leaves a choice, what comes last belongs to what stands nearest: in *the king sees the cat in the
garden* the garden is the cat's, and *that* speaks of the noun right before it. *and* and *but* join whole clauses.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cache
from typing import NoReturn, TypeVar

from lecture_utils.datasets.phrasebook.function_words import AN, ANY, INDEFINITE, NEVER, NOT
from lecture_utils.datasets.phrasebook.lexicon import Lexicon
from lecture_utils.datasets.phrasebook.parts import Determiner, Pronoun
from lecture_utils.datasets.phrasebook.trees import (
    Clause,
    NounPhrase,
    PrepositionalPhrase,
    RelativeClause,
    Sentence,
    Subject,
    VerbPhrase,
)
from lecture_utils.datasets.phrasebook.verbs import BASE, BE, DO

Item = TypeVar("Item")
NOUNS = {(True, True): "a noun", (True, False): "a singular noun", (False, True): "a plural noun"}
EXAMPLES = 5  # words named for each thing that could have stood where the sentence went wrong


def parse(words: Sequence[str], lexicon: Lexicon) -> Sentence:
    """The structure of an English sentence.

    Raises ValueError where the grammar stops, with what it would allow there.
    """
    return _Parser(tuple(words), lexicon).sentence()


class _Index:
    """A lexicon by its English forms."""

    def __init__(self, lexicon: Lexicon) -> None:
        self.adjectives = {word.english: word for word in lexicon.adjectives}
        self.conjunctions = {word.english: word for word in lexicon.conjunctions}
        self.pronouns = {word.english: word for word in lexicon.pronouns}
        roles = ("frequency", "manner", "degree")
        self.adverbs = {role: {word.english: word for word in lexicon.adverbs_of(role)} for role in roles}
        self.negations = {word.english: word for word in lexicon.negations}
        self.never = {english: word for english, word in self.negations.items() if word is NEVER}
        singular = {noun.english[0]: (noun, False) for noun in lexicon.nouns}
        plural = {noun.english[1]: (noun, True) for noun in lexicon.nouns}
        self.nouns = {(True, False): singular, (False, True): plural, (True, True): singular | plural}
        self.determiners = {negated: _determiners(lexicon, negated) for negated in (False, True)}
        self.prepositions = sorted(lexicon.prepositions, key=lambda word: -len(word.english))
        self.verbs = {person: {verb.english[person]: verb for verb in lexicon.verbs} for person in lexicon.persons}
        self.who = {word.english: word for word in lexicon.relativizers if word.gap == "subject"}
        self.whom = {word.english: word for word in lexicon.relativizers if word.gap == "object"}


def _determiners(lexicon: Lexicon, negated: bool) -> dict[str, tuple[Determiner, tuple[bool, bool]]]:
    """Each form with whether a singular and a plural may follow; as the object of a negated verb some is any."""
    forms: dict[str, tuple[Determiner, tuple[bool, bool]]] = {}
    for determiner in lexicon.determiners:
        one, many = determiner.english
        if determiner is INDEFINITE and negated:
            many = ANY
        forms |= {form: (determiner, (form == one, form == many)) for form in (one, many) if form is not None}
    return forms | {AN: (INDEFINITE, (True, False))}


_index = cache(_Index)


class _Parser:
    def __init__(self, words: tuple[str, ...], lexicon: Lexicon) -> None:
        self.words, self.index, self.at = words, _index(lexicon), 0
        self.expected: dict[str, list[str]] = {}  # what could have stood at the word reached

    def take(self, what: str, options: Mapping[str, Item]) -> Item | None:
        """The next word if it is one of the options, else None."""
        word = self.words[self.at] if self.at < len(self.words) else None
        if word not in options:
            if options:
                self.expected[what] = list(options)
            return None
        self.step(1)
        return options[word]

    def need(self, what: str, options: Mapping[str, Item]) -> Item:
        found = self.take(what, options)
        return self.fail() if found is None else found

    def step(self, words: int) -> None:
        self.at += words
        self.expected = {}

    def fail(self) -> NoReturn:
        after = f"after {' '.join(self.words[: self.at])!r}" if self.at else "at the start"
        here = f"{self.words[self.at]!r} (word {self.at + 1})" if self.at < len(self.words) else "the end"
        allowed = [f"{what} ({_some(words)})" if words else what for what, words in self.expected.items()]
        raise ValueError(f"{here} does not fit {after}: the grammar allows {' or '.join(allowed)} there")

    def sentence(self) -> Sentence:
        clauses, conjunctions = [self.clause()], []
        while conjunction := self.take("a conjunction", self.index.conjunctions):
            conjunctions.append(conjunction)
            clauses.append(self.clause())
        if self.at < len(self.words):
            self.expected["the end"] = []
            self.fail()
        return Sentence(tuple(clauses), tuple(conjunctions))

    def clause(self) -> Clause:
        subject = self.subject()
        return self.fail() if subject is None else Clause(subject, self.verb_phrase(subject.person))

    def subject(self) -> Subject | None:
        pronoun: Pronoun | None = self.take("a pronoun", self.index.pronouns)
        return pronoun or self.noun_phrase()

    def noun_phrase(self, negated: bool = False) -> NounPhrase | None:
        """None where no determiner stands; negated: as the object of a negated verb."""
        found = self.take("a determiner", self.index.determiners[negated])
        if found is None:
            return None
        determiner, numbers = found
        adjectives = []
        while adjective := self.take("an adjective", self.index.adjectives):
            adjectives.append(adjective)
        noun, plural = self.need(NOUNS[numbers], self.index.nouns[numbers])
        phrase = NounPhrase(determiner, noun, plural, tuple(adjectives))
        place = self.prepositional_phrase(locative=True)
        if place is not None or (negated and determiner is INDEFINITE):  # pas de ... qui would want a subjunctive
            return replace(phrase, place=place)
        return replace(phrase, relative=self.relative(phrase))

    def relative(self, phrase: NounPhrase) -> RelativeClause | None:
        before = self.at
        if self.take("a relative pronoun", self.index.who | self.index.whom) is None:
            return None
        who, whom = (options.get(self.words[before]) for options in (self.index.who, self.index.whom))
        subject = self.subject() if whom is not None else None
        if subject is not None:
            return RelativeClause(whom, subject, self.verb_phrase(subject.person, gap=True))
        return self.fail() if who is None else RelativeClause(who, None, self.verb_phrase(phrase.person))

    def prepositional_phrase(self, locative: bool = False) -> PrepositionalPhrase | None:
        prepositions = [word for word in self.index.prepositions if word.locative or not locative]
        for preposition in prepositions:
            if self.words[self.at : self.at + len(preposition.english)] == preposition.english:
                self.step(len(preposition.english))
                return PrepositionalPhrase(preposition, self.noun_phrase() or self.fail())
        self.expected["a preposition"] = [" ".join(word.english) for word in prepositions]
        return None

    def verb_phrase(self, person: int, gap: bool = False) -> VerbPhrase:
        """gap: the object stands outside, as in *whom the king loves*."""
        if not gap and self.take("to be", {BE.english[person]: BE}):
            return self.being()
        negation, frequency = None, None
        if self.take("an auxiliary", {DO[person]: DO}):
            negation, person = self.need("a negation", {NOT.english: NOT}), BASE
        else:
            negation = self.take("a negation", self.index.never)
        if negation is not NEVER:
            frequency = self.take("an adverb", self.index.adverbs["frequency"])
        verbs = self.index.verbs[person]
        verb = self.need("a verb", {form: verb for form, verb in verbs.items() if verb.objects} if gap else verbs)
        if verb.particle is not None:
            self.need("a particle", {verb.particle: verb})
        phrase = VerbPhrase(verb, negation, frequency)
        if gap:
            return phrase
        thing = self.noun_phrase(negation is not None) if verb.objects else None
        if thing is None and not verb.alone:
            self.fail()
        manner = self.take("an adverb", self.index.adverbs["manner"]) if thing is None else None
        return replace(phrase, object=thing, manner=manner, place=self.prepositional_phrase())

    def being(self) -> VerbPhrase:
        phrase = VerbPhrase(
            BE,
            self.take("a negation", self.index.negations),
            self.take("an adverb", self.index.adverbs["frequency"]),
            self.take("a degree", self.index.adverbs["degree"]),
        )
        if phrase.degree is None and (place := self.prepositional_phrase()) is not None:
            return replace(phrase, place=place)
        return replace(phrase, predicate=self.need("an adjective", self.index.adjectives))


def _some(words: Sequence[str]) -> str:
    return ", ".join(words[:EXAMPLES]) + (", ..." if len(words) > EXAMPLES else "")
