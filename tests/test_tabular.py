"""Oracles: a table whose label is one column; training that must repeat itself; columns that explain each other."""

import numpy as np
import pytest
import torch
from sklearn.metrics import roc_auc_score

from lecture_utils.models.tabnet_pretraining import hide, reconstruction_loss
from lecture_utils.tabular import chances, fit_invase, fit_tabnet, pretrain_tabnet, tensors

QUIET = {"progress": None}


def one_column(rows, seed):
    """Five columns of noise; the label is the sign of the second, with a little noise."""
    generator = np.random.default_rng(seed)
    features = generator.standard_normal((rows, 5))
    return features, (features[:, 1] + 0.2 * generator.standard_normal(rows) > 0).astype(int)


@pytest.fixture(scope="module")
def invase():
    return fit_invase(*one_column(2000, 0), seed=0, steps=300, explore=60, **QUIET)


def test_invase_finds_the_one_column_and_predicts_from_it(invase):
    features, labels = one_column(1000, 1)
    selected = invase.select(tensors(features, labels)[0]).numpy(force=True)
    assert selected[:, 1].mean() > 0.9 and np.delete(selected, 1, 1).mean() < 0.1
    assert roc_auc_score(labels, chances(invase, features)) > 0.95


def test_tabnet_learns_it_too_and_looks_at_it():
    features, labels = one_column(1000, 1)
    model = fit_tabnet(*one_column(2000, 0), seed=0, steps=120, size=200, ghost=100, **QUIET)
    assert roc_auc_score(labels, chances(model, features)) > 0.95
    importance = model.read(tensors(features, labels)[0]).importance.mean(0)
    assert importance.argmax() == 1 and importance[1] > 0.5


def test_the_same_seed_trains_the_same_network(invase):
    again = fit_invase(*one_column(2000, 0), seed=0, steps=300, explore=60, **QUIET)
    for first, second in zip(invase.parameters(), again.parameters(), strict=True):
        assert torch.equal(first, second)
    tabnets = [fit_tabnet(*one_column(400, 0), seed=seed, steps=5, size=100, ghost=50, **QUIET) for seed in (1, 1, 2)]
    said = [chances(model, one_column(50, 1)[0]) for model in tabnets]
    assert (said[0] == said[1]).all() and (said[0] != said[2]).any()


def test_hidden_entries_are_guessed_where_columns_know_each_other():
    source = np.random.default_rng(0).standard_normal((600, 1))
    table = np.repeat(source, 6, 1) + 0.1 * np.random.default_rng(1).standard_normal((600, 6))
    model = pretrain_tabnet(table[:400], seed=0, steps=150, size=100, ghost=50, **QUIET)
    unseen = tensors(table[400:], np.zeros(200))[0]
    with torch.no_grad():
        hidden = hide(unseen, 0.2, torch.Generator().manual_seed(0))
        assert reconstruction_loss(model.eval()(unseen, hidden)) < 0.3
    fine = fit_tabnet(table[:400], source[:400, 0] > 0, seed=0, steps=1, size=100, ghost=50, pretrained=model, **QUIET)
    fresh = fit_tabnet(table[:400], source[:400, 0] > 0, seed=0, steps=1, size=100, ghost=50, **QUIET)
    start, tuned, other = (module.encoder.first.layers[0].linear.weight for module in (model, fine, fresh))
    assert (tuned - start).norm() < 0.2 * (other - start).norm(), "training begins at what was learned without labels"


@pytest.mark.parametrize("settings", [{"explore": 300, "steps": 300}, {"explore": -1}, {"price": -0.1}])
def test_settings_out_of_range_are_refused(settings):
    with pytest.raises(ValueError, match=r"explore .* must be 0 to steps"):
        fit_invase(*one_column(50, 0), seed=0, **{"steps": 300, **settings}, **QUIET)
