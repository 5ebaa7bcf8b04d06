"""Bring what follows from one place up to date everywhere: Colab badges, and the maps in README and index.

    python -m lecture_utils.lesson.pages           rewrite
    python -m lecture_utils.lesson.pages --check   only say what is out of date (exit 1)

The repository's address stands in pyproject.toml; number, title, question, minutes and needs of a lesson
stand in its notebook's metadata, under `lecture`.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
import tomllib
from pathlib import Path

from lecture_utils.lesson.record import NOTEBOOKS, ROOT, write_atomically

BADGE = re.compile(r"\[!\[Open in Colab\]\([^)]*\)\]\([^)]*\)")
INSTALL = re.compile(r"git\+https://[^\s\"']+")
MAP = re.compile(r"(<!-- map -->\n).*?(<!-- end of map -->)", re.DOTALL)


def address(root: Path = ROOT) -> str:
    """The repository's web address, from pyproject.toml."""
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return project["urls"]["Repository"].rstrip("/")


def badge(name: str, url: str) -> str:
    """The Colab badge of one notebook, as Markdown; its picture is ours, so that no request leaves the machine."""
    colab = url.replace("https://github.com/", "https://colab.research.google.com/github/")
    target = f"{colab}/blob/main/notebooks/{name}.ipynb"
    return f"[![Open in Colab](../docs/colab.svg)]({target})"


def lessons() -> list[tuple[str, dict]]:
    """(name, lecture metadata) of every lesson, in order."""
    found = []
    for path in sorted(NOTEBOOKS.glob("[0-9][0-9]_*.ipynb")):
        notebook = json.loads(path.read_text(encoding="utf-8"))
        found.append((path.stem, notebook["metadata"]["lecture"]))
    return found


def lesson_map(folder: str) -> str:
    """The table of lessons as Markdown, with links into `folder` (empty, or ending in a slash)."""
    rows = ["| lesson | the question it answers | to read | know first |", "|---|---|---|---|"]
    for name, about in lessons():
        title = f"[{about['number']} · {about['title']}]({folder}{name}.ipynb)"
        rows.append(f"| {title} | {about['question']} | {about['minutes']} min | {', '.join(about['needs']) or '–'} |")
    return "\n".join(rows) + "\n"


def with_map(text: str, folder: str) -> str:
    """A page with the map between its two markers replaced."""
    return MAP.sub(lambda match: match[1] + lesson_map(folder) + match[2], text)


def fresh_notebook(path: Path, url: str) -> str:
    """A notebook's text with badge, install address and map as they should be."""
    notebook = json.loads(path.read_text(encoding="utf-8"))
    for cell in notebook["cells"]:
        text = "".join(cell["source"])
        text = BADGE.sub(lambda _: badge(path.stem, url), text)
        text = with_map(INSTALL.sub(f"git+{url}", text), "")
        cell["source"] = text.splitlines(keepends=True)
    return json.dumps(notebook, indent=1, sort_keys=True, ensure_ascii=False) + "\n"  # as nbformat writes


def outdated() -> dict[Path, str]:
    """Every page that is out of date, with the text it should have."""
    url, pages = address(), {}
    for path in sorted(NOTEBOOKS.glob("*.ipynb")):
        pages[path] = fresh_notebook(path, url)
    readme = ROOT / "README.md"
    pages[readme] = with_map(readme.read_text(encoding="utf-8"), "notebooks/")
    return {path: text for path, text in pages.items() if text != path.read_text(encoding="utf-8")}


def main() -> None:
    parser = argparse.ArgumentParser(description="Bring Colab badges and the maps of the lessons up to date.")
    parser.add_argument("--check", action="store_true", help="change nothing; exit 1 if a page is out of date")
    pages = outdated()
    if parser.parse_args().check:
        sys.exit(f"out of date, run `make pages`: {', '.join(path.name for path in pages)}" if pages else 0)
    for path, text in pages.items():
        write_atomically(path, text)
        print(f"{path.relative_to(ROOT)} is up to date now")


if __name__ == "__main__":
    main()
