"""Oracle: the artists hold what was given."""

import matplotlib

matplotlib.use("Agg")
import numpy as np
import pytest

from lecture_utils.plots.rlhf import plot_rewards, plot_sentences, plot_taste, plot_three_steps


def test_the_three_steps_are_named_and_leashed():
    words = " ".join(text.get_text() for text in plot_three_steps(title="t").texts)
    assert all(word in words for word in ("Imitate", "Judge", "Practise", "leash", "reward"))


def test_each_run_has_a_panel_with_both_rewards():
    rewards = {"modelled": np.array([[0.0, 2.0], [0.0, 4.0]]), "true": np.array([[0.0, 1.0], [0.0, -1.0]])}
    axes = plot_rewards({"held": rewards, "free": rewards}, title="t")
    assert [ax.get_title() or ax.get_title(loc="left") for ax in axes] == ["held", "free"]
    assert [line.get_ydata().tolist() for line in axes[1].lines[:2]] == [[0, 3], [0, 0]]
    assert [text.get_text() for text in axes[0].figure.legends[0].get_texts()] == ["modelled", "true"]
    assert [line.get_linestyle() for line in axes[0].lines[:2]] == ["-", "--"]
    with pytest.raises(ValueError, match="runs is empty"):
        plot_rewards({}, title="t")


def test_each_sentence_has_its_reward_below():
    axes = plot_sentences(
        {"before": [("the cat naps", 0.5), ("x " * 90, -1.0)], "after": [("b", 1), ("c", 0)]}, title="t"
    )
    assert [bar.get_width() for bar in axes[0].patches] == [0.5, -1.0]
    assert axes[0].texts[0].get_text() == "the cat naps"
    assert axes[0].texts[1].get_text().count("\n") == 2 and axes[0].texts[1].get_text().endswith("...")
    with pytest.raises(ValueError, match="equally long"):
        plot_sentences({"a": [("x", 0)], "b": []}, title="t")


def test_opinions_and_rates_stand_in_their_rows():
    left, right = plot_taste(["a", "b"], [1.0, -0.5], [0.2, 0.3], [0.6, 0.1], truth=[0.4, 0.1])
    assert [bar.get_width() for bar in left.patches] == [1.0, -0.5]
    assert [mark[0][0] for mark in left.collections[0].get_segments()] == pytest.approx([1.0, 0.25])
    usual, moves, now = right.collections
    assert usual.get_offsets().tolist() == [[0.2, 0], [0.3, 1]] and now.get_offsets().tolist() == [[0.6, 0], [0.1, 1]]
    assert [[a[0], b[0]] for a, b in moves.get_segments()] == [[0.2, 0.6], [0.3, 0.1]]
