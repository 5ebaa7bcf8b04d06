"""Oracles: the model asked directly; precision and recall counted by hand."""

import matplotlib

matplotlib.use("Agg")
import numpy as np
import pytest
import torch

from lecture_utils.cloze import guess_word
from lecture_utils.models.bert import BertConfig, BertPreTraining
from lecture_utils.tokenizers.wordpiece import WordPiece
from lecture_utils.widgets.bert import BAD, GOOD, ROWS, explore_blanks, moderate_feed

SENTENCES = ["the dog barks .", "the cat purrs all night ."]
TOKENIZER = WordPiece.train(" ".join(SENTENCES), size=60)


@pytest.fixture(scope="module")
def models():
    torch.manual_seed(0)
    return [BertPreTraining(BertConfig(len(TOKENIZER), width=8, heads=2, spread=0.5)) for _ in range(2)]


def test_the_explorer_hides_the_word_and_shows_both_models_guesses(models):
    explorer = explore_blanks(*models, TOKENIZER, SENTENCES)
    explorer.controls["word"].value = 2
    above, both, left = explorer.figure.axes
    for ax, model, from_left in ((both, models[0], False), (left, models[1], True)):
        wanted = guess_word(model, TOKENIZER, SENTENCES[0], 1, from_left=from_left)
        assert [bar.get_width() for bar in ax.patches] == pytest.approx(list(wanted.probabilities))
        assert [text.get_text().split()[0] for text in ax.texts] == list(wanted.words)
    labels = [text.get_text() for text in above.texts if text.get_text()]
    assert labels == ["[CLS]", "the", "[MASK]", "barks", ".", "[SEP]"]
    assert "Hidden: “dog”" in explorer.message.value
    explorer.controls["sentence"].value = "the cat barks ."
    assert "Hidden: “cat”" in explorer.message.value


def test_a_slider_beyond_the_end_hides_the_last_word_and_texts_too_long_say_so(models):
    explorer = explore_blanks(*models, TOKENIZER, SENTENCES)
    explorer.controls["word"].value = 19
    assert "Hidden: “.”" in explorer.message.value
    kept = explorer.image.value
    for sentence, words in (("", 0), ("dog " * 21, 21)):
        explorer.controls["sentence"].value = sentence
        assert f"has {words} words" in explorer.message.value and explorer.image.value == kept
    with pytest.raises(ValueError, match="sentences is empty"):
        explore_blanks(*models, TOKENIZER, [])


def feed(n=12):
    texts = [f"post {place}" for place in range(n)]
    scores = np.stack([np.linspace(0, 1, n), np.zeros(n)], 1)
    truth = np.zeros((n, 2), dtype=bool)
    truth[[2, n - 2, n - 1], 0] = True
    return texts, scores, truth


def test_the_feed_hides_from_the_threshold_on_and_counts_all_posts():
    explorer = moderate_feed(*feed(), ["mean", "loud"])
    message = explorer.message.value  # at one half: posts 6 to 11 are hidden, of which 2 are bad
    assert "All 12 posts, mean: 2 caught, 4 hidden wrongly, 1 got through" in message
    assert "Precision 33%, recall 67%" in message
    explorer.controls["threshold"].value = 0.9
    assert "2 caught, 0 hidden wrongly, 1 got through" in explorer.message.value
    explorer.controls["label"].value = "loud"
    assert "0 caught, 0 hidden wrongly, 0 got through" in explorer.message.value


def test_the_desk_shows_its_posts_in_their_colours():
    explorer = moderate_feed(*feed(), ["mean", "loud"])
    (ax,) = explorer.figure.axes
    dots = [line for line in ax.lines if line.get_marker() in "os"]
    assert [dot.get_color() for dot in dots] == [BAD if row == 2 else GOOD for row in range(ROWS)]
    shown = [text.get_text() for text in ax.texts]
    assert shown[:ROWS] == [f"post {place}" for place in range(ROWS)]
    assert shown[ROWS : 2 * ROWS] == ["shown", "shown", "shown, wrongly", *["shown"] * 3]
    explorer.controls["post"].value = 7
    assert ax.texts[0].get_text() == "post 6" and ax.texts[5].get_text() == "post 11"
    assert [text.get_text() for text in ax.texts[ROWS : 2 * ROWS]] == [*["hidden, wrongly"] * 4, "hidden", "hidden"]
    assert explorer.controls["post"].max == 7


def test_a_long_post_is_cut_and_feeds_that_do_not_fit_are_refused():
    texts, scores, truth = feed()
    explorer = moderate_feed(["word " * 60, *texts[1:]], scores, truth, ["mean", "loud"])
    shown = explorer.figure.axes[0].texts[0].get_text()
    assert shown.endswith("…") and shown.count("\n") == 1
    assert all(control.description for control in explorer.controls.values())
    with pytest.raises(ValueError, match="6 posts or more"):
        moderate_feed(texts[:5], scores[:5], truth[:5], ["mean", "loud"])
    with pytest.raises(ValueError, match=r"scores \(12, 2\)"):
        moderate_feed(texts, scores, truth, ["mean"])
