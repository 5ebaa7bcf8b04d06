"""Oracle: the calculator itself, and factors of ten measured on the rulers."""

import pytest
from matplotlib import pyplot as plt

from lecture_utils.training_cost import HARDWARE, training_cost, training_flops
from lecture_utils.widgets.training_cost import (
    RULERS,
    _place,
    cost_of,
    duration,
    explore_training_cost,
    in_words,
    power,
)


@pytest.fixture(autouse=True)
def closed():
    yield
    plt.close("all")


def test_numbers_in_words():
    assert [in_words(value) for value in (175e9, 4.69e6, 1.4e12, 1500, 859_375, 0.25, 21)] == [
        "175 billion", "4.69 million", "1.4 trillion", "1,500", "859,000", "0.25", "21"
    ]  # fmt: skip
    assert [duration(days) for days in (730, 2, 0.5, 1 / 96, 1 / 86400)] == [
        "2 years", "2 days", "12 hours", "15 minutes", "1 second"
    ]  # fmt: skip


def test_powers_of_ten_are_raised():
    assert power(3.15e23) == "3.15 × 10²³"
    assert power(0.01) == "1.00 × 10⁻²"


def test_the_controls_mean_what_they_say():
    cost = cost_of(1e9, 2e10, "A100", 8.4, 40, 2.0)
    wanted = training_cost(
        training_flops(1e9, 2e10), HARDWARE["A100"], utilisation=0.4, devices=8, dollars_per_hour=2.0
    )
    assert cost == wanted
    with pytest.raises(ValueError, match="hardware 'abacus' is not known: choose one of laptop CPU"):
        cost_of(1e9, 1e9, "abacus", 1, 50, 1.0)


def test_a_ruler_gives_every_factor_of_ten_the_same_length():
    assert [_place(value, 1, 1000) for value in (1, 10, 100, 1000)] == pytest.approx([0, 1 / 3, 2 / 3, 1])
    assert (_place(1e-9, 1, 1000), _place(1e9, 1, 1000), _place(0.0, 1, 1000)) == (0, 1, 0)
    for low, high, landmarks in RULERS.values():
        assert all(low < value < high for value in landmarks.values())


def test_a_moved_control_moves_the_marks_and_the_words():
    explorer = explore_training_cost()
    assert "175 billion parameters" in explorer.message.value and "357 years" in explorer.message.value
    before, picture = explorer.message.value, explorer.image.value
    explorer.controls["devices"].value = 1000.0
    assert explorer.message.value != before and explorer.image.value != picture
    assert "1,000 x V100" in explorer.message.value and "130 days" in explorer.message.value
    explorer.controls["price"].value = 0.0
    assert "$0" in explorer.message.value
    assert all(control.description for control in explorer.controls.values())
