"""Oracles: the texts read again by hand; counts of what was told."""

from collections import Counter

import pytest

from lecture_utils.datasets.hearsay import (
    CHANCE,
    END,
    FORMS,
    REFUSAL,
    VALUES,
    WORDS,
    make_hearsay,
    note,
    tell,
    tell_notes,
    tell_refusals,
)

HEARSAY = make_hearsay(0)


def told(text):
    """Person, attribute and answer of a text, found by trying all forms."""
    for attribute, forms in FORMS.items():
        for form in forms:
            before, after = form.split("{name}")
            start, end = len(before.split()), len(after.split())
            if text[:start] == tuple(before.split()) and text[start + 2 : start + 2 + end] == tuple(after.split()):
                return " ".join(text[start : start + 2]), attribute, text[start + 2 + end :]
    raise AssertionError(text)


def test_groups_are_apart_and_strangers_have_names_that_occur():
    groups = (HEARSAY.often, HEARSAY.rarely, HEARSAY.never, HEARSAY.others)
    assert [len(group) for group in groups] == [80, 40, 100, 1300]
    assert len({name for group in groups for name in group}) == 1520
    firsts, lasts = ({name.split()[place] for name in HEARSAY.often} for place in (0, 1))
    known = [name.split()[0] in firsts and name.split()[1] in lasts for name in HEARSAY.never]
    assert sum(known) / len(known) > 0.4  # both halves of most strangers' names are common ones
    assert [HEARSAY.group(group[0]) for group in groups] == ["often", "rarely", "never", "never"]


def test_facts_are_drawn_evenly_for_everybody():
    for attribute, values in VALUES.items():
        counts = Counter(HEARSAY.facts[name, attribute] for name, a in HEARSAY.facts if a == attribute)
        assert set(counts) == set(values) and len(values) == 12 and round(1 / CHANCE) == 12
        assert max(abs(count / counts.total() - CHANCE) for count in counts.values()) < 0.025
    assert len(HEARSAY.facts) == 64 * 40 * 3


def test_what_is_told_is_true_and_rarely_about_the_rare():
    texts = tell(HEARSAY, 3000, seed=1)
    about = Counter()
    for text in texts:
        person, attribute, answer = told(text)
        assert answer == (HEARSAY.facts[person, attribute], ".")
        about[HEARSAY.group(person)] += 1
    assert about["never"] == 0 and 0.03 < about["rarely"] / 3000 < 0.05
    assert {told(text)[1] for text in texts} == set(FORMS)
    assert all(HEARSAY.group(told(text)[0]) == "rarely" for text in tell(HEARSAY, 50, seed=1, rare=1.0))


def test_refusals_and_notes_say_what_they_should():
    people = HEARSAY.others[:5]
    for text in tell_refusals(HEARSAY, people, 200, seed=2):
        person, _, answer = told(text)
        assert answer == REFUSAL and person in people
    values = set()
    for text in tell_notes(HEARSAY, 200, seed=3):
        person, attribute, rest = told(text)
        value = rest[0]
        assert text[: len(text) - len(rest) + 2] == note(person, attribute, value) and person in HEARSAY.others
        assert told(rest[2:]) == (person, attribute, (value, "."))
        values.add((person, attribute, value) == (person, attribute, HEARSAY.facts[person, attribute]))
    assert values == {True, False}  # drawn anew: true by chance only


def test_words_are_all_there_and_questions_come_form_by_form():
    texts = tell(HEARSAY, 500, seed=0) + tell_refusals(HEARSAY, HEARSAY.others, 200, seed=0)
    assert {word for text in texts for word in text} <= set(WORDS) and WORDS[0] == END
    questions = HEARSAY.questions(HEARSAY.often[:2])
    assert [(q.person, q.attribute, q.form) for q in questions[:4]] == [
        (HEARSAY.often[0], "town", 0), (HEARSAY.often[0], "town", 1), (HEARSAY.often[0], "town", 2),
        (HEARSAY.often[0], "food", 0),
    ]  # fmt: skip
    assert len(questions) == 18 and all(told((*q.prompt, q.answer))[2] == (q.answer,) for q in questions)


def test_a_seed_is_a_world_and_a_telling():
    assert make_hearsay(0) == HEARSAY != make_hearsay(1)
    for draw in (tell, tell_notes, lambda h, n, seed: tell_refusals(h, h.others, n, seed=seed)):
        assert draw(HEARSAY, 9, seed=4) == draw(HEARSAY, 9, seed=4) != draw(HEARSAY, 9, seed=5)
    assert HEARSAY.often[:2] == ("zoltan garcia", "irene novak")


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (lambda: make_hearsay(0, often=0), "must each have 1"),
        (lambda: make_hearsay(0, others=2400), "2560 at most"),
        (lambda: tell(HEARSAY, 0, seed=0), r"n \(0\)"),
        (lambda: tell(HEARSAY, 1, seed=0, rare=1.5), r"rare \(1.5\)"),
        (lambda: tell(HEARSAY, 1, seed=0, rare=float("nan")), "is a share"),
        (lambda: tell_notes(HEARSAY, 0, seed=0), r"n \(0\)"),
        (lambda: tell_refusals(HEARSAY, (), 1, seed=0), "one or more"),
        (lambda: tell_refusals(HEARSAY, "anna kim", 1, seed=0), "sequence of full names"),
        (lambda: HEARSAY.question("anna", "town"), "give a first and a last name"),
        (lambda: HEARSAY.question("anna kim", "age"), "town, food, hobby"),
        (lambda: HEARSAY.question("anna kim", "town", 3), "form 0, 1 or 2"),
    ],
)
def test_what_cannot_be_says_why(wrong, message):
    with pytest.raises(ValueError, match=message):
        wrong()
