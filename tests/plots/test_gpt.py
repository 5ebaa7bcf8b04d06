"""Oracle: the artists hold what was given."""

import matplotlib

matplotlib.use("Agg")
import numpy as np
import pytest

from lecture_utils.plots.gpt import plot_next_words, plot_power_law, plot_recipe


@pytest.mark.parametrize(("causal", "lines"), [(True, 1 + 2 + 3), (False, 3 * 3)])
def test_a_recipe_joins_each_answer_to_what_it_may_see(causal, lines):
    ax = plot_recipe("title", ["a", "b", "c"], ["b", "c", "d"], causal=causal)
    assert len(ax.lines) == lines
    ends = [tuple(line.get_xdata()) for line in ax.lines]
    assert all(read <= said for read, said in ends) == causal
    answers = [text.get_text() for text in ax.texts if text.get_position()[1] == 2]
    assert answers[:3] == ["b", "c", "d"] and "3 of 3" in answers[3]


def test_only_words_with_a_target_are_judged():
    ax = plot_recipe("title", ["a", "[MASK]", "c"], [None, "b", None], causal=False)
    assert [tuple(line.get_xdata()) for line in ax.lines] == [(0, 1), (1, 1), (2, 1)]
    assert any("1 of 3" in text.get_text() for text in ax.texts)


@pytest.mark.parametrize("targets", [["b"], [None, None]])
def test_a_recipe_without_its_targets_is_refused(targets):
    with pytest.raises(ValueError, match="give one a word"):
        plot_recipe("title", ["a", "b"], targets, causal=True)


def test_bars_are_guesses_and_marks_the_truth():
    axes = plot_next_words({"x": {"a": 0.7, "b": 0.2}, "y": {"c": 1.0}}, {"x": {"a": 0.6}, "y": {"c": 0.9}}, title="t")
    assert [bar.get_width() for bar in axes[0].patches] == [0.7, 0.2]
    assert [mark[0][0] for mark in axes[0].collections[0].get_segments()] == [0.6, 0.0]
    assert [label.get_text() for label in axes[0].get_yticklabels()] == ["a", "b"]
    with pytest.raises(ValueError, match="same beginnings"):
        plot_next_words({"x": {"a": 1.0}}, {}, title="t")


def test_the_law_is_a_line_and_what_was_not_fitted_is_hollow():
    ax = plot_power_law([4, 1, 16], [2, 4, 1], [2.1, 4.1, 1.1], xlabel="x", title="t", apart=[False, False, True])
    assert ax.lines[0].get_xdata().tolist() == [1, 4, 16] and ax.lines[0].get_ydata().tolist() == [4.1, 2.1, 1.1]
    full, hollow = ax.collections
    np.testing.assert_array_equal(full.get_offsets(), [[4, 2], [1, 4]])
    np.testing.assert_array_equal(hollow.get_offsets(), [[16, 1]])
    assert hollow.get_facecolor()[0][:3].tolist() == [1, 1, 1]
    assert ax.get_xscale() == ax.get_yscale() == "log"
    with pytest.raises(ValueError, match="one each a model"):
        plot_power_law([1, 2], [1], [1, 2], xlabel="x", title="t")
