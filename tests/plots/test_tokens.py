"""Oracle: the artists hold the pieces, ids and weights that were given."""

import matplotlib

matplotlib.use("Agg")
import numpy as np
import pytest

from lecture_utils.plots import theme
from lecture_utils.plots.tokens import (
    COLORS,
    TokenRows,
    drawable,
    plot_batch,
    plot_shaded,
    plot_tokens,
    wrapped,
)


def texts(ax):
    return [text.get_text() for text in ax.texts]


def test_lines_are_filled_and_columns_leave_room_for_the_wider_of_piece_and_id():
    assert wrapped([("a", 1000), ("word", 7), ("b", 2)], 10) == [
        [(0, "a", "1000"), (5, "word", "7")],
        [(0, "b", "2")],
    ]
    assert wrapped([("x" * 30, 5)], 10) == [[(0, "x" * 8 + "…", "5")]]
    assert wrapped([], 10) == [[]]


def test_blanks_are_visible_and_what_the_font_lacks_is_a_box():
    assert drawable("a b\n") == "a␣b⏎"
    assert drawable("数é") == "□é"


def test_pieces_stand_above_their_ids():
    ax = plot_tokens({"Words": [("the", 12), ("[UNK]", 1)], "Pieces": [("th", 7), ("##e", 123456)]})
    assert texts(ax) == ["Words", "the [UNK]", "12  1", "Pieces", "th ##e", "7  123456"]
    boxes = ax.collections[0]
    assert len(boxes.get_paths()) == 4
    assert matplotlib.colors.to_hex(boxes.get_facecolor()[1]) == "#f0a860"  # what is unknown stands out
    starts = [path.vertices[0, 0] for path in boxes.get_paths()]
    assert starts[1] - starts[0] == pytest.approx(4) and starts[0] == starts[2]


def test_an_update_shows_other_pieces_and_says_when_there_are_more():
    picture = TokenRows({"a": 1, "b": 2})
    artists = picture.update({"a": [("word", 1)] * 50, "b": [("x", 2)]})
    assert picture.pieces[0].get_text().endswith("…") and picture.pieces[1].get_text() == "x"
    assert picture.pieces[2].get_text() == ""
    assert artists == picture.update({"a": [("y", 3)], "b": []}) and picture.pieces[0].get_text() == "y"
    with pytest.raises(ValueError, match=r"rows \['b'\] must be those of the picture: \['a', 'b'\]"):
        picture.update({"b": []})
    with pytest.raises(ValueError, match="at least one row"):
        TokenRows({})


def test_a_batch_shows_each_token_in_its_place_and_colour():
    ax = plot_batch([["[CLS]", "a", "[PAD]"], ["[CLS]", "[MASK]", "b"]], notes=["one", "two"])
    assert texts(ax) == ["[CLS]", "a", "[PAD]", "one", "[CLS]", "[MASK]", "b", "two"]
    colors = [matplotlib.colors.to_hex(patch.get_facecolor()) for patch in ax.patches]
    assert colors[4] == COLORS["[MASK]"].lower() and colors[1] == colors[5] == "#edf0f3"
    with pytest.raises(ValueError, match=r"\[1, 2\] tokens must be of one length"):
        plot_batch([["a"], ["a", "b"]])


def test_words_are_shaded_by_their_weight():
    ax = plot_shaded([(["a", "b"], np.array([0.0, 0.5])), (["c"], np.array([0.2]))], title="t")
    assert texts(ax) == ["a", "b", "c"]
    colors = [patch.get_facecolor() for patch in ax.patches]
    assert colors[0] == theme.ATTENTION(0.0) and colors[1] == colors[2] == theme.ATTENTION(1.0)
    with pytest.raises(ValueError, match="one weight for each"):
        plot_shaded([(["a"], np.array([1.0, 2.0]))], title="t")
