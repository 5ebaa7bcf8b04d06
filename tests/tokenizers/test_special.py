"""Oracle: BERT's layout of one text and of a pair, written out; Hugging Face's template of it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tokenizers import Tokenizer, models, pre_tokenizers, processors

from lecture_utils.tokenizers.special import CLS, MASK, PAD, SEP, SPECIAL, UNK, known, wrap

IDS = st.lists(st.sampled_from([UNK, *range(5, 15)]), min_size=1, max_size=6)


def test_ids_are_the_places_of_the_names():
    assert [SPECIAL[index] for index in (PAD, UNK, CLS, SEP, MASK)] == ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]


def test_one_text_and_a_pair():
    assert wrap([7, 8]) == ([CLS, 7, 8, SEP], [0, 0, 0, 0])
    assert wrap([7, 8], [9]) == ([CLS, 7, 8, SEP, 9, SEP], [0, 0, 0, 0, 1, 1])


@given(IDS, IDS)
def test_pairs_as_the_reference_wraps_them(first, second):
    names = {**{name: index for index, name in enumerate(SPECIAL)}, **{f"w{index}": index for index in range(5, 15)}}
    words = {index: name for name, index in names.items()}
    tokenizer = Tokenizer(models.WordLevel(names, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
    tokenizer.post_processor = processors.BertProcessing(("[SEP]", SEP), ("[CLS]", CLS))
    found = tokenizer.encode(*(" ".join(words[index] for index in ids) for ids in (first, second)))
    assert wrap(first, second) == (found.ids, found.type_ids)


def test_empty_texts_and_nested_specials_are_refused():
    with pytest.raises(ValueError, match="text 1 must have a token"):
        wrap([])
    with pytest.raises(ValueError, match="text 2 must have a token"):
        wrap([7], [])
    with pytest.raises(ValueError, match=r"no special one, but has \[3\]"):
        wrap([7, SEP])


def test_unknown_ids_are_named():
    assert known([0, 4], 5) == [0, 4]
    with pytest.raises(ValueError, match="id 5 does not exist: the vocabulary has ids from 0 to 4"):
        known([5], 5)
