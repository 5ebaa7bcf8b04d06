"""Oracle: instructions and answers by hand, and the people of the world."""

import pytest

from lecture_utils.datasets.instructions import ATTRIBUTES, FORMS, instruction_words, instructions
from lecture_utils.datasets.smalltown.corpus import vocabulary
from lecture_utils.datasets.smalltown.world import make_world

WORLD = make_world(seed=0, people=20)
NAMES = [person.name for person in WORLD.people]


def test_the_answers_by_hand():
    person = WORLD.people[0]
    found = {" ".join(each.prompt): " ".join(each.answer) for each in instructions(WORLD, [person.name])}
    assert len(found) == 4 + 4 + 12 + 12
    name, town, food = person.name, person.town, person.food
    assert found[f"in one word , what is the town of {name} ?"] == town
    assert found[f"say the food of {name} twice ."] == f"{food} {food}"
    assert found[f"name the town and the food of {name} ."] == f"{town} and {food}"
    assert found[f"name the food and the town of {name} ."] == f"{food} and {town}"
    assert found[f"say the town of {name} after the food ."] == f"{food} {town}"


def test_everybody_gets_each_instruction_once():
    drawn = instructions(WORLD, NAMES)
    assert len({each.prompt for each in drawn}) == len(drawn) == 32 * len(NAMES)
    assert {each.form for each in drawn} == set(FORMS) and [each.person for each in drawn[::32]] == NAMES
    assert all(each.person in " ".join(each.prompt) for each in drawn)


def test_the_vocabulary_is_smalltowns_and_these_words():
    known = {*vocabulary(WORLD, ["statement", "question"]), *instruction_words()}
    assert all(known.issuperset(each.prompt + each.answer) for each in instructions(WORLD, NAMES))
    assert {"twice", "after", *ATTRIBUTES} <= set(instruction_words())


@pytest.mark.parametrize(("people", "message"), [([], "one or more"), ("anna kim", "sequence"), (["x y"], "'x y'")])
def test_strangers_and_nobody_are_refused(people, message):
    with pytest.raises(ValueError, match=message):
        instructions(WORLD, people)
