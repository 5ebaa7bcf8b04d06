"""Oracle: the word vectors asked directly."""

import matplotlib

matplotlib.use("Agg")
import pytest
import torch

from lecture_utils.widgets.embeddings import BEST, explore_analogies
from lecture_utils.word_vectors import WordVectors

WORDS = ("king", "queen", "aunt", "uncle", "hat", "hats", "cat", "cats", "soup", "red")


@pytest.fixture
def vectors():
    return WordVectors(WORDS, torch.randn(len(WORDS), 5, generator=torch.Generator().manual_seed(0)))


def test_bars_are_the_best_answers(vectors):
    explorer = explore_analogies(vectors, WORDS[:6], ("queen", "king", "aunt"))
    explorer.controls["third"].value = "hat"
    ax = explorer.figure.axes[0]
    wanted = vectors.analogy("queen", "king", "hat", BEST)
    assert [text.get_text() for text in ax.texts] == [word for word, _ in wanted]
    assert [bar.get_width() for bar in ax.patches] == pytest.approx([max(value, 0) for _, value in wanted])
    ((neighbour, _),) = vectors.nearest(vectors["hat"], 1, without={"queen", "king", "hat"})
    assert f"“{wanted[0][0]}”" in explorer.message.value and f"is “{neighbour}”" in explorer.message.value
    assert explorer.values == {"first": "queen", "second": "king", "third": "hat"}
    assert all(control.description for control in explorer.controls.values())


def test_only_words_with_vectors_can_be_chosen(vectors):
    with pytest.raises(ValueError, match="'duke' is not among"):
        explore_analogies(vectors, ["king", "duke"], ("king", "king", "king"))
    with pytest.raises(ValueError, match=r"start \['aunt'\] must be among"):
        explore_analogies(vectors, ["king", "queen"], ("queen", "king", "aunt"))
