"""Oracle: the battery that was given."""

import time

import matplotlib

matplotlib.use("Agg")
import numpy as np
import pytest

from lecture_utils.widgets.domain import Part, compare, explore_battery

MODELS = ["raw", "mended", "late"]
BATTERY = {
    part: Part(f"Is it {part}?", {"raw": low, "mended": 1.0, "late": 0.5}, {m: f"{part} of {m}" for m in MODELS})
    for part, low in (("bias", 0.2), ("fairness", 1.0), ("safety", 0.0))
}


def test_the_difference_is_that_of_the_scores():
    rows = compare(BATTERY, "mended", "raw")
    assert rows["bias"] == ("bias of mended", "bias of raw", 0.8)
    assert rows["fairness"][2] == 0 and list(rows) == list(BATTERY)
    with pytest.raises(ValueError, match="'gone' was not tested for bias: choose one of raw, mended, late"):
        compare(BATTERY, "raw", "gone")


def test_two_polygons_and_their_figures_follow_the_controls():
    explorer = explore_battery(BATTERY, MODELS)
    left, right = explorer.figure.axes
    polygons = left.lines[-3:]
    assert [line.get_visible() for line in polygons] == [True, False, True]
    explorer.controls["other"].value = "mended"
    assert [line.get_visible() for line in polygons] == [True, True, False]
    raw = np.linalg.norm(np.array(polygons[0].get_data()).T[:3], axis=1)
    np.testing.assert_allclose(raw, [0.2, 1.0, 0.0], atol=1e-12)
    assert {"bias of raw", "safety of mended"} <= {text.get_text() for text in right.texts}
    assert "Is it bias?" in explorer.message.value and "It is worse" in explorer.message.value
    explorer.controls["part"].value = "fairness"
    assert "neither better nor worse" in explorer.message.value


def test_a_turn_of_a_knob_takes_less_than_60_ms():
    explorer = explore_battery(BATTERY, MODELS)
    spent = []
    for name in ("mended", "late", "raw", "mended", "late"):
        began = time.process_time()
        explorer.controls["model"].value = name
        spent.append(time.process_time() - began)
    assert min(spent) < 0.06


def test_one_model_cannot_be_compared():
    with pytest.raises(ValueError, match="give two at least"):
        explore_battery(BATTERY, ["raw"])
    with pytest.raises(ValueError, match="was not tested"):
        explore_battery(BATTERY, ["raw", "gone"])
