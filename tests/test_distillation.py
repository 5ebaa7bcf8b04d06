"""Oracles: cases by hand, torch's softmax, cross-entropy and KL divergence, finite differences, matched logits."""

import math

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch.nn import functional as F

from lecture_utils.distillation import distillation_loss, missing_class_bias, soft_targets
from lecture_utils.gradient_check import central_differences, disagreement

HOT = st.floats(0.3, 30)


def drawn(seed, *shape, scale=3.0):
    generator = torch.Generator().manual_seed(seed)
    return scale * torch.randn(*shape, generator=generator, dtype=torch.float64)


def test_soft_targets_by_hand():
    # 2 ln 3 and 0 at T = 2 are ln 3 and 0: three to one
    wanted = torch.tensor([0.75, 0.25])
    torch.testing.assert_close(soft_targets(torch.tensor([2 * math.log(3), 0.0]), 2.0), wanted)
    torch.testing.assert_close(soft_targets(torch.tensor([1002 * math.log(3), 1000 * math.log(3)]), 2.0), wanted)


@settings(deadline=None)
@given(HOT, st.integers(0, 999))
def test_heat_softens_and_keeps_the_order(temperature, seed):
    logits = drawn(seed, 2, 3, 5)
    soft, softer = soft_targets(logits, temperature), soft_targets(logits, 2 * temperature)
    torch.testing.assert_close(soft, torch.softmax(logits / temperature, -1))
    assert torch.equal(soft.argsort(-1), logits.argsort(-1))
    assert (softer.amax(-1) < soft.amax(-1)).all() and (softer.amin(-1) > soft.amin(-1)).all()


def test_the_loss_by_hand():
    student = torch.tensor([[0.0, 0.0], [2 * math.log(3), 0.0]], dtype=torch.float64)
    teacher = torch.tensor([[2 * math.log(3), 0.0], [0.0, 0.0]], dtype=torch.float64)
    # T = 2: targets (3/4, 1/4) against (1/2, 1/2): ln 2. Targets (1/2, 1/2) against (3/4, 1/4): ln 4 - ln 3 / 2.
    soft = 4 * (math.log(2) + math.log(4) - math.log(3) / 2) / 2
    assert distillation_loss(student, teacher, temperature=2.0).item() == pytest.approx(soft)
    # T = 1, labels 0 and 1: the student gives them 1/2 and 1/10
    hard = (math.log(2) + math.log(10)) / 2
    labels = torch.tensor([0, 1])
    mixed = distillation_loss(student, teacher, labels, temperature=2.0, hard_weight=0.25).item()
    assert mixed == pytest.approx(0.75 * soft + 0.25 * hard)


@settings(deadline=None, max_examples=50)
@given(HOT, st.integers(0, 999))
def test_as_torchs_kl_divergence_forward_and_gradient(temperature, seed):
    student, teacher = drawn(seed, 4, 6).requires_grad_(), drawn(seed + 1, 4, 6)
    targets = (teacher / temperature).log_softmax(-1)
    entropy = -(targets.exp() * targets).sum(-1).mean()
    kl = F.kl_div((student / temperature).log_softmax(-1), targets, log_target=True, reduction="batchmean")
    ours = distillation_loss(student, teacher, temperature=temperature)
    torch.testing.assert_close(ours, temperature**2 * (kl + entropy))
    (one,), (two,) = torch.autograd.grad(ours, student), torch.autograd.grad(temperature**2 * kl, student)
    torch.testing.assert_close(one, two)


@pytest.mark.parametrize("temperature", [0.7, 1.0, 4.0])
def test_the_gradient_is_the_slope_and_hintons_formula(temperature):
    student, teacher, labels = drawn(0, 3, 4), drawn(1, 3, 4), torch.tensor([0, 3, 1])

    def loss(logits):
        return distillation_loss(torch.as_tensor(logits), teacher, labels, temperature=temperature, hard_weight=0.3)

    student.requires_grad_()
    loss(student).backward()
    slopes = central_differences(lambda at: loss(at).item(), student.detach().numpy())
    assert disagreement(student.grad.numpy(), slopes) < 1e-8
    soft = temperature * (soft_targets(student, temperature) - soft_targets(teacher, temperature)) / 3  # eq. 2
    hard = (student.softmax(-1) - F.one_hot(labels, 4)) / 3
    torch.testing.assert_close(student.grad, (0.7 * soft + 0.3 * hard).detach())


def test_only_with_t_squared_a_hot_loss_matches_logits():
    student, teacher = drawn(0, 4, 10).requires_grad_(), drawn(1, 4, 10)
    gradients = {}
    for temperature in (100.0, 200.0, 1000.0):
        loss = distillation_loss(student, teacher, temperature=temperature)
        (gradients[temperature],) = torch.autograd.grad(loss, student)
    difference = (student - teacher).detach()
    wanted = (difference - difference.mean(-1, keepdim=True)) / (4 * 10)  # eq. 4, mean of the batch
    torch.testing.assert_close(gradients[1000.0], wanted, rtol=0.02, atol=1e-3)
    assert (gradients[200.0].norm() / gradients[100.0].norm()).item() == pytest.approx(1, abs=0.02)


def test_teacher_and_labels_alone():
    student, teacher, labels = drawn(0, 5, 3).requires_grad_(), drawn(1, 5, 3).requires_grad_(), torch.arange(5) % 3
    hard = distillation_loss(student, teacher, labels, temperature=3.0, hard_weight=1.0)
    torch.testing.assert_close(hard, F.cross_entropy(student, labels))
    soft = distillation_loss(student, teacher, temperature=3.0)
    torch.testing.assert_close(soft, distillation_loss(student, teacher, labels, temperature=3.0, hard_weight=0.0))
    soft.backward()
    assert teacher.grad is None  # the teacher is not taught
    same = teacher.detach().clone().requires_grad_()
    distillation_loss(same, teacher, temperature=3.0).backward()
    assert same.grad.abs().max() < 1e-12  # who agrees has nothing to learn


def test_bias_by_hand_and_by_bayes_rule():
    assert missing_class_bias(torch.tensor([0.3, 0.1], dtype=torch.float64), 0.5) == pytest.approx(math.log(4))
    assert missing_class_bias(torch.tensor([0.1], dtype=torch.float64), 0.1) == pytest.approx(0)
    # two classes at -1 and 1 with known densities, trained at 2 % of class 1, used at 30 %
    x = np.linspace(-3, 3, 7)
    odds = np.exp(2 * x)  # of class 1, at equal shares
    trained = np.log(odds * 0.02 / 0.98)
    shift = missing_class_bias(torch.full((5,), 0.02, dtype=torch.float64), 0.3)
    np.testing.assert_allclose(trained + shift, np.log(odds * 0.3 / 0.7))


@settings(deadline=None)
@given(st.floats(0.001, 0.999), st.floats(0.001, 0.999))
def test_a_bias_moves_the_believed_share_to_the_true_one(believed, share):
    logit = math.log(believed / (1 - believed)) + missing_class_bias(
        torch.tensor([believed], dtype=torch.float64), share
    )
    assert 1 / (1 + math.exp(-logit)) == pytest.approx(share)


GOOD = torch.zeros(2, 3)
BAD_LOSSES = [
    ((GOOD, torch.zeros(2, 4)), {}, r"\(2, 3\) and teacher \(2, 4\)"),
    ((GOOD[0], GOOD[0]), {}, "must both be"),
    ((GOOD[:0], GOOD[:0]), {}, "must both be"),
    ((GOOD, GOOD), {"hard_weight": 0.5}, "needs 2 labels, given are None"),
    ((GOOD, GOOD, torch.zeros(3, dtype=torch.long)), {"hard_weight": 0.5}, r"needs 2 labels, given are \(3,\)"),
    ((GOOD, GOOD), {"hard_weight": 1.5}, r"hard_weight \(1.5\)"),
    ((GOOD, GOOD), {"temperature": 0.0}, r"temperature \(0.0\)"),
    ((GOOD, GOOD), {"temperature": math.nan}, r"temperature \(nan\)"),
    ((GOOD, GOOD), {"temperature": math.inf}, r"temperature \(inf\)"),
    ((GOOD * math.nan, GOOD), {}, "student's logits contain NaN"),
    ((GOOD, GOOD * math.nan), {}, "logits contain NaN"),
]


@pytest.mark.parametrize(("arguments", "options", "message"), BAD_LOSSES)
def test_what_cannot_be_distilled_says_why(arguments, options, message):
    with pytest.raises(ValueError, match=message):
        distillation_loss(*arguments, **{"temperature": 2.0, **options})


@pytest.mark.parametrize(
    ("probabilities", "share", "message"),
    [
        (torch.zeros(3), 0.1, r"mean probability \(0.0\)"),
        (torch.full((3,), 0.5), 1.0, r"share \(1.0\)"),
        (torch.full((3,), 1.5), 0.1, "from 0 to 1"),
        (torch.full((3,), math.nan), 0.1, "from 0 to 1"),
        (torch.zeros(2, 2), 0.1, r"\(2, 2\)"),
        (torch.zeros(0), 0.1, r"\(0,\)"),
    ],
)
def test_a_bias_without_odds_says_why(probabilities, share, message):
    with pytest.raises(ValueError, match=message):
        missing_class_bias(probabilities, share)
