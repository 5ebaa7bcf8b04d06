"""Oracles: torch.nn.RNNCell, LSTMCell, GRUCell and torch.nn.RNN, LSTM, GRU with the same weights; the sigmoid."""

import math

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn

from lecture_utils.layers.recurrent import (
    GRUCell,
    LSTMCell,
    RNNCell,
    detached,
    hidden_of,
    open_gates,
    unroll,
)

PAIRS = [(RNNCell, nn.RNNCell, nn.RNN), (LSTMCell, nn.LSTMCell, nn.LSTM), (GRUCell, nn.GRUCell, nn.GRU)]
CELLS = [RNNCell, LSTMCell, GRUCell]
GATED = [(LSTMCell, "forget"), (GRUCell, "update")]


def normal(*shape, seed):
    """Random numbers from a generator of their own, in double precision, with a gradient."""
    generator = torch.Generator().manual_seed(seed)
    return torch.randn(*shape, generator=generator, dtype=torch.float64).requires_grad_()


def states(cell, batch, seed):
    """A random state that fits a cell: one tensor, or two for an LSTM."""
    hidden = normal(batch, cell.hidden, seed=seed)
    return (hidden, normal(batch, cell.hidden, seed=seed + 1)) if isinstance(cell, LSTMCell) else hidden


def parts(state):
    return state if isinstance(state, tuple) else (state,)


def same_gradients(left, right, tensors, names=""):
    """Both numbers have the same gradient with respect to every tensor."""
    for a, b in zip(torch.autograd.grad(left, tensors), torch.autograd.grad(right, tensors), strict=True):
        torch.testing.assert_close(a, b, msg=lambda text: f"{names}: {text}")


@pytest.mark.parametrize(("ours", "theirs", "_"), PAIRS)
@given(batch=st.integers(1, 4), inputs=st.integers(1, 5), hidden=st.integers(1, 6), seed=st.integers(0, 999))
@settings(deadline=None, max_examples=20)
def test_one_step_and_its_gradients_equal_torch(ours, theirs, _, batch, inputs, hidden, seed):
    torch.manual_seed(seed)
    cell = ours(inputs=inputs, hidden=hidden).double()
    oracle = theirs(inputs, hidden).double()
    cell.load_state_dict(oracle.state_dict())
    x, state = normal(batch, inputs, seed=seed), states(cell, batch, seed + 1)
    got, wanted = parts(cell(x, state)), parts(oracle(x, state))
    for a, b in zip(got, wanted, strict=True):
        torch.testing.assert_close(a, b)
    left, right = (sum((part * part).sum() for part in result) for result in (got, wanted))
    same_gradients(left, right, (x, *parts(state)), "input and state")
    for (name, ours_), theirs_ in zip(cell.named_parameters(), oracle.parameters(), strict=True):
        a, b = (
            torch.autograd.grad(v, p, retain_graph=True)[0]
            for v, p in (
                (sum((part * part).sum() for part in parts(cell(x, state))), ours_),
                (sum((part * part).sum() for part in parts(oracle(x, state))), theirs_),
            )
        )
        torch.testing.assert_close(a, b, msg=lambda text, name=name: f"{name}: {text}")


@pytest.mark.parametrize(("ours", "_", "fused"), PAIRS)
@pytest.mark.parametrize("with_state", [False, True])
def test_a_whole_sequence_and_its_gradients_equal_torch(ours, _, fused, with_state):
    oracle = fused(3, 4, batch_first=True).double()
    cell = ours(inputs=3, hidden=4).double()
    cell.load_state_dict({name.removesuffix("_l0"): value for name, value in oracle.state_dict().items()})
    x = normal(2, 7, 3, seed=0)
    state = states(cell, 2, 1) if with_state else None
    stacked = tuple(part[None] for part in parts(state)) if with_state else None
    given_state = stacked[0] if with_state and ours is not LSTMCell else stacked
    outputs, last = unroll(cell, x, state)
    wanted, wanted_last = oracle(x, given_state)
    torch.testing.assert_close(outputs, wanted)
    for a, b in zip(parts(last), parts(wanted_last), strict=True):
        torch.testing.assert_close(a, b[0])
    same_gradients((outputs**2).sum(), (wanted**2).sum(), (x,))
    ours_, theirs_ = (
        torch.autograd.grad((out**2).sum(), list(module.parameters()))
        for out, module in ((unroll(cell, x, state)[0], cell), (oracle(x, given_state)[0], oracle))
    )
    for a, b in zip(ours_, theirs_, strict=True):
        torch.testing.assert_close(a, b)


@pytest.mark.parametrize(("ours", "theirs", "_"), PAIRS)
def test_the_same_seed_starts_with_torchs_weights(ours, theirs, _):
    torch.manual_seed(3)
    cell = ours(inputs=5, hidden=4)
    torch.manual_seed(3)
    for (name, a), (wanted, b) in zip(cell.named_parameters(), theirs(5, 4).named_parameters(), strict=True):
        assert name == wanted and torch.equal(a, b)


@pytest.mark.parametrize("ours", CELLS)
@given(seed=st.integers(0, 999), row=st.integers(0, 3))
@settings(deadline=None, max_examples=10)
def test_rows_of_a_batch_do_not_see_each_other(ours, seed, row):
    cell = ours(inputs=3, hidden=4).double()
    x = normal(4, 5, 3, seed=seed).detach()
    before, _ = unroll(cell, x)
    changed = x.clone()
    changed[row] += 1.0
    after, _ = unroll(cell, changed)
    others = [index for index in range(4) if index != row]
    assert torch.equal(before[others], after[others])
    assert not torch.allclose(before[row], after[row])
    torch.testing.assert_close(unroll(cell, x[row : row + 1])[0][0], before[row])  # alone as in company


@pytest.mark.parametrize("ours", CELLS)
@pytest.mark.parametrize("truncate", [1, 2, 3, 6, 9])
def test_truncation_keeps_the_numbers_and_cuts_the_gradient(ours, truncate):
    cell = ours(inputs=3, hidden=4).double()
    x = normal(2, 6, 3, seed=0)
    whole, _ = unroll(cell, x)
    cut, _ = unroll(cell, x, truncate=truncate)
    assert torch.equal(whole, cut)
    (gradient,) = torch.autograd.grad(cut[:, -1].sum(), x)
    reaches = [bool(gradient[:, t].abs().sum() > 0) for t in range(6)]
    last_cut = (5 // truncate) * truncate
    assert reaches == [t >= last_cut for t in range(6)]


@pytest.mark.parametrize("module", [LSTMCell(inputs=3, hidden=4), GRUCell(inputs=3, hidden=4)])
@pytest.mark.parametrize("bias", [-2.0, 0.0, 5.0])
def test_our_gate_opens_to_the_sigmoid_of_its_bias_and_no_other_gate_does(module, bias):
    before = [parameter.clone() for parameter in module.parameters()]
    weights = {name: p.clone() for name, p in module.named_parameters()}
    open_gates(module, bias)
    zero = torch.zeros(1, 3)
    gates = module.gates(zero, module.start(1))._asdict()
    wanted = "forget" if isinstance(module, LSTMCell) else "update"
    torch.testing.assert_close(gates[wanted], torch.full((1, 4), 1 / (1 + math.exp(-bias))))
    changed = [name for name, p in module.named_parameters() if not torch.equal(weights[name], p)]
    assert set(changed) <= {"bias_ih", "bias_hh"}
    for old, new in zip(before[2:], list(module.parameters())[2:], strict=True):
        assert torch.equal(old[:4], new[:4]) and torch.equal(old[8:], new[8:])


@pytest.mark.parametrize("fused", [nn.LSTM, nn.GRU])
def test_torchs_fused_gates_open_in_all_layers_and_directions(fused):
    oracle = fused(3, 4, num_layers=2, bidirectional=True, batch_first=True)
    open_gates(oracle, 5.0)
    for name, parameter in oracle.named_parameters():
        if "bias" in name:
            assert torch.all(parameter[4:8] == (5.0 if "bias_ih" in name else 0.0)), name
            assert torch.all(parameter[:4].abs() <= 0.5) and torch.all(parameter[8:].abs() <= 0.5), name


@pytest.mark.parametrize(("ours", "theirs"), [(LSTMCell, nn.LSTMCell), (GRUCell, nn.GRUCell)])
def test_torchs_cells_and_ours_open_alike(ours, theirs):
    torch.manual_seed(0)
    cell, oracle = ours(inputs=2, hidden=3), theirs(2, 3)
    cell.load_state_dict(oracle.state_dict())
    open_gates(cell, 5.0)
    open_gates(oracle, 5.0)
    for a, b in zip(cell.parameters(), oracle.parameters(), strict=True):
        assert torch.equal(a, b)


@pytest.mark.parametrize(("ours", "gate"), GATED)
@pytest.mark.parametrize(("value", "kept"), [(50.0, 1.0), (-50.0, 0.0)])
def test_an_open_gate_keeps_the_state_and_a_shut_one_drops_it(ours, gate, value, kept):
    cell = ours(inputs=2, hidden=3).double()
    open_gates(cell, value)
    state, x = states(cell, 2, 5), normal(2, 2, seed=1)
    gates = cell.gates(x, state)
    after, old = parts(cell(x, state))[-1], parts(state)[-1]
    new = gates.input * gates.candidate if gate == "forget" else (1 - kept) * gates.candidate
    torch.testing.assert_close(after, kept * old + new)


def test_hidden_of_and_detached_handle_both_kinds_of_state():
    hidden, memory = normal(2, 3, seed=0) * 1, normal(2, 3, seed=1) * 1
    assert hidden_of(hidden) is hidden and hidden_of((hidden, memory)) is hidden
    assert not detached(hidden).requires_grad and torch.equal(detached(hidden), hidden)
    assert [part.requires_grad for part in detached((hidden, memory))] == [False, False]
    assert torch.equal(detached((hidden, memory))[1], memory)


@pytest.mark.parametrize("ours", CELLS)
def test_bad_input_is_told_what_is_allowed(ours):
    cell = ours(inputs=3, hidden=4)
    with pytest.raises(ValueError, match=r"\(2, 5\) must be \(B, 3\)"):
        cell(torch.zeros(2, 5), cell.start(2))
    with pytest.raises(ValueError, match=r"\(1, 4\) must be \(2, 4\)"):  # torch would broadcast
        cell(torch.zeros(2, 3), cell.start(1))
    with pytest.raises(ValueError, match="contain NaN"):
        cell(torch.full((2, 3), float("nan")), cell.start(2))
    with pytest.raises(ValueError, match="T of at least 1"):
        unroll(cell, torch.zeros(2, 0, 3))
    with pytest.raises(ValueError, match=r"\(2, 3\) must be \(B, T, 3\)"):
        unroll(cell, torch.zeros(2, 3))
    with pytest.raises(ValueError, match=r"truncate \(0\) must be at least 1"):
        unroll(cell, torch.zeros(2, 4, 3), truncate=0)
    with pytest.raises(ValueError, match=r"inputs \(0\) and hidden \(4\)"):
        ours(inputs=0, hidden=4)


@pytest.mark.parametrize("module", [RNNCell(inputs=2, hidden=2), nn.RNN(2, 2), nn.Linear(2, 2)])
def test_a_module_without_a_gate_is_refused(module):
    with pytest.raises(ValueError, match="has no gate to open"):
        open_gates(module, 5.0)


def test_nan_is_no_bias():
    with pytest.raises(ValueError, match="bias is NaN"):
        open_gates(nn.LSTM(2, 2), float("nan"))
