"""Oracle: each exercise's own solution must pass its check, and each listed mistake get its own diagnosis."""

import importlib
import pkgutil

import pytest

from lecture_utils import exercises
from lecture_utils.exercises.base import Exercise, judge

MODULES = [module.name for module in pkgutil.iter_modules(exercises.__path__) if module.name != "base"]
ALL = [
    value
    for name in MODULES
    for value in vars(importlib.import_module(f"lecture_utils.exercises.{name}")).values()
    if isinstance(value, Exercise)
]
MISTAKES = [pytest.param(task, mistake, id=f"{task.id}: {mistake.name}") for task in ALL for mistake in task.mistakes]


def test_ids_are_unique() -> None:
    assert len({task.id for task in ALL}) == len(ALL) > 0


@pytest.mark.parametrize("task", ALL, ids=lambda task: task.id)
def test_the_solution_is_right(task: Exercise) -> None:
    verdict = judge(task, task.solution)
    assert verdict.status == "right", verdict.message


@pytest.mark.parametrize("task", ALL, ids=lambda task: task.id)
def test_an_untouched_exercise_is_open_not_wrong(task: Exercise) -> None:
    def untouched(*_args: object, **_kwargs: object) -> None:
        raise NotImplementedError

    assert judge(task, untouched).status == "open"


@pytest.mark.parametrize(("task", "mistake"), MISTAKES)
def test_each_mistake_gets_its_diagnosis(task, mistake) -> None:
    verdict = judge(task, mistake.attempt)
    assert verdict.status == "wrong"
    assert mistake.diagnosis in verdict.message


@pytest.mark.parametrize("task", ALL, ids=lambda task: task.id)
def test_each_diagnosis_is_its_own(task: Exercise) -> None:
    assert len(task.mistakes) >= 3
    messages = [judge(task, mistake.attempt).message for mistake in task.mistakes]
    for mistake in task.mistakes:
        assert sum(mistake.diagnosis in message for message in messages) == 1


@pytest.mark.parametrize("task", ALL, ids=lambda task: task.id)
def test_forgetting_to_return_is_diagnosed(task: Exercise) -> None:
    verdict = judge(task, lambda *_args, **_kwargs: None)
    assert verdict.status == "wrong"
    assert "return" in verdict.message or "never calls" in verdict.message
