"""Oracle: hand-written descent in plain torch, and the same run without interruption."""

import math
import signal

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn
from torch.nn import functional as F

from lecture_utils.training import fit, inverse_square_root, minibatches, warmup_cosine


def problem(seed=0, dropout=0.0):
    generator = torch.Generator().manual_seed(seed)
    x = torch.randn(50, 4, generator=generator)
    y = x @ torch.tensor([[1.0], [-2.0], [0.5], [3.0]])
    torch.manual_seed(seed)
    return nn.Sequential(nn.Linear(4, 8), nn.Tanh(), nn.Dropout(dropout), nn.Linear(8, 1)), x, y


def loss(model, batch):
    return F.mse_loss(model(batch[0]), batch[1])


def weights(model):
    return torch.cat([parameter.detach().flatten() for parameter in model.parameters()])


def test_fit_equals_a_loop_written_by_hand():
    model, x, y = problem()
    history = fit(model, lambda step: (x, y), loss, steps=20, lr=1e-2, progress=None)
    by_hand, x, y = problem()
    optimizer = torch.optim.AdamW(by_hand.parameters(), lr=1e-2)
    losses = []
    for _ in range(20):
        optimizer.zero_grad()
        value = loss(by_hand, (x, y))
        value.backward()
        optimizer.step()
        losses.append(value.item())
    assert history.losses == losses
    assert torch.equal(weights(model), weights(by_hand))
    assert (history.steps, history.stopped) == (20, "done")
    assert not model.training


def test_a_resumed_run_is_bit_identical_dropout_and_schedule_included(tmp_path):
    settings_ = dict(lr=1e-2, schedule=warmup_cosine(30, 3), clip=0.5, every=10, progress=None)
    whole, x, y = problem(dropout=0.3)
    torch.manual_seed(5)
    straight = fit(whole, minibatches(x, y, size=7), loss, steps=30, **settings_)

    halves, x, y = problem(dropout=0.3)
    torch.manual_seed(5)
    path = tmp_path / "run.safetensors"
    fit(halves, minibatches(x, y, size=7), loss, steps=10, checkpoint=path, **settings_)
    again, _, _ = problem(seed=1, dropout=0.3)  # other weights: the checkpoint must bring all of them
    torch.manual_seed(99)
    resumed = fit(again, minibatches(x, y, size=7), loss, steps=30, checkpoint=path, **settings_)
    assert resumed.losses == straight.losses
    assert resumed.norms == straight.norms
    assert torch.equal(weights(again), weights(whole))


def test_the_stop_button_leaves_model_and_history_usable():
    model, x, y = problem()

    def batches(step):
        if step == 12:
            signal.raise_signal(signal.SIGINT)  # what the stop button sends
        return x, y

    history = fit(model, batches, loss, steps=1000, progress=None)
    assert history.stopped == "interrupted"
    assert 12 <= history.steps < 1000
    assert torch.isfinite(model(x)).all()
    assert not model.training


def test_a_loss_that_is_not_finite_stops_before_it_reaches_the_weights():
    model, x, y = problem()
    before = None

    def explode(model, batch):
        nonlocal before
        before = weights(model).clone()
        return loss(model, batch) * (math.inf if len(calls) == 5 else 1.0)

    calls = []

    def batches(step):
        calls.append(step)
        return x, y

    history = fit(model, batches, explode, steps=50, progress=None)
    assert (history.stopped, history.steps) == ("diverged", 4)
    assert torch.equal(weights(model), before)


def test_clipping_bounds_the_step_and_records_the_norm_before():
    model, x, y = problem()
    optimizer = torch.optim.SGD(model.parameters(), lr=1.0)
    before = weights(model)
    history = fit(model, lambda step: (x, y), loss, steps=1, optimizer=optimizer, clip=0.01, progress=None)
    assert history.norms[0] > 0.01
    assert torch.linalg.vector_norm(weights(model) - before).item() == pytest.approx(0.01, rel=1e-3)


def test_early_stop_after_patience_evaluations_without_a_better_score():
    model, x, y = problem()
    scores = iter([1.0, 3.0, 2.0, 2.5, 9.0])
    history = fit(
        model, lambda step: (x, y), loss, steps=50, every=2, patience=2, evaluate=lambda m: next(scores), progress=None
    )
    assert history.stopped == "early"
    assert history.scores == [(2, 1.0), (4, 3.0), (6, 2.0), (8, 2.5)]


def test_evaluating_changes_no_random_number_of_the_training():
    losses = []
    for evaluate in (None, lambda model: torch.rand(1).item()):
        model, x, y = problem(dropout=0.5)
        torch.manual_seed(0)
        losses.append(
            fit(model, lambda s, b=(x, y): b, loss, steps=9, every=3, evaluate=evaluate, progress=None).losses
        )
    assert losses[0] == losses[1]


def test_evaluation_mode_is_on_while_scoring_and_off_while_training():
    model, x, y = problem()
    modes = []

    def watch(model, batch):
        modes.append(("train", model.training))
        return loss(model, batch)

    fit(model, lambda s: (x, y), watch, steps=4, every=2,
        evaluate=lambda model: modes.append(("score", model.training)) or 0.0, progress=None)  # fmt: skip
    assert modes == [("train", True), ("train", True), ("score", False)] * 2


@settings(deadline=None, max_examples=40)
@given(rows=st.integers(1, 40), size=st.integers(1, 15), seed=st.integers(0, 99))
def test_every_epoch_uses_every_row_once_in_a_new_order(rows, size, seed):
    batches = minibatches(torch.arange(rows), torch.arange(rows) * 2, size=size, seed=seed)
    per_epoch = math.ceil(rows / size)
    epochs = [torch.cat([batches(e * per_epoch + k)[0] for k in range(per_epoch)]).tolist() for e in range(2)]
    assert sorted(epochs[0]) == sorted(epochs[1]) == list(range(rows))
    x, twice = batches(1)
    assert torch.equal(twice, 2 * x)
    if rows > 8:
        assert epochs[0] != epochs[1]
    assert torch.equal(batches(per_epoch)[0], minibatches(torch.arange(rows), size=size, seed=seed)(per_epoch)[0])


def test_the_transformers_rate_by_hand():
    rate = inverse_square_root(width=64, warmup=100)  # eq. 3: 64^-0.5 = 1/8
    assert rate(0) == pytest.approx(1 / 8 * 100**-1.5)
    assert rate(49) == pytest.approx(rate(99) / 2)  # half-way up
    assert rate(99) == pytest.approx(1 / 8 / 10)  # the top, at step n = warmup
    assert rate(399) == pytest.approx(1 / 8 / 20)  # four times the steps, half the rate
    assert max(map(rate, range(1000))) == rate(99)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: minibatches(size=4), "at least one tensor"),
        (lambda: minibatches(torch.zeros(0, 3), size=4), "at least one row"),
        (lambda: minibatches(torch.zeros(3), torch.zeros(4), size=2), r"\[3, 4\] rows do not belong together"),
        (lambda: minibatches(torch.zeros(3), size=0), "batch size 0"),
        (lambda: minibatches(torch.tensor([1.0, math.nan]), size=1), "contain NaN"),
        (lambda: warmup_cosine(10, 10), r"warmup \(10\)"),
        (lambda: inverse_square_root(width=64, warmup=0), r"warmup \(0\) must each be at least 1"),
        (lambda: fit(nn.Linear(1, 1), None, loss, steps=0), r"steps \(0\)"),
        (lambda: fit(nn.Linear(1, 1), None, loss, steps=1, clip=-1.0), r"clip \(-1.0\)"),
        (lambda: fit(nn.Linear(1, 1), None, loss, steps=1, patience=3), "needs evaluate="),
    ],
)
def test_bad_settings_are_named_with_what_is_allowed(call, message):
    with pytest.raises(ValueError, match=message):
        call()


def test_a_loss_that_is_no_single_number_is_refused():
    model, x, y = problem()
    with pytest.raises(ValueError, match=r"single number, not a tensor of shape \(50, 1\)"):
        fit(model, lambda step: (x, y), lambda model, batch: model(batch[0]), steps=1, progress=None)


def test_warmup_cosine_rises_to_one_and_falls_to_zero():
    factor = warmup_cosine(100, 10)
    assert factor(0) == pytest.approx(1 / 11)
    assert factor(10) == pytest.approx(1.0)
    assert factor(55) == pytest.approx(0.5)
    assert factor(100) == pytest.approx(0.0)
