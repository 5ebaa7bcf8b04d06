"""Exercises of the lesson on pre-training: audit a corruption, InfoNCE, freeze the right layers."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

from lecture_utils.contrastive import info_nce
from lecture_utils.exercises.base import Exercise, Mistake, Wrong, as_array, expect_shape, same
from lecture_utils.masking import IGNORED, corrupt
from lecture_utils.models.bert import BertClassifier, BertConfig
from lecture_utils.tokenizers.special import MASK, PAD, SPECIAL

# --- Audit a corruption ---------------------------------------------------------------------------------------


def solution_audit(tokens: np.ndarray, inputs: np.ndarray, targets: np.ndarray) -> list[float]:
    """Selected of all words; then of the selected: hidden, replaced by another word, left as they are."""
    asked, words = targets != IGNORED, tokens >= len(SPECIAL)
    hidden, kept = inputs == MASK, inputs == tokens
    return [asked.sum() / words.sum(), *(part[asked].mean() for part in (hidden, ~hidden & ~kept, kept))]


def audit_with_padding(tokens, inputs, targets):
    return [(targets != IGNORED).mean(), *solution_audit(tokens, inputs, targets)[1:]]


def audit_of_all(tokens, inputs, targets):
    first, *rest = solution_audit(tokens, inputs, targets)
    return [first, *(part * first for part in rest)]


def audit_everywhere(tokens, inputs, targets):
    first, words = solution_audit(tokens, inputs, targets)[0], tokens >= len(SPECIAL)
    hidden, kept = (inputs == MASK)[words], (inputs == tokens)[words]
    return [first, hidden.mean(), (~hidden & ~kept).mean(), kept.mean()]


def audit_by_change(tokens, inputs, targets):
    changed, words = inputs != tokens, tokens >= len(SPECIAL)
    hidden = inputs == MASK
    return [changed.sum() / words.sum(), hidden[changed].mean(), (~hidden)[changed].mean(), 0.0]


def audit_in_percent(tokens, inputs, targets):
    return [100 * part for part in solution_audit(tokens, inputs, targets)]


AUDIT_DIAGNOSES = (
    (audit_with_padding, "Your first share counts [PAD] and other special tokens: the rule selects among words only."),
    (audit_of_all, "The last three are shares of all words: divide by the number of *selected* ones."),
    (audit_everywhere, "The last three look at every word: those never selected are kept, but nobody asks for them."),
    (audit_by_change, "You look at what changed: a tenth of the selected stay as they are. The targets know them."),
    (audit_in_percent, "Shares lie between 0 and 1: leave out the factor 100."),
)


def check_audit(attempt: Callable) -> None:
    generator = torch.Generator().manual_seed(0)
    tokens = torch.randint(len(SPECIAL), 60, (40, 30), generator=generator)
    tokens[:, 20:] = PAD
    for seed in (0, 1):
        done = corrupt(tokens, vocabulary=60, seed=seed, share=0.3)
        given = [part.numpy() for part in (tokens, done.inputs, done.targets)]
        answer = expect_shape(attempt(*(part.copy() for part in given)), (4,), "the four shares")
        for wrong, diagnosis in AUDIT_DIAGNOSES:
            if same(answer, wrong(*given)):
                raise Wrong(diagnosis)
        right = np.array(solution_audit(*given))
        if not same(answer, right):
            raise Wrong(f"Your shares are {answer.round(3).tolist()}, counted are {right.round(3).tolist()}.")


AUDIT = Exercise(
    id="audit-the-corruption",
    check=check_audit,
    solution=solution_audit,
    mistakes=(
        Mistake("padding counted", audit_with_padding, "counts [PAD]"),
        Mistake("of all words", audit_of_all, "shares of all words"),
        Mistake("everywhere", audit_everywhere, "look at every word"),
        Mistake("what changed", audit_by_change, "what changed"),
        Mistake("percent", audit_in_percent, "factor 100"),
    ),
    proves="About 80 % hidden, 10 % replaced, 10 % kept: a model that may trust no word has to read them all.",
)


# --- InfoNCE --------------------------------------------------------------------------------------------------


def solution_info_nce(first: torch.Tensor, second: torch.Tensor, temperature: float) -> torch.Tensor:
    """Cosines over the temperature; each row's partner stands on the diagonal, each column's too."""
    scores = F.normalize(first, dim=1) @ F.normalize(second, dim=1).T / temperature
    partner = torch.arange(len(first))
    return (F.cross_entropy(scores, partner) + F.cross_entropy(scores.T, partner)) / 2


def _scores(first, second, temperature):
    return F.normalize(first, dim=1) @ F.normalize(second, dim=1).T / temperature


def nce_dot_products(first, second, temperature):
    scores, partner = first @ second.T / temperature, torch.arange(len(first))
    return (F.cross_entropy(scores, partner) + F.cross_entropy(scores.T, partner)) / 2


def nce_times_temperature(first, second, temperature):
    return solution_info_nce(first, second, 1 / temperature)


def nce_one_way(first, second, temperature):
    return F.cross_entropy(_scores(first, second, temperature), torch.arange(len(first)))


def nce_other_way(first, second, temperature):
    return F.cross_entropy(_scores(first, second, temperature).T, torch.arange(len(first)))


def nce_sum(first, second, temperature):
    return 2 * solution_info_nce(first, second, temperature)


def nce_pull_only(first, second, temperature):
    return -_scores(first, second, temperature).diagonal().mean()


NCE_DIAGNOSES = (
    (nce_dot_products, "You take plain dot products: divide each vector by its length, then they are cosines."),
    (nce_times_temperature, "You multiply by the temperature: a low one must sharpen, so divide by it."),
    (nce_one_way, "You look from first to second only: the columns must find their rows as well."),
    (nce_other_way, "You look from second to first only: the rows must find their columns as well."),
    (nce_sum, "You add the two directions: the loss is their mean."),
    (nce_pull_only, "You pull partners together and push nobody away: one vector for all texts would be perfect."),
)


def check_info_nce(attempt: Callable) -> None:
    for seed, pairs in ((0, 4), (1, 6)):
        first, second = torch.randn(2, pairs, 3, generator=torch.Generator().manual_seed(seed))
        answer = as_array(attempt(first.clone(), second.clone(), 0.5), "the loss")
        for wrong, diagnosis in NCE_DIAGNOSES:
            if same(answer, wrong(first, second, 0.5)):
                raise Wrong(diagnosis)
        right = info_nce(first, second, temperature=0.5)
        if not same(answer, right):
            raise Wrong(f"For {pairs} pairs the loss is {right.item():.4f}, yours is {str(answer.round(4))[:40]}.")


INFO_NCE = Exercise(
    id="info-nce",
    check=check_info_nce,
    solution=solution_info_nce,
    mistakes=(
        Mistake("no cosines", nce_dot_products, "plain dot products"),
        Mistake("temperature multiplied", nce_times_temperature, "multiply by the temperature"),
        Mistake("one direction", nce_one_way, "first to second only"),
        Mistake("the other direction", nce_other_way, "second to first only"),
        Mistake("sum", nce_sum, "add the two directions"),
        Mistake("nobody pushed", nce_pull_only, "push nobody away"),
    ),
    proves="Contrastive learning is classification: the classes are the texts themselves, and no label is needed.",
)


# --- Freeze the right layers ----------------------------------------------------------------------------------

SIZES = BertConfig(20, longest=8, width=4, heads=1, layers=3, hidden=4)


def solution_freeze(model: nn.Module, layers: int) -> nn.Module:
    """Freeze everything of the trained encoder, then thaw its last layers; the head was never frozen."""
    model.bert.requires_grad_(False)
    for layer in model.bert.layers[len(model.bert.layers) - layers :]:
        layer.requires_grad_(True)
    return model


def freeze_the_end(model, layers):
    model.bert.requires_grad_(False)
    model.bert.layers[:layers].requires_grad_(True)
    return model


def freeze_with_the_head(model, layers):
    model.requires_grad_(False)
    model.bert.layers[len(model.bert.layers) - layers :].requires_grad_(True)
    return model


def freeze_not_the_words(model, layers):
    solution_freeze(model, layers).bert.embedding.requires_grad_(True)
    return model


def freeze_slice_of_none(model, layers):
    model.bert.requires_grad_(False)
    model.bert.layers[-layers:].requires_grad_(True)  # -0 is 0: all of them
    return model


def freeze_no_more(model, layers):
    return model


def freeze_for_evaluation(model, layers):
    return model.eval()


FREEZE_DIAGNOSES = (
    (freeze_the_end, "You thawed the *first* layers: those close to the words serve every job, the last ones adapt."),
    (freeze_with_the_head, "Your head is frozen: it is new and knows nothing yet, so it must learn."),
    (freeze_not_the_words, "The word vectors still learn: they lie before all layers, freeze them too."),
    (freeze_slice_of_none, "With layers = 0 everything learns: the slice [-0:] is the whole list."),
)


def _learning(model: nn.Module) -> dict[str, bool]:
    return {name: weight.requires_grad for name, weight in model.named_parameters()}


def check_freeze(attempt: Callable) -> None:
    for layers in (1, 2, 0):
        answer = attempt(BertClassifier(SIZES, 2), layers)
        if not isinstance(answer, nn.Module):
            raise Wrong(f"The answer must be the model, not {type(answer).__name__}: did you forget the `return`?")
        seen, right = _learning(answer), _learning(solution_freeze(BertClassifier(SIZES, 2), layers))
        if seen == right:
            continue
        if all(seen.values()) and layers:
            if not answer.training:
                raise Wrong("`eval()` switches dropout off, it freezes nothing: set `requires_grad` to False.")
            raise Wrong("Every weight still learns: set `requires_grad` to False where it must not.")
        for wrong, diagnosis in FREEZE_DIAGNOSES:
            if seen == _learning(wrong(BertClassifier(SIZES, 2), layers)):
                raise Wrong(diagnosis)
        name = next(name for name in right if seen[name] != right[name])
        raise Wrong(f"With layers = {layers}, {name} should {'' if right[name] else 'not '}learn.")


FREEZE = Exercise(
    id="freeze-the-right-layers",
    check=check_freeze,
    solution=solution_freeze,
    mistakes=(
        Mistake("the wrong end", freeze_the_end, "*first* layers"),
        Mistake("head frozen too", freeze_with_the_head, "head is frozen"),
        Mistake("word vectors forgotten", freeze_not_the_words, "word vectors still learn"),
        Mistake("minus zero", freeze_slice_of_none, "slice [-0:]"),
        Mistake("nothing frozen", freeze_no_more, "Every weight still learns"),
        Mistake("eval mode", freeze_for_evaluation, "switches dropout off"),
    ),
    proves="Fine-tuning is a choice of which weights may move. From none but the head to all, it is one line.",
)
