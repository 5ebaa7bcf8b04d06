"""Oracles: scipy's correlate2d for the answer, the size formula for the caption, counting for redraws."""

import ipywidgets
import numpy as np
import pytest
from scipy.signal import correlate2d

from lecture_utils.datasets.photographs import load_photograph
from lecture_utils.layers.convolution import output_size
from lecture_utils.widgets.convolution import OWN, PRESETS, KernelSliders, convolve, explore_kernels, kernel

IMAGE = load_photograph("china", shrink=8).grey


@pytest.mark.parametrize("preset", PRESETS)
def test_every_preset_is_laid_down_unflipped(preset):
    wanted = correlate2d(IMAGE, kernel(preset), mode="valid")
    np.testing.assert_allclose(convolve(IMAGE, kernel(preset)), wanted, atol=1e-5)


def test_presets_do_what_their_names_say():
    wall, step = np.ones((5, 5)), np.tile(np.arange(5) > 2, (5, 1)).astype(float)  # dark to the left
    for name in ("edges", "vertical edges", "horizontal edges"):
        assert not convolve(wall, kernel(name)).any()
    assert convolve(step, kernel("vertical edges")).max() > 0
    assert not convolve(step, kernel("horizontal edges")).any()
    assert convolve(step.T, kernel("horizontal edges")).max() > 0
    for name in ("blur", "sharpen", "emboss"):
        np.testing.assert_allclose(convolve(wall, kernel(name)), 1.0, rtol=1e-6)
    np.testing.assert_array_equal(convolve(IMAGE, kernel("nothing"), padding=1), IMAGE)
    assert convolve(IMAGE, kernel("blur")).std() < IMAGE.std() < convolve(IMAGE, kernel("sharpen")).std()


@pytest.mark.parametrize(("stride", "padding", "dilation"), [(2, 0, 1), (1, 3, 1), (1, 0, 4), (3, 1, 2)])
def test_stride_padding_and_dilation_reach_the_picture_and_the_caption(stride, padding, dilation):
    plot = explore_kernels()
    for name, value in {"stride": stride, "padding": padding, "dilation": dilation}.items():
        plot.controls[name].value = value
    rows, columns = (
        output_size(size, 3, stride=stride, padding=padding, dilation=dilation)
        for size in load_photograph("china", shrink=3).grey.shape
    )
    assert f"Answer: {rows} × {columns} pixels" in plot.message.value


def test_the_picture_follows_the_sliders_and_returns():
    plot = explore_kernels()
    before = plot.image.value
    plot.controls["kernel"].sliders[0].value += 1
    assert plot.image.value != before
    plot.controls["kernel"].sliders[0].value -= 1
    assert plot.image.value == before


def test_a_preset_moves_nine_sliders_and_draws_once():
    control = KernelSliders("blur")
    seen = []
    control.observe(lambda change: seen.append(change["new"]), "value")
    control.preset.value = "sharpen"
    assert seen == [tuple(float(weight) for weight in PRESETS["sharpen"])]
    assert [slider.value for slider in control.sliders] == list(PRESETS["sharpen"])
    control.sliders[4].value = 7
    assert control.preset.value == OWN
    assert control.value[4] == 7
    control.preset.value = "blur"
    assert control.value == PRESETS["blur"]


def test_every_control_can_be_told_apart_by_its_description():
    plot = explore_kernels("flower")
    sliders = plot.controls["kernel"].sliders + [plot.controls[name] for name in ("stride", "padding", "dilation")]
    assert len({slider.description for slider in sliders}) == 12
    assert all(isinstance(slider, ipywidgets.widgets.widget_description.DescriptionWidget) for slider in sliders)
    assert "flower" in plot.alt


def test_bad_input_is_refused():
    with pytest.raises(ValueError, match="preset 'sepia' is not known: choose one of edges, "):
        explore_kernels(preset="sepia")
    with pytest.raises(ValueError, match="photograph 'cat' is not known"):
        explore_kernels("cat")
    with pytest.raises(ValueError, match="image or kernel contain NaN"):
        convolve(IMAGE * np.nan, kernel("blur"))
    with pytest.raises(ValueError, match=r"image \(5,\) and kernel \(3, 3\) must have two axes each"):
        convolve(np.ones(5), kernel("blur"))
