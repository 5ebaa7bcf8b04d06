"""Oracle: the shares of Devlin et al. (2019), counted; torch's cross-entropy over the selected tokens alone."""

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch.nn import functional as F

from lecture_utils.masking import IGNORED, corrupt, masked_loss
from lecture_utils.tokenizers.special import MASK, SPECIAL

VOCABULARY = 50


def drawn(shape, seed):
    return torch.randint(0, VOCABULARY, shape, generator=torch.Generator().manual_seed(seed))


@settings(deadline=None)
@given(st.integers(1, 4), st.integers(1, 30), st.floats(0.01, 1), st.integers(0, 999))
def test_what_is_asked_for_and_what_stays(rows, length, share, seed):
    tokens = drawn((rows, length), seed)
    before = tokens.clone()
    result = corrupt(tokens, vocabulary=VOCABULARY, seed=seed, share=share)
    selected, special = result.targets != IGNORED, tokens < len(SPECIAL)
    assert not (selected & special).any()
    assert torch.equal(result.targets[selected], tokens[selected])
    assert torch.equal(result.inputs[~selected], tokens[~selected])
    assert ((result.inputs == MASK) | (result.inputs >= len(SPECIAL)))[selected].all()
    assert result.inputs.max() < VOCABULARY and torch.equal(tokens, before)
    if share == 1:
        assert torch.equal(selected, ~special)


@pytest.mark.parametrize("seed", range(3))
def test_shares_within_three_standard_errors(seed):
    tokens = drawn((1000, 300), seed).clamp(min=len(SPECIAL))
    result = corrupt(tokens, vocabulary=VOCABULARY, seed=seed)
    selected = result.targets != IGNORED
    masked, same = (result.inputs == MASK)[selected], (result.inputs == tokens)[selected]
    by_chance = 0.1 / (VOCABULARY - len(SPECIAL))
    for hits, share in ((selected, 0.15), (masked, 0.8), (same, 0.1 + by_chance), (~masked & ~same, 0.1 - by_chance)):
        error = (share * (1 - share) / hits.numel()) ** 0.5
        assert abs(hits.float().mean().item() - share) < 3 * error
    words = result.inputs[selected][~masked & ~same]
    assert torch.bincount(words, minlength=VOCABULARY)[len(SPECIAL) :].min() > 50  # any word of the vocabulary


def test_the_same_seed_hides_the_same_tokens():
    tokens = drawn((4, 40), 0)
    one, two, other = (corrupt(tokens, vocabulary=VOCABULARY, seed=seed) for seed in (1, 1, 2))
    assert torch.equal(one.inputs, two.inputs) and torch.equal(one.targets, two.targets)
    assert not torch.equal(one.targets, other.targets)


def test_the_loss_is_that_of_the_selected_alone_forward_and_gradient():
    tokens = drawn((3, 20), 0)
    targets = corrupt(tokens, vocabulary=VOCABULARY, seed=0, share=0.4).targets
    logits = torch.randn(3, 20, VOCABULARY, generator=torch.Generator().manual_seed(0)).requires_grad_()
    selected = targets != IGNORED
    wanted = F.cross_entropy(logits[selected], tokens[selected])
    (theirs,) = torch.autograd.grad(wanted, logits)
    ours = masked_loss(logits, targets)
    (gradient,) = torch.autograd.grad(ours, logits)
    torch.testing.assert_close(ours, wanted)
    torch.testing.assert_close(gradient, theirs)
    assert (gradient[~selected] == 0).all()


def test_nothing_selected_costs_nothing():
    tokens = torch.zeros(2, 5, dtype=torch.long)  # all padding
    result = corrupt(tokens, vocabulary=VOCABULARY, seed=0, share=1.0)
    assert torch.equal(result.inputs, tokens) and (result.targets == IGNORED).all()
    assert masked_loss(torch.randn(2, 5, VOCABULARY), result.targets) == 0


def test_what_does_not_fit_is_said():
    tokens = drawn((2, 5), 0)
    with pytest.raises(ValueError, match=r"\(5,\) must be \(B, T\)"):
        corrupt(tokens[0], vocabulary=VOCABULARY, seed=0)
    with pytest.raises(ValueError, match=r"must fit a vocabulary \(5\)"):
        corrupt(tokens, vocabulary=5, seed=0)
    for share in (0, 1.1, float("nan")):
        with pytest.raises(ValueError, match="above 0 and at most 1"):
            corrupt(tokens, vocabulary=VOCABULARY, seed=0, share=share)
    with pytest.raises(ValueError, match="one axis more"):
        masked_loss(torch.randn(2, 4, 50), tokens)
