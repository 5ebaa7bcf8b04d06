"""What makes a notebook a lesson. Each name lives in the file named behind it."""

from lecture_utils.lesson.claims import (  # lesson/claims.py
    ClaimFailed,
    above,
    at_least,
    at_most,
    below,
    between,
    claim,
    equals,
)
from lecture_utils.lesson.corrections import show_corrections  # lesson/corrections.py
from lecture_utils.lesson.exercises import exercise  # lesson/exercises.py
from lecture_utils.lesson.ledger import keep, kept, leaderboard, recall, show_ledger  # lesson/ledger.py
from lecture_utils.lesson.session import start  # lesson/session.py
from lecture_utils.lesson.sources import source  # lesson/sources.py

__all__ = [
    "ClaimFailed",
    "above",
    "at_least",
    "at_most",
    "below",
    "between",
    "claim",
    "equals",
    "exercise",
    "keep",
    "kept",
    "leaderboard",
    "recall",
    "show_corrections",
    "show_ledger",
    "source",
    "start",
]
