"""Oracle: Hugging Face `tokenizers`, WordLevel."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tokenizers import Regex, Tokenizer, models, normalizers, pre_tokenizers, trainers

from lecture_utils.datasets.smalltown.corpus import tell
from lecture_utils.datasets.smalltown.world import make_world
from lecture_utils.tokenizers.lookup import Characters, Words
from lecture_utils.tokenizers.special import CLS, SEP, SPECIAL, UNK


def reference(kind, text, size):
    tokenizer = Tokenizer(models.WordLevel(unk_token="[UNK]"))
    if kind is Words:
        tokenizer.normalizer, tokenizer.pre_tokenizer = normalizers.BertNormalizer(), pre_tokenizers.BertPreTokenizer()
    else:
        tokenizer.pre_tokenizer = pre_tokenizers.Split(Regex(r"[\s\S]"), "isolated")
    trainer = trainers.WordLevelTrainer(vocab_size=size, special_tokens=list(SPECIAL), show_progress=False)
    tokenizer.train_from_iterator([text], trainer)
    return tokenizer


@pytest.fixture(scope="module")
def smalltown():
    return tell(make_world(seed=0, people=60), 500, seed=0).text


@pytest.mark.parametrize(("kind", "size"), [(Words, 200), (Characters, 30)])
def test_smalltown_id_for_id(kind, size, smalltown):
    ours, theirs = kind.train(smalltown, size), reference(kind, smalltown, size)
    assert ours.ids == theirs.get_vocab() and len(ours) == size
    assert ours.encode(smalltown) == theirs.encode(smalltown).ids
    assert UNK in ours.encode(smalltown)


@pytest.mark.parametrize("kind", [Words, Characters])
@settings(deadline=None, max_examples=80)
@given(
    text=st.text("abé. A\n数", min_size=1, max_size=50).filter(str.strip),
    size=st.integers(6, 12),
    other=st.text("abé. \n?", max_size=20),
)
def test_random_texts(kind, text, size, other):
    ours, theirs = kind.train(text, size), reference(kind, text, size)
    assert ours.ids == theirs.get_vocab()
    assert ours.encode(other) == theirs.encode(other).ids
    assert ours.pieces(other) == [ours.tokens[index] for index in ours.encode(other)]


@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1))
def test_known_characters_come_back(text):
    characters = Characters.train(text, 10_000)
    assert characters.decode(characters.encode(text)) == text


def test_words_come_back_without_capitals_and_accents():
    words = Words(["the", "cafe", "."])
    assert words.decode([CLS, *words.encode("The café burned."), SEP]) == "the cafe [UNK] ."
    assert words.encode("") == [] and words.decode([]) == ""


@pytest.mark.parametrize("kind", [Words, Characters])
def test_errors_say_what_to_do(kind):
    with pytest.raises(ValueError, match=r"size \(5\) must be above 5"):
        kind.train("a text", 5)
    with pytest.raises(ValueError, match="must not be empty"):
        kind.train("", 50)
    with pytest.raises(ValueError, match="repeats a token"):
        kind("aba")
    with pytest.raises(ValueError, match="id 9 does not exist"):
        kind("abc").decode([9])
