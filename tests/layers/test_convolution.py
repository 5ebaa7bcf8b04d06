"""Oracles: torch.nn.functional.conv2d and torch.nn.Conv2d, forward and gradient; scipy's correlate2d and convolve2d."""

import pytest
import torch
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy.signal import convolve2d, correlate2d
from torch import nn
from torch.nn import functional as F

from lecture_utils.layers.convolution import Conv2d, conv2d, output_size, toeplitz_matrix

SIZES = {"stride": st.integers(1, 3), "padding": st.integers(0, 3), "dilation": st.integers(1, 3)}
pairs = {name: st.tuples(values, values) for name, values in SIZES.items()}  # rows and columns differ


def numbers(*shape, seed):
    generator = torch.Generator().manual_seed(seed)
    return torch.randn(*shape, generator=generator, dtype=torch.float64).requires_grad_()


def assert_same_gradients(ours, theirs, tensors):
    weights = numbers(*ours.shape, seed=99)
    left = torch.autograd.grad((ours * weights).sum(), tensors)
    right = torch.autograd.grad((theirs * weights).sum(), tensors)
    for a, b in zip(left, right, strict=True):
        torch.testing.assert_close(a, b)


@given(size=st.integers(1, 40), kernel=st.integers(1, 7), **SIZES)
@settings(deadline=None)
def test_output_size_is_torchs(size, kernel, stride, padding, dilation):
    assume(size + 2 * padding > dilation * (kernel - 1))
    image, weight = torch.empty(1, 1, size, size, device="meta"), torch.empty(1, 1, kernel, kernel, device="meta")
    theirs = F.conv2d(image, weight, stride=stride, padding=padding, dilation=dilation).shape[-1]
    assert output_size(size, kernel, stride=stride, padding=padding, dilation=dilation) == theirs


@given(
    batch=st.integers(1, 2),
    channels=st.integers(1, 3),
    kernels=st.integers(1, 3),
    window=st.tuples(st.integers(1, 3), st.integers(1, 3)),
    seed=st.integers(0, 999),
    **pairs,
)
@settings(deadline=None, max_examples=40)
def test_conv2d_and_toeplitz_equal_torch_forward_and_gradient(
    batch, channels, kernels, window, seed, stride, padding, dilation
):
    settings_ = {"stride": stride, "padding": padding, "dilation": dilation}
    images, weight = numbers(batch, channels, 7, 9, seed=seed), numbers(kernels, channels, *window, seed=seed + 1)
    bias = numbers(kernels, seed=seed + 2)
    theirs = F.conv2d(images, weight, bias, **settings_)
    ours = conv2d(images, weight, bias, **settings_)
    torch.testing.assert_close(ours, theirs)
    assert_same_gradients(ours, theirs, [images, weight, bias])

    matrix = toeplitz_matrix(weight.detach(), 7, 9, **settings_)
    flat = (matrix @ images.detach().flatten(1).T).T  # (B, O*H'*W')
    torch.testing.assert_close(flat.reshape(theirs.shape), (theirs - bias[:, None, None]).detach())


def test_the_layer_equals_torchs_layer_forward_and_gradient():
    images = numbers(2, 3, 8, 6, seed=0)
    ours = Conv2d(3, 4, (3, 2), stride=(2, 1), padding=(1, 2), dilation=(1, 2)).double()
    theirs = nn.Conv2d(3, 4, (3, 2), stride=(2, 1), padding=(1, 2), dilation=(1, 2)).double()
    theirs.load_state_dict(ours.state_dict())
    torch.testing.assert_close(ours(images), theirs(images))
    torch.testing.assert_close(
        ours(images), conv2d(images, ours.weight, ours.bias, stride=(2, 1), padding=(1, 2), dilation=(1, 2))
    )
    for a, b in zip(ours.parameters(), theirs.parameters(), strict=True):
        left = torch.autograd.grad(ours(images).square().sum(), a)
        right = torch.autograd.grad(theirs(images).square().sum(), b)
        torch.testing.assert_close(left, right)


def test_the_layer_starts_as_torchs_does():
    torch.manual_seed(0)
    ours, theirs = Conv2d(16, 400, 3), nn.Conv2d(16, 400, 3)
    bound = (16 * 9) ** -0.5
    for parameter, reference in zip(ours.parameters(), theirs.parameters(), strict=True):
        assert parameter.shape == reference.shape
        assert parameter.abs().max() <= bound
        assert parameter.std().item() == pytest.approx(reference.std().item(), rel=0.1)


def test_no_kernel_is_flipped():
    image, kernel = numbers(6, 7, seed=1).detach(), numbers(3, 3, seed=2).detach()
    ours = conv2d(image[None, None], kernel[None, None])[0, 0].numpy()
    assert abs(ours - correlate2d(image, kernel, mode="valid")).max() < 1e-12
    assert abs(ours - convolve2d(image, kernel, mode="valid")).max() > 0.1  # textbooks flip
    flipped = conv2d(image[None, None], kernel.flip(0, 1)[None, None])[0, 0].numpy()
    assert abs(flipped - convolve2d(image, kernel, mode="valid")).max() < 1e-12


@given(rows=st.integers(-2, 2), columns=st.integers(-2, 2), seed=st.integers(0, 999))
@settings(deadline=None, max_examples=25)
def test_convolution_commutes_with_shifts_away_from_the_border(rows, columns, seed):
    generator = torch.Generator().manual_seed(seed)
    image = torch.randint(0, 17, (1, 1, 12, 12), generator=generator).float()  # whole numbers: exact in any order
    kernel = torch.randint(-4, 5, (1, 1, 3, 3), generator=generator).float()
    there = conv2d(image.roll((rows, columns), (2, 3)), kernel, padding=1)
    here = conv2d(image, kernel, padding=1).roll((rows, columns), (2, 3))
    assert torch.equal(there[..., 3:-3, 3:-3], here[..., 3:-3, 3:-3])


def test_a_toeplitz_matrix_shares_few_weights_among_many_entries():
    kernel = torch.arange(1.0, 10.0).reshape(1, 1, 3, 3)
    matrix = toeplitz_matrix(kernel, 5, 5)
    assert matrix.shape == (9, 25)
    assert len(matrix.values()) == 9 * 9
    assert matrix.values().unique().tolist() == list(range(1, 10))
    row = torch.zeros(5, 5)
    row[:3, :3] = kernel  # the first row is the window in the image's corner
    assert torch.equal(matrix.to_dense()[0], row.flatten())


@pytest.mark.parametrize(
    ("settings_", "message"),
    [
        ({"size": 0}, r"size \(0\) must be at least 1"),
        ({"kernel": 0}, r"kernel \(0\) must be at least 1"),
        ({"stride": 0}, r"stride \(0\) must be at least 1"),
        ({"dilation": 0}, r"dilation \(0\) must be at least 1"),
        ({"padding": -1}, r"padding \(-1\) must be at least 0"),
        ({"kernel": 3, "dilation": 4}, r"dilation 4 reaches over 9 pixels, but the image has 8 and 0 of padding"),
    ],
)
def test_impossible_windows_are_refused(settings_, message):
    values = {"size": 8, "kernel": 3, **settings_}
    with pytest.raises(ValueError, match=message):
        output_size(values.pop("size"), values.pop("kernel"), **values)


@pytest.mark.parametrize("layer", [conv2d, lambda images, kernels, bias=None, **more: layer_with(kernels)(images)])
def test_shapes_that_do_not_belong_together_are_refused(layer):
    images, kernels = torch.zeros(2, 3, 8, 8), torch.zeros(4, 3, 3, 3)
    with pytest.raises(ValueError, match=r"images \(3, 8, 8\) must be \(batch, channels"):
        layer(images[0], kernels)
    with pytest.raises(ValueError, match="images have 2 channels, but the kernels expect 3"):
        layer(images[:, :2], kernels)
    with pytest.raises(ValueError, match="the images contain NaN"):
        layer(images * torch.nan, kernels)
    with pytest.raises(ValueError, match="reaches over 3 pixels, but the image has 2"):
        layer(images[..., :2, :2], kernels)


def layer_with(kernels):
    return Conv2d(kernels.shape[1], len(kernels), kernels.shape[2:])


def test_other_bad_input_is_refused():
    images, kernels = torch.zeros(2, 3, 8, 8), torch.zeros(4, 3, 3, 3)
    with pytest.raises(ValueError, match=r"bias \(3,\) must hold one number for each of 4 kernels"):
        conv2d(images, kernels, torch.zeros(3))
    with pytest.raises(ValueError, match=r"stride \(0\) must be a whole number of at least 1"):
        conv2d(images, kernels, stride=0)
    with pytest.raises(ValueError, match=r"padding \(0.5\) must be"):
        conv2d(images, kernels, padding=0.5)
    with pytest.raises(ValueError, match=r"channels \(0\) and kernels \(4\)"):
        Conv2d(0, 4, 3)
    with pytest.raises(ValueError, match=r"\(O, C, h, w\)"):
        toeplitz_matrix(kernels[0], 8, 8)
