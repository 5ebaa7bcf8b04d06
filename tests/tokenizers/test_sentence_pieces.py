"""Oracle: Hugging Face's LlamaTokenizerFast with the same vocabulary and merges; the text itself, there and back."""

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from transformers import LlamaTokenizerFast

from lecture_utils.tokenizers.sentence_pieces import SentencePieces

BYTES = [f"<0x{byte:02X}>" for byte in range(256)]
LETTERS = ["▁", *"abcdet"]
MERGES = [
    ("▁", "a"),
    ("b", "a"),
    ("▁", "▁"),
    ("d", "e"),
    ("ba", "de"),
    ("▁▁", "▁▁"),
    ("▁a", "ba"),
    ("a", "b"),
    ("▁", "ba"),
]
TOKENS = [*BYTES, *LETTERS, *("".join(pair) for pair in MERGES)]


@pytest.fixture(scope="module")
def theirs():
    special = ["<unk>", "<s>", "</s>"]
    vocabulary = {token: index for index, token in enumerate([*special, *TOKENS])}
    return LlamaTokenizerFast(vocab=vocabulary, merges=MERGES)


texts = st.text(st.sampled_from("aabbdet  ä€😀.\n▁"), max_size=30)


@given(text=texts)
@example("a bade  ababa    b äa\n")
@settings(deadline=None, max_examples=200)
def test_pieces_equal_hugging_faces(theirs, text):
    text = text.lstrip(" ▁")  # before a blank, SentencePiece puts another, and Hugging Face's newest version does not
    assert SentencePieces(TOKENS, MERGES).pieces(text) == theirs.tokenize(text)


@given(text=st.text(max_size=30))
@settings(deadline=None, max_examples=200)
def test_every_text_comes_back(text):
    ours = SentencePieces(TOKENS, MERGES)
    try:
        text.encode()
    except UnicodeEncodeError:
        return
    ids = [ours.ids[piece] for piece in ours.pieces(text)]
    assert ours.decode(ids) == text.replace("▁", " ")


def test_a_blank_stands_before_the_text_and_bytes_for_the_unknown():
    ours = SentencePieces(TOKENS, MERGES)
    assert ours.pieces("bade ä") == ["▁", "bade", "▁", "<0xC3>", "<0xA4>"] and ours.pieces("") == []
    assert ours.decode([ours.ids["<0xC3>"]]) == "�" and len(ours) == len(TOKENS)


def test_vocabularies_that_cannot_cut_every_text():
    with pytest.raises(ValueError, match="lacks '<0x00>'"):
        SentencePieces(TOKENS[1:], MERGES)
    with pytest.raises(ValueError, match="lacks 'bt'"):
        SentencePieces(TOKENS, [("b", "t")])
    with pytest.raises(ValueError, match="string"):
        SentencePieces(TOKENS, MERGES).pieces(None)
    with pytest.raises(ValueError, match="does not exist"):
        SentencePieces(TOKENS, MERGES).decode([len(TOKENS)])
