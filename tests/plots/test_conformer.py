"""Oracle: the artists hold what was given."""

import matplotlib

matplotlib.use("Agg")
import numpy as np
import pytest

from lecture_utils.plots.conformer import plot_alignment, plot_block, plot_spectrogram, plot_trellis

SPANS = np.array([[0.1, 0.4], [0.5, 0.9]])


def test_a_spectrogram_has_low_bands_below_and_words_over_their_time():
    frames = np.random.default_rng(0).normal(size=(20, 5))
    ax = plot_spectrogram(frames, 1.0, title="t", spans=SPANS, names=["one", "two"])
    np.testing.assert_array_equal(ax.images[0].get_array(), frames.T)
    assert ax.images[0].origin == "lower" and tuple(ax.images[0].get_extent()) == (0, 1.0, 0, 5)
    assert [tuple(line.get_xdata()) for line in ax.lines] == [(0.1, 0.4), (0.5, 0.9)]
    assert [text.get_text() for text in ax.texts] == ["one", "two"]
    assert not plot_spectrogram(frames, 1.0, title="t").texts
    with pytest.raises(ValueError, match="2 spans and 1 names"):
        plot_spectrogram(frames, 1.0, title="t", spans=SPANS, names=["one"])


def test_an_alignment_draws_each_word_over_its_true_place():
    shares = np.random.default_rng(0).random((2, 7))
    ax = plot_alignment(shares, np.linspace(0, 1, 7), SPANS, ["one", "two"], title="t")
    for row, line in enumerate(ax.lines):
        np.testing.assert_array_equal(line.get_ydata(), shares[row])
    grey = [patch for patch in ax.patches if patch.get_width() > 0]
    assert [patch.get_x() for patch in grey] == pytest.approx([0.1, 0.5])
    with pytest.raises(ValueError, match="differ"):
        plot_alignment(shares, np.linspace(0, 1, 6), SPANS, ["one", "two"], title="t")


def test_a_trellis_keeps_paths_apart_and_names_its_states():
    ax = plot_trellis(["_", "7", "_"], 3, {"_77": [0, 1, 1], "_7_": [0, 1, 2]}, title="t")
    assert [label.get_text() for label in ax.get_yticklabels()] == ["_", "7", "_"]
    assert [np.round(line.get_ydata()).tolist() for line in ax.lines] == [[0, 1, 1], [0, 1, 2]]
    assert [text.get_text() for text in ax.figure.legends[0].get_texts()] == ["path _77", "path _7_"]
    with pytest.raises(ValueError, match="needs 3 states"):
        plot_trellis(["_"], 3, {"a": [0]}, title="t")


def test_the_block_names_its_four_modules():
    names = [text.get_text() for text in plot_block(title="t").texts]
    assert sum(name.startswith("feed") for name in names) == 2 and {"attention", "convolution", "norm"} < set(names)
