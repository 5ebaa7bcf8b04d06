"""Oracle: the models themselves, built and counted; the saved trials."""

import matplotlib

matplotlib.use("Agg")
from itertools import combinations

import numpy as np
import pytest

from lecture_utils.datasets.part_trials import PartTrials, load_part_trials
from lecture_utils.models.gpt import GPT, GPTConfig
from lecture_utils.models.llama import GATED, GROUPED, PARTS, RMS, ROTARY, with_parts
from lecture_utils.models.mlp import count_parameters
from lecture_utils.widgets.llama import build, explore_parts

CONFIG = GPTConfig(40, longest=32, width=32, heads=4, layers=2)


@pytest.mark.parametrize("count", range(5))
def test_every_choice_is_described_as_it_is_built(count):
    wanted = count_parameters(GPT(CONFIG))
    for chosen in combinations(PARTS, count):
        built, model = build(CONFIG, chosen, key_value_heads=2), with_parts(CONFIG, chosen, key_value_heads=2)
        assert built.weights == count_parameters(model)
        assert 0 <= wanted - built.weights < CONFIG.layers * 3 * CONFIG.width  # less than a hidden number a layer
        assert built.parts.count("RMSNorm") == 2 * (RMS in chosen) and any("SwiGLU" in p for p in built.parts) == (
            GATED in chosen
        )
        assert ("learned" in built.parts[0]) == (model.positions is not None) == (ROTARY not in chosen)
        assert built.kept == (64 if GROUPED in chosen else 128)  # keys and values of two layers
        assert sum(built.exchanged) == (ROTARY in chosen) + 2 * (RMS in chosen) + (GATED in chosen) + bool(
            {ROTARY, GROUPED} & set(chosen)
        )
        assert type(model.norm).__name__ == ("RMSNorm" if RMS in chosen else "LayerNorm")


def test_an_unknown_part_is_refused():
    with pytest.raises(ValueError, match="'ReLU' is none of LLaMA's parts"):
        with_parts(CONFIG, ["ReLU"], key_value_heads=2)


def test_the_explorer_shows_the_chosen_runs():
    trials = load_part_trials()
    explorer = explore_parts(CONFIG, trials, key_value_heads=2)
    left, right = explorer.figure.axes
    lines = right.lines[2:]
    first = explorer.image.value
    np.testing.assert_array_equal([line.get_ydata() for line in lines], trials.excess[frozenset(PARTS)])
    assert "with every seed" in explorer.message.value
    for name in list(explorer.controls)[1:]:
        explorer.controls[name].value = False
    np.testing.assert_array_equal([line.get_ydata() for line in lines], trials.excess[frozenset({ROTARY})])
    assert explorer.image.value != first and [t.get_text() for t in left.texts][1] == "LayerNorm"
    explorer.controls["part_0"].value = False
    assert "as for GPT" in explorer.message.value and "128 numbers a token" in explorer.message.value
    assert [control.description for control in explorer.controls.values()] == list(PARTS)


def test_the_verdict_says_noise_where_seeds_disagree_and_worse_where_they_agree():
    excess = {
        frozenset(parts): np.array([[2.0, 1.0]] * 3) for count in range(5) for parts in combinations(PARTS, count)
    }
    excess[frozenset({ROTARY})] = np.array([[2.0, 1.1], [2.0, 0.9], [2.0, 1.0]])
    excess[frozenset(PARTS)] = excess[frozenset(PARTS)] + 0.25
    explorer = explore_parts(CONFIG, PartTrials((1, 2), excess), key_value_heads=2)
    assert "higher than GPT's with every seed, by 0.25" in explorer.message.value
    for name in list(explorer.controls)[1:]:
        explorer.controls[name].value = False
    assert "noise" in explorer.message.value
    with pytest.raises(ValueError, match="lack 1 choices"):
        explore_parts(CONFIG, PartTrials((1, 2), dict(list(excess.items())[1:])), key_value_heads=2)
