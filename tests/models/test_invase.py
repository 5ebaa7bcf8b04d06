"""Oracles: the policy gradient summed over every selection; probabilities and means by hand; a task with one column."""

from itertools import product

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch.nn import functional as F

from lecture_utils.models.invase import Invase, InvaseConfig, draw_masks, invase_loss, leave_one_out, losses_of


def small(columns=3, seed=0):
    torch.manual_seed(seed)
    model = Invase(InvaseConfig(columns, width=8))
    return model, torch.randn(4, columns), torch.tensor([0, 1, 1, 0])


def exact_slope(model, table, labels, price):
    """Gradient of the expected reward's negative with respect to the selector, over all 2^F selections of each row."""
    chosen = model.selection_logits(table).sigmoid()
    expected = 0.0
    for bits in product([0.0, 1.0], repeat=table.shape[1]):
        mask = torch.tensor(bits).expand_as(table)
        chance = torch.where(mask == 1, chosen, 1 - chosen).prod(-1)
        reward = -losses_of(model.predictor, table * mask, labels).detach() - price * mask.sum(-1)
        expected = expected + (chance * reward).mean()
    return torch.autograd.grad(-expected, list(model.selector.parameters()))


@pytest.mark.parametrize("masks", [1, 2, 6])
def test_the_selectors_gradient_is_the_exact_one_on_average(masks):
    model, table, labels = small()
    wanted = torch.cat([slope.flatten() for slope in exact_slope(model, table, labels, 0.1)])
    generator = torch.Generator().manual_seed(0)
    total, times = torch.zeros_like(wanted), 3000 // masks
    for _ in range(times):
        loss = invase_loss(model, table, labels, price=0.1, masks=masks, generator=generator)
        slopes = torch.autograd.grad(loss, list(model.selector.parameters()))
        total += torch.cat([slope.flatten() for slope in slopes])
    assert (total / times - wanted).norm() < 0.2 * wanted.norm()


def test_calm_is_the_squared_scores_and_moves_the_selector_alone():
    model, table, labels = small()
    losses = [
        invase_loss(model, table, labels, price=0.1, calm=calm, generator=torch.Generator().manual_seed(0))
        for calm in (0.0, 0.5)
    ]
    wanted = 0.5 * model.selection_scores(table).square().sum(-1).mean()
    torch.testing.assert_close(losses[1] - losses[0], wanted)
    (losses[1] - losses[0]).backward()
    assert model.predictor[0].weight.grad.abs().max() < 1e-6 < model.selector[0].weight.grad.abs().max()


def test_each_network_learns_from_its_own_loss_only():
    model, table, labels = small()
    invase_loss(model, table, labels, price=0.1, generator=torch.Generator().manual_seed(1)).backward()
    logits = model.selection_logits(table).detach()
    drawn = draw_masks(logits, 4, torch.Generator().manual_seed(1))
    for network, tables in ((model.predictor, table * drawn), (model.baseline, table)):
        wanted = torch.autograd.grad(losses_of(network, tables, labels).mean(), list(network.parameters()))
        for parameter, slope in zip(network.parameters(), wanted, strict=True):
            torch.testing.assert_close(parameter.grad, slope)


def test_while_exploring_the_selector_rests():
    model, table, labels = small()
    invase_loss(model, table, labels, price=0.1, explore=True).backward()
    assert all(parameter.grad is None for parameter in model.selector.parameters())
    assert all(parameter.grad.abs().sum() > 0 for parameter in model.predictor.parameters())


@settings(deadline=None, max_examples=30)
@given(count=st.integers(2, 6), seed=st.integers(0, 999))
def test_leave_one_out_by_its_definition(count, seed):
    rewards = torch.randn(count, 5, generator=torch.Generator().manual_seed(seed))
    wanted = torch.stack([rewards[k] - torch.cat([rewards[:k], rewards[k + 1 :]]).mean(0) for k in range(count)])
    torch.testing.assert_close(leave_one_out(rewards), wanted, atol=1e-5, rtol=1e-5)


def test_losses_are_cross_entropies_row_by_row():
    model, table, labels = small()
    tables = torch.stack([table, 2 * table])
    for k in range(2):
        wanted = F.cross_entropy(model.predictor(tables[k]), labels, reduction="none")
        torch.testing.assert_close(losses_of(model.predictor, tables, labels)[k], wanted)


def test_logits_stay_within_the_limit_and_selection_is_above_one_half():
    model, table, _ = small()
    logits = model.selection_logits(1000 * table)
    assert logits.abs().max() <= model.config.limit
    assert torch.equal(model.select(table), model.selection_logits(table).sigmoid() > 0.5)
    shares = draw_masks(torch.full((20_000, 1), 1.2), 1).mean().item()
    assert shares == pytest.approx(torch.tensor(1.2).sigmoid().item(), abs=0.02)


def test_the_answer_does_not_depend_on_columns_left_out():
    model, table, _ = small()
    model.select = lambda table: torch.tensor([[True, False, True]]).expand_as(table)
    changed = table + torch.tensor([0.0, 100.0, 0.0])
    torch.testing.assert_close(model(table), model(changed))
    assert not torch.allclose(model(table), model(table + torch.tensor([1.0, 0.0, 0.0])))


@pytest.mark.parametrize("config", [InvaseConfig(0), InvaseConfig(3, classes=1), InvaseConfig(3, limit=0.0)])
def test_sizes_out_of_range_are_refused(config):
    with pytest.raises(ValueError, match="limit above 0"):
        Invase(config)


@pytest.mark.parametrize("table", [torch.zeros(2, 4), torch.full((2, 3), float("nan"))])
def test_a_table_that_does_not_fit_is_refused(table):
    with pytest.raises(ValueError, match=r"must be \(rows, 3\) without NaN"):
        Invase(InvaseConfig(3))(table)
