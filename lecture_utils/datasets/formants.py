"""Speech from rules: each pulse of the voice rings the resonances of the mouth, and hiss is noise in one band.

A sound of speech is told by its resonances, the *formants*: F1 to F3 say which vowel, F4 hardly moves.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np

RATE = 8000  # samples a second, as on the telephone
RING = 0.016  # seconds after which a pulse has died away
LOUDNESS = (1.0, 0.6, 0.35, 0.15)  # of F1 to F4
BANDWIDTHS = (70.0, 100.0, 150.0, 220.0)  # Hz: the wider, the faster a formant dies away
F4 = 3400.0  # Hz
GLIDE = 0.03  # seconds for the mouth to move from one sound to the next
FASTEST, SLOWEST = 0.5, 2.0  # tempi that `Voice` takes


class Phone(NamedTuple):
    """One sound: milliseconds, F1 to F3 in Hz, how loud voice and hiss are (0 to 1), the middle of the hiss in Hz."""

    ms: float
    formants: tuple[float, float, float]
    voiced: float = 1.0
    hiss: float = 0.0
    hiss_at: float = 0.0


# Vowels near the men's means of Peterson and Barney (1952, table 2); what glides is written as two sounds.
PHONES = {
    "IY": Phone(110, (270, 2290, 3010)),
    "IH": Phone(80, (390, 1990, 2550)),
    "EH": Phone(90, (530, 1840, 2480)),
    "EY": Phone(70, (440, 2050, 2600)),
    "AA": Phone(90, (730, 1090, 2440)),
    "AO": Phone(110, (570, 840, 2410)),
    "AH": Phone(90, (640, 1190, 2390)),
    "AX": Phone(60, (500, 1450, 2450)),
    "OW": Phone(90, (450, 880, 2400)),
    "UW": Phone(120, (300, 870, 2240)),
    "W": Phone(60, (300, 610, 2200), 0.6),
    "R": Phone(70, (330, 1060, 1400), 0.6),
    "N": Phone(75, (250, 1450, 2600), 0.35),
    "V": Phone(60, (250, 1100, 2100), 0.3, 0.05, 2600),
    "Z": Phone(80, (250, 1600, 2500), 0.2, 0.15, 3600),
    "S": Phone(100, (350, 1700, 2550), 0.0, 0.25, 3600),
    "F": Phone(90, (350, 1100, 2200), 0.0, 0.08, 2400),
    "TH": Phone(80, (350, 1300, 2500), 0.0, 0.06, 3100),
    "stop": Phone(50, (350, 1600, 2500), 0.0),  # the mouth is shut
    "T": Phone(30, (350, 1750, 2600), 0.0, 0.25, 3300),
    "K": Phone(30, (350, 2000, 2400), 0.0, 0.25, 1900),
}


@dataclass(frozen=True)
class Voice:
    """Who speaks. pitch: Hz. tract: scale of all formants, 1 a man's, 1.2 a child's. tempo: 0.5 (slow) to 2.

    breath: share of the hiss, 1 the table's. accent: factors of F1 to F3 for some phones, the speaker's own.
    """

    pitch: float = 120.0
    tract: float = 1.0
    tempo: float = 1.0
    breath: float = 1.0
    accent: dict[str, np.ndarray] = field(default_factory=dict)


def draw_voice(generator: np.random.Generator) -> Voice:
    """A speaker by chance: high voices tend to short tracts, and everybody says each sound in their own way."""
    size = generator.uniform()
    return Voice(
        pitch=90 * 2.4**size * generator.uniform(0.9, 1.1),
        tract=0.95 + 0.22 * size + generator.uniform(-0.03, 0.03),
        tempo=generator.uniform(1.0, 1.5),
        breath=generator.uniform(0.6, 1.6),
        accent={name: generator.normal(1.0, 0.04, 3) for name in PHONES},
    )


def speak(phones: Sequence[str], voice: Voice, generator: np.random.Generator) -> np.ndarray:
    """Synthesise one word: samples (N,) of about -1 to 1 at RATE; the generator gives hiss and small variations.

    phones: names of PHONES. Raises ValueError for no or unknown phones, and a voice that cannot be.
    """
    unknown = [name for name in phones if name not in PHONES]
    if not phones or unknown:
        raise ValueError(f"phones {unknown or list(phones)} are not known: use at least one of {', '.join(PHONES)}")
    if not (40 <= voice.pitch <= 500 and 0.5 <= voice.tract <= 1.6 and FASTEST <= voice.tempo <= SLOWEST):
        raise ValueError(f"{voice}: pitch must be 40 to 500 Hz, tract 0.5 to 1.6, tempo {FASTEST} to {SLOWEST}")
    table = [PHONES[name] for name in phones]
    seconds = np.array([phone.ms / 1000 for phone in table]) / voice.tempo * generator.uniform(0.85, 1.15, len(table))
    ends = np.cumsum(seconds)
    targets = np.array([phone.formants for phone in table]) * generator.normal(1.0, 0.02, (len(table), 3))
    targets *= [voice.accent.get(name, np.ones(3)) for name in phones]
    sound = _voiced(ends, targets * voice.tract, [phone.voiced for phone in table], voice, generator)
    for phone, end, length in zip(table, ends, seconds, strict=True):
        if phone.hiss:
            first, last = int((end - length) * RATE), min(int(end * RATE), len(sound))
            middle = min(phone.hiss_at * voice.tract, 0.47 * RATE)
            sound[first:last] += voice.breath * phone.hiss * _hiss(last - first, middle, generator)
    return sound


def _voiced(ends: np.ndarray, targets: np.ndarray, loudness: list[float], voice: Voice, generator) -> np.ndarray:
    """Every pulse of the voice sets off four damped sine waves at the formants of that moment."""
    total = ends[-1]
    sound = np.zeros(int(total * RATE))
    fall = generator.uniform(0.0, 0.25)  # the pitch falls towards the end of a word
    count = int(total * voice.pitch)
    places = (np.arange(count) + generator.uniform()) / voice.pitch / (1 - fall / 2)
    pulses = places * (1 + fall / 2 * (places / total - 1))  # seconds, ever further apart
    pulses = pulses[pulses < total]
    # each sound holds its target from GLIDE after its beginning; between two it moves in a straight line
    starts = ends - np.diff(ends, prepend=0.0)
    knots = np.sort(np.concatenate([starts + 1e-4, np.maximum(ends - GLIDE / voice.tempo, starts + 2e-4)]))
    at = lambda values: np.interp(pulses, knots, np.repeat(values, 2))  # noqa: E731
    formants = np.stack([*(at(track) for track in targets.T), np.full(len(pulses), F4 * voice.tract)], -1)  # (P, 4)
    first = np.ceil(pulses * RATE).astype(int)  # (P,)
    samples = first[:, None] + np.arange(int(RING * RATE))  # (P, L)
    since = samples / RATE - pulses[:, None]  # seconds since the pulse
    rings = np.zeros(samples.shape)
    for k, (loud, width) in enumerate(zip(LOUDNESS, BANDWIDTHS, strict=True)):
        if k < 3 or F4 * voice.tract < 0.48 * RATE:
            rings += loud * np.exp(-np.pi * width * since) * np.sin(2 * np.pi * formants[:, k, None] * since)
    rings *= 0.5 * at(np.array(loudness))[:, None]
    kept = samples < len(sound)
    return sound + np.bincount(samples[kept], rings[kept], minlength=len(sound))


def _hiss(length: int, middle: float, generator: np.random.Generator, width: float = 450.0) -> np.ndarray:
    """Noise (length,) around one frequency, rising and falling softly, of about unit loudness."""
    spectrum = np.fft.rfft(generator.normal(size=length))
    shape = np.exp(-0.5 * ((np.fft.rfftfreq(length, 1 / RATE) - middle) / width) ** 2)
    noise = np.fft.irfft(spectrum * shape, length)
    return noise / (noise.std() + 1e-9) * np.sin(np.linspace(0, np.pi, length)) ** 0.5
