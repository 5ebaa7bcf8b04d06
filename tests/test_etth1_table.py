"""Oracles: the paper's calendar; the recorded table and, where ETTh1 is at hand, a part of it measured again."""

import json

import pytest
import torch

from lecture_utils import etth1_table
from lecture_utils.datasets.series import Series, draw_harbour
from lecture_utils.etth1_table import (
    KEPT,
    PAPER,
    SEEDS,
    TEST,
    TRAINING,
    cut,
    measure,
    our_informer,
    possible,
    untrained,
)
from lecture_utils.forecasting import Scale
from lecture_utils.lesson import record
from lecture_utils.lesson.ledger import kept

OIL = draw_harbour(17_420, seed=5)  # as long as ETTh1


@pytest.fixture(scope="module")
def recorded():
    return kept(KEPT)


@pytest.mark.parametrize("horizon", [24, 720])
def test_all_test_windows_of_the_papers_split_and_no_test_month_in_the_scale(horizon):
    parts = cut(OIL, 96, horizon)
    assert len(parts.test) == 2880 - horizon + 1 and len(parts.training) == 8640 - 96 - horizon + 1
    z = Scale.of(OIL.values[: 12 * 30 * 24]).apply(OIL.values)
    assert torch.equal(parts.test.future[0], z[11_520 : 11_520 + horizon])
    assert torch.equal(parts.test.future[-1], z[14_400 - horizon : 14_400])
    assert torch.equal(parts.test.past[0], z[11_520 - 96 : 11_520])
    later = OIL.values.clone()
    later[TRAINING:] *= 9
    wild = Series(**{**vars(OIL), "values": later})
    assert torch.equal(cut(wild, 96, horizon).training.future, parts.training.future)


def test_the_recorded_table_is_whole_and_keeps_the_bounds(recorded):
    names = {f"{h} | {name}" for h in PAPER for name in ("last value", "a day ago", "line", "DLinear")}
    names |= {
        f"{h} | {name} | {seed}" for h, seeds in SEEDS.items() for seed in seeds for name in ("plain", "minus last")
    }
    assert set(recorded) == names
    for seed in (0, 1, 2):
        assert recorded[f"24 | plain | {seed}"] <= 0.098 and recorded[f"24 | minus last | {seed}"] <= 0.033
        assert recorded[f"48 | minus last | {seed}"] <= 0.047
    for horizon, papers in PAPER.items():
        assert recorded[f"{horizon} | line"] < recorded[f"{horizon} | last value"] < papers


@pytest.mark.skipif(not possible(), reason="ETTh1 is not at hand: set LECTURE_DATA_DIR")
def test_what_needs_no_training_measured_again_is_as_recorded(recorded):
    oil = etth1_table.load_etth1()
    assert len(oil) == 17_420
    for horizon in PAPER:
        for name, error in untrained(oil, horizon).items():
            assert error == pytest.approx(recorded[f"{horizon} | {name}"], rel=1e-3)


@pytest.mark.slow
@pytest.mark.skipif(not possible(), reason="ETTh1 is not at hand: set LECTURE_DATA_DIR")
def test_our_informer_measured_again_is_as_recorded(recorded):
    error = our_informer(etth1_table.load_etth1(), 24, 1, minus_last=True)
    assert error == pytest.approx(recorded["24 | minus last | 1"], rel=0.05)


def test_the_table_names_horizon_model_and_seed(monkeypatch):
    monkeypatch.setattr(etth1_table, "load_etth1", lambda: OIL)
    monkeypatch.setattr(etth1_table, "untrained", lambda oil, horizon: {"line": horizon / 1000})
    monkeypatch.setattr(etth1_table, "trained_line", lambda oil, horizon: 0.5)
    monkeypatch.setattr(etth1_table, "our_informer", lambda oil, horizon, seed, minus_last: seed + minus_last / 2)
    table = measure()
    assert table["24 | line"] == 0.024 and table["48 | plain | 2"] == 2 and table["48 | minus last | 2"] == 2.5
    assert len(table) == 5 * 2 + 2 * (3 * 3 + 2) and TEST == 2880


def test_without_the_data_the_recorded_table_stands(tmp_path, monkeypatch, capsys):
    """However old its recipe: it is neither dropped nor measured from nothing."""
    monkeypatch.delenv("LECTURE_DATA_DIR", raising=False)
    monkeypatch.setattr(record, "LEDGER", tmp_path / "ledger.json")
    old = {"id": KEPT, "values": {"24 | line": 0.5}, "recipe": "older"}
    ledger = {"lessons": {"22_informer": {"claims": [], "exercises": [], "kept": [old]}}}
    record.measure_beside("22_informer", json.loads(json.dumps(ledger)))
    assert not record.LEDGER.exists() and "the recorded numbers stand" in capsys.readouterr().out
