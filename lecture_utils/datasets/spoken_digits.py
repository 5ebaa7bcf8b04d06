"""Telephone numbers read out by voices that nobody has, and the exact time at which each digit is said."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from lecture_utils.datasets.formants import RATE, Voice, draw_voice, speak

NAMES = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
PRONUNCIATIONS = (
    ("Z", "IH", "R", "OW"),
    ("W", "AH", "N"),
    ("stop", "T", "UW"),
    ("TH", "R", "IY"),
    ("F", "AO", "R"),
    ("F", "AA", "IH", "V"),
    ("S", "IH", "stop", "K", "S"),
    ("S", "EH", "V", "AX", "N"),
    ("EY", "IH", "stop", "T"),
    ("N", "AA", "IH", "N"),
)
SECONDS = 2.4  # of every recording; after the last digit there is noise only
MOST = 5  # digits that surely fit


@dataclass(frozen=True)
class Recording:
    """One utterance: sound (N,) at RATE, the digits said, and when: spans (digits, 2) in seconds, begin and end."""

    sound: np.ndarray
    digits: tuple[int, ...]
    spans: np.ndarray


@dataclass(frozen=True)
class Recordings:
    """N recordings: sounds (N, samples), digits (N, MOST) padded with -1, lengths (N,), spans (N, MOST, 2)."""

    sounds: Tensor
    digits: Tensor
    lengths: Tensor
    spans: Tensor
    rate: int = RATE
    source: str = "synthesised by lecture_utils.datasets.formants"


def record(
    digits: Sequence[int], voice: Voice, *, noise: float = 0.01, seed: int | np.random.Generator = 0
) -> Recording:
    """A voice reads out 1 to 5 digits, in SECONDS of background noise of that loudness (speech is about 0.2).

    Raises ValueError for no, too many or other digits, loudness below 0, and a voice too slow to finish.
    """
    if not 1 <= len(digits) <= MOST or not all(0 <= digit <= 9 for digit in digits):
        raise ValueError(f"digits {list(digits)} must be 1 to {MOST} numbers from 0 to 9")
    if not noise >= 0:
        raise ValueError(f"noise ({noise}) must be at least 0")
    generator = np.random.default_rng(seed)
    words = [speak(PRONUNCIATIONS[digit], voice, generator) for digit in digits]
    spoken, total = sum(map(len, words)), int(SECONDS * RATE)
    gaps = generator.uniform(0.02, 0.12, len(words)) * RATE / voice.tempo  # silence before each word
    gaps *= min(1.0, (total - spoken) / gaps.sum())
    if spoken > total:
        raise ValueError(f"{len(digits)} digits do not fit into {SECONDS} s at tempo {voice.tempo:g}: speak faster")
    sound, spans, place = noise * generator.normal(size=total), [], 0
    for word, gap in zip(words, gaps.astype(int), strict=True):
        place += gap
        sound[place : place + len(word)] += word
        spans.append((place / RATE, (place + len(word)) / RATE))
        place += len(word)
    return Recording(sound.astype(np.float32), tuple(digits), np.array(spans))


def draw_recordings(n: int, *, voices: int, seed: int = 0, shortest: int = 3, noise: float = 0.02) -> Recordings:
    """n recordings of `shortest` to 5 digits by so many voices in turn; another seed gives other people.

    noise: the loudest background; each recording draws its own. The same seed gives the same everywhere.
    Raises ValueError for counts below 1 or a shortest that is not 1 to 5.
    """
    if n < 1 or voices < 1 or not 1 <= shortest <= MOST:
        raise ValueError(f"n ({n}), voices ({voices}) must be at least 1 and shortest ({shortest}) 1 to {MOST}")
    generator = np.random.default_rng(seed)
    people = [draw_voice(generator) for _ in range(voices)]
    sounds = torch.zeros(n, int(SECONDS * RATE))
    digits, spans = torch.full((n, MOST), -1), torch.zeros(n, MOST, 2)
    lengths = torch.from_numpy(generator.integers(shortest, MOST + 1, n))
    for row, length in enumerate(lengths.tolist()):
        said = generator.integers(0, 10, length)
        one = record(said.tolist(), people[row % voices], noise=noise * generator.uniform(), seed=generator)
        sounds[row] = torch.from_numpy(one.sound)
        digits[row, :length] = torch.from_numpy(said)
        spans[row, :length] = torch.from_numpy(one.spans)
    return Recordings(sounds, digits, lengths, spans)
