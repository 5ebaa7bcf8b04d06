"""Oracles: the model asked directly, and scores divided by hand."""

import matplotlib

matplotlib.use("Agg")
import numpy as np
import pytest
import torch

from lecture_utils.generation import greedy
from lecture_utils.models.attentive_seq2seq import AttentiveConfig, BahdanauSeq2Seq
from lecture_utils.translation import phrasebook_task
from lecture_utils.widgets.alignment import LONGEST, Attended, attend, explore_alignment, softened

CAT, WITCH = "a black cat does not sleep", "the witch sings"


@pytest.fixture(scope="module")
def task():
    return phrasebook_task(train=17, test=17)


@pytest.fixture(scope="module")
def model(task):
    torch.manual_seed(0)
    return BahdanauSeq2Seq(AttentiveConfig(len(task.english), len(task.french), width=8, hidden=8)).eval()


def test_attending_is_what_the_model_does(model, task):
    seen = attend(model, task, CAT)
    source = torch.tensor([task.english.encode(CAT.split())])
    ids = greedy(model, source, longest=14)[0].tolist()
    assert seen.english == tuple(CAT.split()) and seen.truth == ("un", "chat", "noir", "ne", "dort", "pas")
    assert list(seen.written) == [task.french.words[i] for i in ids]
    state, token = model.start(source), torch.tensor([1])
    for row, index in enumerate(ids):
        kept = []
        model.attention.recorder = kept.append
        _, state = model.step(token, state)
        np.testing.assert_allclose(seen.weights[row], kept[0][0, 0, 0].numpy(), atol=1e-6)
        token = torch.tensor([index])
    model.attention.recorder = None
    assert not seen.right
    assert Attended(("a",), ("un", "<eos>"), np.ones((2, 1)), ("un",)).right
    assert not Attended(("a",), ("un",), np.ones((1, 1)), ("un",)).right  # not ended


def test_temperature_divides_the_scores_and_leaves_the_model_alone(model, task):
    before = model.attention.vector.clone()
    cold, warm, hot = (attend(model, task, CAT, temperature).weights[0] for temperature in (0.1, 1.0, 10.0))
    scores = np.log(warm)  # up to a constant
    for weights, temperature in ((cold, 0.1), (hot, 10.0)):
        powers = np.exp(scores / temperature)
        np.testing.assert_allclose(weights, powers / powers.sum(), rtol=1e-3)
    assert torch.equal(model.attention.vector, before)
    with pytest.raises(ValueError, match=r"temperature \(0\) must be above 0"):
        softened(model, 0)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "give a sentence"),
        ("the zebra sings", "'zebra'"),
        ("the big black cat who sees the old dog eats a cake", f"has 12 words: give at most {LONGEST}"),
    ],
)
def test_an_unreadable_sentence_says_why(model, task, text, message):
    with pytest.raises(ValueError, match=message):
        attend(model, task, text)


def test_the_explorer_follows_its_controls(model, task):
    explorer = explore_alignment(model, task, [CAT, WITCH])
    word, sentence, temperature = (explorer.controls[name] for name in ("word", "sentence", "temperature"))
    assert all(control.description for control in explorer.controls.values())
    seen = attend(model, task, CAT)
    assert word.max == len(seen.written)
    word.value = 2
    left, right = explorer.figure.axes
    np.testing.assert_allclose(np.asarray(left.images[0].get_array())[: len(seen.written), :6], seen.weights)
    assert [bar.get_width() for bar in right.patches][:6] == pytest.approx(seen.weights[1].tolist())
    assert f"To write “{seen.written[1]}”".replace("<", "&lt;") in explorer.message.value
    frame = left.patches[0]
    assert frame.get_y() == 0.5
    first = explorer.image.value
    temperature.value = 10.0
    assert explorer.image.value != first
    temperature.value = 1.0
    sentence.value = WITCH
    assert "la sorcière chante" in explorer.message.value
    kept = explorer.image.value
    sentence.value = "the zebra sings"
    assert "Not possible" in explorer.message.value and explorer.image.value == kept
    with pytest.raises(ValueError, match="sentences is empty"):
        explore_alignment(model, task, [])


def test_the_slider_ends_with_the_sentence_written(model, task, monkeypatch):
    as_long = lambda model, source, longest: greedy(model, source, longest=source.shape[1])  # noqa: E731
    monkeypatch.setattr("lecture_utils.widgets.alignment.greedy", as_long)
    explorer = explore_alignment(model, task, [CAT, WITCH])
    word, sentence = explorer.controls["word"], explorer.controls["sentence"]
    assert (word.value, word.max) == (3, 6)
    word.value = 6
    sentence.value = WITCH
    assert (word.value, word.max) == (3, 3)
    sentence.value = "the zebra sings"
    assert word.max == 3
