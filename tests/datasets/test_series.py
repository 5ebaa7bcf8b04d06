"""Oracles: what statsmodels ships; the harbour's own signal; sines and cosines by hand; a file made up here."""

import hashlib
import math

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from statsmodels.datasets import co2

from lecture_utils.datasets import series
from lecture_utils.datasets.series import TIDE, clock, draw_harbour, fill_gaps, find_etth1, load_co2, load_etth1


def test_the_air_is_as_it_was_measured_and_only_gaps_are_filled():
    air, measured = load_co2(), co2.load_pandas().data["co2"].to_numpy()
    assert len(air) == 2284 and air.gaps.sum() == 59 and air.values.dtype == torch.double
    known = ~np.isnan(measured)
    np.testing.assert_array_equal(air.values[~air.gaps], measured[known])
    assert not air.values.isnan().any() and air.season == 52


@settings(deadline=None, max_examples=30)
@given(st.lists(st.one_of(st.none(), st.floats(-9, 9)), min_size=1, max_size=12))
def test_gaps_become_straight_lines(middle):
    measured = torch.tensor([1.0, *(math.nan if value is None else value for value in middle), 5.0]).double()
    values, gaps = fill_gaps(measured)
    assert torch.equal(gaps, measured.isnan()) and torch.equal(values[~gaps], measured[~gaps])
    for place in gaps.nonzero().flatten().tolist():
        before = max(i for i in range(place) if not gaps[i])
        after = min(i for i in range(place, len(values)) if not gaps[i])
        share = (place - before) / (after - before)
        assert values[place].item() == pytest.approx((1 - share) * values[before].item() + share * values[after].item())


@pytest.mark.parametrize("measured", [[], [math.nan, 1.0], [1.0, math.nan]])
def test_a_gap_at_an_end_is_refused(measured):
    with pytest.raises(ValueError, match="first and the last value"):
        fill_gaps(torch.tensor(measured))


def test_the_harbour_is_its_signal_and_noise_of_the_size_it_says():
    harbour = draw_harbour(20_000, noise=0.5, seed=3)
    rest = harbour.values - harbour.signal
    assert rest.var().item() == pytest.approx(0.5, abs=5 * 0.5 * (2 / 20_000) ** 0.5)
    assert abs((rest[1:] * rest[:-1]).mean().item()) < 5 * 0.5 / 20_000**0.5, "noise that can be foretold"
    hours = torch.arange(20_000).double()
    hands = torch.stack([f(math.tau * hours / p) for p in (24, 12, TIDE) for f in (torch.sin, torch.cos)], 1)
    fitted = hands @ torch.linalg.lstsq(hands, harbour.signal[:, None]).solution
    torch.testing.assert_close(fitted[:, 0], harbour.signal)
    assert harbour.season == 24 and not harbour.gaps.any()


def test_the_harbour_is_the_same_with_the_same_seed_and_another_with_another():
    again, other = draw_harbour(100, seed=1), draw_harbour(100, seed=2)
    assert torch.equal(draw_harbour(100, seed=1).values, again.values)
    assert (again.signal - other.signal).abs().max() > 0.1, "the tide's phase is drawn"
    assert torch.equal(draw_harbour(100, noise=0.0).values, draw_harbour(100, noise=0.0).signal)


def test_hands_of_a_clock():
    got = clock(torch.tensor([0, 6, 24, 23]), 24.0, 48.0)
    sin, cos = got[:, :2], got[:, 2:]
    torch.testing.assert_close(sin[:, 0], torch.tensor([0, 1, 0, math.sin(math.tau * 23 / 24)]), atol=1e-6, rtol=0)
    torch.testing.assert_close(cos[:, 1], torch.tensor([1, math.sqrt(0.5), -1, got[3, 3].item()]), atol=1e-6, rtol=0)
    assert got.dtype == torch.float32 and clock(torch.arange(6).view(2, 3), 7.0).shape == (2, 3, 2)


@pytest.mark.parametrize("periods", [(), (0.0,), (24.0, -1.0)])
def test_a_clock_without_a_period_is_refused(periods):
    with pytest.raises(ValueError, match="periods"):
        clock(torch.arange(3), *periods)


@pytest.mark.parametrize(("sizes", "message"), [({"hours": 0}, r"hours \(0\)"), ({"noise": -1.0}, r"noise \(-1.0\)")])
def test_a_harbour_that_cannot_be_is_refused(sizes, message):
    with pytest.raises(ValueError, match=message):
        draw_harbour(**sizes)


def test_etth1_is_read_where_it_is_and_only_as_it_should_be(tmp_path, monkeypatch):
    monkeypatch.delenv("LECTURE_DATA_DIR", raising=False)
    assert find_etth1() is None
    with pytest.raises(FileNotFoundError, match="set LECTURE_DATA_DIR"):
        load_etth1()
    monkeypatch.setenv("LECTURE_DATA_DIR", str(tmp_path))
    assert find_etth1() is None
    path = tmp_path / "ETTh1.csv"
    path.write_bytes(b"date,HUFL,OT\n2016-07-01 00:00:00,5.8,30.5\n2016-07-01 01:00:00,5.6,27.75\n")
    with pytest.raises(ValueError, match=r"ETTh1.csv has SHA-256 .*, expected f18de3ad"):
        load_etth1()
    monkeypatch.setattr(series, "ETTH1_SHA256", hashlib.sha256(path.read_bytes()).hexdigest())
    oil = load_etth1()
    assert oil.values.tolist() == [30.5, 27.75] and oil.season == 24 and find_etth1() == path
