"""Oracle: BERT's own head (equal to Hugging Face's) with the same weights, forward and gradient; no future leaks."""

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from lecture_utils.cloze import left_only
from lecture_utils.models.bert import BertConfig, BertPreTraining
from lecture_utils.models.bert4rec import Bert4Rec, Bert4RecConfig, tokens_of
from lecture_utils.tokenizers.special import MASK, PAD, SPECIAL

ITEMS = 11
SIZES = {"longest": 6, "width": 8, "heads": 2, "hidden": 12, "spread": 0.4}


def pair(from_left):
    """Our model and BERT with the same random weights, in double precision."""
    torch.manual_seed(0)
    ours = Bert4Rec(Bert4RecConfig(ITEMS, from_left=from_left, **SIZES)).double()
    theirs = BertPreTraining(BertConfig(ITEMS + len(SPECIAL), segments=1, layers=2, **SIZES)).double()
    with torch.no_grad():
        for weight in ours.parameters():
            weight.copy_(0.4 * torch.randn_like(weight))
    theirs.bert.load_state_dict(ours.bert.state_dict())
    theirs.transform.load_state_dict(ours.transform.state_dict())
    theirs.norm.load_state_dict(ours.norm.state_dict())
    with torch.no_grad():
        theirs.output.bias[len(SPECIAL) :] = ours.bias
    return ours, theirs


def drawn(seed, rows=3, length=6):
    tokens = torch.randint(0, ITEMS, (rows, length), generator=torch.Generator().manual_seed(seed)) + len(SPECIAL)
    tokens[1, :2] = PAD
    return tokens


@pytest.mark.parametrize("from_left", [False, True])
def test_equal_to_berts_head_forward_and_gradient(from_left):
    ours, theirs = pair(from_left)
    tokens = drawn(1)
    tokens[0, 3] = MASK
    hidden = ours(tokens)
    wanted = theirs.bert(tokens, mask=left_only(tokens) if from_left else None)
    real = tokens != PAD
    torch.testing.assert_close(hidden[real], wanted[real])
    logits, reference = ours.score(hidden)[real], theirs.guess(wanted)[real][:, len(SPECIAL) :]
    torch.testing.assert_close(logits, reference)
    logits.logsumexp(-1).sum().backward()
    reference.logsumexp(-1).sum().backward()
    torch.testing.assert_close(ours.bert.embedding.weight.grad, theirs.bert.embedding.weight.grad)
    torch.testing.assert_close(ours.transform.weight.grad, theirs.transform.weight.grad)


@settings(deadline=None, max_examples=20)
@given(st.integers(0, 999), st.integers(0, 4))
def test_from_left_no_future_item_is_seen_and_both_ways_it_is(seed, place):
    tokens = drawn(seed)
    changed = tokens.clone()
    changed[:, place + 1 :] = (changed[:, place + 1 :] - len(SPECIAL) + 1) % ITEMS + len(SPECIAL)
    left, both = (pair(from_left)[0] for from_left in (True, False))
    seen = tokens[:, : place + 1] != PAD
    torch.testing.assert_close(left(tokens)[:, : place + 1][seen], left(changed)[:, : place + 1][seen])
    assert (both(tokens)[:, : place + 1][seen] - both(changed)[:, : place + 1][seen]).abs().max() > 1e-6


@pytest.mark.parametrize("from_left", [False, True])
def test_recommendations_look_at_the_last_items_alone(from_left):
    model = pair(from_left)[0]
    tokens = drawn(3, length=9)
    tokens[:, :2] = PAD
    read = tokens[:, -6:] if from_left else torch.cat([tokens[:, -5:], torch.full((3, 1), MASK)], 1)
    assert torch.equal(model.question(tokens), read)
    torch.testing.assert_close(model.recommend(tokens), model.score(model(read))[:, -1].detach())
    other = tokens.clone()
    other[:, :3] = len(SPECIAL) + 1
    torch.testing.assert_close(model.recommend(other), model.recommend(tokens))


def test_padding_in_front_changes_no_order_but_the_place():
    """A short history is read at the last places; what stands at [PAD] is never looked at."""
    model = pair(False)[0]
    tokens = torch.tensor([[PAD, PAD, 7, 8, 9, MASK]])
    with torch.no_grad():
        before = model(tokens)[0, 2:]
        model.bert.embedding.weight[PAD] += 3.0
        torch.testing.assert_close(model(tokens)[0, 2:], before)


def test_items_as_tokens():
    assert tokens_of(torch.tensor([[-1, 0, 3]])).tolist() == [[PAD, 5, 8]]


def test_a_thousand_weights_of_which_we_know_each():
    model = Bert4Rec(Bert4RecConfig(ITEMS))
    layer = 4 * (48 * 48 + 48) + (48 * 64 + 64) + (64 * 48 + 48) + 2 * 2 * 48
    outside = 16 * 48 + 10 * 48 + 48 + 2 * 48 + (48 * 48 + 48)  # items, places, segment, norm, pooler
    assert sum(weight.numel() for weight in model.parameters()) == 2 * layer + outside + 48 * 48 + 48 + 96 + ITEMS


def test_what_does_not_fit_is_said():
    with pytest.raises(ValueError, match=r"items \(0\)"):
        Bert4Rec(Bert4RecConfig(0))
    model = pair(False)[0]
    with pytest.raises(ValueError, match="do not fit a vocabulary of 16"):
        model(torch.tensor([[16]]))
    with pytest.raises(ValueError, match="positions to 6"):
        model(torch.full((1, 7), 6))
