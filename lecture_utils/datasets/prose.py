"""Python prose: the real English that ships with every Python, its help topics and its docstrings."""

from __future__ import annotations

import hashlib
import importlib
import inspect
import math
import platform
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from types import ModuleType

MODULES = (
    "argparse",
    "collections",
    "datetime",
    "decimal",
    "fractions",
    "functools",
    "inspect",
    "itertools",
    "json",
    "logging",
    "math",
    "os",
    "pathlib",
    "random",
    "re",
    "shutil",
    "statistics",
    "string",
    "subprocess",
    "textwrap",
)
_BLANK_LINES = re.compile(r"\n(?:[ \t]*\n)+")


@dataclass(frozen=True)
class Prose:
    """Paragraphs in reading order, and each of them again in `train` or in `test`, never in both.

    `python` is the version they come from: the text differs a little from one to the next.
    """

    name: str
    paragraphs: tuple[str, ...]
    train: tuple[str, ...]
    test: tuple[str, ...]
    python: str
    source: str
    licence: str = "PSF License Version 2 (the Python Software Foundation's documentation)"
    units: str = "characters"

    @property
    def text(self) -> str:
        """All paragraphs, a blank line between them."""
        return "\n\n".join(self.paragraphs)


def load_prose(*, test_share: float = 0.1, seed: int = 0) -> Prose:
    """The topics of Python's help system (`pydoc_data.topics`), about 465,000 characters, in alphabetical order.

    A paragraph's side depends on its words and the seed alone, so repeats stay together and the split is the
    same on every machine. Raises ValueError unless 0 < test_share < 1, and where a Python comes without topics.
    """
    try:
        topics = importlib.import_module("pydoc_data.topics").topics
    except ImportError:
        topics = {}
    texts = [topics[topic] for topic in sorted(topics)]
    return _prose("help topics", texts, "pydoc_data.topics, part of Python's standard library", test_share, seed)


def docstrings(modules: Sequence[str] = MODULES, *, test_share: float = 0.1, seed: int = 0) -> Prose:
    """The docstrings of installed modules and of their public classes, methods and functions.

    Imports the modules named. Raises ValueError as `load_prose` does, and for a module that is not installed.
    """
    if isinstance(modules, str) or not all(isinstance(name, str) and name for name in modules):
        raise ValueError(f"modules ({modules!r}) must be a sequence of module names such as ('json', 'random')")
    texts = [text for name in modules for text in _documentation(_module(name))]
    source = f"docstrings of {', '.join(modules)}"
    return _prose("docstrings", texts, source, test_share, seed, "PSF License Version 2, other modules their own")


def _prose(name: str, texts: Iterable[str], source: str, test_share: float, seed: int, licence: str = "") -> Prose:
    """Cut texts into paragraphs and split these."""
    if not isinstance(test_share, float) or not 0.0 < test_share < 1.0:
        raise ValueError(f"test_share ({test_share!r}) must lie between 0 and 1, both excluded")
    if isinstance(seed, bool) or not isinstance(seed, int) or seed < 0:
        raise ValueError(f"seed ({seed!r}) must be a whole number, 0 or more")
    paragraphs = tuple(part for text in texts for part in _BLANK_LINES.split(text.strip("\n")) if part.strip())
    if not paragraphs:
        raise ValueError(f"{source}: no text; this Python was installed or started without its documentation")
    train, test = [], []
    for paragraph in paragraphs:
        (test if _share(paragraph, seed) < test_share else train).append(paragraph)
    terms = {"licence": licence} if licence else {}
    return Prose(name, paragraphs, tuple(train), tuple(test), platform.python_version(), source, **terms)


def _share(paragraph: str, seed: int) -> float:
    """A number from 0 to 1 that the paragraph's words and the seed decide."""
    digest = hashlib.sha256(f"{seed} {' '.join(paragraph.split())}".encode()).digest()
    return int.from_bytes(digest[:8], "big") / math.ldexp(1.0, 64)


def _module(name: str) -> ModuleType:
    try:
        return importlib.import_module(name)
    except ImportError as error:
        raise ValueError(f"module {name!r} is not installed: name one that is, such as 'json'") from error


def _documentation(module: ModuleType) -> Iterator[str]:
    """The docstrings of a module and of what it defines in public, by name, each once."""
    seen: set[int] = set()
    waiting: list[object] = [module]
    while waiting:
        thing = waiting.pop(0)
        if id(thing) in seen:
            continue
        seen.add(id(thing))
        text = getattr(thing, "__doc__", None)
        if isinstance(text, str) and text.strip():
            yield inspect.cleandoc(text)
        members = sorted(vars(thing).items()) if thing is module or inspect.isclass(thing) else []
        waiting += [
            member
            for name, member in members
            if not name.startswith("_")
            and (inspect.isroutine(member) or inspect.isclass(member))
            and getattr(member, "__module__", module.__name__) == module.__name__
        ]
