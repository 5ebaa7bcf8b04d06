"""Oracle: the model and the process asked directly."""

import matplotlib

matplotlib.use("Agg")
import numpy as np
import pytest
import torch

from lecture_utils.datasets.films import TITLES
from lecture_utils.datasets.sessions import FILMS, oracle
from lecture_utils.layers.attention import record_attention
from lecture_utils.models.bert4rec import Bert4Rec, Bert4RecConfig
from lecture_utils.tokenizers.special import MASK, PAD
from lecture_utils.widgets.recommendation import NOTHING, advise, explore_history

HISTORY = [0, 12, 1]


@pytest.fixture(scope="module", params=[False, True], ids=["both", "left"])
def model(request):
    torch.manual_seed(0)
    return Bert4Rec(Bert4RecConfig(FILMS, from_left=request.param, spread=0.4)).eval()


@torch.no_grad()
def test_advice_is_what_model_and_process_say(model):
    advice = advise(model, HISTORY)
    left = model.config.from_left
    tokens = torch.tensor([[PAD] * (7 if left else 6) + [5, 17, 6] + [MASK] * (not left)])
    with record_attention(model) as maps:
        chances = model.score(model(tokens))[0, -1].softmax(-1)
    assert list(advice.films) == chances.argsort(descending=True)[:6].tolist()
    np.testing.assert_allclose(advice.chances, chances[list(advice.films)], rtol=1e-5)
    np.testing.assert_allclose(advice.truth, oracle(np.array([HISTORY])).chances[0, list(advice.films)])
    looked = list(maps.values())[-1][0][0, :, -1].mean(0)
    np.testing.assert_allclose(advice.looked, looked[-3 - (not left) :], rtol=1e-5)
    assert advice.looked.sum() == pytest.approx(1, abs=1e-5)


def test_the_explorer_follows_its_evenings(model):
    plot = explore_history(model, ["Starfall 1", "Inspector Quill 1"])
    before = plot.pixels().copy()
    assert TITLES[advise(model, [0, 12]).films[0]] in plot.message.value
    plot.controls["evening_3"].value = "Starfall 2"
    assert TITLES[advise(model, HISTORY).films[0]] in plot.message.value
    assert (plot.pixels() != before).any()
    for control in plot.controls.values():
        control.value = NOTHING
    assert "Not possible" in plot.message.value and "the history has 0 films" in plot.message.value


def test_what_does_not_fit_is_said(model):
    with pytest.raises(ValueError, match="the history has 11 films"):
        advise(model, [1] * 11)
    with pytest.raises(ValueError, match="start has 7 titles"):
        explore_history(model, ["Starfall 1"] * 7)
    with pytest.raises(ValueError, match="'Nothing 3' is not in the catalogue"):
        explore_history(model, ["Nothing 3"])
