"""From the structure of a sentence to its words in both languages, in one walk.

The walk writes the English words as it meets them and hands back the French ones, each with the English it
translates, so that the alignment is known by construction. A last pass joins French words that meet a vowel.
"""

import unicodedata
from functools import cache
from itertools import pairwise

from lecture_utils.datasets.phrasebook.function_words import (
    AN,
    ANY,
    DE,
    DE_BEFORE_VOWEL,
    INDEFINITE,
    NE,
    NE_BEFORE_VOWEL,
    NOT,
)
from lecture_utils.datasets.phrasebook.nouns import NOUNS
from lecture_utils.datasets.phrasebook.pair import Pair
from lecture_utils.datasets.phrasebook.parts import Pronoun
from lecture_utils.datasets.phrasebook.trees import (
    NounPhrase,
    PrepositionalPhrase,
    RelativeClause,
    Sentence,
    Subject,
    VerbPhrase,
)
from lecture_utils.datasets.phrasebook.verbs import BASE, BE, DO

ASPIRATED = frozenset(form for noun in NOUNS if noun.aspirated for form in noun.french)

Positions = tuple[int, ...]


class _French:
    """A French word on its way: what it translates, what it agrees with, and its form before a vowel."""

    __slots__ = ("agrees", "before_vowel", "sources", "tag", "text")

    def __init__(
        self,
        text: str,
        sources: Positions,
        tag: str,
        agrees: "_French | None" = None,
        before_vowel: str | None = None,
    ):
        self.text, self.sources, self.tag, self.agrees = text, sources, tag, agrees
        self.before_vowel = before_vowel


def in_words(sentence: Sentence) -> Pair:
    """The sentence in English and French with its alignment."""
    walk = _Walk()
    french = walk.sentence(sentence)
    index = {id(word): i for i, word in enumerate(french)}
    for word, following in pairwise(french):
        if word.before_vowel is not None and starts_with_vowel(following.text):
            word.text = word.before_vowel
    return Pair(
        english=tuple(walk.english),
        french=tuple(word.text for word in french),
        alignment=tuple(word.sources for word in french),
        french_tags=tuple(word.tag for word in french),
        agrees=tuple(None if word.agrees is None else index[id(word.agrees)] for word in french),
    )


@cache
def starts_with_vowel(french: str) -> bool:
    """Whether the word is spoken with a vowel at its start: arbre, œuf, hôtel, but not hibou."""
    first = unicodedata.normalize("NFD", french)[0]
    return first in "aeiouœ" or (first == "h" and french not in ASPIRATED)


def _determiner(phrase: NounPhrase, negated: bool, adjective_next: bool) -> tuple[str, str | None]:
    """The French determiner, and its form before a vowel where that differs."""
    determiner = phrase.determiner
    if determiner is INDEFINITE and (negated or (phrase.plural and adjective_next)):
        return DE, DE_BEFORE_VOWEL
    before_vowel = None if phrase.plural else determiner.before_vowel[phrase.gender]
    return determiner.french[phrase.gender][phrase.plural], before_vowel


class _Walk:
    def __init__(self) -> None:
        self.english: list[str] = []

    def say(self, *words: str) -> Positions:
        self.english += words
        end = len(self.english)
        return tuple(range(end - len(words), end))

    def sentence(self, sentence: Sentence) -> list[_French]:
        french: list[_French] = []
        for i, clause in enumerate(sentence.clauses):
            if i > 0:
                conjunction = sentence.conjunctions[i - 1]
                said = self.say(conjunction.english)
                french += [_French(word, said, "CONJ") for word in conjunction.french]
                french[-1].before_vowel = conjunction.before_vowel
            french += self.clause(clause.subject, clause.verb_phrase)
        return french

    def clause(self, subject: Subject, verb_phrase: VerbPhrase) -> list[_French]:
        words, head = self.subject(subject)
        return words + self.verb_phrase(verb_phrase, subject, head)

    def subject(self, subject: Subject) -> tuple[list[_French], _French]:
        if isinstance(subject, Pronoun):
            word = _French(subject.french, self.say(subject.english), "PRON", None, subject.before_vowel)
            return [word], word
        return self.noun_phrase(subject)

    def noun_phrase(self, phrase: NounPhrase, negated: bool = False) -> tuple[list[_French], _French]:
        """The words and, among them, the noun; negated: as the object of a negated verb."""
        noun, gender, plural = phrase.noun, phrase.gender, phrase.plural
        singular_masculine = gender == "m" and not plural
        any_cat = negated and plural and phrase.determiner is INDEFINITE
        (article,) = self.say(ANY if any_cat else phrase.determiner.english[plural])
        adjectives = [(adjective, self.say(adjective.english)) for adjective in phrase.adjectives]
        head = _French(noun.french[plural], self.say(noun.english[plural]), "NOUN")
        if self.english[article] == "a" and self.english[article + 1][0] in "aeiou":
            self.english[article] = AN
        before: list[_French] = []
        behind: list[_French] = []
        for adjective, said in adjectives:
            word = _French(adjective.french[gender][plural], said, "ADJ", head)
            if not adjective.precedes:
                behind.insert(0, word)
                continue
            word.before_vowel = adjective.before_vowel if singular_masculine else None
            before.append(word)
        form, before_vowel = _determiner(phrase, negated, adjective_next=bool(before))
        words = [_French(form, (article,), "DET", head, before_vowel), *before, head, *behind]
        if phrase.place is not None:
            words += self.prepositional_phrase(phrase.place)
        if phrase.relative is not None:
            words += self.relative(phrase.relative, phrase, head)
        return words, head

    def prepositional_phrase(self, phrase: PrepositionalPhrase) -> list[_French]:
        said = self.say(*phrase.preposition.english)
        words, _ = self.noun_phrase(phrase.noun_phrase)
        return [_French(phrase.preposition.french, said, "PREP"), *words]

    def relative(self, clause: RelativeClause, phrase: NounPhrase, head: _French) -> list[_French]:
        relativizer = clause.relativizer
        said = self.say(relativizer.english)
        word = _French(relativizer.french, said, "REL", None, relativizer.before_vowel)
        if clause.subject is None:
            return [word, *self.verb_phrase(clause.verb_phrase, phrase, head)]
        return [word, *self.clause(clause.subject, clause.verb_phrase)]

    def verb_phrase(self, phrase: VerbPhrase, subject: Subject, head: _French) -> list[_French]:
        verb, person, negation = phrase.verb, subject.person, phrase.negation
        said, no = (), ()
        if verb is BE:
            said = self.say(verb.english[person])
            no = self.say(negation.english) if negation is not None else ()
        elif negation is not None:
            no = self.say(DO[person], NOT.english) if negation is NOT else self.say(negation.english)
        often = [(adverb, self.say(adverb.english)) for adverb in (phrase.frequency, phrase.degree) if adverb]
        if verb is not BE:
            particle = () if verb.particle is None else (verb.particle,)
            said = self.say(verb.english[BASE if negation is NOT else person], *particle)
        words = [_French(verb.french[person], said, "VERB")]
        if negation is not None:
            words.insert(0, _French(NE, no, "NEG", None, NE_BEFORE_VOWEL))
            words.append(_French(negation.french, no, "NEG"))
        words += [_French(adverb.french, where, "ADV") for adverb, where in often]
        if phrase.predicate is not None:
            form = phrase.predicate.french[subject.gender][subject.plural]
            words.append(_French(form, self.say(phrase.predicate.english), "ADJ", head))
        if phrase.object is not None:
            words += self.noun_phrase(phrase.object, negated=negation is not None)[0]
        if phrase.manner is not None:
            words.append(_French(phrase.manner.french, self.say(phrase.manner.english), "ADV"))
        if phrase.place is not None:
            words += self.prepositional_phrase(phrase.place)
        return words
