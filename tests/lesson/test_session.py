"""Oracle: what the header promises: seeds, theme, versions, a switch greyed out without an accelerator."""

import matplotlib
import pytest
import torch
from IPython.utils.capture import capture_output

from lecture_utils import lesson, runtime
from lecture_utils.lesson import session
from lecture_utils.widgets.base import WIDGET_VIEW


@pytest.fixture(autouse=True)
def fresh(monkeypatch):
    monkeypatch.setattr(runtime, "_requested", None)
    with matplotlib.rc_context():
        yield


def header(number="03", seed=0):
    with capture_output() as captured:
        lesson.start(number, seed=seed)
    return captured.outputs[0].data


def test_start_seeds_and_shows_versions_and_device():
    data = header(seed=5)
    first = torch.rand(1)
    header(seed=5)
    assert torch.equal(first, torch.rand(1))
    assert WIDGET_VIEW in data
    assert f"torch {torch.__version__.split('+')[0]}" in data["text/plain"] and "device CPU" in data["text/html"]
    assert session.current() == session.Session("03", 5)


def test_an_absent_device_is_told_in_the_header(monkeypatch):
    monkeypatch.setenv("LECTURE_DEVICE", "mps")
    monkeypatch.setattr(torch.backends.mps, "is_available", lambda: False)
    assert "mps was asked for, but this machine has none" in header()["text/html"]


def test_the_switch_is_greyed_out_without_a_choice_and_works_with_one(monkeypatch):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    monkeypatch.setattr(torch.backends.mps, "is_available", lambda: False)
    assert session._device_switch("cpu").disabled
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    switch = session._device_switch("cpu")
    assert not switch.disabled
    switch.value = "cuda"
    assert runtime.device() == torch.device("cuda")


def test_a_number_that_is_none_is_refused():
    with pytest.raises(ValueError, match="'3' must be two digits"):
        lesson.start("3")


def test_there_is_no_lesson_before_start(monkeypatch):
    monkeypatch.setattr(session, "_session", None)
    with pytest.raises(ValueError, match=r"call lesson\.start"):
        session.current()
