"""The grammar's engine: templates are compiled once and written out with roles, truth recorded on the way.

A template is words and marks with spaces between them, and
    {A} {A.job}      what role A is called, or one of its other forms (`cast.py` lists them)
    {x:lies/lie}     the first word if role x is one, the second if it is many
    a~               "a" or "an", as the next word demands
    [red|very old|]  one of these, each as likely; nothing is a choice too
    $place           one of that class of phrases (`phrases.py`)
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

from lecture_utils.datasets.smalltown.dice import Dice
from lecture_utils.datasets.smalltown.entities import Fact
from lecture_utils.datasets.smalltown.phrases import PHRASES
from lecture_utils.datasets.smalltown.telling import Telling, sentence_spans

PLAIN, MENTION, PRONOUN = range(3)  # what writing a form does: nothing, names its owner, points back at it
_PIECE = re.compile(r"\[[^\]]*\]|\{[^}]*\}|[^\s\[\]{}]+")
_VOWELS = frozenset("aeiou")


class Form(NamedTuple):
    """One way to write a role: its words, the fact this states, and whether it names or points back."""

    words: tuple[str, ...]
    use: int = PLAIN
    fact: Fact | None = None


@dataclass(frozen=True)
class Referent:
    """Somebody or something a telling can speak of; `tag` is the word that would confuse it with another."""

    key: str
    tag: str
    forms: Mapping[str, Form]
    gender: str = "n"
    many: bool = False


@dataclass(frozen=True)
class Plot:
    """A way to tell something: who takes part, then step by step the templates to choose from ("" skips)."""

    cast: str
    steps: tuple[tuple[str, ...], ...]
    sentiment: int | None = None
    weight: float = 1.0

    def __post_init__(self) -> None:
        if any(isinstance(step, str) for step in self.steps):
            raise ValueError(f"each step of a plot must be a tuple of templates, not one string: {self.steps}")


class Words(NamedTuple):
    """Words that are always the same."""

    words: tuple[str, ...]


class Article(NamedTuple):
    """A or an."""


class Slot(NamedTuple):
    """A form of a role."""

    role: str
    form: str


class Agree(NamedTuple):
    """A word that depends on a role's number."""

    role: str
    one: str
    many: str


class Choice(NamedTuple):
    """One of several continuations."""

    branches: tuple[tuple[object, ...], ...]


@cache
def parse(template: str) -> tuple[object, ...]:
    """A template as a sequence of Words, Article, Slot, Agree and Choice."""
    pieces: list[object] = []
    for piece in _PIECE.findall(template):
        if piece[0] == "[":
            pieces.append(Choice(tuple(parse(branch) for branch in piece[1:-1].split("|"))))
        elif piece[0] == "$":
            pieces.append(Choice(tuple(parse(phrase) for phrase in PHRASES[piece[1:]])))
        elif piece[0] == "{" and ":" in piece:
            role, words = piece[1:-1].split(":")
            pieces.append(Agree(role, *words.split("/")))
        elif piece[0] == "{":
            role, _, form = piece[1:-1].partition(".")
            pieces.append(Slot(role, form))
        elif piece == "a~":
            pieces.append(Article())
        elif pieces and isinstance(pieces[-1], Words):
            pieces[-1] = Words((*pieces[-1].words, piece))
        else:
            pieces.append(Words((piece,)))
    return tuple(pieces)


def slots(template: str) -> Iterator[Words | Slot | Agree]:
    """Everything a template can write, through all its choices (an Article counts as the words a and an)."""
    waiting = list(parse(template))
    while waiting:
        piece = waiting.pop()
        if isinstance(piece, Choice):
            waiting.extend(part for branch in piece.branches for part in branch)
        elif isinstance(piece, Article):
            yield Words(("a", "an"))
        else:
            yield piece


class Writer:
    """Writes templates with the given roles and keeps the books: facts, pronouns and their antecedents."""

    def __init__(self, roles: Mapping[str, Referent], dice: Dice) -> None:
        self.roles, self.dice = roles, dice
        self.tokens: list[str] = []
        self.facts: dict[Fact, None] = {}
        self.pronouns: list[tuple[int, int]] = []
        self._named: dict[str, int] = {}  # referent -> position of its nearest naming
        self._articles: list[int] = []

    def write(self, pieces: Sequence[object]) -> None:
        """Append one parsed template."""
        tokens = self.tokens
        for piece in pieces:
            kind = type(piece)
            if kind is Words:
                tokens.extend(piece.words)
            elif kind is Slot:
                referent = self.roles[piece.role]
                words, use, fact = referent.forms[piece.form]
                if use == MENTION:
                    self._named[referent.key] = len(tokens)
                elif use == PRONOUN:
                    self.pronouns.append((len(tokens), self._named[referent.key]))
                if fact is not None:
                    self.facts[fact] = None
                tokens.extend(words)
            elif kind is Choice:
                self.write(self.dice.pick(piece.branches))
            elif kind is Article:
                self._articles.append(len(tokens))
                tokens.append("a")
            else:
                tokens.append(piece.many if self.roles[piece.role].many else piece.one)

    def finish(self, kind: str, sentiment: int | None) -> Telling:
        """The telling written so far."""
        for position in self._articles:
            if self.tokens[position + 1][0] in _VOWELS:
                self.tokens[position] = "an"
        tokens = tuple(self.tokens)
        return Telling(
            tokens,
            kind,
            tuple(self.facts),
            tuple(self.pronouns),
            sentiment,
            sentence_spans(tokens),
            self.dice.nats,
        )
