"""Oracles: scikit-learn's logistic regression; distances measured one by one; the model asked directly."""

import matplotlib

matplotlib.use("Agg")
import numpy as np
import pytest
import torch
from sklearn.linear_model import LogisticRegression

from lecture_utils.models.bert import BertConfig, BertPreTraining
from lecture_utils.tokenizers.lookup import Words
from lecture_utils.tokenizers.special import CLS, MASK, SEP
from lecture_utils.widgets.pretraining import (
    boundary,
    choose,
    explore_blank,
    explore_budget,
    fill,
    line_through,
)

GENERATOR = np.random.default_rng(0)
LABELS = np.arange(60) % 2
POINTS = GENERATOR.normal(size=(60, 2)) + 3 * LABELS[:, None]
WORDS = Words(["the", "soup", "was", "good", "bad", "cold", ".", "!", "a", "b", "c"])


@pytest.fixture(scope="module")
def model():
    torch.manual_seed(0)
    return BertPreTraining(BertConfig(len(WORDS), longest=20, width=8, heads=2, layers=1)).eval()


@pytest.mark.parametrize("rows", [slice(0, 60), slice(0, 7), slice(0, 20, 2)])  # the last has one label only
def test_the_line_is_that_of_a_logistic_regression(rows):
    points, labels = POINTS[rows], LABELS[rows]
    ours = boundary(points, labels)
    sure = 1 / (1 + np.exp(-(ours[0] + points @ ours[1:])))
    slope = np.array([np.sum(sure - labels), *((sure - labels) @ points)]) + 0.1 * ours
    np.testing.assert_allclose(slope, 0, atol=1e-5)  # at the minimum
    if len(set(labels)) == 2:
        inputs = np.column_stack([np.ones(len(points)), points])
        theirs = LogisticRegression(C=10, fit_intercept=False, tol=1e-9).fit(inputs, labels)
        np.testing.assert_allclose(ours, theirs.coef_[0], rtol=1e-3, atol=1e-3)


def test_labels_at_random_are_all_different_and_grow_with_the_budget():
    few, many = (choose(POINTS, budget, way="at random", seed=3) for budget in (5, 60))
    assert many[:5].tolist() == few.tolist() and sorted(many) == list(range(60))
    assert few.tolist() != choose(POINTS, 5, way="at random", seed=4).tolist()


def test_labels_far_apart_are_each_the_farthest_from_those_before():
    chosen = choose(POINTS, 8, way="far apart", seed=1)
    assert chosen[0] == choose(POINTS, 1, way="at random", seed=1)[0]
    for step in range(1, 8):
        distances = [min(np.linalg.norm(point - POINTS[row]) for row in chosen[:step]) for point in POINTS]
        assert distances[chosen[step]] == pytest.approx(max(distances))


def test_a_line_goes_through_where_the_score_is_zero():
    weights = np.array([1.0, -2.0, 0.5])
    x, y = line_through(weights)
    np.testing.assert_allclose(weights[0] + weights[1] * x + weights[2] * y, 0, atol=1e-9)
    assert np.hypot(*np.ptp([x, y], axis=1)) == pytest.approx(20)
    assert line_through(np.array([1.0, 0.0, 0.0]))[0].size == 0


def test_the_explorer_shows_what_was_bought_and_what_it_is_worth():
    maps = {"before": GENERATOR.normal(size=(60, 2)), "after": POINTS}
    explorer = explore_budget(maps, LABELS, most=30)
    first = explorer.image.value
    for name, value in (("model", "after"), ("budget", 10), ("way", "far apart"), ("draw", 2)):
        explorer.controls[name].value = value
    assert explorer.image.value != first
    scaled = (POINTS - POINTS.mean(0)) / POINTS.std(0)
    chosen = choose(scaled, 10, way="far apart", seed=2)
    (ax,) = explorer.figure.axes
    np.testing.assert_allclose(ax.collections[0].get_offsets(), scaled[LABELS == 0])
    np.testing.assert_allclose(ax.collections[2].get_offsets(), scaled[chosen])
    weights = boundary(scaled[chosen], LABELS[chosen])
    np.testing.assert_allclose(np.array(ax.lines[0].get_data()), np.array(line_through(weights)))
    others = np.setdiff1d(np.arange(60), chosen)
    share = ((weights[0] + scaled[others] @ weights[1:] > 0) == LABELS[others]).mean()
    assert f"after, 10 labels far apart: {share:.0%} of the other texts" in explorer.message.value
    assert all(control.description for control in explorer.controls.values())


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: choose(POINTS, 0, way="at random", seed=0), r"budget \(0\) must lie in 1 to 60"),
        (lambda: choose(POINTS, 61, way="at random", seed=0), r"budget \(61\)"),
        (lambda: choose(POINTS, 5, way="cheap", seed=0), "'cheap'"),
        (lambda: explore_budget({}, LABELS), "N = 60"),
        (lambda: explore_budget({"one": POINTS[:5]}, LABELS), r"each map must be \(N, 2\)"),
        (lambda: explore_budget({"one": POINTS}, LABELS, most=61), r"most \(61\)"),
    ],
)
def test_what_does_not_fit_says_why(call, message):
    with pytest.raises(ValueError, match=message):
        call()


def test_a_blank_is_filled_as_the_model_would(model):
    got = fill(model, WORDS, "The soup was ___.")
    the, soup, was, stop = (WORDS.ids[word] for word in ("the", "soup", "was", "."))
    with torch.no_grad():
        logits = model(torch.tensor([[CLS, the, soup, was, MASK, stop, SEP]]))[0][0, 4]
    wanted = logits[5:].softmax(0)  # without the special tokens
    assert [word for word, _ in got] == [WORDS.tokens[5 + i] for i in wanted.argsort(descending=True)[:8]]
    np.testing.assert_allclose([p for _, p in got], wanted.sort(descending=True).values[:8], atol=1e-6)


@pytest.mark.parametrize(
    ("text", "message"),
    [("the soup", "has 0 blanks"), ("___ was ___", "has 2 blanks"), ("the zebra was ___", "'zebra' is no word")],
)
def test_a_text_that_cannot_be_read_leaves_the_picture(model, text, message):
    with pytest.raises(ValueError, match=message):
        fill(model, WORDS, text)
    explorer = explore_blank(model, WORDS, ["the soup was ___ ."])
    kept = explorer.image.value
    explorer.controls["text"].value = text
    assert "Not possible" in explorer.message.value and explorer.image.value == kept


def test_the_blanks_explorer_shows_words_and_probabilities(model):
    explorer = explore_blank(model, WORDS, ["the soup was ___ .", "___ was bad"])
    explorer.controls["text"].value = "___ was bad"
    got = fill(model, WORDS, "___ was bad")
    (ax,) = explorer.figure.axes
    assert [text.get_text() for text in ax.texts] == [word for word, _ in got]
    assert [bar.get_width() for bar in ax.patches] == pytest.approx([p for _, p in got])
    assert f"“{got[0][0]} was bad”" in explorer.message.value
    with pytest.raises(ValueError, match="texts is empty"):
        explore_blank(model, WORDS, [])
