"""Exercises of the lesson on distillation: soft cross-entropy, the factor T^2, the bias of a class never seen."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import torch

from lecture_utils.distillation import distillation_loss, missing_class_bias
from lecture_utils.exercises.base import Exercise, Mistake, Wrong, as_array, expect_shape, same


def _softmax(logits: np.ndarray) -> np.ndarray:
    powers = np.exp(logits - logits.max(-1, keepdims=True))
    return powers / powers.sum(-1, keepdims=True)


def _cross_entropy(targets: np.ndarray, logits: np.ndarray) -> float:
    return float(-(targets * np.log(_softmax(logits))).sum(-1).mean())


def _one_hot(labels: np.ndarray, classes: int) -> np.ndarray:
    return np.eye(classes)[labels]


def _diagnose(value: object, diagnoses: tuple, arguments: tuple) -> None:
    """Raise Wrong with the diagnosis of the mistake that gives this value, if there is one."""
    for mistaken, diagnosis in diagnoses:
        if same(value, mistaken(*arguments)):
            raise Wrong(diagnosis)


STUDENT = np.array([[2.0, -1.0, 0.5, 0.0], [0.0, 1.0, -3.0, 2.0], [1.0, 1.5, 0.0, -2.0]])
TEACHER = np.array([[5.0, -2.0, 3.0, -4.0], [-3.0, 2.0, -1.0, 6.0], [4.0, 3.0, -3.0, -1.0]])
LABELS = np.array([0, 3, 1])

# --- Soft cross-entropy ---------------------------------------------------------------------------------------


def solution_soft(student: np.ndarray, teacher: np.ndarray, temperature: float) -> float:
    """Soften both, then the mean over the batch of -sum p log q."""
    targets, guesses = _softmax(teacher / temperature), _softmax(student / temperature)
    return float(-(targets * np.log(guesses)).sum(-1).mean())


def soft_without_temperature(student, teacher, temperature):
    return solution_soft(student, teacher, 1.0)


def soft_teacher_only(student, teacher, temperature):
    return _cross_entropy(_softmax(teacher / temperature), student)


def soft_multiplied(student, teacher, temperature):
    return solution_soft(student, teacher, 1 / temperature)


def soft_exchanged(student, teacher, temperature):
    return solution_soft(teacher, student, temperature)


def soft_hard(student, teacher, temperature):
    return _cross_entropy(_one_hot(teacher.argmax(-1), teacher.shape[-1]), student / temperature)


def soft_summed(student, teacher, temperature):
    return len(student) * solution_soft(student, teacher, temperature)


def soft_mean_of_all(student, teacher, temperature):
    return solution_soft(student, teacher, temperature) / student.shape[-1]


def soft_without_minus(student, teacher, temperature):
    return -solution_soft(student, teacher, temperature)


SOFT_DIAGNOSES = (
    (soft_without_temperature, "The temperature plays no part: divide the logits by it before each softmax."),
    (soft_teacher_only, "Only the teacher is softened: student and teacher must be compared at the same temperature."),
    (soft_multiplied, "You multiply the logits by T. That sharpens: divide them."),
    (soft_exchanged, "Teacher and student have changed places: the logarithm belongs to the student."),
    (soft_hard, "You keep the teacher's best class only: then all that it says about the others is lost."),
    (soft_summed, "You add up the batch: take the mean, or a larger batch means larger steps."),
    (soft_mean_of_all, "You take the mean over the classes too: add them up, and take the mean over the batch."),
    (soft_without_minus, "Your loss is negative: the minus sign is missing, and training would run uphill."),
)


def check_soft(attempt: Callable) -> None:
    arguments = (STUDENT, TEACHER, 4.0)
    answer = expect_shape(attempt(STUDENT.copy(), TEACHER.copy(), 4.0), (), "the loss")
    _diagnose(answer, SOFT_DIAGNOSES, arguments)
    for temperature in (4.0, 1.0, 20.0):
        wanted = solution_soft(STUDENT, TEACHER, temperature)
        if not same(attempt(STUDENT.copy(), TEACHER.copy(), temperature), wanted):
            raise Wrong(f"At temperature {temperature:g} the loss of our three cases is {wanted:.4f}.")


SOFT_CROSS_ENTROPY = Exercise(
    id="soft-cross-entropy",
    check=check_soft,
    solution=solution_soft,
    mistakes=(
        Mistake("no temperature", soft_without_temperature, "temperature plays no part"),
        Mistake("teacher only", soft_teacher_only, "Only the teacher is softened"),
        Mistake("multiplied", soft_multiplied, "multiply the logits"),
        Mistake("exchanged", soft_exchanged, "changed places"),
        Mistake("hard targets", soft_hard, "best class only"),
        Mistake("summed", soft_summed, "add up the batch"),
        Mistake("mean over classes", soft_mean_of_all, "mean over the classes too"),
        Mistake("minus missing", soft_without_minus, "minus sign is missing"),
    ),
    proves="Cross-entropy needs no label: any probabilities will do as the target, also those of another model.",
)


# --- The factor T^2 -------------------------------------------------------------------------------------------


def solution_loss(
    student: np.ndarray, teacher: np.ndarray, labels: np.ndarray, temperature: float, hard_weight: float
) -> float:
    """The soft part times T^2, the hard part at temperature 1, weighted."""
    soft = temperature**2 * _cross_entropy(_softmax(teacher / temperature), student / temperature)
    hard = _cross_entropy(_one_hot(labels, student.shape[-1]), student)
    return (1 - hard_weight) * soft + hard_weight * hard


def _loss(student, teacher, labels, t, weight, *, soft_factor=None, hard_factor=1.0, hard_temperature=1.0):
    """The solution with one thing changed, to recognise mistakes by."""
    soft = _cross_entropy(_softmax(teacher / t), student / t)
    hard = _cross_entropy(_one_hot(labels, student.shape[-1]), student / hard_temperature)
    return (1 - weight) * (t**2 if soft_factor is None else soft_factor) * soft + weight * hard_factor * hard


def loss_without_t_squared(student, teacher, labels, temperature, hard_weight):
    return _loss(student, teacher, labels, temperature, hard_weight, soft_factor=1.0)


def loss_with_t(student, teacher, labels, temperature, hard_weight):
    return _loss(student, teacher, labels, temperature, hard_weight, soft_factor=temperature)


def loss_divided(student, teacher, labels, temperature, hard_weight):
    return _loss(student, teacher, labels, temperature, hard_weight, soft_factor=temperature**-2)


def loss_both_scaled(student, teacher, labels, temperature, hard_weight):
    return _loss(student, teacher, labels, temperature, hard_weight, hard_factor=temperature**2)


def loss_hard_softened(student, teacher, labels, temperature, hard_weight):
    return _loss(student, teacher, labels, temperature, hard_weight, hard_temperature=temperature)


def loss_weights_exchanged(student, teacher, labels, temperature, hard_weight):
    return solution_loss(student, teacher, labels, temperature, 1 - hard_weight)


LOSS_DIAGNOSES = (
    (loss_without_t_squared, "The factor T^2 is missing: at a high temperature the teacher can hardly be heard."),
    (loss_with_t, "Your factor is T, but both the slope and the difference of probabilities shrink with T: T^2."),
    (loss_divided, "You divide by T^2: the soft gradient is too small already, so multiply."),
    (loss_both_scaled, "T^2 scales both parts: the labels' part is at temperature 1 and needs no correction."),
    (loss_hard_softened, "The labels meet a softened student: their part is the plain cross-entropy."),
    (loss_weights_exchanged, "The weights have changed places: hard_weight belongs to the labels."),
)


def check_loss(attempt: Callable) -> None:
    arguments = (STUDENT, TEACHER, LABELS, 4.0, 0.25)
    answer = expect_shape(attempt(*(np.copy(part) for part in arguments[:3]), 4.0, 0.25), (), "the loss")
    _diagnose(answer, LOSS_DIAGNOSES, arguments)
    tensors = [torch.as_tensor(part) for part in (STUDENT, TEACHER, LABELS)]
    for temperature, weight in ((4.0, 0.25), (1.0, 0.5), (10.0, 0.0), (3.0, 1.0)):
        wanted = distillation_loss(*tensors, temperature=temperature, hard_weight=weight).item()
        if not same(attempt(STUDENT.copy(), TEACHER.copy(), LABELS.copy(), temperature, weight), wanted):
            raise Wrong(f"With temperature {temperature:g} and hard_weight {weight:g} the loss is {wanted:.4f}.")


T_SQUARED = Exercise(
    id="t-squared",
    check=check_loss,
    solution=solution_loss,
    mistakes=(
        Mistake("no factor", loss_without_t_squared, "T^2 is missing"),
        Mistake("factor T", loss_with_t, "Your factor is T,"),
        Mistake("divided", loss_divided, "divide by T^2"),
        Mistake("both scaled", loss_both_scaled, "scales both parts"),
        Mistake("labels softened", loss_hard_softened, "softened student"),
        Mistake("weights exchanged", loss_weights_exchanged, "weights have changed places"),
    ),
    proves="With T^2 you may turn the temperature, and the teacher stays as loud beside the labels as before.",
)


# --- The bias of a class never seen ---------------------------------------------------------------------------


def solution_bias(probabilities: np.ndarray, share: float) -> float:
    """The logarithm of the odds that are expected over the odds that are believed in."""
    believed = float(np.mean(probabilities))
    return math.log(share / (1 - share)) - math.log(believed / (1 - believed))


def bias_reversed(probabilities, share):
    return -solution_bias(probabilities, share)


def bias_of_shares(probabilities, share):
    return math.log(share / float(np.mean(probabilities)))


def bias_without_logarithm(probabilities, share):
    return math.exp(solution_bias(probabilities, share))


def bias_of_mean_logits(probabilities, share):
    return float(math.log(share / (1 - share)) - np.log(probabilities / (1 - probabilities)).mean())


def bias_difference(probabilities, share):
    return share - float(np.mean(probabilities))


BIAS_DIAGNOSES = (
    (bias_reversed, "The sign is turned round: a class that is missing too often must be *raised*."),
    (bias_of_shares, "You compare shares. The other classes lose what this one gains: compare odds, p / (1 - p)."),
    (bias_without_logarithm, "That is the factor on the odds. It becomes a bias on the logit by the logarithm."),
    (
        bias_of_mean_logits,
        "You average log odds of single cases. Believed in is the mean *probability*: average first.",
    ),
    (bias_difference, "A difference of probabilities is no bias: logits live on the scale of log odds."),
)


def check_bias(attempt: Callable) -> None:
    probabilities = np.array([0.001, 0.02, 0.004, 0.3, 0.0005])
    answer = expect_shape(attempt(probabilities.copy(), 0.1), (), "the bias")
    _diagnose(answer, BIAS_DIAGNOSES, (probabilities, 0.1))
    for share, scale in ((0.1, 1.0), (0.5, 0.1), (0.01, 1.0)):
        wanted = missing_class_bias(torch.as_tensor(scale * probabilities), share)
        if not same(as_array(attempt(scale * probabilities, share), "the bias"), wanted):
            raise Wrong(f"Where {share:.0%} are expected, the bias for our five cases is {wanted:.4f}.")


MISSING_BIAS = Exercise(
    id="bias-of-a-missing-class",
    check=check_bias,
    solution=solution_bias,
    mistakes=(
        Mistake("sign", bias_reversed, "sign is turned round"),
        Mistake("shares", bias_of_shares, "compare shares"),
        Mistake("no logarithm", bias_without_logarithm, "factor on the odds"),
        Mistake("mean of logits", bias_of_mean_logits, "average log odds"),
        Mistake("difference", bias_difference, "difference of probabilities"),
    ),
    proves="One number repairs what the training data said wrongly about how common a class is.",
)
