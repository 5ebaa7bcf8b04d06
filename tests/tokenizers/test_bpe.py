"""Oracle: Hugging Face `tokenizers`, byte-level BPE: merge for merge and token for token."""

import json

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers

from lecture_utils.datasets.files import data_path
from lecture_utils.datasets.prose import load_prose
from lecture_utils.datasets.smalltown.corpus import tell
from lecture_utils.datasets.smalltown.world import make_world
from lecture_utils.tokenizers.bpe import BPE
from lecture_utils.tokenizers.special import CLS, MASK, PAD, SEP, SPECIAL

TEXT = st.text(st.characters(exclude_categories=["Cs", "Cn"]))


def reference(text, size):
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    trainer = trainers.BpeTrainer(
        vocab_size=size, special_tokens=list(SPECIAL), initial_alphabet=alphabet, show_progress=False
    )
    tokenizer.train_from_iterator([text], trainer)
    tokenizer.encode_special_tokens = True  # [MASK] in a text is text
    return tokenizer


def merges(tokenizer):
    return [tuple(pair) for pair in json.loads(tokenizer.to_str())["model"]["merges"]]


def vocabulary(tokenizer):
    ids = tokenizer.get_vocab()
    return tuple(sorted(ids, key=ids.get))


@pytest.fixture(scope="module")
def smalltown():
    return tell(make_world(seed=0, people=60), 1000, seed=0).text


@pytest.fixture(scope="module")
def prose():
    text = load_prose().text
    size = len(SPECIAL) + 256 + 2000
    return text, BPE.train(text, size), reference(text, size)


def test_python_prose_merge_for_merge_and_token_for_token(prose):
    text, ours, theirs = prose
    assert list(ours.merges) == merges(theirs) and len(ours.merges) == 2000
    assert ours.tokens == vocabulary(theirs)
    assert ours.encode(text) == theirs.encode(text).ids
    assert ours.decode(ours.encode(text)) == text


def test_the_file_of_the_lesson_is_the_reference_s(smalltown):
    stored = BPE.read(data_path("bpe_smalltown.txt"))
    assert list(stored.merges) == merges(reference(smalltown, len(stored)))
    assert BPE.train(smalltown, len(stored)).merges == stored.merges


@settings(deadline=None, max_examples=100)
@given(st.text("aab cé\n", min_size=1, max_size=80), st.integers(261, 300), st.text("abc é", max_size=40))
@example("aaab aab ab b", 300, "aaaabbbab")
def test_random_texts_ties_and_all(text, size, other):
    ours, theirs = BPE.train(text, size), reference(text, size)
    kept = list(dict.fromkeys(reversed(ours.merges)))[::-1]  # a pair merged twice counts as the later one
    assert kept == merges(theirs)
    assert ours.tokens == vocabulary(theirs)
    assert ours.encode(other) == theirs.encode(other).ids


@settings(deadline=None, max_examples=300)
@given(text=TEXT)
@example(text="naïve 数学 🎉 [MASK]\u0000")
@example(text="")
def test_any_text_is_cut_as_by_the_reference_and_comes_back(prose, text):
    _, ours, theirs = prose
    ids = ours.encode(text)
    assert ids == theirs.encode(text).ids
    assert ours.decode(ids) == text
    assert [ours.tokens[index] for index in ids] == ours.pieces(text)
    assert all(index >= len(SPECIAL) for index in ids)


def test_special_tokens_stand_for_no_text(prose):
    ours = prose[1]
    assert ours.decode([CLS, *ours.encode("a text"), SEP, MASK, PAD, PAD]) == "a text"


def test_errors_say_what_to_do(tmp_path):
    bpe = BPE([("a", "b"), ("ab", "c")])
    assert len(bpe) == len(SPECIAL) + 256 + 2 and bpe.pieces("abcab") == ["abc", "ab"]
    for wrong in (-1, len(bpe)):
        with pytest.raises(ValueError, match=f"id {wrong} does not exist"):
            bpe.decode([wrong])
    with pytest.raises(ValueError, match="merge 0 joins 'ab' and 'c'"):
        BPE([("ab", "c"), ("a", "b")])
    with pytest.raises(ValueError, match="nothing to learn"):
        BPE.train("", 300)
    with pytest.raises(ValueError, match=r"size \(200\) must be at least"):
        BPE.train("text", 205)
    (tmp_path / "merges.txt").write_text("#version: 0.2\na b\nab c d\n", encoding="utf-8")
    with pytest.raises(ValueError, match="two tokens"):
        BPE.read(tmp_path / "merges.txt")
