"""Show the code of a building block in place, so that nothing is hidden and nothing is written twice."""

from __future__ import annotations

import inspect
import textwrap
from collections.abc import Callable

from IPython.display import display


def source(block: Callable | type) -> None:
    """Show the source of a class or function of the package, headed by its import path.

    Raises ValueError for anything that was not written in Python.
    """
    try:
        code = textwrap.dedent(inspect.getsource(block)).rstrip()
    except (TypeError, OSError) as error:
        raise ValueError(f"no Python source for {block!r}: give a class or function defined in a file") from error
    path = f"{block.__module__}.{block.__qualname__}"
    text = f"# {path}\n{code}"
    display({"text/markdown": f"```python\n{text}\n```", "text/plain": text}, raw=True)
