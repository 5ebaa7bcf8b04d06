"""A telling: a few sentences as tokens, with everything that is known about them; text to tokens and back."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from lecture_utils.datasets.smalltown.entities import Fact
from lecture_utils.datasets.smalltown.names import PROPER

PARAGRAPH = "¶"  # the token between two tellings of a stream; a blank line in print
STOPS = frozenset(".?!")
_TOKEN = re.compile(r"\n\s*\n|'s\b|[^\W_]+|[^\w\s]|_")
_NO_SPACE_BEFORE = frozenset([".", ",", "?", "!", ":", ";", "'s", "-"])


@dataclass(frozen=True)
class Telling:
    """A few sentences of one kind and their truth; positions count tokens from 0.

    `facts`: those it states. `pronouns`: (position of the pronoun, position of its antecedent), where the
    antecedent is the nearest earlier naming of that person or thing: the first name, or the noun itself.
    Only a reviewer's "i" and "my" are left out, since reviewers have no name.
    `sentiment`: +1, -1, or None outside reviews. `sentences`: spans (start, stop). `nats`: minus the log
    probability of all draws that made it, kind included (what a perfect model would pay for it).
    """

    tokens: tuple[str, ...]
    kind: str
    facts: tuple[Fact, ...]
    pronouns: tuple[tuple[int, int], ...]
    sentiment: int | None
    sentences: tuple[tuple[int, int], ...]
    nats: float

    @property
    def text(self) -> str:
        """The telling as one would print it."""
        return render(self.tokens)


def tokenize(text: str) -> tuple[str, ...]:
    """Smalltown's tokens: lower-case words, each mark its own token, 's kept whole, a blank line as ¶.

    `tokenize(render(tokens)) == tokens` for every telling. Raises ValueError for anything but a string.
    """
    if not isinstance(text, str):
        raise ValueError(f"text must be a string, not {type(text).__name__}")
    return tuple(PARAGRAPH if "\n" in token else token for token in _TOKEN.findall(text.lower()))


def sentence_spans(tokens: Sequence[str]) -> tuple[tuple[int, int], ...]:
    """Where each sentence starts and stops; a stop inside quotation marks ends nothing."""
    spans, start, quoted = [], 0, False
    for position, token in enumerate(tokens):
        if token == '"':
            quoted = not quoted
        elif token in STOPS and not quoted:
            spans.append((start, position + 1))
            start = position + 1
    return tuple(spans)


def render(tokens: Sequence[str]) -> str:
    """Tokens as normal text: capitals for names, sentences and "I", no space before a stop, speakers on new lines."""
    pieces: list[str] = []
    capital, glued, quoted, sentence_start = True, True, False, 0
    for position, token in enumerate(tokens):
        if token == PARAGRAPH:
            pieces.append("\n\n")
            capital, glued, quoted, sentence_start = True, True, False, position + 1
            continue
        speaker = position == sentence_start and position + 1 < len(tokens) and tokens[position + 1] == ":"
        closes = token == '"' and quoted
        if not glued and token not in _NO_SPACE_BEFORE and not closes:
            pieces.append("\n" if speaker else " ")
        pieces.append(token.capitalize() if capital or token in PROPER or token == "i" else token)
        if token == '"':
            quoted = not quoted
        # what follows an opening quotation mark or a hyphen stands close to it
        glued = token == "-" or (token == '"' and quoted)
        ends = token in STOPS and not quoted
        capital = ends or token == ":" or (token == '"' and (quoted or capital))
        if ends:
            sentence_start = position + 1
    return "".join(pieces)
