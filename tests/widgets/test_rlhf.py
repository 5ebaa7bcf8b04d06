"""Oracles: the feedback behind the buttons, a clock that a test turns."""

import matplotlib

matplotlib.use("Agg")
import numpy as np
import pytest
import torch

from lecture_utils.datasets.taste import END, LONGEST, OPINIONS, PROMPT, WORDS, decode, draw_prompts
from lecture_utils.live_feedback import LiveFeedback
from lecture_utils.models.gpt import GPT, GPTConfig
from lecture_utils.widgets.base import WIDGET_VIEW
from lecture_utils.widgets.rlhf import PAUSE, label_live

pytestmark = pytest.mark.usefixtures("one_thread")


@pytest.fixture
def scene():
    torch.manual_seed(0)
    model = GPT(GPTConfig(len(WORDS), longest=PROMPT + LONGEST, width=16, heads=2, layers=1))
    feedback = LiveFeedback(model, draw_prompts(5, seed=0), end=END, longest=LONGEST, seed=0)
    now = [100.0]
    explorer = label_live(feedback, clock=lambda: now[0])
    _, first, second, row, _, message = explorer.box.children
    _, undo, reset = row.children
    return feedback, explorer, now, first, second, undo, reset, message


def test_a_click_teaches_and_shows_the_next_pair(scene):
    feedback, explorer, _now, first, second, *_, message = scene
    assert [first.description, second.description] == [decode(text) for text in feedback.pair]
    picture, pair = explorer.image.value, feedback.pair.clone()
    second.click()
    assert feedback.clicks == explorer.controls["clicks"].value == 1
    assert explorer.image.value != picture and "1 click so far" in message.value
    assert [first.description, second.description] == [decode(text) for text in feedback.pair]
    more = set(pair[1].tolist()) - set(pair[0].tolist())
    assert all(feedback.taste[word] >= 0 for word in more) and feedback.taste.any()


def test_the_picture_is_taste_and_rates(scene):
    feedback, explorer, _now, first, *_ = scene
    first.click()
    left, right = explorer.figure.axes
    ids = [WORDS.index(word) for word in OPINIONS]
    np.testing.assert_allclose([bar.get_width() for bar in left.patches], feedback.taste[ids], atol=1e-6)
    usual, moves, now = right.collections
    np.testing.assert_allclose(usual.get_offsets()[:, 0], feedback.usual[ids], atol=1e-6)
    np.testing.assert_allclose(now.get_offsets()[:, 0], feedback.rates()[ids], atol=1e-6)
    ends = np.array([[a[0], b[0]] for a, b in moves.get_segments()])
    np.testing.assert_allclose(ends, np.column_stack([feedback.usual[ids], feedback.rates()[ids]]), atol=1e-6)


def test_fast_clicks_are_for_the_pair_before_and_do_not_count(scene):
    feedback, _explorer, now, first, *_ = scene
    for _ in range(5):
        first.click()
    assert feedback.clicks == 1
    now[0] += PAUSE + 0.01
    first.click()
    assert feedback.clicks == 2


def test_undo_and_start_again(scene):
    feedback, explorer, now, first, _second, undo, reset, message = scene
    pictures, labels = [explorer.image.value], [first.description]
    for _ in range(2):
        first.click()
        now[0] += 1
        pictures.append(explorer.image.value)
        labels.append(first.description)
    undo.click()
    assert feedback.clicks == 1 and explorer.image.value == pictures[1] and first.description == labels[1]
    reset.click()
    assert feedback.clicks == 0 and explorer.image.value == pictures[0] and first.description == labels[0]
    undo.click()
    assert feedback.clicks == 0 and "0 clicks" in message.value


def test_all_controls_have_names_and_the_stored_picture_stands_for_them(scene):
    _feedback, explorer, *_ = scene
    _, first, second, row, *_ = explorer.box.children
    assert all(control.description for control in (first, second, *row.children))
    data, metadata = explorer._repr_mimebundle_()
    assert {WIDGET_VIEW, "image/png"} <= set(data) and metadata["image/png"]["alt"].startswith("Bars of the learned")
