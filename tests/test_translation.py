"""Oracle: the phrasebook's own pairs, cross-entropy summed word by word, and a model that knows the answers."""

from collections import Counter

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch.nn import functional as F

from lecture_utils.datasets.phrasebook.corpus import translate
from lecture_utils.models.seq2seq import LSTMEncoderDecoder, Seq2SeqConfig
from lecture_utils.tokenizers.words import BOS, EOS, PAD
from lecture_utils.translation import (
    as_ids,
    by_length,
    length_batches,
    phrasebook_task,
    translated,
    translation_loss,
    translations,
)


@pytest.fixture(scope="module")
def task():
    return phrasebook_task(train=600, test=170)


def model_for(task, seed=0):
    torch.manual_seed(seed)
    return LSTMEncoderDecoder(Seq2SeqConfig(len(task.english), len(task.french), width=4, hidden=5))


class Knows:
    """A generator that has learned every sentence by heart, but for those it is told to get wrong."""

    def __init__(self, sentences, wrong=(), mistake=3):
        self.answers = {tuple(s[s != PAD].tolist()): t for s, t in zip(sentences.source, sentences.target, strict=True)}
        self.wrong = {tuple(sentences.source[i][sentences.source[i] != PAD].tolist()) for i in wrong}
        self.mistake = mistake

    def start(self, source):
        keys = [tuple(row[row != PAD].tolist()) for row in source]
        return [(self.answers[key], key in self.wrong, 0) for key in keys]

    def step(self, tokens, state):
        logits = torch.zeros(len(state), 300)
        for row, (answer, wrong, t) in enumerate(state):
            word = int(answer[t + 1]) if t + 1 < len(answer) else EOS
            logits[row, self.mistake if wrong and t == 1 else word] = 9.0
        return logits, [(answer, wrong, t + 1) for answer, wrong, t in state]


# ---------------------------------------------------------------- the task


def test_ids_are_the_phrasebooks_words(task):
    for row in range(0, 170, 13):
        pair = task.test.pairs[row]
        assert pair == translate(pair.english_text, words="small")
        assert task.english.decode(task.test.source[row]) == list(pair.english)
        ids = task.test.target[row]
        assert ids[0] == BOS and (ids == EOS).sum() == 1 and task.french.decode(ids) == list(pair.french)
        assert (ids[len(pair.french) + 2 :] == PAD).all() and task.test.lengths[row] == len(pair.english)


def test_no_english_sentence_is_both_trained_on_and_tested(task):
    train = {pair.english for pair in task.train.pairs}
    assert len(train) == 600 and not train & {pair.english for pair in task.test.pairs}


def test_every_length_has_its_share_and_the_seed_decides(task):
    assert set(Counter(task.test.lengths.tolist()).values()) == {10}
    assert sorted(set(task.test.lengths.tolist())) == list(range(4, 21))
    again, other = phrasebook_task(train=600, test=170), phrasebook_task(train=600, test=170, seed=1)
    assert torch.equal(again.train.source, task.train.source)
    assert other.test.pairs != task.test.pairs


def test_ids_need_known_words_and_at_least_one_pair(task):
    with pytest.raises(ValueError, match="at least one row"):
        as_ids([], task.english, task.french)
    with pytest.raises(ValueError, match="'pirate' is not among"):
        as_ids([translate("the pirate sings")], task.english, task.french)


def test_a_task_moves_to_a_device_and_stays_the_same(task):
    moved = task.to(torch.device("meta"))
    assert moved.train.source.is_meta and moved.test.target.is_meta and not moved.test.lengths.is_meta
    stays = task.to(torch.device("cpu"))
    assert torch.equal(stays.test.source, task.test.source) and stays.test.pairs == task.test.pairs


# ---------------------------------------------------------------- batches


@settings(deadline=None, max_examples=20)
@given(size=st.integers(1, 700), seed=st.integers(0, 9))
def test_each_sentence_comes_once_an_epoch(task, size, seed):
    batch, per_epoch = length_batches(task.train, size=size, seed=seed), -(-600 // size)
    for epoch in range(2):
        rows = Counter()
        for step in range(epoch * per_epoch, (epoch + 1) * per_epoch):
            source, target = batch(step)
            assert len(source) == len(target) <= size
            rows.update(tuple(row[row != PAD].tolist()) for row in source)
        assert rows == Counter(tuple(row[row != PAD].tolist()) for row in task.train.source)


def test_batches_keep_pairs_together_and_are_cut_to_their_longest(task):
    answers = {tuple(s[s != PAD].tolist()): t for s, t in zip(task.train.source, task.train.target, strict=True)}
    batch, used, padded = length_batches(task.train, size=30, seed=0), 0, 0
    for step in range(20):
        source, target = batch(step)
        assert (source[:, -1] != PAD).any() and (target[:, -1] != PAD).any()
        for read, written in zip(source, target, strict=True):
            answer = answers[tuple(read[read != PAD].tolist())]
            assert torch.equal(F.pad(written, (0, len(answer) - len(written))), answer)
        used, padded = used + int((source != PAD).sum()), padded + int((source == PAD).sum())
    assert padded < 0.15 * used  # shuffled batches would hold more than half as much padding as words
    assert any(not torch.equal(batch(k)[0], batch(k + 20)[0]) for k in range(20)), "each epoch is shuffled anew"
    assert torch.equal(batch(3)[0], length_batches(task.train, size=30, seed=0)(3)[0]), "a step can be repeated"


def test_a_batch_needs_a_size(task):
    with pytest.raises(ValueError, match="batch size 0 must be at least 1"):
        length_batches(task.train, size=0)


# ---------------------------------------------------------------- the loss


@settings(deadline=None, max_examples=20)
@given(seed=st.integers(0, 99), smoothing=st.sampled_from([0.0, 0.1]), rows=st.integers(1, 4))
def test_the_loss_is_the_mean_over_true_words_of_the_shifted_target(task, seed, smoothing, rows):
    model = model_for(task, seed)
    source, target = task.train.source[seed : seed + rows], task.train.target[seed : seed + rows]
    total, words = 0.0, 0
    for read, written in zip(source, target, strict=True):
        known = written[written != PAD]
        for t in range(1, len(known)):  # word t is guessed from the true words before it
            guesses = model(read[None], known[None, :t])[0, -1].log_softmax(-1)
            total -= (1 - smoothing) * guesses[known[t]] + smoothing * guesses.mean()
            words += 1
    torch.testing.assert_close(
        translation_loss(smoothing)(model, (source, target)), total / words, rtol=1e-4, atol=1e-5
    )


def test_what_a_model_says_about_padding_does_not_count(task):
    source, target = task.train.source[:4], F.pad(task.train.target[:4], (0, 3))
    logits = torch.randn(4, target.shape[1] - 1, len(task.french))
    changed = logits.clone()
    changed[target[:, 1:] == PAD] = torch.randn(int((target[:, 1:] == PAD).sum()), len(task.french)) * 50
    loss = translation_loss()
    assert torch.equal(loss(lambda *_: logits, (source, target)), loss(lambda *_: changed, (source, target)))
    changed[0, 0] += torch.randn(len(task.french))
    assert loss(lambda *_: logits, (source, target)) != loss(lambda *_: changed, (source, target))


@pytest.mark.parametrize("smoothing", [-0.1, 1.0, float("nan")])
def test_smoothing_is_a_share(smoothing):
    with pytest.raises(ValueError, match="must lie in 0 to 1"):
        translation_loss(smoothing)


# ---------------------------------------------------------------- the score


@pytest.mark.parametrize("batch", [1, 7, 200])
def test_exact_match_counts_whole_sentences(task, batch):
    wrong = [0, 5, 99]
    right = translated(Knows(task.test, wrong), task.test, batch=batch)
    assert right.shape == (170,) and (~right).nonzero().flatten().tolist() == wrong


def test_stopping_early_and_going_on_too_long_are_wrong(task):
    assert not translated(Knows(task.test, [4], mistake=EOS), task.test)[4]

    class NeverStops(Knows):
        def step(self, tokens, state):
            logits, state = super().step(tokens, state)
            logits[:, EOS] = -1.0
            return logits, state

    assert not translated(NeverStops(task.test), task.test).any()


@pytest.mark.parametrize("batch", [1, 7, 200])
def test_translations_come_in_the_sentences_own_order(task, batch):
    written = translations(Knows(task.test, wrong=[0, 5]), task.test, batch=batch)
    truth = task.test.target[:, 1:]
    assert written.shape == truth.shape
    assert (written != truth).any(1).nonzero().flatten().tolist() == [0, 5]
    assert written[0, 1] == 3 and torch.equal(written[0, 2:], truth[0, 2:])


def test_scores_by_length():
    right, lengths = torch.tensor([True, False, True, True]), torch.tensor([9, 4, 9, 4])
    scores = by_length(right, lengths)
    assert scores == {4: 0.5, 9: 1.0} and list(scores) == [4, 9]
