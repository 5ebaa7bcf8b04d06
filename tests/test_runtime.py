"""Oracle: the documented answers of every setting, with and without the device that is asked for."""

import random

import numpy as np
import pytest
import torch

from lecture_utils import runtime


@pytest.fixture(autouse=True)
def fresh(monkeypatch):
    for name in ("LECTURE_DEVICE", "LECTURE_SCALE", "LECTURE_THREADS"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(runtime, "_requested", None)
    monkeypatch.setattr(runtime, "_told", set())


def no_accelerator(monkeypatch):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    monkeypatch.setattr(torch.backends.mps, "is_available", lambda: False)


def test_auto_takes_the_best_present(monkeypatch):
    no_accelerator(monkeypatch)
    assert runtime.device() == torch.device("cpu") and not runtime.accelerated()
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    assert runtime.device() == torch.device("cuda") and runtime.accelerated()
    assert runtime.available_devices() == ("cuda", "cpu")


def test_an_absent_device_gives_the_cpu_and_one_line_once(monkeypatch, capsys):
    no_accelerator(monkeypatch)
    monkeypatch.setenv("LECTURE_DEVICE", "cuda")
    assert runtime.device() == runtime.device() == torch.device("cpu")
    assert capsys.readouterr().out == "cuda was asked for, but this machine has none: using the CPU.\n"


def test_the_switch_wins_over_the_environment(monkeypatch):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setenv("LECTURE_DEVICE", "cuda")
    runtime.request_device("cpu")
    assert runtime.device() == torch.device("cpu")


@pytest.mark.parametrize(
    ("name", "value", "call"),
    [
        ("LECTURE_DEVICE", "gpu", runtime.device),
        ("LECTURE_SCALE", "huge", runtime.scale),
        ("LECTURE_THREADS", "many", runtime.threads),
        ("LECTURE_THREADS", "0", runtime.threads),
    ],
)
def test_an_unknown_setting_is_named_with_what_is_allowed(monkeypatch, name, value, call):
    monkeypatch.setenv(name, value)
    with pytest.raises(ValueError, match=f"{name}='{value}'"):
        call()


def test_an_unknown_device_by_click_is_refused_and_changes_nothing():
    with pytest.raises(ValueError, match=r"tpu.*auto, cpu, cuda, mps"):
        runtime.request_device("tpu")
    assert runtime.requested_device() == "auto"


def test_threads_and_scale_have_defaults_and_settings(monkeypatch):
    assert (runtime.threads(), runtime.scale()) == (1, "small")
    monkeypatch.setenv("LECTURE_THREADS", "3")
    monkeypatch.setenv("LECTURE_SCALE", "full")
    assert (runtime.threads(), runtime.scale()) == (3, "full")


def test_one_seed_fixes_python_numpy_and_torch():
    draws = []
    for _ in range(2):
        runtime.seed_everything(7)
        draws.append((random.random(), np.random.rand(), torch.rand(1).item()))
    assert draws[0] == draws[1]


@pytest.mark.parametrize("seed", [-1, 2**32, 1.5, True, "0"])
def test_a_seed_that_is_no_seed_is_refused(seed):
    with pytest.raises(ValueError, match="whole number from 0"):
        runtime.seed_everything(seed)
