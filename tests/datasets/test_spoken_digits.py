"""Oracle: what the synthesiser was told: formants, times, digits, silence."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from lecture_utils.datasets.formants import PHONES, RATE, Voice, draw_voice, speak
from lecture_utils.datasets.spoken_digits import MOST, NAMES, PRONUNCIATIONS, SECONDS, draw_recordings, record


def spectrum(sound):
    power = np.abs(np.fft.rfft(sound * np.hanning(len(sound)), 8000)) ** 2  # one number a hertz
    return np.convolve(power, np.hanning(301), "same")  # a pulse's harmonics smoothed away


@pytest.mark.parametrize("name", ["IY", "AA", "AH", "IH"])
@pytest.mark.parametrize("tract", [1.0, 1.15])
def test_a_vowel_is_loud_at_its_formants(name, tract):
    sound = speak([name] * 4, Voice(pitch=100, tract=tract), np.random.default_rng(0))
    power = spectrum(sound[400:-400])
    for formant in PHONES[name].formants[:2]:
        here = formant * tract
        near = np.arange(int(here - 250), int(here + 250))
        assert abs(near[power[near].argmax()] - here) < 160, "a peak stands near the formant"


def test_the_voice_repeats_near_its_pitch_and_hiss_does_not():
    def repeats(name):
        """How like itself a sound is one period later: the pitch is 100 Hz, and falls within a word."""
        sound = speak([name] * 4, Voice(pitch=100), np.random.default_rng(0))
        return max(np.corrcoef(sound[800:1200], sound[800 + lag : 1200 + lag])[0, 1] for lag in range(78, 105))

    assert repeats("AA") > 0.7 and repeats("S") < 0.5


def test_a_stop_is_silent_and_a_faster_voice_shorter():
    assert not speak(["stop"], Voice(), np.random.default_rng(0)).any()
    slow, fast = (len(speak(PRONUNCIATIONS[7], Voice(tempo=t), np.random.default_rng(0))) for t in (1.0, 2.0))
    assert slow == pytest.approx(2 * fast, abs=2)


@settings(deadline=None, max_examples=25)
@given(seed=st.integers(0, 9999), digits=st.lists(st.integers(0, 9), min_size=1, max_size=MOST))
def test_digits_stand_where_the_spans_say_and_silence_between(seed, digits):
    voice = draw_voice(np.random.default_rng(seed))
    got = record(digits, voice, noise=0.0, seed=seed)
    assert len(got.sound) == round(SECONDS * RATE) and got.digits == tuple(digits)
    assert (np.diff(got.spans.ravel()) >= 0).all() and got.spans[-1, 1] <= SECONDS
    inside = np.zeros(len(got.sound), dtype=bool)
    for begin, end in np.round(got.spans * RATE).astype(int):
        inside[begin:end] = True
        assert np.abs(got.sound[begin:end]).max() > 0.05
    assert not got.sound[~inside].any()
    assert np.array_equal(got.sound, record(digits, voice, noise=0.0, seed=seed).sound)


@pytest.mark.parametrize("seed", range(5))
def test_a_voiced_word_is_heard_from_its_begin_to_its_end(seed):
    got = record([1, 9, 1], draw_voice(np.random.default_rng(seed)), noise=0.0, seed=seed)
    for begin, end in np.round(got.spans * RATE).astype(int):
        assert np.abs(got.sound[begin : begin + 200]).max() > 0.01 < np.abs(got.sound[end - 200 : end]).max()


def test_the_longest_number_of_the_slowest_voice_fits():
    for seed in range(30):
        voice = draw_voice(np.random.default_rng(seed))
        assert record([7] * MOST, Voice(**{**vars(voice), "tempo": 1.0}), seed=seed).spans[-1, 1] <= SECONDS


def test_draws_repeat_and_other_seeds_give_other_people():
    one, again, other = (draw_recordings(6, voices=2, seed=seed) for seed in (0, 0, 1))
    assert torch.equal(one.sounds, again.sounds) and not torch.equal(one.sounds, other.sounds)
    assert one.lengths.min() >= 3 and ((one.digits >= 0).sum(1) == one.lengths).all()
    assert one.digits.max() < len(NAMES) == len(PRONUNCIATIONS)
    assert not one.sounds.isnan().any() and one.sounds.abs().max() < 4


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: record([], Voice()), "must be 1 to 5"),
        (lambda: record([1] * 6, Voice()), "must be 1 to 5"),
        (lambda: record([10], Voice()), "numbers from 0 to 9"),
        (lambda: record([1], Voice(), noise=float("nan")), "at least 0"),
        (lambda: record([7] * 5, Voice(tempo=0.5)), "speak faster"),
        (lambda: record([1], Voice(pitch=9.0)), "pitch must be 40 to 500"),
        (lambda: speak(["XX"], Voice(), np.random.default_rng(0)), r"\['XX'\] are not known"),
        (lambda: draw_recordings(0, voices=1), "must be at least 1"),
    ],
)
def test_bad_requests_say_why(call, message):
    with pytest.raises(ValueError, match=message):
        call()
