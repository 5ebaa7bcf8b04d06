"""Oracles: loops over every query and key; torch's own square subsequent mask, which means the opposite."""

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import nn

from lecture_utils.layers.masks import causal, combine, latest_image, padding, prefix, same_frame, same_place, windowed

reach = st.none() | st.integers(0, 6)


def by_loop(queries, keys, may):
    """The mask of a rule may(row, column), where the queries are the last of the keys."""
    shift = keys - queries
    return torch.tensor([[may(row + shift, column) for column in range(keys)] for row in range(queries)])


@given(queries=st.integers(1, 7), more=st.integers(0, 5), before=reach, after=reach)
def test_windowed_and_causal_equal_loops(queries, more, before, after):
    keys = queries + more

    def near(row, column):
        return (before is None or column >= row - before) and (after is None or column <= row + after)

    mask = windowed(queries, keys, before=before, after=after)
    assert mask.dtype == torch.bool and torch.equal(mask, by_loop(queries, keys, near))
    assert torch.equal(causal(queries, keys), by_loop(queries, keys, lambda row, column: column <= row))


@given(length=st.integers(1, 8))
def test_causal_is_the_opposite_of_torchs_mask(length):
    theirs = nn.Transformer.generate_square_subsequent_mask(length)
    assert torch.equal(causal(length), theirs == 0)
    assert torch.equal(causal(length), ~causal(length).T | torch.eye(length, dtype=torch.bool))


@given(length=st.integers(1, 8), data=st.data())
def test_prefix_equals_a_loop(length, data):
    known = data.draw(st.integers(0, length))
    wanted = by_loop(length, length, lambda row, column: column <= row or column < known)
    assert torch.equal(prefix(known, length), wanted)


@given(frames=st.integers(1, 4), patches=st.integers(1, 4))
def test_frames_and_places_equal_loops(frames, patches):
    where = [(frame, place) for frame in range(frames) for place in range(patches)]
    for mask, part in ((same_frame(frames, patches), 0), (same_place(frames, patches), 1)):
        assert torch.equal(mask, torch.tensor([[a[part] == b[part] for b in where] for a in where]))
    both = same_frame(frames, patches) & same_place(frames, patches)
    assert torch.equal(both, torch.eye(frames * patches, dtype=torch.bool))


def test_padding_shuts_the_padding_out_for_every_query_and_head():
    tokens = torch.tensor([[5, 6, 0, 0], [7, 0, 8, 9]])
    mask = padding(tokens)
    assert mask.shape == (2, 1, 1, 4)
    assert mask[:, 0, 0].tolist() == [[True, True, False, False], [True, False, True, True]]
    assert padding(tokens, pad=9)[1, 0, 0].tolist() == [True, True, True, False]


@given(rows=st.lists(st.lists(st.booleans(), min_size=6, max_size=6), min_size=1, max_size=3), per=st.integers(1, 3))
def test_the_latest_image_equals_a_loop_over_the_text(rows, per):
    images = max(1, max(map(sum, rows)))
    mask = latest_image(torch.tensor([[9 if tag else 1 for tag in row] for row in rows]), images, per, tag=9)
    assert mask.shape == (len(rows), 1, 6, images * per) and mask.dtype == torch.bool
    for row, tags in enumerate(rows):
        last = None  # no image yet
        for place, tag in enumerate(tags):
            if tag:
                last = 0 if last is None else last + 1
            wanted = [last is not None and column // per == last for column in range(images * per)]
            assert mask[row, 0, place].tolist() == wanted


def test_combined_masks_allow_what_all_allow():
    tokens = torch.tensor([[5, 0, 6]])
    mask = combine(causal(3), None, padding(tokens))
    assert mask[0, 0].int().tolist() == [[1, 0, 0], [1, 0, 0], [1, 0, 1]]
    assert combine() is None and combine(None, None) is None
    only = causal(3)
    assert combine(None, only) is only


@pytest.mark.parametrize(
    ("build", "message"),
    [
        (lambda: causal(0), r"queries \(0\) must be at least 1"),
        (lambda: causal(4, 3), r"keys \(3\) at least as many"),
        (lambda: windowed(3, before=-1, after=0), r"before \(-1\) and after \(0\) count positions"),
        (lambda: prefix(4, 3), r"known \(4\) must lie in 0 to length \(3\)"),
        (lambda: same_frame(0, 3), r"frames \(0\) and patches \(3\)"),
        (lambda: same_place(2, 0), r"frames \(2\) and patches \(0\)"),
        (lambda: latest_image(torch.zeros(3), 1, 1, tag=9), r"tokens of shape \(3,\) must be \(B, T\)"),
        (lambda: latest_image(torch.tensor([[9, 9]]), 1, 4, tag=9), "2 image tags for 1 images"),
        (lambda: latest_image(torch.tensor([[9]]), 0, 4, tag=9), r"images \(0\) and per_image \(4\)"),
        (lambda: padding(torch.zeros(3)), r"tokens of shape \(3,\) must be \(B, S\)"),
        (lambda: combine(causal(2), torch.ones(2, 2)), "torch.float32 must be boolean"),
        (lambda: combine(torch.ones(2, 2)), "torch.float32 must be boolean"),
    ],
)
def test_bad_sizes_say_what_to_do(build, message):
    with pytest.raises(ValueError, match=message):
        build()
