"""Explorer of the lesson on the Conformer: type digits, choose a voice, listen, and see what is heard and when."""

from __future__ import annotations

import io
import wave
from base64 import b64encode
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache

import ipywidgets as widgets
import numpy as np
import torch
from matplotlib import pyplot as plt
from torch import Tensor

from lecture_utils.ctc import greedy
from lecture_utils.datasets.formants import RATE, Voice
from lecture_utils.datasets.spoken_digits import MOST, NAMES, SECONDS, Recording, record
from lecture_utils.models.conformer import REACH, STRIDE, Conformer
from lecture_utils.plots import theme
from lecture_utils.plots.conformer import SOUND
from lecture_utils.spectrogram import frame_times
from lecture_utils.widgets.base import LivePlot, choose_or_type


def wav(sound: np.ndarray, rate: int = RATE) -> bytes:
    """Sound of about -1 to 1 as a WAV file, 16 bits a sample; what is louder is turned down."""
    scaled = sound / max(1.0, float(np.abs(sound).max(initial=0.0)))
    buffer = io.BytesIO()
    with wave.open(buffer, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes((scaled * 32767).astype("<i2").tobytes())
    return buffer.getvalue()


def player(sound: np.ndarray) -> str:
    """An HTML player that holds the sound itself, so that nothing is loaded from anywhere."""
    data = b64encode(wav(sound)).decode()
    return f'<audio controls src="data:audio/wav;base64,{data}" style="vertical-align: middle"></audio>'


@dataclass(frozen=True)
class Hearing:
    """A recording and what a model makes of it: frames (T, bands), chances (T', V), tokens and their frames."""

    recording: Recording
    frames: np.ndarray
    chances: np.ndarray
    tokens: list[int]
    starts: list[int]

    @property
    def times(self) -> np.ndarray:
        """The middle of what each output frame hears, in seconds, (T',)."""
        return frame_times(len(self.chances), stride=STRIDE, reach=REACH).numpy()


@torch.no_grad()
def hear(model: Conformer, listen: Callable[[Tensor], Tensor], digits: str, *, voice: Voice, noise: float) -> Hearing:
    """Say 1 to 5 digits with a voice and let a model hear them. listen: sounds (B, samples) -> the model's frames.

    Raises ValueError for a text that is not 1 to 5 digits, and as `record`.
    """
    said = digits.replace(" ", "")
    if not (said.isascii() and said.isdigit() and 1 <= len(said) <= MOST):
        raise ValueError(f"{digits!r} cannot be said: type 1 to {MOST} digits, such as 30775")
    recording = record([int(digit) for digit in said], voice, noise=noise, seed=7)
    frames = listen(torch.from_numpy(recording.sound)[None])  # (1, T, bands)
    log_probs = model(frames)
    ((tokens, starts),) = greedy(log_probs)
    return Hearing(recording, frames[0].numpy(force=True), log_probs[0].exp().numpy(force=True), tokens, starts)


def explore_speech(model: Conformer, listen: Callable[[Tensor], Tensor], numbers: Sequence[str]) -> LivePlot:
    """Choose or type digits, pick pitch, mouth, tempo and noise; the player says what the picture shows.

    listen: as for `hear`. numbers: at least one to choose from.
    """
    if not numbers:
        raise ValueError("numbers is empty: give at least one to start with, such as '30775'")

    @lru_cache(maxsize=64)
    def heard(digits: str, pitch: int, mouth: float, tempo: float, noise: float) -> Hearing:
        return hear(model, listen, digits, voice=Voice(pitch, mouth, tempo), noise=noise)

    figure, (above, below) = plt.subplots(2, 1, figsize=(theme.WIDTH, 4.4), height_ratios=[1.5, 1], sharex=True)
    blank = np.zeros((model.config.bands, 8))
    image = above.imshow(blank, origin="lower", aspect="auto", extent=(0, SECONDS, 0, model.config.bands), cmap=SOUND)
    above.set(ylabel="band of pitch", ylim=(0, 1.18 * model.config.bands))
    height = model.config.bands
    bars = [above.plot([], [], color=theme.TRUE, linewidth=3)[0] for _ in range(MOST)]
    words = [above.text(0, 1.05 * height, "", ha="center", va="bottom", fontsize=12) for _ in range(MOST)]
    lines = [below.plot([], [], color=theme.SERIES[digit % 8], linewidth=2)[0] for digit in range(10)]
    nothing = below.plot([], [], color=theme.INPUT, linewidth=1.2, linestyle=":")[0]
    tags = [below.text(0, 1.04, "", ha="center", va="bottom", fontsize=12) for _ in range(2 * MOST)]
    below.set(ylim=(0, 1.3), xlim=(0, SECONDS), yticks=[0, 1], xlabel="time (s)", ylabel="probability")

    def update(**voice: float | str) -> list:
        now = heard(**voice)
        image.set_data(now.frames.T)
        image.set_clim(*np.quantile(now.frames, [0.3, 0.995]))
        spans, said = now.recording.spans, now.recording.digits
        for place, (bar, word) in enumerate(zip(bars, words, strict=True)):
            begin, end = spans[place] if place < len(said) else (0.0, 0.0)
            bar.set_data([begin, end], [1.02 * height] * 2 if end else [-1, -1])
            word.set_position(((begin + end) / 2, 1.05 * height))
            word.set_text(NAMES[said[place]] if end else "")
        nothing.set_data(now.times, now.chances[:, 0])
        for digit, line in enumerate(lines):
            line.set_data(now.times, now.chances[:, digit + 1])
        for place, tag in enumerate(tags):
            shown = place < len(now.tokens)
            tag.set_text(NAMES[now.tokens[place] - 1] if shown else "")
            tag.set_position((now.times[now.starts[place]] if shown else 0.0, 1.04))
            tag.set_color(theme.SERIES[(now.tokens[place] - 1) % 8] if shown else theme.TRUE)
        return [image, *bars, *words, nothing, *lines, *tags]

    def caption(**voice: float | str) -> str:
        now = heard(**voice)
        text = " ".join(str(token - 1) for token in now.tokens) or "nothing"
        right = [token - 1 for token in now.tokens] == list(now.recording.digits)
        return f"{player(now.recording.sound)} heard: <b>{text}</b>, which is {'right' if right else 'wrong'}."

    wide = {"style": {"description_width": "initial"}, "layout": widgets.Layout(width="20em")}
    slow = {"continuous_update": False, **wide}
    return LivePlot(
        figure,
        update,
        alt="Above a spectrogram with the digits said; below, at each moment, the chance of each digit and of none.",
        caption=caption,
        digits=choose_or_type(numbers, width="20em", description="digits"),
        pitch=widgets.IntSlider(120, min=80, max=260, step=10, description="pitch (Hz)", **slow),
        mouth=widgets.FloatSlider(1.0, min=0.8, max=1.3, step=0.05, description="formants, times", **slow),
        tempo=widgets.FloatSlider(1.2, min=1.0, max=1.8, step=0.1, description="tempo", **slow),
        noise=widgets.FloatSlider(0.02, min=0.0, max=0.5, step=0.02, description="noise", **slow),
    )
