"""From text to the words that no token may cross: as GPT-2 cuts it, over bytes, and as BERT cuts it, without accents.

Characters are classed by this Python's Unicode tables.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache

_GPT2 = re.compile(
    r"'(?:[sdmt]|ll|ve|re)| ?[A-Za-zé]+| ?[0-9]+| ?[^\sA-Za-zé0-9]+|\s+(?!\S)|\s+",
    re.ASCII,  # \s is then the six ASCII blanks, all that is left after `_Shapes`
)
_CHINESE = (
    (0x4E00, 0x9FFF),
    (0x3400, 0x4DBF),
    (0x20000, 0x2A6DF),
    (0x2A700, 0x2B73F),
    (0x2B740, 0x2B81F),
    (0x2B920, 0x2CEAF),
    (0xF900, 0xFAFF),
    (0x2F800, 0x2FA1F),
)


class _Shapes(dict):
    """For `str.translate`: ASCII stays; any other letter becomes é, number 0, blank a tab, and the rest §."""

    def __missing__(self, code: int) -> str:
        character = chr(code)
        kind = unicodedata.category(character)[0]
        if code < 128:
            shape = character
        elif kind in "LN":
            shape = "é" if kind == "L" else "0"
        else:
            shape = "\t" if kind == "Z" or code == 0x85 else "§"
        self[code] = shape
        return shape


_SHAPES = _Shapes()


@cache
def byte_letters() -> tuple[str, ...]:
    """A visible character for each of the 256 bytes (Radford et al. 2019; released code of GPT-2).

    Bytes that Latin-1 prints stand for themselves, the others for the characters from 256 on: a blank is Ġ.
    """
    printed = [*range(33, 127), *range(161, 173), *range(174, 256)]
    others = iter(range(256, 512))
    return tuple(chr(byte if byte in printed else next(others)) for byte in range(256))


def checked(text: str) -> str:
    """The text itself. Raises ValueError for anything but a string, and for half of a surrogate pair."""
    if not isinstance(text, str):
        raise ValueError(f"text must be a string, not {type(text).__name__}")
    if re.search("[\ud800-\udfff]", text):
        raise ValueError("text holds half of a surrogate pair, which is no character: decode its bytes as UTF-8 first")
    return text


def byte_words(text: str) -> list[str]:
    """GPT-2's cut: words with the blank before them, numbers, marks, blanks; each as letters of its UTF-8 bytes.

    Nothing is lost: `from_byte_letters` of the joined words is the text. Raises ValueError as `checked` does.
    """
    shape, letters = checked(text).translate(_SHAPES), byte_letters()  # one character each: positions stay
    return [
        "".join(letters[byte] for byte in text[found.start() : found.end()].encode()) for found in _GPT2.finditer(shape)
    ]


def from_byte_letters(letters: str) -> str:
    """The text whose bytes these letters stand for; bytes that make no character become �."""
    values = _byte_values()
    return bytes(values[letter] for letter in letters).decode(errors="replace")


@cache
def _byte_values() -> dict[str, int]:
    return {letter: byte for byte, letter in enumerate(byte_letters())}


def bert_words(text: str) -> list[str]:
    """BERT's cut, uncased: no control characters, accents or capitals; blanks separate, marks stand alone.

    Chinese characters stand alone, too (Devlin et al. 2019, released code). Raises ValueError as `checked` does.
    """
    clean = "".join(_without_control(character) for character in checked(text))
    plain = "".join(c for c in unicodedata.normalize("NFD", clean) if unicodedata.category(c) != "Mn")
    lower = "".join(character.lower() for character in plain)  # one by one: no rule looks at neighbours
    return "".join(f" {character} " if _is_mark(character) else character for character in lower).split()


def _without_control(character: str) -> str:
    code, category = ord(character), unicodedata.category(character)
    if character in "\t\n\r" or category[0] == "Z":
        return " "
    if code == 0xFFFD or category in ("Cc", "Cf", "Co"):
        return ""
    return f" {character} " if any(low <= code <= high for low, high in _CHINESE) else character


def _is_mark(character: str) -> bool:
    """Punctuation, and any ASCII character that is no letter, number or blank: $ and ^, say."""
    if character.isascii():
        return not character.isalnum() and not character.isspace()
    return unicodedata.category(character)[0] == "P"
