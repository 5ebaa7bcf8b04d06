"""Oracles: areas and places worked out by hand; the example of Bruls, Huizing and van Wijk (2000)."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib.patches import Rectangle

from lecture_utils.plots.treemap import plot_treemap, short_number, squarify


def test_the_papers_example():
    # sizes 6 6 4 3 2 2 1 in a rectangle of 6 x 4: the two sixes fill the left half, 4 and 3 lie beside each other
    boxes = squarify([6, 6, 4, 3, 2, 2, 1], 6, 4)
    assert boxes[:2] == [pytest.approx((0, 0, 3, 2)), pytest.approx((0, 2, 3, 2))]
    assert boxes[2] == pytest.approx((3, 0, 12 / 7, 7 / 3))
    assert boxes[3] == pytest.approx((3 + 12 / 7, 0, 9 / 7, 7 / 3))


@given(
    values=st.lists(st.floats(1e-3, 1e3), min_size=1, max_size=12),
    width=st.floats(0.5, 4),
    height=st.floats(0.5, 4),
)
@settings(deadline=None, max_examples=60)
def test_areas_are_in_proportion_and_boxes_fill_the_whole_without_overlap(values, width, height):
    boxes = squarify(values, width, height)
    for value, (x, y, w, h) in zip(values, boxes, strict=True):
        assert w * h == pytest.approx(width * height * value / sum(values), rel=1e-6)
        assert x >= -1e-9 and y >= -1e-9 and x + w <= width * (1 + 1e-9) and y + h <= height * (1 + 1e-9)
    for i, (x, y, w, h) in enumerate(boxes):
        for other_x, other_y, other_w, other_h in boxes[:i]:
            across = min(x + w, other_x + other_w) - max(x, other_x)
            down = min(y + h, other_y + other_h) - max(y, other_y)
            assert min(across, down) < 1e-6


@pytest.mark.parametrize(
    ("count", "text"),
    [(768, "768"), (999.6, "1 k"), (1000, "1 k"), (2_362_368, "2.36 M"), (540_356_474_880, "540 B"), (999_600, "1 M")],
)
def test_counts_in_three_digits(count, text):
    assert short_number(count) == text


def test_every_part_is_drawn_and_named_inside_or_below():
    ax = plot_treemap({"large": 939, "narrow": 60, "none": 0, "tiny": 1}, title="t")
    areas = [p.get_width() * p.get_height() for p in ax.patches if isinstance(p, Rectangle)]
    assert sorted(areas) == pytest.approx([0.002, 0.12, 1.878])
    inside = " ".join(text.get_text() for text in ax.texts)
    assert "large\n939\n93.9%" in inside and "narrow  60  6.0%" in inside and "tiny" not in inside
    assert "tiny 1 (0.1%)" in ax.get_xlabel() and "none" not in ax.get_xlabel()
    assert "< 0.1%" in plot_treemap({"all": 1e6, "dust": 1}, title="t").get_xlabel()


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: squarify([], 1, 1), "must all be above 0"),
        (lambda: squarify([1, 0], 1, 1), "must all be above 0"),
        (lambda: squarify([1], 1, 0), "must all be above 0"),
        (lambda: plot_treemap({"a": 0}, title="t"), "one of them above 0"),
        (lambda: plot_treemap({"a": -1, "b": 2}, title="t"), "must be 0 or more"),
        (lambda: plot_treemap({"a": float("nan")}, title="t"), "must be 0 or more"),
    ],
)
def test_sizes_that_make_no_picture_are_refused(call, message):
    with pytest.raises(ValueError, match=message):
        call()
