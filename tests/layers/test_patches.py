"""Oracles: torch's strided convolution; patches cut by slicing; a grid of positions drawn twice as fine by hand."""

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn

from lecture_utils.layers.patches import PatchEmbedding, cut_patches, grid_of, join_patches, resize_positions

sizes = {
    "rows": st.integers(1, 3),
    "columns": st.integers(1, 3),
    "h": st.integers(1, 3),
    "w": st.integers(1, 3),
    "channels": st.integers(1, 3),
}


def pictures(channels, height, width):
    return torch.arange(2.0 * channels * height * width, dtype=torch.float64).view(2, channels, height, width)


@given(**sizes)
@settings(deadline=None, max_examples=40)
def test_each_patch_is_a_slice_of_the_image_row_by_row(rows, columns, h, w, channels):
    images = pictures(channels, rows * h, columns * w)
    patches = cut_patches(images, (h, w))
    assert patches.shape == (2, rows * columns, channels * h * w)
    for place in range(rows * columns):
        row, column = divmod(place, columns)
        square = images[:, :, row * h : (row + 1) * h, column * w : (column + 1) * w]
        assert torch.equal(patches[:, place], square.flatten(1))
    assert torch.equal(join_patches(patches, (rows, columns), (h, w)), images)


@given(**sizes, seed=st.integers(0, 99))
@settings(deadline=None, max_examples=40)
def test_the_embedding_and_its_gradients_equal_a_strided_convolution(rows, columns, h, w, channels, seed):
    torch.manual_seed(seed)
    convolution = nn.Conv2d(channels, 5, (h, w), stride=(h, w)).double()
    ours = PatchEmbedding(channels=channels, dim=5, size=(h, w)).double()
    ours.project.load_state_dict({"weight": convolution.weight.flatten(1), "bias": convolution.bias})
    images = torch.randn(2, channels, rows * h, columns * w, dtype=torch.float64, requires_grad=True)
    got, wanted = ours(images), convolution(images).flatten(2).mT
    torch.testing.assert_close(got, wanted)
    mine = torch.autograd.grad(got.square().sum(), [images, *ours.parameters()])
    theirs = torch.autograd.grad(wanted.square().sum(), [images, *convolution.parameters()])
    torch.testing.assert_close(mine[0], theirs[0])
    torch.testing.assert_close(mine[1], theirs[1].flatten(1))
    torch.testing.assert_close(mine[2], theirs[2])


def test_positions_grow_smoothly_and_the_class_token_keeps_its_own():
    rows, columns = torch.meshgrid(torch.arange(6.0), torch.arange(5.0), indexing="ij")
    table = torch.cat([torch.tensor([[99.0, -99.0]]), torch.stack([rows, columns], -1).view(30, 2)])
    assert torch.equal(resize_positions(table, (6, 5), (6, 5)), table)
    assert not torch.allclose(resize_positions(table, (6, 5), (5, 6)), table)  # as many places, but others
    finer = resize_positions(table, (6, 5), (12, 10))
    assert finer.shape == (121, 2) and torch.equal(finer[0], table[0])
    grid = finer[1:].view(12, 10, 2)
    wanted = torch.stack(torch.meshgrid(torch.arange(12) / 2 - 0.25, torch.arange(10) / 2 - 0.25, indexing="ij"), -1)
    inner = slice(4, -4)  # away from the border; a cubic with a = -0.75 strays from a straight line by 3/64
    torch.testing.assert_close(grid[inner, inner], wanted[inner, inner], atol=0.05, rtol=0)


def test_positions_are_interpolated_by_a_cubic_not_a_line():
    table = torch.cat([torch.zeros(1, 1), (torch.arange(8.0) ** 2)[:, None]])  # one row of places: 0, 1, 4, 9 ...
    finer = resize_positions(table, (1, 8), (1, 16))[1:, 0]
    weights = torch.tensor([-0.10546875, 0.87890625, 0.26171875, -0.03515625])  # Keys 1981, a = -0.75, at 1/4
    torch.testing.assert_close(finer[7], (weights * torch.tensor([4.0, 9.0, 16.0, 25.0])).sum())  # place 3.25


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: cut_patches(torch.zeros(2, 3, 8, 9), 4), "patches of 4 x 4 pixels do not fill an image of 8 x 9"),
        (lambda: cut_patches(torch.zeros(8, 8), 4), r"\(8, 8\) must be \(batch, channels, height, width\)"),
        (lambda: cut_patches(torch.zeros(1, 1, 8, 8), 0), r"size \(0\) must be a whole number of at least 1"),
        (lambda: grid_of((8, 8), (4, 3)), "patches of 4 x 3 pixels do not fill"),
        (
            lambda: join_patches(torch.zeros(2, 5, 4), (2, 2), 2),
            r"\(2, 5, 4\) must be \(batch, 2 x 2, channels x 2 x 2",
        ),
        (lambda: join_patches(torch.zeros(2, 4, 5), (2, 2), 2), "channels x 2 x 2"),
        (lambda: PatchEmbedding(channels=0, dim=4, size=2), r"channels \(0\) and dim \(4\) must each be at least 1"),
        (lambda: PatchEmbedding(channels=3, dim=4, size=2)(torch.zeros(1, 1, 4, 4)), r"must be \(batch, 3, height"),
        (lambda: resize_positions(torch.zeros(9, 4), (3, 3), (2, 2)), r"\(9, 4\) must have 1 \+ 3 x 3 rows"),
    ],
)
def test_what_does_not_fit_is_refused(call, message):
    with pytest.raises(ValueError, match=message):
        call()
