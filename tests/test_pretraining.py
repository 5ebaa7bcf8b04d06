"""Oracles: texts cut by hand; the same data with labels turned round; the same batch with more padding."""

from dataclasses import replace

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch.nn import functional as F

from lecture_utils import pretraining
from lecture_utils.contrastive import info_nce
from lecture_utils.datasets.opinions import without_labels
from lecture_utils.datasets.smalltown.corpus import tell, vocabulary
from lecture_utils.datasets.smalltown.world import make_world
from lecture_utils.masking import IGNORED, Corrupted, corrupt
from lecture_utils.models.bert import BertConfig, BertPreTraining
from lecture_utils.pretraining import SHARE, TEMPERATURE, Pairs, draw_pairs, encode, pretraining_losses
from lecture_utils.tokenizers.lookup import Words
from lecture_utils.tokenizers.special import CLS, MASK, PAD, SEP, UNK
from lecture_utils.training import fit

WORLD = make_world(seed=0)
WORDS = Words(vocabulary(WORLD, ["review"]))
TELLINGS = tell(WORLD, 40, seed=0, kinds=["review"]).tellings
SIZES = BertConfig(len(WORDS), longest=80, width=16, heads=2, layers=1, hidden=16)


def text_of(row):
    return [token for token in row.tolist() if token not in (PAD, CLS, SEP)]


@settings(deadline=None, max_examples=40)
@given(st.integers(1, 8), st.integers(0, 24), st.integers(0, 999))
def test_halves_belong_together_and_half_of_the_pairs_do_not(half, more, seed):
    reviews = without_labels(TELLINGS)
    drawn = draw_pairs(reviews, WORDS, pairs=2 * half, contrasts=2 * half + more, seed=seed)
    whole = [[WORDS.ids[word] for sentence in review for word in sentence] for review in reviews]
    ends = [[len(sum(review[:cut], ())) for cut in range(1, len(review))] for review in reviews]
    firsts, seconds = ([text_of(row) for row in part] for part in drawn.halves)
    sources = [whole.index(a + b) for a, b in zip(firsts, seconds, strict=True)]
    assert len(set(sources)) == 2 * half + more
    assert all(len(a) in ends[source] for a, source in zip(firsts, sources, strict=True))
    assert drawn.strange.tolist() == [1] * half + [0] * half
    for row, (tokens, segments) in enumerate(zip(drawn.tokens, drawn.segments, strict=True)):
        second = tokens[segments == 1]
        assert tokens[0] == CLS and text_of(tokens[: len(firsts[row]) + 1]) == firsts[row]
        wanted = seconds[(row + 1) % half] if row < half else seconds[row]
        assert text_of(second) == wanted and second[-1] == SEP


def test_the_same_seed_draws_the_same_and_another_seed_other_pairs():
    reviews = without_labels(TELLINGS)
    one, two, other = (draw_pairs(reviews, WORDS, pairs=4, contrasts=8, seed=seed).halves for seed in (0, 0, 1))
    assert torch.equal(one, two) and (one.shape != other.shape or not torch.equal(one, other))


def pretrained(tellings):
    """All batches and, after a few steps on them, all weights."""
    torch.manual_seed(0)
    model, reviews = BertPreTraining(SIZES), without_labels(tellings)
    drawn = [draw_pairs(reviews, WORDS, pairs=8, contrasts=12, seed=step) for step in range(4)]

    def loss(model, batch):
        return sum(pretraining_losses(model, batch[0], seed=0).values())

    fit(model, lambda step: (drawn[step],), loss, steps=4, progress=None)
    data = [part for pairs in drawn for part in (pairs.tokens, pairs.segments, pairs.strange, pairs.halves)]
    return data + [weight.detach() for weight in model.parameters()]


@pytest.mark.parametrize("label", [lambda t: -t.sentiment, lambda t: None, lambda t: 1], ids=["other", "none", "same"])
def test_no_label_reaches_pretraining(label):
    changed = [replace(t, sentiment=label(t), nats=0.0, facts=(), pronouns=()) for t in TELLINGS]
    assert all(torch.equal(one, two) for one, two in zip(pretrained(TELLINGS), pretrained(changed), strict=True))


def test_losses_are_those_of_each_task_alone():
    torch.manual_seed(0)
    model = BertPreTraining(SIZES)
    drawn = draw_pairs(without_labels(TELLINGS), WORDS, pairs=8, contrasts=12, seed=3)
    losses = pretraining_losses(model, drawn, seed=5)
    hidden = corrupt(drawn.tokens, vocabulary=len(WORDS), seed=5, share=SHARE)
    guesses, verdicts = model(hidden.inputs, drawn.segments)
    asked = hidden.targets != IGNORED
    torch.testing.assert_close(losses["blanks"], F.cross_entropy(guesses[asked], drawn.tokens[asked]))
    torch.testing.assert_close(losses["next sentence"], F.cross_entropy(verdicts, drawn.strange))
    vectors = [
        torch.stack([model.bert(row[row != PAD][None])[0].mean(0) for row in part]) for part in drawn.halves
    ]  # without padding
    for task, loss in losses.items():
        (alone,) = pretraining_losses(model, drawn, seed=5, tasks=[task]).values()
        torch.testing.assert_close(alone, loss)
    torch.testing.assert_close(losses["contrast"], info_nce(*vectors, temperature=TEMPERATURE), atol=1e-5, rtol=1e-5)


def test_more_padding_changes_no_loss_and_no_gradient(monkeypatch):
    def every_third(tokens, **_):  # what is drawn at random would differ with the width
        asked = (torch.arange(tokens.shape[1]) % 3 == 1) & (tokens > MASK)
        return Corrupted(tokens.masked_fill(asked, MASK), tokens.masked_fill(~asked, IGNORED))

    monkeypatch.setattr(pretraining, "corrupt", every_third)
    torch.manual_seed(0)
    model = BertPreTraining(SIZES)
    drawn = draw_pairs(without_labels(TELLINGS), WORDS, pairs=8, contrasts=8, seed=0)
    wider = Pairs(
        F.pad(drawn.tokens, (0, 5), value=PAD),
        F.pad(drawn.segments, (0, 5)),
        drawn.strange,
        F.pad(drawn.halves, (0, 7), value=PAD),
    )
    seen = []
    for pairs in (drawn, wider):
        losses = pretraining_losses(model, pairs, seed=0)
        model.zero_grad()
        sum(losses.values()).backward()
        seen.append([*losses.values(), *(weight.grad.clone() for weight in model.parameters())])
    torch.testing.assert_close(seen[0], seen[1], atol=1e-5, rtol=1e-3)


def test_texts_become_ids_and_no_blank_is_among_them():
    table = encode([("it", "was", "good"), ("zebra", "!")], WORDS)
    it, was, good, mark = (WORDS.ids[word] for word in ("it", "was", "good", "!"))
    assert table.tolist() == [[CLS, it, was, good, SEP], [CLS, UNK, mark, SEP, PAD]]
    assert MASK not in encode([t.tokens for t in TELLINGS], WORDS)  # a model is never asked with a blank in the text


@pytest.mark.parametrize(("pairs", "contrasts"), [(3, 8), (0, 8), (8, 4), (8, 99)])
def test_numbers_that_do_not_fit(pairs, contrasts):
    with pytest.raises(ValueError, match=rf"pairs \({pairs}\) must be even .* contrasts \({contrasts}\) <= N \(40\)"):
        draw_pairs(without_labels(TELLINGS), WORDS, pairs=pairs, contrasts=contrasts, seed=0)


def test_a_text_of_one_sentence_cannot_be_cut():
    with pytest.raises(ValueError, match="at least two sentences"):
        draw_pairs([(("it", "."),)] * 4, WORDS, pairs=2, contrasts=4, seed=0)


@pytest.mark.parametrize(("tasks", "message"), [((), r"tasks \(none\)"), (("blank",), r"tasks \(blank\) must be some")])
def test_other_tasks_are_refused(tasks, message):
    drawn = draw_pairs(without_labels(TELLINGS), WORDS, pairs=2, contrasts=4, seed=0)
    with pytest.raises(ValueError, match=message):
        pretraining_losses(BertPreTraining(SIZES), drawn, seed=0, tasks=tasks)


def test_all_four_tables_move():
    moved = draw_pairs(without_labels(TELLINGS), WORDS, pairs=2, contrasts=4, seed=0).to("meta")
    assert {part.device.type for part in vars(moved).values()} == {"meta"}
