"""Oracle: the arithmetic of each bound, and the documented shape of the ledger's entries."""

import math

import pytest
import torch
from IPython.utils.capture import capture_output

from lecture_utils.lesson import claims
from lecture_utils.lesson.claims import ClaimFailed, above, at_least, at_most, below, between, claim, equals


def card(*args, **kwargs):
    """What a claim displays: (bundle, metadata)."""
    with capture_output() as captured:
        claim(*args, **kwargs)
    return captured.outputs[0].data, captured.outputs[0].metadata


@pytest.mark.parametrize(
    ("bound", "inside", "outside"),
    [
        (at_least(2), [2, 3], [1.999]),
        (at_most(2), [2, 1], [2.001]),
        (above(2), [2.001], [2, 1]),
        (below(2), [1.999], [2, 3]),
        (equals(2), [2], [1, 2.0001]),
        (between(1, 2), [1, 1.5, 2], [0.999, 2.001]),
    ],
)
def test_bounds_admit_what_they_say_and_never_nan(bound, inside, outside):
    assert all(bound.admits(value) for value in inside)
    assert not any(bound.admits(value) for value in [*outside, math.nan])


def test_a_claim_that_holds_shows_a_card_and_leaves_a_record():
    data, metadata = card("digits-mlp", "It reads digits", measured=0.97, threshold=at_least(0.96), source="the lesson")
    assert "Claim holds" in data["text/plain"] and "0.97" in data["text/html"]
    assert metadata["lecture"]["claim"] == {
        "id": "digits-mlp",
        "statement": "It reads digits",
        "measured": 0.97,
        "threshold": "≥ 0.96",
        "holds": True,
        "source": "the lesson",
    }


def test_a_claim_that_fails_shows_its_card_and_raises_naming_claim_bound_and_value():
    with capture_output() as captured, pytest.raises(ClaimFailed, match=r"'digits-mlp'.*0\.91, asked ≥ 0\.96"):
        claim("digits-mlp", "It reads digits", measured=0.91, threshold=at_least(0.96))
    assert "Claim FAILS" in captured.outputs[0].data["text/plain"]
    assert captured.outputs[0].metadata["lecture"]["claim"]["holds"] is False


def test_one_broken_part_breaks_the_claim_and_only_it_is_named():
    with pytest.raises(ClaimFailed, match=r"last = 0\.9, asked > 0\.98") as caught:
        claim("x", "s", measured={"first": 0.5, "last": 0.9}, threshold={"first": below(0.75), "last": above(0.98)})
    assert "first" not in str(caught.value).split("does not hold")[1]


def test_tensors_and_whole_numbers_are_taken_as_numbers():
    _, metadata = card("x", "s", measured={"a": torch.tensor(3), "b": True}, threshold=at_least(1))
    assert metadata["lecture"]["claim"]["measured"] == {"a": 3.0, "b": 1.0}


def test_counts_are_kept_in_full_and_other_numbers_to_six_digits():
    _, metadata = card("x", "s", measured={"count": 11_689_512, "share": 1 / 3}, threshold=at_least(0))
    assert metadata["lecture"]["claim"]["measured"] == {"count": 11_689_512, "share": 0.333333}


def test_nan_never_holds():
    with pytest.raises(ClaimFailed, match="nan"):
        claim("x", "s", measured=math.nan, threshold=between(-1e9, 1e9))


@pytest.mark.parametrize(
    ("measured", "threshold", "message"),
    [
        ({"a": 1}, {"b": at_least(0)}, r"measured has \['a'\], but threshold has \['b'\]"),
        ({}, at_least(0), "give both alike"),
        (torch.zeros(2), at_least(0), "must be a single number"),
        ("high", at_least(0), "must be a single number"),
    ],
)
def test_what_is_no_measurement_is_refused(measured, threshold, message):
    with pytest.raises(ValueError, match=message):
        claim("x", "s", measured=measured, threshold=threshold)


def test_bounds_refuse_nonsense():
    with pytest.raises(ValueError, match="first must be the smaller"):
        between(2, 1)
    with pytest.raises(ValueError, match="a bound must be a single number"):
        claims.at_least("high")


def test_markup_in_a_statement_is_shown_not_run():
    data, _ = card("x", "<script>alert(1)</script>", measured=1, threshold=at_least(0))
    assert "<script>" not in data["text/html"]
