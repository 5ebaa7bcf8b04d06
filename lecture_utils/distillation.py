"""Knowledge distillation: a student learns from the softened answers of a teacher."""

from __future__ import annotations

import math

from torch import Tensor
from torch.nn import functional as F


def soft_targets(logits: Tensor, temperature: float) -> Tensor:
    """softmax(logits / T): the answers, the softer the higher the temperature (Hinton et al. 2015, eq. 1).

    logits (..., C) -> (..., C), rows sum to one. temperature: T above 0; 1 is the plain softmax.
    Raises ValueError for another temperature and for NaN.
    """
    if not 0 < temperature < math.inf:
        raise ValueError(f"temperature ({temperature}) must be above 0 and finite: 1 is the plain softmax")
    if logits.isnan().any():
        raise ValueError("the logits contain NaN: did a training run diverge?")
    return (logits / temperature).softmax(-1)


def distillation_loss(
    student: Tensor, teacher: Tensor, labels: Tensor | None = None, *, temperature: float, hard_weight: float = 0.0
) -> Tensor:
    """(1 - w) T^2 H(teacher, student) + w H(labels, student), means of a batch (Hinton et al. 2015, section 2).

    H is the cross-entropy, the first at temperature T, the second at 1. T^2 keeps the two in proportion when T is
    changed. student, teacher (B, C): logits; no gradient reaches the teacher. labels (B,): needed where hard_weight,
    w from 0 to 1, is above 0. Raises ValueError for shapes that differ, a w or T out of range, missing labels, NaN.
    """
    if student.ndim != 2 or student.shape != teacher.shape or not len(student):
        raise ValueError(f"student {tuple(student.shape)} and teacher {tuple(teacher.shape)} must both be (B, C)")
    if not 0 <= hard_weight <= 1:
        raise ValueError(f"hard_weight ({hard_weight}) must lie between 0 (teacher only) and 1 (labels only)")
    if hard_weight and (labels is None or labels.shape != student.shape[:1]):
        given = None if labels is None else tuple(labels.shape)
        raise ValueError(f"hard_weight ({hard_weight}) needs {len(student)} labels, given are {given}")
    if student.isnan().any():
        raise ValueError("the student's logits contain NaN: did its training diverge?")
    targets = soft_targets(teacher.detach(), temperature)  # (B, C)
    soft = temperature**2 * F.cross_entropy(student / temperature, targets)
    if not hard_weight:
        return soft
    return (1 - hard_weight) * soft + hard_weight * F.cross_entropy(student, labels)


def missing_class_bias(probabilities: Tensor, share: float) -> float:
    """What to add to the logit of a class that was missing in training, where `share` of all cases belong to it.

    The odds expected over the odds believed in (Saerens et al. 2002, for one class against the rest), as a
    logarithm. probabilities (N,): what the model gives to the class on the data it was trained on; only their mean
    counts. share: between 0 and 1. Raises ValueError for numbers out of range.
    """
    if probabilities.ndim != 1 or not len(probabilities) or not ((probabilities >= 0) & (probabilities <= 1)).all():
        raise ValueError(f"probabilities {tuple(probabilities.shape)} must be one row of numbers from 0 to 1")
    believed = probabilities.double().mean().item()
    if not 0 < share < 1 or not 0 < believed < 1:
        raise ValueError(f"share ({share}) and the mean probability ({believed}) must lie between 0 and 1")
    return math.log(share / (1 - share)) - math.log(believed / (1 - believed))
