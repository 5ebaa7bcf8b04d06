"""Oracle: brute force over every sentence of a tiny vocabulary, and greedy decoding for a beam of one."""

from itertools import product

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from lecture_utils.generation import beam, greedy, length_penalty
from lecture_utils.models.seq2seq import LSTMEncoderDecoder, Seq2SeqConfig
from lecture_utils.tokenizers.words import BOS, EOS, PAD

VOCABULARY = 5


def opinionated(seed):
    """An untrained model whose guesses depend on all words before, and are far from even."""
    torch.manual_seed(seed)
    model = LSTMEncoderDecoder(Seq2SeqConfig(VOCABULARY, VOCABULARY, width=4, hidden=6)).double()
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.mul_(3.0)
    return model


def some_sources(rows, seed):
    return torch.randint(3, VOCABULARY, (rows, 4), generator=torch.Generator().manual_seed(seed))


def log_probability(model, source, words):
    """Sum of the log probabilities of words (a list) after <bos>, teacher-forced: an independent path."""
    target_in = torch.tensor([[BOS, *words[:-1]]])
    rows = model(source, target_in)[0].log_softmax(-1)
    return sum(rows[t, word].item() for t, word in enumerate(words))


@torch.no_grad()
def best_by_brute_force(model, source, longest, alpha):
    """Of all sentences that end with <eos>, or are cut at `longest`, the one with the largest normalised score."""
    complete = []
    for length in range(1, longest + 1):
        for words in product(range(VOCABULARY), repeat=length):
            inside = EOS not in words[:-1]
            if inside and (words[-1] == EOS or length == longest):
                complete.append(list(words))
    score = lambda words: log_probability(model, source, words) / ((5 + len(words)) / 6) ** alpha  # noqa: E731
    return max(complete, key=score)


@settings(deadline=None, max_examples=6)
@given(seed=st.integers(0, 999), alpha=st.sampled_from([0.0, 0.6, 3.0]))
def test_a_wide_beam_finds_the_best_of_all_sentences(seed, alpha):
    model, sources = opinionated(seed), some_sources(2, seed)
    found = beam(model, sources, longest=3, width=VOCABULARY**3, alpha=alpha)
    for source, words in zip(sources, found.tolist(), strict=True):
        best = best_by_brute_force(model, source[None], 3, alpha)
        assert words == best + [PAD] * (len(words) - len(best))


@torch.no_grad()
def beam_by_hand(model, source, longest, width, alpha):
    """Beam search over lists of words, each scored anew from its beginning: no state, no batch."""
    hypotheses = [[]]
    for _ in range(longest):
        ended = [words for words in hypotheses if words and words[-1] == EOS]
        longer = [[*words, word] for words in hypotheses if words not in ended for word in range(VOCABULARY)]
        score = lambda words: log_probability(model, source, words) / ((5 + len(words)) / 6) ** alpha  # noqa: E731
        hypotheses = sorted([*ended, *longer], key=score, reverse=True)[:width]
    return hypotheses[0]


@settings(deadline=None, max_examples=25)
@given(seed=st.integers(0, 999), width=st.integers(1, 4), alpha=st.sampled_from([0.0, 0.6, 4.0]))
def test_a_narrow_beam_is_beam_search(seed, width, alpha):
    model, sources = opinionated(seed), some_sources(2, seed)
    found = beam(model, sources, longest=6, width=width, alpha=alpha)
    for source, words in zip(sources, found.tolist(), strict=True):
        best = beam_by_hand(model, source[None], 6, width, alpha)
        assert words == best + [PAD] * (len(words) - len(best))


@settings(deadline=None, max_examples=40)
@given(seed=st.integers(0, 999), rows=st.integers(1, 4), longest=st.integers(1, 7))
def test_a_beam_of_one_is_greedy(seed, rows, longest):
    model, sources = opinionated(seed), some_sources(rows, seed)
    assert torch.equal(beam(model, sources, longest=longest, width=1), greedy(model, sources, longest=longest))


@settings(deadline=None, max_examples=20)
@given(seed=st.integers(0, 999), width=st.integers(2, 5))
def test_sentences_do_not_disturb_each_other(seed, width):
    """A row of a batch is written as it would be alone, so states follow their own hypotheses."""
    model, sources = opinionated(seed), some_sources(4, seed)
    together = beam(model, sources, longest=5, width=width)
    for source, words in zip(sources, together, strict=True):
        alone = beam(model, source[None], longest=5, width=width)[0]
        assert torch.equal(words[: len(alone)], alone) and (words[len(alone) :] == PAD).all()


@torch.no_grad()
def test_greedy_takes_the_likeliest_word_each_time_and_pads_after_the_end():
    for seed in range(20):
        model, sources = opinionated(seed), some_sources(3, seed)
        written = greedy(model, sources, longest=6)
        for source, words in zip(sources, written.tolist(), strict=True):
            so_far = []
            for word in words:
                if EOS in so_far:
                    assert word == PAD
                else:
                    logits = model(source[None], torch.tensor([[BOS, *so_far]]))[0, -1]
                    assert word == logits.argmax().item()
                so_far.append(word)


def test_a_wider_beam_beats_greedy_where_the_first_step_misleads():
    """Always one word, then <eos>: the word that looks better at once leads to a worse sentence."""
    end = [0.0, 0.0, 1.0, 0.0, 0.0]
    after = {BOS: [0.0, 0.0, 0.0, 0.55, 0.45], 3: [0.2, 0.2, 0.3, 0.3, 0.0], 4: [0.01, 0.0, 0.99, 0.0, 0.0]}

    class State:
        def select(self, rows):
            return self

    class Misleading:
        def start(self, source):
            return State()

        def step(self, tokens, state):
            return torch.tensor([after.get(token, end) for token in tokens.tolist()]).add(1e-9).log(), state

    source = torch.tensor([[3]])
    assert greedy(Misleading(), source, longest=3)[0, 0] == 3
    assert beam(Misleading(), source, longest=3, width=2).tolist() == [[4, EOS, PAD]]


def test_the_length_penalty_is_that_of_the_paper():
    assert length_penalty(torch.tensor(1), 0.6) == 1
    assert length_penalty(torch.tensor(7), 1.0) == 2
    assert length_penalty(torch.tensor(19), 0.5) == 2
    assert length_penalty(torch.tensor(19), 0.0) == 1


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"longest": 0}, r"longest \(0\) and width \(4\) must be at least 1"),
        ({"longest": 3, "width": 0}, r"width \(0\)"),
        ({"longest": 3, "alpha": -1.0}, r"alpha \(-1.0\) at least 0"),
        ({"longest": 3, "alpha": float("nan")}, r"alpha \(nan\)"),
    ],
)
def test_bad_settings_of_a_beam(settings, message):
    with pytest.raises(ValueError, match=message):
        beam(opinionated(0), some_sources(1, 0), **settings)


def test_greedy_must_write_something():
    with pytest.raises(ValueError, match=r"longest \(0\) must be at least 1"):
        greedy(opinionated(0), some_sources(1, 0), longest=0)
