"""Oracle: Hugging Face `tokenizers`, WordPiece with BERT's normaliser and pre-tokenizer."""

from collections import Counter

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from tokenizers import Tokenizer, decoders, models, normalizers, pre_tokenizers, trainers

from lecture_utils.datasets.prose import load_prose
from lecture_utils.datasets.smalltown.corpus import tell
from lecture_utils.datasets.smalltown.world import make_world
from lecture_utils.tokenizers.merges import learn_merges
from lecture_utils.tokenizers.pretokens import bert_words
from lecture_utils.tokenizers.special import CLS, PAD, SEP, SPECIAL, UNK
from lecture_utils.tokenizers.wordpiece import WordPiece, learn_pieces

TEXTS = {
    "smalltown": lambda: tell(make_world(seed=0, people=60), 1000, seed=0).text,
    "prose": lambda: load_prose().text,
}
LETTERS = st.text(st.sampled_from("abceé É.,!\n-ßĳ数’") | st.characters(codec="latin-1"), max_size=60)


def bert(model):
    tokenizer = Tokenizer(model)
    tokenizer.normalizer, tokenizer.pre_tokenizer = normalizers.BertNormalizer(), pre_tokenizers.BertPreTokenizer()
    tokenizer.decoder = decoders.WordPiece(cleanup=False)
    return tokenizer


def trained(text, size):
    tokenizer = bert(models.WordPiece(unk_token="[UNK]"))
    trainer = trainers.WordPieceTrainer(vocab_size=size, special_tokens=list(SPECIAL), show_progress=False)
    tokenizer.train_from_iterator([text], trainer)
    ids = tokenizer.get_vocab()
    return tokenizer, tuple(sorted(ids, key=ids.get))


def alphabet_of(vocabulary):
    """The units that the reference began with, in the order of its ids, which it draws at random."""
    return [piece for piece in vocabulary[len(SPECIAL) :] if len(piece.removeprefix("##")) == 1]


def relearned(text, vocabulary, size):
    """Our training, begun with the reference's alphabet in the reference's order."""
    words = Counter(bert_words(text))
    spelled = {(word[0], *("##" + letter for letter in word[1:])): count for word, count in words.items()}
    return learn_merges(spelled, alphabet_of(vocabulary), size - len(SPECIAL), prefix="##")


@pytest.fixture(scope="module", params=TEXTS)
def case(request):
    text = TEXTS[request.param]()
    return text, *trained(text, 1200)


def test_the_vocabulary_is_the_reference_s_piece_by_piece(case):
    text, _, vocabulary = case
    assert relearned(text, vocabulary, 1200).tokens == vocabulary[len(SPECIAL) :]


def test_texts_are_cut_as_by_the_reference(case):
    text, theirs, vocabulary = case
    assert WordPiece(vocabulary).encode(text) == theirs.encode(text).ids


@settings(deadline=None, max_examples=120)
@given(st.text("aabc.", min_size=1, max_size=80).filter(str.strip), st.integers(30, 60), st.text("abc. d", max_size=30))
def test_random_texts_ties_and_all(text, size, other):
    theirs, vocabulary = trained(text, size)
    assert relearned(text, vocabulary, size).tokens == vocabulary[len(SPECIAL) :]
    assert WordPiece(vocabulary).encode(other) == theirs.encode(other).ids


@settings(deadline=None, max_examples=300)
@given(text=LETTERS)
@example(text="")
@example(text="a" * 101 + " " + "a" * 100)
@example(text="🎉x x🎉 Crème")
def test_any_text_against_the_reference(text):
    pieces = (*SPECIAL, *"abcde.,!", "##a", "##b", "##e", "ab", "##bc", "abc", "数", "##ab", "x", "creme")
    ours, theirs = WordPiece(pieces), bert(models.WordPiece({p: i for i, p in enumerate(pieces)}, unk_token="[UNK]"))
    ids = ours.encode(text)
    assert ids == theirs.encode(text).ids
    assert [pieces[index] for index in ids] == ours.pieces(text)
    if UNK not in ids:
        assert ours.decode(ids) == " ".join(bert_words(text)) == theirs.decode(ids)


def test_our_own_alphabet_stands_in_order():
    learned = learn_pieces("ab ba abc abc", 8)
    assert learned.tokens == ("a", "b", "c", "##a", "##b", "##c", "ab", "abc")
    assert learned.pairs == (("a", "##b"), ("ab", "##c"))
    assert WordPiece.train("ab ba abc abc", 13).tokens == (*SPECIAL, *learned.tokens)


def test_special_tokens_and_errors():
    ours = WordPiece((*SPECIAL, "a", "##b"))
    assert ours.decode([CLS, 5, 6, UNK, SEP, PAD]) == "ab [UNK]"
    assert ours.encode("[SEP]") == [UNK, UNK, UNK]  # three marks and a word, all unknown; never the separator
    with pytest.raises(ValueError, match="id 7 does not exist"):
        ours.decode([7])
    with pytest.raises(ValueError, match=r"must begin with \[PAD\]"):
        WordPiece(["a", "b"])
    with pytest.raises(ValueError, match="hold each piece once"):
        WordPiece((*SPECIAL, "a", "a"))
    with pytest.raises(ValueError, match="without words"):
        WordPiece.train(" \n", 99)
    with pytest.raises(ValueError, match="must be at least the alphabet's"):
        WordPiece.train("abc", 6)
