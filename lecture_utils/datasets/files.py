"""Where the files of the project's `data/` folder are, in a clone and in an installed package."""

from __future__ import annotations

from pathlib import Path


def data_path(name: str) -> Path:
    """Path of a file of `data/`. Raises FileNotFoundError when there is no such file."""
    package = Path(__file__).resolve().parents[1]
    for folder in (package / "_data", package.parent / "data"):  # a wheel brings the folder along as _data
        if (folder / name).exists():
            return folder / name
    raise FileNotFoundError(f"no data file {name!r} beside lecture_utils: reinstall the package or clone it anew")
