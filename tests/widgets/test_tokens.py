"""Oracle: the tokenizers asked directly."""

import matplotlib

matplotlib.use("Agg")
import pytest

from lecture_utils.tokenizers.bpe import BPE
from lecture_utils.tokenizers.lookup import Characters, Words
from lecture_utils.widgets.tokens import explore_tokenizers, tokenized

TEXT = "the cat and the hat"
BENCH = {"Words": Words.train(TEXT, 20), "Characters": Characters.train(TEXT, 30), "BPE": BPE.train(TEXT, 270)}


def test_pieces_come_with_their_ids():
    rows = tokenized(BENCH, "the dog")
    assert rows["Words"] == [("the", BENCH["Words"].ids["the"]), ("[UNK]", 1)]
    assert [piece for piece, _ in rows["Characters"]] == ["t", "h", "e", " ", "d", "[UNK]", "[UNK]"]
    assert [index for _, index in rows["BPE"]] == BENCH["BPE"].encode("the dog")


def test_typing_shows_the_pieces_and_says_what_is_unknown():
    explorer = explore_tokenizers(BENCH, ["the cat", "数学 🎉"])
    first = explorer.image.value
    assert "Nothing is unknown" in explorer.message.value and "words 2, characters 7" in explorer.message.value
    explorer.controls["text"].value = "the dog"
    assert explorer.image.value != first
    assert "Unknown parts under: Words, Characters." in explorer.message.value
    assert any("[UNK]" in text.get_text() for text in explorer.figure.axes[0].texts)
    kept = explorer.image.value
    for wrong in ("", "x" * 57):
        explorer.controls["text"].value = wrong
        assert f"has {len(wrong)} characters: type 1 to 56" in explorer.message.value
        assert explorer.image.value == kept
    assert explorer.controls["text"].description


def test_nothing_to_show_is_refused():
    with pytest.raises(ValueError, match="0 tokenizers"):
        explore_tokenizers({}, ["a"])
    with pytest.raises(ValueError, match="0 texts"):
        explore_tokenizers(BENCH, [])
    with pytest.raises(ValueError, match="has 60 characters"):
        explore_tokenizers(BENCH, ["x" * 60])
