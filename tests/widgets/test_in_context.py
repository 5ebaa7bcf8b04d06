"""Oracles: the model asked directly; votes counted by hand."""

import matplotlib

matplotlib.use("Agg")
import numpy as np
import pytest
import torch

from lecture_utils.datasets.in_context import draw_tasks
from lecture_utils.layers.attention import record_attention
from lecture_utils.models.attention_only import AttentionOnly, AttentionOnlyConfig
from lecture_utils.widgets.in_context import answer, explore_prompt

TASKS = draw_tasks(1, keys=4, values=4, noise=0.4)


@pytest.fixture(scope="module")
def model():
    torch.manual_seed(0)
    return AttentionOnly(AttentionOnlyConfig(8, width=8, heads=(2, 2)))


def test_the_answer_is_the_models(model):
    got = answer(model, TASKS, "dax red, wug blue", "wug")
    assert got.words == ("dax", "red", "wug", "blue", "wug")
    with torch.no_grad(), record_attention(model) as maps:
        scores = model(torch.tensor([[0, 4, 1, 5, 1]]))[0, -1, 4:]
    np.testing.assert_allclose(got.probabilities, scores.softmax(-1), atol=1e-6)
    np.testing.assert_allclose(got.weights, maps["layers.1"][0][0, :, -1].mean(0), atol=1e-6)


@pytest.mark.parametrize(
    ("examples", "wanted"),
    [
        ("", [0.25, 0.25, 0.25, 0.25]),
        ("wug blue", [0.25, 0.25, 0.25, 0.25]),  # says nothing about dax
        ("dax red", [0.52, 0.16, 0.16, 0.16]),  # 0.6 * 0.7 + 0.1 and 0.6 * 0.1 + 0.1
        ("dax red, dax blue", [0.36333, 0.36333, 0.13667, 0.13667]),  # odds 7 : 7 : 1 : 1
    ],
)
def test_the_dashed_marks_are_the_votes_by_bayes_rule(model, examples, wanted):
    if examples == "dax red, dax blue":
        wanted = [0.6 * part / 16 + 0.1 for part in (7, 7, 1, 1)]
    np.testing.assert_allclose(answer(model, TASKS, examples, "dax").perfect, wanted, atol=1e-5)


@pytest.mark.parametrize(
    ("examples", "ask", "message"),
    [("dax pink", "dax", "'pink'"), ("dax red " * 9, "dax", "has 9 examples"), ("dax red", "red", "'red' is no key")],
)
def test_what_cannot_be_asked_says_why(model, examples, ask, message):
    with pytest.raises(ValueError, match=message):
        answer(model, TASKS, examples, ask)


def test_the_explorer_shows_prompt_answer_and_marks(model):
    explorer = explore_prompt(model, TASKS, ["dax red, wug blue", ""])
    first = explorer.image.value
    explorer.controls["ask"].value = "wug"
    assert explorer.image.value != first and "1 example of “wug”" in explorer.message.value
    got = answer(model, TASKS, "dax red, wug blue", "wug")
    left, right = explorer.figure.axes
    assert [bar.get_height() for bar in left.patches[:6]] == pytest.approx([*got.weights, 0])
    assert [text.get_text() for text in left.texts[:6]] == ["dax", "red", "wug", "blue", "wug", ""]
    assert [bar.get_width() for bar in right.patches] == pytest.approx(got.probabilities.tolist())
    marks = right.collections[0].get_segments()
    assert [mark[0][0] for mark in marks] == pytest.approx(got.perfect.tolist())
    explorer.controls["examples"].value = ""
    assert "0 examples of “wug”" in explorer.message.value and left.texts[0].get_text() == "wug"


def test_a_prompt_that_cannot_be_read_leaves_the_picture(model):
    explorer = explore_prompt(model, TASKS, ["dax red"])
    kept = explorer.image.value
    explorer.controls["examples"].value = "dax dax"
    assert "Not possible" in explorer.message.value and explorer.image.value == kept
    assert all(control.description for control in explorer.controls.values())
    with pytest.raises(ValueError, match="prompts is empty"):
        explore_prompt(model, TASKS, [])
    with pytest.raises(ValueError, match="must be a key"):
        explore_prompt(model, TASKS, ["red"])
