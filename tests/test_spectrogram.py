"""Oracle: Hugging Face's audio_utils, and tones whose pitch is known."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from lecture_utils.spectrogram import FLOOR, frame_times, log_mel, mel, mel_filters


def test_a_thousand_hertz_are_a_thousand_mel_and_an_octave_higher_is_less_than_twice():
    assert mel(torch.tensor(1000.0)).item() == pytest.approx(1000, abs=0.1)
    assert mel(torch.tensor(2000.0)) < 2 * mel(torch.tensor(1000.0))


@pytest.mark.parametrize(("bands", "rate", "size"), [(40, 8000, 256), (80, 16000, 512)])
def test_filters_are_those_of_hugging_face(bands, rate, size):
    from transformers.audio_utils import mel_filter_bank

    wanted = mel_filter_bank(size // 2 + 1, bands, 0.0, rate / 2, rate, norm=None, mel_scale="htk")
    np.testing.assert_allclose(mel_filters(bands, rate=rate, size=size).T, wanted, atol=1e-5)


@settings(deadline=None, max_examples=10)
@given(seed=st.integers(0, 999), samples=st.integers(200, 900))
def test_the_spectrogram_is_that_of_hugging_face(seed, samples):
    from transformers.audio_utils import mel_filter_bank, spectrogram, window_function

    sound = np.random.default_rng(seed).normal(size=samples)
    filters = mel_filter_bank(129, 20, 0.0, 4000, 8000, norm=None, mel_scale="htk")
    power = spectrogram(
        sound, window_function(200, "hann"), 200, 80, fft_length=256, power=2.0, center=False, mel_filters=filters,
        mel_floor=0.0,
    )  # fmt: skip
    got = log_mel(torch.from_numpy(sound).float()[None], rate=8000, bands=20)[0]
    np.testing.assert_allclose(got.T, np.log(power + FLOOR), atol=1e-3)


@pytest.mark.parametrize("hertz", [300, 1000, 3000])
def test_a_tone_is_loudest_in_the_band_that_holds_it(hertz):
    tone = torch.sin(2 * torch.pi * hertz * torch.arange(1600) / 8000)
    loudest = log_mel(tone[None], rate=8000)[0, 5].argmax()
    assert mel_filters(40, rate=8000, size=256)[loudest, round(hertz * 256 / 8000)] > 0.3


def test_a_click_is_heard_in_the_frame_whose_middle_it_is():
    for second in (0.1, 0.25):
        sound = torch.zeros(1, 4000)
        sound[0, round(second * 8000)] = 1.0
        loudness = log_mel(sound, rate=8000)[0].mean(-1)
        assert frame_times(len(loudness))[loudness.argmax()].item() == pytest.approx(second, abs=0.006)
    assert frame_times(2, stride=4, reach=7).tolist() == pytest.approx([0.0425, 0.0825])
    with pytest.raises(ValueError, match=r"stride \(0\)"):
        frame_times(2, stride=0)


def test_many_sounds_are_each_as_if_alone():
    sounds = torch.randn(70, 400, generator=torch.Generator().manual_seed(0))
    together = log_mel(sounds, rate=8000)
    for row in (0, 63, 64, 69):
        torch.testing.assert_close(together[row], log_mel(sounds[row : row + 1], rate=8000)[0])


def test_bad_sounds_say_why():
    with pytest.raises(ValueError, match="at least 200 samples"):
        log_mel(torch.zeros(1, 100), rate=8000)
    with pytest.raises(ValueError, match="NaN"):
        log_mel(torch.full((1, 400), float("nan")), rate=8000)
    with pytest.raises(ValueError, match="bands are too many"):
        mel_filters(200, rate=8000, size=64)
