"""Tests of what a notebook displays need IPython's shell, which captures it."""

from IPython.core.interactiveshell import InteractiveShell

InteractiveShell.instance()
