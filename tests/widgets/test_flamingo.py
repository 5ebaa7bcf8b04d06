"""Oracles: the model asked directly; the words of the shots written out; Bayes' rule by hand."""

import matplotlib

matplotlib.use("Agg")
import numpy as np
import pytest
import torch

from lecture_utils.datasets.captions import SAYS, SHOWS, TAG, TASKS, WORDS
from lecture_utils.models.cnn import CNN, CNNConfig
from lecture_utils.models.digit_encoder import DigitEncoder
from lecture_utils.models.flamingo import Flamingo, FlamingoConfig
from lecture_utils.models.gpt import GPT, GPTConfig
from lecture_utils.widgets.flamingo import answer, explore_prompt

DIGITS = torch.tensor([[[3, 5], [2, 2], [4, 1]], [[0, 9], [7, 8], [6, 6]]])
IMAGES = torch.rand(2, 3, 8, 16, generator=torch.Generator().manual_seed(0))


@pytest.fixture(scope="module")
def model():
    torch.manual_seed(0)
    eyes = DigitEncoder(CNN(CNNConfig(kernels=(4, 8))), IMAGES[0, :, :, :8])
    language = GPT(GPTConfig(len(WORDS), width=8, heads=2, positions="rotary"))
    flamingo = Flamingo(FlamingoConfig(TAG, features=8, heads=2), vision=eyes, language=language).eval()
    for block in flamingo.blocks:
        torch.nn.init.constant_(block.attention_gate, 1.0)
    return flamingo


def test_the_answer_is_the_models(model):
    got = answer(model, IMAGES[0], DIGITS[0], "smaller, in Spanish")
    tokens = torch.tensor([[TAG, SAYS, 13, TAG, SAYS, 12, TAG, SAYS]])  # tres, dos
    with torch.no_grad():
        wanted = model(tokens, IMAGES[:1])[0, -1, :20].softmax(-1)
        first = model(torch.tensor([[TAG, SHOWS]]), IMAGES[:1, 2:])[0, -1].argmax().item()
    np.testing.assert_allclose(got.probabilities, wanted, atol=1e-6)
    assert got.caption[0] == WORDS[first] and len(got.caption) == 2
    assert got.perfect[11] == 1.0  # uno


def test_the_marks_are_what_the_shots_leave_open(model):
    twins = DIGITS[0, [1, 2]]  # "two" of 2 2 leaves larger and smaller open
    perfect = answer(model, IMAGES[0, :2], twins, "larger").perfect
    assert perfect[4] == perfect[1] == 0.5 and perfect.sum() == 1
    none = answer(model, IMAGES[0, 2:], twins[1:], "larger").perfect
    assert [none[word] for word in (4, 1, 14, 11)] == [0.25] * 4


def test_the_explorer_shows_shots_answer_and_marks(model):
    explorer = explore_prompt(model, IMAGES, DIGITS)
    first = explorer.image.value
    *frames, below = explorer.figure.axes
    assert [ax.texts[0].get_text() for ax in frames] == ["five", "two", "?"]
    explorer.controls["shots"].value = 1
    assert explorer.image.value != first and "After 1 shot the model" in explorer.message.value
    assert [ax.texts[0].get_text() for ax in frames] == ["five", "", "?"]
    assert not frames[1].images[0].get_array().any() and frames[2].images[0].get_array().any()
    explorer.controls["task"].value = TASKS[3]
    explorer.controls["row"].value = 1
    assert [ax.texts[0].get_text() for ax in frames] == ["cero", "", "?"]
    got = answer(model, IMAGES[1, [0, 2]], DIGITS[1, [0, 2]], TASKS[3])
    assert [bar.get_height() for bar in below.patches] == pytest.approx(got.probabilities.tolist())
    (mark,) = below.collections[0].get_segments()
    assert mark[0][1] == 1.0 and mark[:, 0].mean() == pytest.approx(6.2)  # seis, on the right of its place
    assert all(control.description for control in explorer.controls.values())


def test_what_cannot_be_asked_says_why(model):
    with pytest.raises(ValueError, match="task 'sum' must be one of"):
        answer(model, IMAGES[0], DIGITS[0], "sum")
    with pytest.raises(ValueError, match="one pair an image"):
        answer(model, IMAGES[0], DIGITS[0, :2], "larger")
