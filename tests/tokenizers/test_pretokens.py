"""Oracle: Hugging Face `tokenizers`: ByteLevel, and BERT's normaliser and pre-tokenizer."""

import unicodedata

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from tokenizers import normalizers, pre_tokenizers

from lecture_utils.tokenizers.pretokens import bert_words, byte_letters, byte_words, from_byte_letters

BYTES = pre_tokenizers.ByteLevel(add_prefix_space=False)
NORMAL, WORDS = normalizers.BertNormalizer(), pre_tokenizers.BertPreTokenizer()


def settled(character):
    """Assigned long ago and classed the same since: Unicode's later editions differ between libraries."""
    old, new = unicodedata.ucd_3_2_0.category(character), unicodedata.category(character)
    return old == new and old not in ("Cn", "Cs")


UNICODE = st.text(
    st.one_of(st.characters(exclude_categories=["Cs"]).filter(settled), st.sampled_from("aZ 9.,'’é\n\t—s"))
)


def test_the_letters_of_bytes_are_the_reference_s():
    assert sorted(byte_letters()) == sorted(pre_tokenizers.ByteLevel.alphabet())


@settings(deadline=None, max_examples=400)
@given(UNICODE)
@example("don't we'll you're I've I'd he's I'm I'VE 's\u00a0x  y \n\n z")
@example("数学 Москва 🎉 x² ½ ٣ \u200d _a_ \x85\x1f")
def test_gpt2_s_cut(text):
    assert byte_words(text) == [word for word, _ in BYTES.pre_tokenize_str(text)]
    assert from_byte_letters("".join(byte_words(text))) == text


@settings(deadline=None, max_examples=400)
@given(UNICODE)
@example("Crème BRÛLÉE, $5.00! İstanbul ΣΑΣ a\u0301 数学abc\u00ad\ufffd\x00\t\u3000x")
def test_bert_s_cut(text):
    assert bert_words(text) == [word for word, _ in WORDS.pre_tokenize_str(NORMAL.normalize_str(text))]


def test_half_a_character_becomes_a_replacement_sign():
    assert from_byte_letters(byte_words("é")[0][:1]) == "�"


@pytest.mark.parametrize("cut", [byte_words, bert_words])
def test_what_is_no_text_is_refused(cut):
    assert cut("") == []
    with pytest.raises(ValueError, match="must be a string, not bytes"):
        cut(b"bytes")
    with pytest.raises(ValueError, match="half of a surrogate pair"):
        cut("a\ud83d")
