"""Oracle: the model asked directly, and all its answers counted by hand."""

import matplotlib

matplotlib.use("Agg")
import numpy as np
import pytest
import torch

from lecture_utils.datasets.hearsay import END, WORDS, make_hearsay
from lecture_utils.models.gpt import GPT, GPTConfig
from lecture_utils.widgets.hallucination import SHOWN, explore_hallucination, interrogate

HEARSAY = make_hearsay(0, often=4, rarely=2, never=3, others=1)


@pytest.fixture(scope="module")
def model():
    torch.manual_seed(0)
    model = GPT(GPTConfig(len(WORDS), width=16, heads=2, positions="rotary")).eval()
    with torch.no_grad():
        for weight in model.parameters():
            weight.mul_(6)
    return model


@torch.no_grad()
def shares(model, question):
    return model(torch.tensor([[WORDS.index(word) for word in (END, *question.prompt)]]))[0, -1].softmax(-1)


def test_a_reply_is_what_the_model_says(model):
    name = HEARSAY.never[0]
    now = interrogate(model, HEARSAY, f" {name.title()} ", "food", 1)
    wanted = shares(model, HEARSAY.question(name, "food", 1))
    best = wanted.sort(descending=True)
    assert now.words == tuple(WORDS[index] for index in best.indices[:SHOWN])
    np.testing.assert_allclose(now.probabilities, best.values[:SHOWN], rtol=1e-4)
    assert now.confidence == pytest.approx(wanted.max().item(), rel=1e-4)
    assert now.entropy == pytest.approx(torch.distributions.Categorical(wanted).entropy().item(), rel=1e-4)
    with pytest.raises(ValueError, match="'nobody'"):
        interrogate(model, HEARSAY, "nobody", "food", 1)


def test_the_explorer_shows_bars_threshold_and_what_it_does_to_all(model):
    explorer = explore_hallucination(model, HEARSAY, [HEARSAY.often[0], HEARSAY.never[0]])
    ax, beside = explorer.figure.axes
    questions = HEARSAY.questions(HEARSAY.often + HEARSAY.rarely + HEARSAY.never)
    rows = torch.stack([shares(model, question) for question in questions])
    confidence = rows.amax(-1).numpy()
    right = np.array([WORDS[word] == q.answer for word, q in zip(rows.argmax(-1), questions, strict=True)])
    threshold = round(float(np.median(confidence)), 2)
    explorer.controls["threshold"].value = threshold
    answered = confidence >= threshold
    assert 0 < answered.mean() < 1 and list(ax.lines[0].get_xdata()) == [threshold, threshold]
    dot = beside.lines[-1]
    assert dot.get_xdata()[0] == pytest.approx(answered.mean())
    assert dot.get_ydata()[0] == pytest.approx((~right[answered]).mean())
    now = interrogate(model, HEARSAY, HEARSAY.often[0], "town", 0)
    assert [bar.get_width() for bar in ax.patches] == pytest.approx(now.probabilities.tolist())
    assert [text.get_text() for text in ax.texts[:SHOWN]] == list(now.words)
    assert "told often" in explorer.message.value and f"“{now.question.answer}”" in explorer.message.value


def test_silence_and_names_that_do_not_exist(model):
    explorer = explore_hallucination(model, HEARSAY, [HEARSAY.never[0]])
    explorer.controls["threshold"].value = 0.0
    said = interrogate(model, HEARSAY, HEARSAY.never[0], "town", 0).words[0]
    assert f"It says “{said}”" in explorer.message.value and "100% of all questions" in explorer.message.value
    explorer.controls["threshold"].value = 1.0
    assert (
        f"It says nothing (it would say “{said}”)" in explorer.message.value and "told never" in explorer.message.value
    )
    assert "0% of those wrongly" in explorer.message.value
    kept = explorer.image.value
    explorer.controls["person"].value = "anna anna"
    assert "Not possible" in explorer.message.value and explorer.image.value == kept
    assert all(control.description for control in explorer.controls.values())
    with pytest.raises(ValueError, match="people is empty"):
        explore_hallucination(model, HEARSAY, [])


def test_green_is_the_truth(model):
    explorer = explore_hallucination(model, HEARSAY, [HEARSAY.often[0]])
    true = {}
    for person in HEARSAY.often + HEARSAY.never:
        now = interrogate(model, HEARSAY, person, "town", 0)
        true[person] = now.words.index(now.question.answer) if now.question.answer in now.words else None
    for person, place in true.items():
        explorer.controls["person"].value = person
        colors = [bar.get_facecolor() for bar in explorer.figure.axes[0].patches]
        apart = [row for row in range(SHOWN) if colors.count(colors[row]) == 1]
        assert apart == ([] if place is None else [place])
