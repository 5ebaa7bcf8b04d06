"""Oracle: the model read directly."""

import matplotlib

matplotlib.use("Agg")
import numpy as np
import pytest
import torch

from lecture_utils.models.recurrent_lm import RecurrentLM, RecurrentLMConfig
from lecture_utils.widgets.recurrence import explore_reading, read_along

WORDS = (".", "a", "dog", "emma", "has", "hat", "kim", "old", "red", "the")


@pytest.fixture(scope="module")
def model():
    torch.manual_seed(0)
    return RecurrentLM(RecurrentLMConfig(len(WORDS), "lstm", width=4, hidden=6))


def test_reading_along_is_what_the_model_does(model):
    along = read_along(model, WORDS, "Emma Kim has a hat.")
    assert along.words == ("emma", "kim", "has", "a", "hat", ".")
    tokens = torch.tensor([WORDS.index(word) for word in along.words])
    with torch.no_grad():
        hidden, _ = model.recurrent(model.embedding(tokens[None]))
        probabilities = model(tokens[None])[0][0].softmax(-1)
    np.testing.assert_allclose(along.hidden, hidden[0].numpy(), atol=1e-6)
    for t, row in enumerate(along.nexts):
        assert len(row) == 8 and [value for _, value in row] == sorted((value for _, value in row), reverse=True)
        for word, value in row:
            assert value == pytest.approx(probabilities[t, WORDS.index(word)].item(), abs=1e-6)


@pytest.mark.parametrize(
    ("text", "message"), [("", "has 0 words"), ("the " * 17, "has 17 words"), ("the cat", "'cat' is no word")]
)
def test_an_unreadable_beginning_says_why(model, text, message):
    with pytest.raises(ValueError, match=message):
        read_along(model, WORDS, text)


def test_the_explorer_reads_on_word_by_word_and_takes_typed_text(model):
    explorer = explore_reading(model, WORDS, ["emma has a hat", "the red dog"])
    first = explorer.image.value
    explorer.controls["read"].value = 2
    second = explorer.image.value
    assert first != second and "emma has" in explorer.message.value
    explorer.controls["beginning"].value = "the old dog"
    assert explorer.image.value != second and "the old" in explorer.message.value
    explorer.controls["read"].value = 16  # more than there are: all of them
    assert "the old dog" in explorer.message.value
    kept = explorer.image.value
    explorer.controls["beginning"].value = "the cat"
    assert "Not possible" in explorer.message.value and explorer.image.value == kept
    assert all(control.description for control in explorer.controls.values())


def test_the_picture_shows_the_states_and_guesses_so_far(model):
    explorer = explore_reading(model, WORDS, ["emma has a hat"])
    explorer.controls["read"].value = 3
    along = read_along(model, WORDS, "emma has a hat")
    states, right = explorer.figure.axes[0].images[0].get_array(), explorer.figure.axes[1]
    np.testing.assert_allclose(np.asarray(states)[:, :3], along.hidden[:3].T)
    assert np.ma.getmaskarray(states)[:, 3:].all()  # not read yet
    assert [bar.get_width() for bar in right.patches] == pytest.approx([value for _, value in along.nexts[2]])
    assert [text.get_text().split()[0] for text in right.texts] == [word for word, _ in along.nexts[2]]


def test_a_small_vocabulary_and_no_beginnings(model):
    torch.manual_seed(0)
    tiny = RecurrentLM(RecurrentLMConfig(3, "gru", width=2, hidden=2))
    assert explore_reading(tiny, ("a", "b", "c"), ["a b"]).image.value
    with pytest.raises(ValueError, match="beginnings is empty"):
        explore_reading(model, WORDS, [])


def test_the_slider_ends_where_the_text_ends(model):
    explorer = explore_reading(model, WORDS, ["emma has a hat", "the red dog"])
    slider = explorer.controls["read"]
    assert (slider.value, slider.max) == (4, 4)
    explorer.controls["beginning"].value = "the red dog"
    assert (slider.value, slider.max) == (3, 3)
    explorer.controls["beginning"].value = "the old red dog has a hat"
    assert (slider.value, slider.max) == (7, 7)
    explorer.controls["beginning"].value = "the red cat"
    assert (slider.value, slider.max) == (7, 7)
    assert "is no word of this model" in explorer.message.value
