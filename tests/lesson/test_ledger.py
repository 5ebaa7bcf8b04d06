"""Oracle: a small ledger written by hand."""

import pytest
from IPython.utils.capture import capture_output

from lecture_utils import lesson
from lecture_utils.lesson import ledger, session

LEDGER = {
    "recorded": {},
    "lessons": {
        "01_a": {
            "claims": [
                {"id": "a-b", "statement": "A beats B", "measured": {"A": 3, "B": 2}, "threshold": "≥ 2", "holds": True}
            ]
        }
    },
    "leaderboards": {"digits": [{"model": "MLP", "lesson": "01", "accuracy": 0.9, "parameters": 10, "seconds": 1.0}]},
}


@pytest.fixture(autouse=True)
def recorded(monkeypatch):
    monkeypatch.setattr(ledger, "read", lambda: LEDGER)
    monkeypatch.setattr(session, "_session", session.Session("03", 0))


def shown(call):
    with capture_output() as captured:
        call()
    return captured.outputs[0]


def test_recall_shows_what_another_lesson_measured():
    text = shown(lambda: lesson.recall("a-b")).data["text/plain"]
    assert "01_a" in text and "A: 3; B: 2" in text


def test_recall_of_an_unknown_claim_says_what_to_do():
    with pytest.raises(ValueError, match="no recorded claim has the id 'zz': run `make record`"):
        lesson.recall("zz")


def test_numbers_kept_by_one_lesson_are_read_in_another(monkeypatch):
    output = shown(lambda: lesson.keep("curve", {4: 1.0, 20: 1 / 3}))
    record = output.metadata["lecture"]["keep"]
    assert record == {"id": "curve", "values": {"4": 1.0, "20": 0.333333}}
    monkeypatch.setattr(ledger, "read", lambda: {"lessons": {"06_a": {"claims": [], "kept": [record]}}})
    assert lesson.kept("curve") == {"4": 1.0, "20": 0.333333}


def test_keeping_nothing_and_reading_the_unknown_are_refused():
    with pytest.raises(ValueError, match="nothing to keep under 'curve': give at least one number"):
        lesson.keep("curve", {})
    with pytest.raises(ValueError, match="nothing was kept under 'curve': run `make record`"):
        lesson.kept("curve")


def test_a_board_shows_no_lesson_that_is_still_to_come(monkeypatch):
    monkeypatch.setattr(session, "_session", session.Session("00", 0))
    assert "MLP" not in shown(lambda: lesson.leaderboard("digits")).data["text/html"]


def test_a_new_row_takes_its_place_by_accuracy_and_leaves_a_record():
    output = shown(lambda: lesson.leaderboard("digits", model="CNN", accuracy=0.99, parameters=5, seconds=2.04))
    assert output.data["text/plain"].splitlines() == ["CNN: 99.0%, 5 parameters", "MLP: 90.0%, 10 parameters"]
    assert output.metadata["lecture"]["leaderboard"] == {
        "name": "digits",
        "row": {"model": "CNN", "lesson": "03", "accuracy": 0.99, "parameters": 5, "seconds": 2.0},
    }


def test_a_row_of_the_same_model_replaces_the_recorded_one():
    text = shown(lambda: lesson.leaderboard("digits", model="MLP", accuracy=0.95, parameters=10)).data["text/plain"]
    assert text == "MLP: 95.0%, 10 parameters"


def test_a_board_can_be_shown_without_a_row():
    output = shown(lambda: lesson.leaderboard("digits"))
    assert "MLP" in output.data["text/html"] and "1.0 s" in output.data["text/html"] and not output.metadata


def test_impossible_rows_are_refused():
    with pytest.raises(ValueError, match=r"accuracy 97 must lie in 0 to 1"):
        lesson.leaderboard("digits", model="CNN", accuracy=97, parameters=5, seconds=2)


def test_the_table_of_truths_lists_claims_and_boards():
    html = shown(lesson.show_ledger).data["text/html"]
    assert "A beats B" in html and "A: 3; B: 2" in html and "Digits" in html
