"""Oracle: the walk taken step by step, and sums by hand."""

import matplotlib

matplotlib.use("Agg")
import numpy as np
import pytest
import torch

from lecture_utils.datasets.gridworld import FRUITS, GARDEN, read_grid
from lecture_utils.models.decision_transformer import DecisionTransformer, DecisionTransformerConfig
from lecture_utils.return_conditioning import act
from lecture_utils.widgets.decision import explore_return, follow

GRID = read_grid(GARDEN, FRUITS)
STATES, ACTIONS = GRID.world.sizes


@pytest.fixture(scope="module")
def model():
    torch.manual_seed(3)
    model = DecisionTransformer(DecisionTransformerConfig(STATES, ACTIONS, longest=12, width=16)).eval()
    with torch.no_grad():
        for weight in model.parameters():
            weight.copy_(0.4 * torch.randn_like(weight))
    return model


@pytest.mark.parametrize("asked", [-6, 3, 10])
@torch.no_grad()
def test_each_step_is_the_models_choice_given_what_is_left(model, asked):
    got = follow(model, GRID, asked, GRID.home)
    places, states, actions = GRID.places.tolist(), [], []
    for step in range(len(got.left) - 1):
        states.append(places.index(got.cells[step].tolist()))
        left = torch.from_numpy(got.left[None, : step + 1]).float()
        logits = act(model, left, torch.tensor([states]), torch.tensor([[*actions, 0]]))[0, -1]
        actions.append(int(logits.argmax()))
        after = int(GRID.world.chances[states[-1], actions[-1]].argmax())
        assert places[after] == got.cells[step + 1].tolist()
        reward = GRID.world.rewards[states[-1], actions[-1], after].item()
        assert got.left[step + 1] == pytest.approx(got.left[step] - reward)
    assert got.left[0] == asked and got.left[-1] == pytest.approx(asked - got.earned)
    ends = GRID.fruits.get(places.index(got.cells[-1].tolist()))
    assert got.fruit == ends and (ends is not None or len(got.left) == 13)


def test_the_explorer_follows_its_controls(model):
    starts = {"the middle": GRID.home, "top left": 1}
    explorer = explore_return(model, GRID, starts, lowest=-12, highest=20, first=10)
    got = follow(model, GRID, 10, GRID.home)
    assert f"earned {got.earned:g}." in explorer.message.value and "Asked for 10" in explorer.message.value
    shown = [explorer.image.value]
    for control, value in (("step", 1), ("asked", -3), ("start", "top left")):
        explorer.controls[control].value = value
        shown.append(explorer.image.value)
    assert len(set(shown)) == 4
    line, here, home = explorer.figure.axes[0].lines[:3][0], *explorer.figure.axes[0].lines[1:3]
    cells = follow(model, GRID, -3, 1).cells
    np.testing.assert_array_equal(np.array(line.get_data())[::-1].T, cells[:2])
    assert [*here.get_data()[0], *here.get_data()[1]] == cells[1][::-1].tolist()
    assert [*home.get_data()[0], *home.get_data()[1]] == cells[0][::-1].tolist()


def test_a_fruit_is_no_start(model):
    with pytest.raises(ValueError, match="final state"):
        follow(model, GRID, 3, next(iter(GRID.fruits)))
