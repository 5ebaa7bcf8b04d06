"""Oracle: the data that went in, read back from the artists."""

import numpy as np
import pytest

from lecture_utils.plots.representations import Represented, plot_representations


def test_each_thing_stands_above_its_matrix():
    matrix, photograph, curve = np.arange(6.0).reshape(2, 3), np.zeros((4, 5, 3)), np.sin(np.arange(50))
    things = [
        Represented("a sentence", "one two", matrix, "words", "known words"),
        Represented("a photograph", photograph, np.ones((4, 5)), "rows", "columns"),
        Represented("a series", curve, curve.reshape(5, 10), "days", "hours"),
        Represented("a table", np.arange(20.0).reshape(5, 4), np.zeros((5, 4)), "flowers", "measures"),
    ]
    axes = plot_representations(things)
    assert axes.shape == (2, 4)
    assert np.array_equal(axes[1, 0].images[0].get_array(), matrix)
    assert (axes[1, 0].get_ylabel(), axes[1, 0].get_xlabel()) == ("2 words", "3 known words")
    assert axes[0, 0].texts[0].get_text() == "one two"
    assert axes[0, 1].images[0].get_array().shape == (4, 5, 3)
    assert np.array_equal(axes[0, 2].lines[0].get_ydata(), curve)
    assert axes[0, 3].texts[0].get_text() == "0.0 1.0 2.0\n4.0 5.0 6.0\n8.0 9.0 10.0\n..."


def test_what_is_no_matrix_is_refused():
    with pytest.raises(ValueError, match=r"matrices of shapes \[\(3,\)\]"):
        plot_representations([Represented("a", "text", np.ones(3), "r", "c")])
    with pytest.raises(ValueError, match="at least one thing"):
        plot_representations([])
