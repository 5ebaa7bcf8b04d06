"""The first line of every lesson: seeds, threads, theme, and a header with the device switch."""

from __future__ import annotations

import platform
import re
from dataclasses import dataclass
from html import escape

import ipywidgets as widgets
import torch
from IPython.display import display

from lecture_utils import runtime
from lecture_utils.plots import theme
from lecture_utils.widgets.base import view_of

NAMES = {"cpu": "CPU", "cuda": "GPU (CUDA)", "mps": "GPU (Apple)"}


@dataclass(frozen=True)
class Session:
    """The lesson that is running."""

    number: str
    seed: int


_session: Session | None = None


def current() -> Session:
    """The running lesson. Raises ValueError before `lesson.start` was called."""
    if _session is None:
        raise ValueError('no lesson is running: call lesson.start("01", seed=0) in the first cell')
    return _session


def start(number: str, *, seed: int = 0) -> None:
    """Begin a lesson: set seeds, threads and theme, and show the header with versions and device switch.

    number: two digits, as in the notebook's name. LECTURE_DEVICE sets the switch without clicking.
    """
    global _session
    if not re.fullmatch(r"\d\d", number):
        raise ValueError(f'lesson number {number!r} must be two digits, such as "01"')
    runtime.seed_everything(seed)
    torch.set_num_threads(runtime.threads())
    theme.apply()
    _session = Session(number, seed)
    choice = runtime.choose_device(runtime.requested_device())
    facts = (
        f"Lesson {number} · seed {seed} · Python {platform.python_version()} · torch {torch.__version__.split('+')[0]}"
    )
    facts += f" · {runtime.threads()} CPU thread{'s' if runtime.threads() > 1 else ''} · {runtime.scale()} scale"
    html = f'<span style="color:{theme.MUTED}">{escape(facts)}</span>'
    note = f"<br><strong>{escape(choice.note)}</strong>" if choice.note else ""
    bundle = view_of(widgets.VBox([widgets.HTML(html + note), _device_switch(choice.device.type)]))
    bundle["text/html"] = f"{html} · device {NAMES[choice.device.type]}{note}"
    bundle["text/plain"] = f"{facts} · device {NAMES[choice.device.type]} {choice.note}".strip()
    display(bundle, raw=True)


def _device_switch(present: str) -> widgets.ToggleButtons:
    """CPU and, where there is one, GPU; greyed out where there is no choice."""
    options = [(NAMES[name], name) for name in reversed(runtime.available_devices())]
    switch = widgets.ToggleButtons(options=options, value=present, disabled=len(options) == 1)
    switch.tooltips = ["Cells run on this device from now on"] * len(options)
    switch.observe(lambda change: runtime.request_device(change["new"]), "value")
    return switch
