"""Oracle: the model asked directly, and the standard library's reader of WAV files."""

import io
import wave
from base64 import b64decode

import matplotlib

matplotlib.use("Agg")
import numpy as np
import pytest
import torch

from lecture_utils.ctc import greedy
from lecture_utils.datasets.formants import RATE, Voice
from lecture_utils.datasets.spoken_digits import SECONDS, record
from lecture_utils.models.conformer import Conformer, ConformerConfig
from lecture_utils.spectrogram import log_mel
from lecture_utils.widgets.conformer import explore_speech, hear, player, wav


def listen(sounds):
    return log_mel(sounds, rate=RATE)


@pytest.fixture(scope="module")
def model():
    torch.manual_seed(0)
    model = Conformer(ConformerConfig(width=8, channels=4, kernel=3, layers=1)).eval()
    with torch.no_grad():
        model.output.weight.mul_(8)
    return model


def test_what_is_heard_is_the_models_reading_of_what_was_said(model):
    got = hear(model, listen, "30 7", voice=Voice(150), noise=0.1)
    sound = record([3, 0, 7], Voice(150), noise=0.1, seed=7).sound
    np.testing.assert_array_equal(got.recording.sound, sound)
    with torch.no_grad():
        log_probs = model(listen(torch.from_numpy(sound)[None]))
    np.testing.assert_allclose(got.chances, log_probs[0].exp(), atol=1e-5)
    assert (got.tokens, got.starts) == greedy(log_probs)[0]
    assert 0 < got.times[0] < got.times[-1] < SECONDS and len(got.times) == len(got.chances)


@pytest.mark.parametrize("digits", ["", "hello", "123456", "4.5", "²"])
def test_what_cannot_be_said_says_why(model, digits):
    with pytest.raises(ValueError, match="type 1 to 5 digits"):
        hear(model, listen, digits, voice=Voice(), noise=0.0)


def test_the_player_holds_the_sound():
    sound = np.array([0.0, 0.5, -2.0], dtype=np.float32)  # too loud: turned down, not cut
    data = b64decode(player(sound).split("base64,")[1].split('"')[0])
    assert data == wav(sound)
    with wave.open(io.BytesIO(data)) as file:
        assert (file.getframerate(), file.getnchannels(), file.getsampwidth()) == (RATE, 1, 2)
        samples = np.frombuffer(file.readframes(9), "<i2")
    np.testing.assert_allclose(samples / 32767, [0.0, 0.25, -1.0], atol=1e-4)


def test_the_explorer_draws_words_and_chances(model):
    explorer = explore_speech(model, listen, ["307", "11"])
    got = hear(model, listen, "307", voice=Voice(120, 1.0, 1.2), noise=0.02)
    above, below = explorer.figure.axes
    assert [text.get_text() for text in above.texts][:4] == ["three", "zero", "seven", ""]
    for digit, line in enumerate(below.lines[:10]):
        np.testing.assert_allclose(line.get_ydata(), got.chances[:, digit + 1], atol=1e-6)
    np.testing.assert_allclose(below.lines[10].get_ydata(), got.chances[:, 0], atol=1e-6)
    assert "<audio controls" in explorer.message.value and "wrong" in explorer.message.value
    before = explorer.image.value
    explorer.controls["pitch"].value = 200
    assert explorer.image.value != before
    kept = explorer.image.value
    explorer.controls["digits"].value = "no digits"
    assert "Not possible" in explorer.message.value and explorer.image.value == kept
    assert all(control.description for control in explorer.controls.values())
    with pytest.raises(ValueError, match="numbers is empty"):
        explore_speech(model, listen, [])
