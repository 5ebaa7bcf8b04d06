"""Oracle: figures printed by others (Brown et al. 2020, Lambda Labs 2020, Touvron et al. 2023), and units."""

import math

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from lecture_utils.training_cost import HARDWARE, Hardware, measured_throughput, training_cost, training_flops

UNIT = Hardware("one", 1e12, 1000, "made up")


def test_gpt3_as_lambda_labs_estimated_it():
    flops = training_flops(175e9, 300e9)
    cost = training_cost(flops, HARDWARE["V100, as Lambda counted"], dollars_per_hour=1.5)
    assert flops == pytest.approx(3.14e23, rel=0.05)  # Brown et al. 2020, table D.1
    assert cost.device_years == pytest.approx(355, rel=0.05)
    assert cost.dollars == pytest.approx(4.6e6, rel=0.05)


def test_llama_65b_as_its_paper_reports_it():
    tokens_a_second = 380  # on each of 2,048 A100s: Touvron et al. 2023, section 2.4
    cost = training_cost(
        training_flops(65.2e9, 1.4e12),
        HARDWARE["A100"],
        throughput=training_flops(65.2e9, tokens_a_second),
        devices=2048,
        overhead=1.1,
    )
    assert cost.device_hours == pytest.approx(1_022_362, rel=0.01)  # table 15
    assert cost.kwh == pytest.approx(449_000, rel=0.01)  # table 15
    assert cost.days == pytest.approx(21, rel=0.02)  # section 2.4


def test_units_by_hand():
    cost = training_cost(7.2e15, UNIT, utilisation=0.5, devices=2, dollars_per_hour=3.0, overhead=1.5)
    assert cost.device_seconds == 14_400  # 7.2e15 operations at half of 1e12 a second: four hours
    assert cost.device_hours == 4
    assert cost.days == pytest.approx(2 / 24)  # shared by two
    assert cost.dollars == 12
    assert cost.kwh == 6  # 1 kW, four hours, and half as much again for the building
    assert cost.device_years == pytest.approx(4 / 8760)


@settings(deadline=None)
@given(st.floats(1e6, 1e13), st.floats(1e6, 1e14), st.integers(1, 10_000), st.floats(0.01, 1))
def test_more_machines_take_less_time_and_the_same_money(parameters, tokens, devices, utilisation):
    flops = training_flops(parameters, tokens)
    alone = training_cost(flops, UNIT, utilisation=utilisation, dollars_per_hour=2)
    shared = training_cost(flops, UNIT, utilisation=utilisation, dollars_per_hour=2, devices=devices)
    assert shared.days * devices == pytest.approx(alone.days)
    assert (shared.dollars, shared.kwh, shared.device_seconds) == (alone.dollars, alone.kwh, alone.device_seconds)
    measured = training_cost(flops, UNIT, throughput=utilisation * UNIT.peak, dollars_per_hour=2)
    assert measured == alone


@pytest.mark.parametrize("bad", [0, -1, math.nan, math.inf])
def test_sizes_must_be_finite_and_above_zero(bad):
    with pytest.raises(ValueError, match=r"parameters .* must be a finite number above 0"):
        training_flops(bad, 1)
    with pytest.raises(ValueError, match=r"tokens .* must be a finite number above 0"):
        training_flops(1, bad)
    with pytest.raises(ValueError, match=r"flops .* must be a finite number above 0"):
        training_cost(bad, UNIT)
    with pytest.raises(ValueError, match=r"devices .* must be a finite number above 0"):
        training_cost(1, UNIT, devices=bad)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"utilisation": 1.2}, r"utilisation \(1.2\) must lie above 0 and at most at 1"),
        ({"utilisation": 0.0}, r"utilisation \(0.0\) must lie above 0"),
        ({"utilisation": math.nan}, "utilisation .* must lie above 0"),
        ({"throughput": 2e12}, "above the peak of one"),
        ({"throughput": math.nan}, "throughput .* must be a finite number"),
        ({"dollars_per_hour": -1.0}, "dollars_per_hour .* from 0 up"),
        ({"dollars_per_hour": math.nan}, "dollars_per_hour .* from 0 up"),
        ({"overhead": 0.9}, "overhead .* from 1 up"),
        ({"overhead": math.nan}, "overhead .* from 1 up"),
    ],
)
def test_impossible_settings_are_refused(settings, message):
    with pytest.raises(ValueError, match=message):
        training_cost(1e15, UNIT, **settings)


def test_every_machine_has_a_source():
    assert all(machine.source and machine.name == name for name, machine in HARDWARE.items())


def test_the_stopwatch_counts_two_operations_for_each_step(monkeypatch):
    ticks = iter([0.0, 0.1, 10.0, 10.5, 20.0, 20.25])  # warming up takes 0.1 s, the runs 0.5 s and 0.25 s
    monkeypatch.setattr("lecture_utils.training_cost.time.perf_counter", lambda: next(ticks))
    assert measured_throughput(100, repeats=2) == 2 * 100**3 / 0.25


def test_the_stopwatch_refuses_an_empty_matrix():
    with pytest.raises(ValueError, match=r"size \(0\) and repeats \(5\) must be at least 1"):
        measured_throughput(0)
    assert math.isfinite(measured_throughput(8, repeats=1, device=torch.device("cpu")))
