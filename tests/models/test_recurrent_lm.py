"""Oracles: torch's fused layers, cross-entropy word by word, and the whole text in one piece."""

import math

import pytest
import torch
from torch.nn import functional as F

from lecture_utils import training
from lecture_utils.models.recurrent_lm import (
    FUSED,
    RecurrentLM,
    RecurrentLMConfig,
    perplexity,
    stream_windows,
    truncated_loss,
)


def model_of(cell="lstm", seed=0, **sizes):
    torch.manual_seed(seed)
    sizes = {"vocabulary": 7, "width": 4, "hidden": 5, **sizes}
    return RecurrentLM(RecurrentLMConfig(cell=cell, **sizes)).double()


def some_tokens(n, seed=0, vocabulary=7):
    return torch.randint(vocabulary, (n,), generator=torch.Generator().manual_seed(seed))


@pytest.mark.parametrize("cell", FUSED)
def test_reading_step_by_step_equals_the_fused_layer(cell):
    model, tokens = model_of(cell), some_tokens(9)
    with torch.no_grad():
        hidden, _ = model.recurrent(model.embedding(tokens[None]))
        logits, _ = model(tokens[None])
    reading = model.read(tokens)
    torch.testing.assert_close(reading.hidden, hidden[0])
    torch.testing.assert_close(reading.probabilities, logits[0].softmax(-1))
    assert set(reading.gates) == {
        "rnn": set(), "lstm": {"input", "forget", "candidate", "output"}, "gru": {"reset", "update", "candidate"}
    }[cell]  # fmt: skip
    assert all(gate.shape == (9, 5) for gate in reading.gates.values())


def test_an_lstms_gates_explain_its_memory():
    reading = model_of("lstm").read(some_tokens(6))
    before = torch.cat([torch.zeros(1, 5).double(), reading.memory[:-1]])
    gates = reading.gates
    torch.testing.assert_close(reading.memory, gates["forget"] * before + gates["input"] * gates["candidate"])
    torch.testing.assert_close(reading.hidden, gates["output"] * reading.memory.tanh())


def test_a_grus_gates_explain_its_state():
    reading = model_of("gru").read(some_tokens(6))
    before = torch.cat([torch.zeros(1, 5).double(), reading.hidden[:-1]])
    update = reading.gates["update"]
    torch.testing.assert_close(reading.hidden, update * before + (1 - update) * reading.gates["candidate"])
    assert reading.memory is None


@pytest.mark.parametrize("cell", FUSED)
def test_the_cell_shares_the_fused_layers_weights(cell):
    model = model_of(cell)
    with torch.no_grad():
        model.recurrent.weight_hh_l0.mul_(1.5)
        hidden, _ = model.recurrent(model.embedding(some_tokens(4)[None]))
    torch.testing.assert_close(model.read(some_tokens(4)).hidden, hidden[0])
    assert model.cell().weight_hh is model.recurrent.weight_hh_l0


@pytest.mark.parametrize("cell", FUSED)
def test_no_word_sees_what_comes_after_it(cell):
    model, tokens = model_of(cell), some_tokens(8)
    changed = tokens.clone()
    changed[5:] = (changed[5:] + 1) % 7
    with torch.no_grad():
        before, after = model(tokens[None])[0], model(changed[None])[0]
    assert torch.equal(before[:, :5], after[:, :5]) and not torch.allclose(before[:, 5], after[:, 5])


def test_the_gate_starts_as_open_as_asked():
    model = model_of("lstm", gate_bias=5.0)
    assert torch.all(model.recurrent.bias_ih_l0[5:10] == 5.0) and torch.all(model.recurrent.bias_hh_l0[5:10] == 0.0)


@pytest.mark.parametrize("cell", FUSED)
def test_windows_in_a_row_equal_one_long_text(cell):
    """A text read window by window, its state carried on, costs what it costs in one piece."""
    model, tokens = model_of(cell), some_tokens(13)
    batch, loss = stream_windows(tokens, rows=1, window=4), truncated_loss()
    pieces = [loss(model, batch(step)).item() for step in range(3)]
    logits, _ = model(tokens[None, :-1])
    assert sum(pieces) / 3 == pytest.approx(F.cross_entropy(logits[0], tokens[1:]).item())


def test_the_gradient_stops_at_the_edge_of_a_window():
    model, tokens = model_of("rnn"), torch.tensor([0, 1, 2, 3, 4, 5, 6])
    batch, loss = stream_windows(tokens, rows=1, window=3), truncated_loss()
    loss(model, batch(0)).backward()
    model.zero_grad()
    loss(model, batch(1)).backward()
    reached = model.embedding.weight.grad.abs().sum(dim=1) > 0
    assert reached.tolist() == [False, False, False, True, True, True, False]


def test_windows_cover_each_row_in_order_and_targets_are_the_next_words():
    tokens = torch.arange(25)
    batch = stream_windows(tokens, rows=2, window=4)
    for step in range(3):
        inputs, targets = batch(step)
        assert inputs.tolist() == [list(range(begin + 4 * step, begin + 4 * step + 4)) for begin in (0, 12)]
        assert torch.equal(targets, inputs + 1)
    assert torch.equal(batch(3)[0], batch(0)[0])


@pytest.mark.parametrize("cell", FUSED)
def test_perplexity_equals_words_counted_one_by_one(cell):
    model, tokens = model_of(cell), some_tokens(8)
    probabilities = model.read(tokens[:-1]).probabilities
    logs = [math.log(probabilities[t, tokens[t + 1]]) for t in range(7)]
    assert perplexity(model, tokens) == pytest.approx(math.exp(-sum(logs) / 7))


def test_a_model_that_knows_nothing_hesitates_between_all_words():
    model = model_of()
    for parameter in model.head.parameters():
        torch.nn.init.zeros_(parameter)
    assert perplexity(model, some_tokens(30)) == pytest.approx(7.0)


@pytest.mark.parametrize("cell", FUSED)
def test_a_repeating_text_is_learned(cell):
    model, tokens = model_of(cell).float(), torch.arange(200) % 5
    batches = stream_windows(tokens, rows=4, window=10)
    training.fit(model, batches, truncated_loss(), steps=80, lr=3e-2, clip=1.0, progress=None)
    assert perplexity(model, tokens) < 1.2


def test_bad_input_is_told_what_is_allowed():
    model = model_of()
    with pytest.raises(ValueError, match=r"'elman' is not known: choose one of rnn, lstm, gru"):
        RecurrentLMConfig(7, cell="elman")
    with pytest.raises(ValueError, match="must each be at least 1"):
        RecurrentLMConfig(7, hidden=0)
    with pytest.raises(ValueError, match="has no gate to open"):
        RecurrentLM(RecurrentLMConfig(7, cell="rnn", gate_bias=5.0))
    with pytest.raises(ValueError, match="token ids 0 to 7 must lie in 0 to 6"):
        model(torch.tensor([[0, 7]]))
    with pytest.raises(ValueError, match="at least one word"):
        model(torch.zeros(1, 0, dtype=torch.long))
    with pytest.raises(ValueError, match="at least one word"):
        model.read(torch.zeros(0, dtype=torch.long))
    with pytest.raises(ValueError, match="at least two words"):
        perplexity(model, torch.tensor([1]))
    with pytest.raises(ValueError, match="9 are needed"):
        stream_windows(torch.arange(8), rows=2, window=4)
    with pytest.raises(ValueError, match=r"window \(0\)"):
        stream_windows(torch.arange(8), rows=2, window=0)
