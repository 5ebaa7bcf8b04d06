"""Oracle: the artists hold what was given."""

import matplotlib

matplotlib.use("Agg")
import numpy as np
import pytest

from lecture_utils.plots.bert import plot_desk, plot_embedding_sum, plot_guesses, plot_readers, plot_trade_off


def texts(ax):
    return [text.get_text() for text in ax.texts]


def test_a_reader_sees_what_it_is_said_to_see():
    ax = plot_readers(["the", "[MASK]", "barks"], {"left": [True, True, False], "both": [True] * 3})
    assert texts(ax) == ["left", "the", "[MASK]", "?", "both", "the", "[MASK]", "barks"]
    with pytest.raises(ValueError, match="needs 3 answers"):
        plot_readers(["the", "[MASK]", "barks"], {"left": [True]})


def test_the_three_rows_of_the_sum():
    ax = plot_embedding_sum(["[CLS]", "dog", "[SEP]", "hay", "[SEP]"], [0, 0, 0, 1, 1])
    found = texts(ax)
    assert found[0] == "token" and found[6:12] == ["+ segment", "A", "A", "A", "B", "B"]
    assert found[12:] == ["+ position", "0", "1", "2", "3", "4"]
    for segments in ([0, 0], [0, 0, 0, 1, 2]):
        with pytest.raises(ValueError, match="as many segments, each 0 or 1"):
            plot_embedding_sum(["[CLS]", "dog", "[SEP]", "hay", "[SEP]"], segments)


def test_guesses_are_bars_and_the_truth_stands_out():
    axes = plot_guesses({"one": {"dog": 0.7, "cat": 0.2}, "two": {"cat": 0.3, "dog": 0.1}}, title="t", truth="dog")
    assert [[bar.get_width() for bar in ax.patches] for ax in axes] == [[0.7, 0.2], [0.3, 0.1]]
    assert [label.get_text() for label in axes[1].get_yticklabels()] == ["cat", "dog"]
    first, second = ([bar.get_facecolor() for bar in ax.patches] for ax in axes)
    assert first[0] == second[1] != first[1] == second[0]
    with pytest.raises(ValueError, match="guesses is empty"):
        plot_guesses({}, title="t")


def test_the_desk_shows_scores_and_frames_what_is_true():
    scores = np.array([[0.1, 0.9], [0.6, 0.2]])
    ax = plot_desk(["a", "b"], scores, np.array([[False, True], [True, False]]), ["x", "y"], title="t")
    assert texts(ax) == ["0.10", "0.90", "0.60", "0.20"]
    assert [tuple(np.round(patch.get_xy())) for patch in ax.patches] == [(1, 0), (0, 1)]
    np.testing.assert_allclose(ax.images[0].get_array(), scores)
    with pytest.raises(ValueError, match=r"must be \(1, 2\)"):
        plot_desk(["a"], scores, scores > 0.5, ["x", "y"], title="t")


def test_the_trade_off_has_curves_and_marks():
    curve = (np.array([1.0, 0.5, 0.0]), np.array([0.6, 0.8, 1.0]))
    ax = plot_trade_off({"one": curve}, marks={"here": (0.5, 0.8)}, title="t")
    line, mark = ax.lines
    np.testing.assert_allclose(line.get_xydata(), np.stack(curve, 1))
    assert (mark.get_xdata()[0], mark.get_ydata()[0]) == (0.5, 0.8)
    assert [text.get_text() for text in ax.get_legend().get_texts()] == ["one", "here"]
