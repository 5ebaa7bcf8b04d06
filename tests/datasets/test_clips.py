"""Oracle: the digit cut out again where the clip says it is."""

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from lecture_utils.datasets.clips import DIRECTIONS, moving_digits
from lecture_utils.datasets.digits import load_digits

DIGITS = load_digits()


@given(frames=st.integers(1, 4), step=st.integers(1, 4), side=st.integers(20, 26), seed=st.integers(0, 99))
@settings(deadline=None, max_examples=20)
def test_the_digit_is_where_the_clip_says_and_nothing_else_is(frames, step, side, seed):
    images, labels = DIGITS.test_images, DIGITS.test_labels
    clips = moving_digits(images, labels, 12, frames=frames, side=side, step=step, seed=seed)
    assert clips.images.shape == (12, frames, side, side) and (clips.corners % step == 0).all()
    for clip, label, direction, corners in zip(
        clips.images, clips.labels, clips.directions, clips.corners, strict=True
    ):
        move = torch.tensor(DIRECTIONS[clips.names[direction]]) * step
        assert (corners.diff(dim=0) == move).all()
        cut = torch.stack(
            [frame[row : row + 8, column : column + 8] for frame, (row, column) in zip(clip, corners, strict=True)]
        )
        assert torch.equal(cut, cut[:1].expand_as(cut))
        assert cut.sum() == pytest.approx(clip.sum().item())
        assert label in labels[(images == cut[0]).all(dim=(1, 2))]


def test_every_direction_and_many_places_occur_and_a_seed_repeats():
    clips, again, other = (moving_digits(DIGITS.test_images, DIGITS.test_labels, 400, seed=s) for s in (0, 0, 1))
    assert torch.bincount(clips.directions).min() > 60
    assert len({tuple(corner) for corner in clips.corners[:, 0].tolist()}) > 10
    assert torch.equal(clips.images, again.images) and not torch.equal(clips.images, other.images)
    assert clips.corners.min() == 0 and clips.corners.max() == 16


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"n": 0}, r"n \(0\)"),
        ({"n": 1, "frames": 0}, r"frames \(0\)"),
        ({"n": 1, "step": 0}, r"step \(0\)"),
        ({"n": 1, "side": 19}, r"moving 12 pixels does not fit into side \(19\)"),
    ],
)
def test_bad_sizes_say_what_to_do(settings, message):
    with pytest.raises(ValueError, match=message):
        moving_digits(DIGITS.test_images, DIGITS.test_labels, **settings)
    with pytest.raises(ValueError, match="a label an image"):
        moving_digits(DIGITS.test_images, DIGITS.test_labels[:3], 1)
