"""Oracle: the three verdicts of a hand-written exercise."""

from IPython.utils.capture import capture_output

from lecture_utils import lesson
from lecture_utils.exercises.perceptrons import COUNT, solution_count


def shown(attempt):
    with capture_output() as captured:
        lesson.exercise(COUNT, attempt)
    return captured.outputs[0]


def untouched(sizes):
    raise NotImplementedError


def test_each_verdict_has_its_word_and_the_solution_is_folded_below():
    assert shown(untouched).data["text/plain"].startswith("✎ Your turn")
    assert shown(lambda sizes: 0).data["text/plain"].startswith("✘ Not yet")
    right = shown(solution_count)
    assert right.data["text/plain"].startswith("✔ Right")
    assert "<details>" in right.data["text/html"] and "def solution_count" in right.data["text/html"]


def test_the_record_names_exercise_and_mistakes():
    record = shown(untouched).metadata["lecture"]["exercise"]
    assert record["id"] == "count-mlp-parameters"
    assert record["mistakes"] == [mistake.name for mistake in COUNT.mistakes]
