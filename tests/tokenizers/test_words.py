"""Oracle: the round trip from words to ids and back, and ids written out by hand."""

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from lecture_utils.tokenizers.words import BOS, EOS, PAD, WordTokenizer, pad_rows

WORDS = ("le", "chat", "dort")


def test_the_first_three_ids_are_the_special_words():
    tokenizer = WordTokenizer(WORDS)
    assert (PAD, BOS, EOS) == (0, 1, 2)
    assert tokenizer.words == ("<pad>", "<bos>", "<eos>", "le", "chat", "dort") and len(tokenizer) == 6
    assert tokenizer.encode(["le", "chat", "dort"]) == [3, 4, 5]


@settings(deadline=None)
@given(st.lists(st.sampled_from(WORDS), max_size=8), st.integers(0, 3))
def test_words_survive_the_round_trip_with_specials_around_them(words, padding):
    tokenizer = WordTokenizer(WORDS)
    ids = [BOS, *tokenizer.encode(words), EOS] + [PAD] * padding
    assert tokenizer.decode(ids) == words
    assert tokenizer.decode(torch.tensor(ids)) == words


def test_nothing_is_read_after_the_end():
    assert WordTokenizer(WORDS).decode([3, EOS, 4, 5]) == ["le"]


@pytest.mark.parametrize("words", [(), ("le", "le"), ("<pad>",), ("le", "<eos>")])
def test_a_vocabulary_needs_words_each_once_and_no_special_one(words):
    with pytest.raises(ValueError, match="at least one, each once, and none of <pad>, <bos>, <eos>"):
        WordTokenizer(words)


def test_an_unknown_word_is_named():
    with pytest.raises(ValueError, match="'chien' is not among the 3 known words"):
        WordTokenizer(WORDS).encode(["le", "chien"])


def test_rows_are_padded_on_the_right():
    assert pad_rows([[3], [4, 5, 3]]).tolist() == [[3, PAD, PAD], [4, 5, 3]]


@pytest.mark.parametrize("rows", [[], [[3], []]])
def test_rows_must_not_be_empty(rows):
    with pytest.raises(ValueError, match="at least one row, and no row may be empty"):
        pad_rows(rows)
