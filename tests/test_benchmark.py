"""Oracles: work of a known amount; torch.profiler's own account of memory."""

import json
import time

import pytest
import torch
from torch import nn
from torch.profiler import ProfilerActivity, profile

from lecture_utils.benchmark import median_seconds, peak_bytes


@pytest.fixture
def work(monkeypatch):
    """A clock that only work moves, so that no test depends on the machine."""
    now = [0.0]
    monkeypatch.setattr(time, "process_time", lambda: now[0])

    def work(seconds):
        now[0] += seconds

    return work


def test_seconds_are_those_of_one_call_however_short(work):
    calls = {"short": lambda: work(0.001), "long": lambda: work(0.05)}
    assert median_seconds(calls) == pytest.approx({"short": 0.001, "long": 0.05})


def test_the_median_of_the_rounds_counts_and_warming_up_does_not(work):
    spent = iter([100.0, 0.5, 1.0, 9.0, 2.0, 3.0, 50.0])  # the first two: warming up, and finding the repeats
    assert median_seconds({"a": lambda: work(next(spent))}, rounds=5) == {"a": 3.0}


def test_calls_take_turns(work):
    order = []
    calls = {name: lambda name=name: (order.append(name), work(1.0)) for name in "abc"}
    median_seconds(calls, rounds=3)
    assert "".join(order[-9:]) == "abcabcabc"


@pytest.mark.parametrize(("calls", "rounds"), [({}, 3), ({"a": int}, 0)])
def test_nothing_to_measure_is_refused(calls, rounds):
    with pytest.raises(ValueError, match="at least one call and one round"):
        median_seconds(calls, rounds=rounds)


def test_peak_by_hand():
    def call():
        first = torch.zeros(1000)  # 4,000 bytes
        view = first[:10].view(2, 5)  # none
        view.add_(1)  # none
        second = first * 2  # 4,000
        del first, view
        return (second + 1) * 3  # 4,000 and 4,000, of which `second` and the sum are alive beside the product

    made_before = torch.zeros(5000)
    assert peak_bytes(call) == 12_000
    assert peak_bytes(lambda: made_before.add_(1)) == 0
    assert peak_bytes(lambda: [torch.zeros(1000) for _ in range(3)] and None) == 12_000
    assert peak_bytes(lambda: [torch.zeros(1000).sum() for _ in range(3)] and None) < 4_100


def test_peak_of_a_training_step_is_what_the_profiler_counts(tmp_path):
    model, x = nn.Sequential(nn.Linear(64, 256), nn.ReLU(), nn.Linear(256, 64)), torch.randn(512, 64)

    def step():
        model.zero_grad()
        model(x).square().mean().backward()

    with profile(activities=[ProfilerActivity.CPU], profile_memory=True) as profiler:
        step()
    profiler.export_chrome_trace(str(tmp_path / "trace.json"))
    events = json.loads((tmp_path / "trace.json").read_text(encoding="utf-8"))["traceEvents"]
    live = peak = 0
    for event in events:
        if event.get("name") == "[memory]":
            live += event["args"]["Bytes"]
            peak = max(peak, live)
    assert peak_bytes(step) == pytest.approx(peak, rel=0.02)
