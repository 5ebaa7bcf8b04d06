"""Oracles: Hu et al. (2022), eq. 3, written out as one matrix; the model before anything was added to it."""

from copy import deepcopy

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn
from torch.nn import functional as F

from lecture_utils.layers.attention import MultiHeadAttention
from lecture_utils.layers.lora import LoRALinear, add_lora, merge_lora, remove_lora
from lecture_utils.models.bert import Bert, BertConfig

SIZES = BertConfig(30, longest=12, width=16, heads=2, layers=2, hidden=24)
TOKENS = torch.tensor([[2, 7, 8, 9, 3], [2, 6, 3, 0, 0]])


def with_lora(seed=0, used=True):
    """A small BERT, the same with detours, and the detours; where used, B is no longer zero."""
    torch.manual_seed(seed)
    before = Bert(SIZES)
    model = add_lora(deepcopy(before), rank=2, alpha=6.0, seed=seed)
    detours = [module for module in model.modules() if isinstance(module, LoRALinear)]
    if used:
        with torch.no_grad():
            for detour in detours:
                detour.up.normal_(std=0.3)
    return before, model, detours


@settings(deadline=None)
@given(st.integers(1, 6), st.integers(1, 6), st.data(), st.booleans(), st.floats(0.1, 20), st.integers(0, 999))
def test_forward_and_gradients_are_those_of_one_matrix(inputs, outputs, data, bias, alpha, seed):
    rank = data.draw(st.integers(1, min(inputs, outputs)))
    torch.manual_seed(seed)
    layer = LoRALinear(nn.Linear(inputs, outputs, bias, dtype=torch.float64), rank=rank, alpha=alpha)
    nn.init.normal_(layer.up)
    x, cotangent = torch.randn(3, 2, inputs, dtype=torch.float64), torch.randn(3, 2, outputs, dtype=torch.float64)
    base, up, down = layer.base, layer.up.detach().clone(), layer.down.detach().clone()
    up.requires_grad_(), down.requires_grad_()
    wanted = F.linear(x, base.weight + alpha / rank * up @ down, base.bias)
    torch.testing.assert_close(layer(x), wanted)
    theirs = torch.autograd.grad((wanted * cotangent).sum(), [up, down])
    ours = torch.autograd.grad((layer(x) * cotangent).sum(), [layer.up, layer.down])
    torch.testing.assert_close(ours, theirs)


def test_at_the_start_nothing_has_changed():
    before, model, detours = with_lora(used=False)
    assert len(detours) == 4  # queries and values of two layers
    assert torch.equal(model(TOKENS), before(TOKENS))
    assert all((detour.up == 0).all() and (detour.down != 0).all() for detour in detours)


def test_only_the_detours_learn_and_only_they_move():
    before, model, detours = with_lora()
    model(TOKENS).square().sum().backward()
    learning = {name for name, weight in model.named_parameters() if weight.grad is not None}
    assert learning == {name for name, _ in model.named_parameters() if name.endswith((".up", ".down"))}
    assert all(detour.up.grad.abs().sum() > 0 and detour.down.grad.abs().sum() > 0 for detour in detours)
    optimizer = torch.optim.AdamW(model.parameters(), lr=0.1)
    optimizer.step()
    kept = zip(before.parameters(), remove_lora(model).parameters(), strict=True)
    assert all(torch.equal(old, new) for old, new in kept)


@pytest.mark.parametrize("seed", range(3))
def test_merged_is_unmerged_and_removed_is_as_before(seed):
    before, model, _ = with_lora(seed)
    used = model(TOKENS)
    assert (used - before(TOKENS)).abs().max() > 0.01  # otherwise there is nothing to compare
    merged, removed = merge_lora(deepcopy(model)), remove_lora(model)
    torch.testing.assert_close(merged(TOKENS), used, atol=1e-6, rtol=0)
    assert torch.equal(removed(TOKENS), before(TOKENS))
    for plain in (merged, removed):
        assert [name for name, _ in plain.named_parameters()] == [name for name, _ in before.named_parameters()]


def test_other_matrices_can_be_chosen_and_a_layer_of_ours_takes_it():
    attention, x = MultiHeadAttention(dim=8, heads=2), torch.randn(1, 3, 8)
    wanted = attention(x)
    add_lora(attention, rank=1, alpha=1.0, seed=0, names=("key", "output"))
    assert isinstance(attention.key, LoRALinear) and isinstance(attention.output, LoRALinear)
    assert type(attention.query) is type(attention.value) is nn.Linear
    torch.testing.assert_close(attention(x), wanted)


def test_the_seed_alone_decides():
    state = torch.get_rng_state()
    one, two, other = (add_lora(Bert(SIZES), rank=2, alpha=1.0, seed=seed) for seed in (1, 1, 2))
    torch.set_rng_state(state)
    add_lora(deepcopy(one), rank=2, alpha=1.0, seed=3, names=("key",))
    assert torch.equal(torch.get_rng_state(), state)
    downs = [model.layers[0].attention.query.down for model in (one, two, other)]
    assert torch.equal(downs[0], downs[1]) and not torch.equal(downs[0], downs[2])


@pytest.mark.parametrize(
    ("change", "message"),
    [({"rank": 0}, r"rank \(0\) must lie in 1 to 3"), ({"rank": 4}, r"rank \(4\)"), ({"alpha": 0.0}, r"alpha \(0.0\)")],
)
def test_sizes_that_do_not_fit(change, message):
    with pytest.raises(ValueError, match=message):
        LoRALinear(nn.Linear(3, 5), **{"rank": 1, "alpha": 1.0, **change})


def test_a_model_without_such_maps_is_refused_and_left_alone():
    model = nn.Sequential(nn.Linear(2, 2))
    with pytest.raises(ValueError, match="no linear map named query, value"):
        add_lora(model, rank=1, alpha=1.0, seed=0)
    assert all(weight.requires_grad for weight in model.parameters())
