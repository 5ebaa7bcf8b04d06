"""How the lecture runs: device, seeds, threads, scale.

Environment variables (all optional)
    LECTURE_DEVICE   auto | cpu | cuda | mps   which device the models use (default auto)
    LECTURE_SCALE    small | full              size of models and data (default small)
    LECTURE_THREADS  a whole number from 1     CPU threads (default 1, see `threads`)
"""

from __future__ import annotations

import os
import random
from dataclasses import dataclass

import numpy as np
import torch

DEVICES = ("auto", "cpu", "cuda", "mps")
SCALES = ("small", "full")

_requested: str | None = None  # what the header's switch asked for; None leaves it to LECTURE_DEVICE
_told: set[str] = set()  # notes already printed, so that each is said once


@dataclass(frozen=True)
class DeviceChoice:
    """The device that will be used, and one line saying why when it is not the one asked for."""

    device: torch.device
    note: str = ""


def _setting(name: str, default: str, allowed: tuple[str, ...]) -> str:
    value = os.environ.get(name, "").strip().lower() or default
    if value not in allowed:
        raise ValueError(f"{name}={value!r} is not known: set it to one of {', '.join(allowed)}, or unset it")
    return value


def available_devices() -> tuple[str, ...]:
    """Names of the devices this machine has, the preferred first; the CPU is always the last."""
    found = ["cuda"] if torch.cuda.is_available() else []
    if torch.backends.mps.is_available():
        found.append("mps")
    return (*found, "cpu")


def choose_device(request: str) -> DeviceChoice:
    """Resolve `auto`, `cpu`, `cuda` or `mps`; an absent accelerator gives the CPU and a note, never an error.

    Raises ValueError for any other word.
    """
    if request not in DEVICES:
        raise ValueError(f"device {request!r} is not known: choose one of {', '.join(DEVICES)}")
    present = available_devices()
    if request == "auto":
        return DeviceChoice(torch.device(present[0]))
    if request in present:
        return DeviceChoice(torch.device(request))
    return DeviceChoice(torch.device("cpu"), f"{request} was asked for, but this machine has none: using the CPU.")


def device() -> torch.device:
    """The device for models and data: the header's switch, else LECTURE_DEVICE, else the best present.

    When the device asked for is absent, says so in one line, once, and returns the CPU.
    """
    choice = choose_device(requested_device())
    if choice.note and choice.note not in _told:
        _told.add(choice.note)
        print(choice.note)
    return choice.device


def accelerated() -> bool:
    """Whether `device` is anything faster than the CPU."""
    return device().type != "cpu"


def requested_device() -> str:
    """What is asked for at present: the switch's setting, else LECTURE_DEVICE, else `auto`."""
    return _requested or _setting("LECTURE_DEVICE", "auto", DEVICES)


def request_device(request: str) -> DeviceChoice:
    """Ask for a device from now on, as the header's switch does. Raises ValueError for an unknown word."""
    global _requested
    choice = choose_device(request)
    _requested = request
    return choice


def scale() -> str:
    """`small` (laptop, the default) or `full` (LECTURE_SCALE=full: larger models and data, best with a GPU)."""
    return _setting("LECTURE_SCALE", "small", SCALES)


def threads() -> int:
    """How many CPU threads to use: LECTURE_THREADS, else one.

    One, because models this small spend longer waking a second thread than it saves, many times longer on a
    busy machine, and because sums then come out the same whatever the number of cores.
    """
    text = os.environ.get("LECTURE_THREADS", "").strip()
    if text and not (text.isdecimal() and int(text) >= 1):
        raise ValueError(f"LECTURE_THREADS={text!r} must be a whole number from 1")
    return int(text or 1)


def seed_everything(seed: int) -> None:
    """Seed Python, NumPy and torch (every device). `seed` is a whole number from 0 to 2**32 - 1."""
    if not isinstance(seed, int) or isinstance(seed, bool) or not 0 <= seed < 2**32:
        raise ValueError(f"seed {seed!r} must be a whole number from 0 to {2**32 - 1}")
    random.seed(seed)
    np.random.seed(seed)
    torch.manual_seed(seed)
