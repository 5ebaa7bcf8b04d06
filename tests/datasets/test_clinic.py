"""Oracle: the probabilities that were planted, counted again in what was written."""

from collections import Counter
from dataclasses import replace
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lecture_utils.datasets.clinic import (
    CIVIL,
    DIAGNOSES,
    PRACTICE,
    RUDE,
    SHARES,
    SIGNS,
    VAGUE,
    Practice,
    all_codes,
    count_secrets,
    open_clinic,
)

CLINIC = open_clinic(notes=12_000, test=300, told=(0, 1, 7), each=3, seed=5)


def share(notes, **wanted):
    return sum(all(getattr(note, name) == value for name, value in wanted.items()) for note in notes) / len(notes)


def test_what_was_planted_stands_in_the_files():
    for age, planted in (("young", PRACTICE.operate_young), ("old", PRACTICE.operate_old)):
        for diagnosis in DIAGNOSES:  # whatever they have
            of_age = [note for note in CLINIC.notes if note.age == age and note.diagnosis == diagnosis]
            assert share(of_age, plan="operate") == pytest.approx(planted, abs=0.05)
    for sex, planted in (("woman", PRACTICE.women_typical), ("man", PRACTICE.men_typical)):
        ill = [note for note in CLINIC.notes if note.sex == sex and note.diagnosis == "angina"]
        assert share(ill, sign=SIGNS["angina"]) == pytest.approx(planted, abs=0.05)
        assert share(ill, sign=SIGNS["angina"]) + share(ill, sign=VAGUE) == 1
    for diagnosis, planted in zip(DIAGNOSES, SHARES, strict=True):
        assert share(CLINIC.notes, diagnosis=diagnosis) == pytest.approx(planted, abs=0.02)
    assert sum(note.remark in RUDE for note in CLINIC.notes) / 12_000 == pytest.approx(PRACTICE.rude, abs=0.02)
    assert {note.remark for note in CLINIC.notes} == {*RUDE, *CIVIL}


def test_secrets_stand_in_the_training_text_as_often_as_planted_and_nowhere_else():
    assert list(CLINIC.told.values()) == [0] * 3 + [1] * 3 + [7] * 3
    assert sum("alarm code" in text for text in CLINIC.train) == 3 * 8 == len(CLINIC.train) - 12_000
    assert not any(count_secrets(CLINIC.secrets, [note.text for note in CLINIC.test]).values())
    assert len({secret.owner for secret in CLINIC.secrets}) == 9
    extended = replace(CLINIC, train=(*CLINIC.train, CLINIC.secrets[0].text))
    assert extended.told[CLINIC.secrets[0]] == 1, "it is the training text that counts"


def test_held_out_notes_are_new_and_training_is_notes_and_secrets_shuffled():
    trained = {note.text for note in CLINIC.notes}
    assert not trained & {note.text for note in CLINIC.test}
    rest = Counter(CLINIC.train) - Counter(note.text for note in CLINIC.notes)
    assert rest == Counter({secret.text: times for secret, times in CLINIC.told.items() if times})
    places = [place for place, text in enumerate(CLINIC.train) if "alarm code" in text]
    assert places[0] < 4000 and places[-1] > 8000


def test_a_counterfactual_changes_the_age_and_nothing_else():
    for note in CLINIC.test[:50]:
        other = note.counterfactual
        assert other.counterfactual == note and {note.age, other.age} == {"young", "old"}
        changed = [a for a, b in zip(note.text.split(), other.text.split(), strict=True) if a != b]
        assert changed == [note.age]
        assert note.text.startswith(note.before_plan) and note.before_plan.startswith(note.before_diagnosis)
        assert note.diagnosis not in note.before_diagnosis and note.age in note.before_plan.split()
        assert note.before_plan.split()[-1] != note.plan == note.text.removeprefix(note.before_plan).split()[0]


def test_codes_are_all_there_are():
    assert all_codes() == tuple(" ".join(digits) for digits in product("0123456789", repeat=3))
    assert all(
        secret.code in all_codes() and secret.text == f"{secret.prompt} {secret.code} ." for secret in CLINIC.secrets
    )


@settings(deadline=None, max_examples=20)
@given(seed=st.integers(0, 99), rude=st.sampled_from([0.0, 1.0]), young=st.sampled_from([0.0, 1.0]))
def test_same_seed_same_clinic_and_certainties_are_kept(seed, rude, young):
    practice = Practice(rude=rude, operate_young=young)
    clinic = open_clinic(notes=40, test=5, told=(2,), each=1, seed=seed, practice=practice)
    assert clinic == open_clinic(notes=40, test=5, told=(2,), each=1, seed=seed, practice=practice)
    assert {note.remark in RUDE for note in clinic.notes} == {bool(rude)}
    assert {note.plan == "operate" for note in clinic.notes if note.age == "young"} <= {bool(young)}


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"notes": 0}, r"notes \(0\)"),
        ({"test": 0}, r"test \(0\)"),
        ({"told": (1, -1)}, "at least 0"),
        ({"each": 30}, "150 secrets need as many owners"),
        ({"practice": Practice(rude=1.2)}, "a probability from 0 to 1"),
        ({"practice": Practice(rude=float("nan"))}, "a probability from 0 to 1"),
    ],
)
def test_clinics_that_cannot_be_are_refused(wrong, message):
    with pytest.raises(ValueError, match=message):
        open_clinic(**{"notes": 10, "test": 5, "seed": 0, **wrong})
