"""Oracles: each paper's decoder written out step by step from our own cells, and a sentence read without padding."""

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn

from lecture_utils.generation import greedy
from lecture_utils.layers.attention import record_attention
from lecture_utils.layers.recurrent import GRUCell, unroll
from lecture_utils.models.attentive_seq2seq import AttentiveConfig, BahdanauSeq2Seq, LuongSeq2Seq
from lecture_utils.tokenizers.words import BOS, PAD

SOURCE = torch.tensor([[3, 4, 5, 6, 7], [5, 3, 8, PAD, PAD], [4, PAD, PAD, PAD, PAD]])
TARGET = torch.tensor([[BOS, 4, 6, 3], [BOS, 5, 5, 7], [BOS, 3, 4, 4]])
MODELS = [(BahdanauSeq2Seq, "additive"), (BahdanauSeq2Seq, "uniform"), (LuongSeq2Seq, "dot"), (LuongSeq2Seq, "general")]
each_model = pytest.mark.parametrize(("kind", "attention"), MODELS, ids=lambda value: getattr(value, "__name__", value))


def make(kind=BahdanauSeq2Seq, attention="additive", seed=0, **sizes):
    torch.manual_seed(seed)
    config = AttentiveConfig(9, 8, **{"width": 4, "hidden": 6, "attention": attention, **sizes})
    return kind(config).double().eval()


def cell_of(layer, suffix=""):
    """Our own cell with the weights of torch's, which is the oracle of another test."""
    inputs, hidden = layer.input_size, layer.hidden_size
    cell = GRUCell(inputs=inputs, hidden=hidden).double()
    names = ("weight_ih", "weight_hh", "bias_ih", "bias_hh")
    cell.load_state_dict({name: getattr(layer, name + suffix) for name in names})
    return cell


def annotations_of(model, tokens):
    """[forward; backward] of one sentence without padding, and the backward state at its first word."""
    words = model.read(tokens)[None]
    forwards, _ = unroll(cell_of(model.encoder, "_l0"), words)
    backwards, last = unroll(cell_of(model.encoder, "_l0_reverse"), words.flip(1))
    return torch.cat([forwards, backwards.flip(1)], -1)[0], last[0]


@each_model
def test_logits_are_those_of_the_equations(kind, attention):
    model = make(kind, attention)
    logits = model(SOURCE, TARGET)
    cell = cell_of(model.decoder, "" if kind is BahdanauSeq2Seq else "_l0")
    for row, (tokens, target) in enumerate(zip(SOURCE, TARGET, strict=True)):
        tokens = tokens[tokens != PAD]
        annotations, last = annotations_of(model, tokens)
        state = torch.tanh(model.first.weight @ last + model.first.bias)
        look = lambda state: model.attention(state[None, None], annotations[None], None)[0, 0]  # noqa: E731, B023
        for t, word in enumerate(target):
            embedded = model.write(word)
            if kind is BahdanauSeq2Seq:
                context = look(state)  # the state before this word asks
                state = cell(torch.cat([embedded, context])[None], state[None])[0]
            else:
                state = cell(embedded[None], state[None])[0]
                context = look(state)  # the state after it asks
            attentional = torch.tanh(model.readout.weight @ torch.cat([context, state]) + model.readout.bias)
            wanted = model.head.weight @ attentional + model.head.bias
            torch.testing.assert_close(logits[row, t], wanted)


@each_model
@settings(deadline=None, max_examples=15)
@given(extra=st.integers(1, 4), seed=st.integers(0, 99))
def test_padding_changes_nothing_and_gets_no_gradient(kind, attention, extra, seed):
    model = make(kind, attention, seed)
    padded = torch.cat([SOURCE, torch.full((3, extra), PAD)], 1)
    torch.testing.assert_close(model(padded, TARGET), model(SOURCE, TARGET))
    torch.testing.assert_close(model(SOURCE[1:2, :3], TARGET[1:2]), model(SOURCE, TARGET)[1:2])
    model(padded, TARGET).sum().backward()
    assert (model.read.weight.grad[PAD] == 0).all() and model.read.weight.grad[3].abs().sum() > 0


@each_model
def test_steps_are_the_forward_and_states_can_be_selected(kind, attention):
    model = make(kind, attention)
    state, logits = model.start(SOURCE), model(SOURCE, TARGET)
    for t in range(2):
        answer, state = model.step(TARGET[:, t], state)
        torch.testing.assert_close(answer, logits[:, t])
    rows = torch.tensor([2, 0, 0])
    answer, _ = model.step(TARGET[rows, 2], state.select(rows))
    torch.testing.assert_close(answer, logits[rows, 2])
    assert greedy(model, SOURCE, longest=5).shape[0] == 3


@each_model
def test_later_target_words_change_no_earlier_logit(kind, attention):
    model = make(kind, attention)
    changed = TARGET.clone()
    changed[:, 2:] = 6
    before, after = model(SOURCE, TARGET), model(SOURCE, changed)
    assert torch.equal(before[:, :2], after[:, :2]) and not torch.equal(before[:, 2:], after[:, 2:])


def test_records_have_one_row_a_written_word():
    for kind, attention in MODELS:
        model = make(kind, attention)
        with record_attention(model) as maps:
            model(SOURCE, TARGET)
        weights = torch.cat(maps["attention"], 2)
        assert weights.shape == (3, 1, 4, 5)
        assert (weights[1, ..., 3:] == 0).all() and (weights[2, ..., 0] == 1).all()


def test_bahdanaus_state_feels_what_was_looked_at_and_luongs_does_not():
    for kind, attention, felt in ((BahdanauSeq2Seq, "additive", True), (LuongSeq2Seq, "dot", False)):
        model = make(kind, attention)
        start = model.start(SOURCE)
        far = type(start)(start.hidden, 3 * start.annotations, start.keys, start.mask)
        moved = not torch.equal(model.step(TARGET[:, 0], start)[1].hidden, model.step(TARGET[:, 0], far)[1].hidden)
        assert moved is felt


def test_annotations_read_both_ways_or_one():
    for both in (True, False):
        model = make(both_ways=both)
        words = model.read(SOURCE[:1]).detach().requires_grad_()
        annotations, _ = model.annotate(words, torch.tensor([5]))
        (gradient,) = torch.autograd.grad(annotations[0, 2].sum(), words)
        felt = gradient[0].abs().sum(-1) > 0
        assert felt.tolist() == [True, True, True, both, both]
        assert annotations.shape == (1, 5, 6)


def test_dropout_is_off_in_evaluation_and_on_in_training():
    model = make(dropout=0.5)
    assert torch.equal(model(SOURCE, TARGET), model(SOURCE, TARGET))
    model.train()
    assert not torch.equal(model(SOURCE, TARGET), model(SOURCE, TARGET))


def test_a_tiny_model_learns_to_copy_backwards():
    torch.manual_seed(0)
    model = BahdanauSeq2Seq(AttentiveConfig(9, 9, width=8, hidden=16, dropout=0.0))
    source = torch.randint(3, 9, (64, 5), generator=torch.Generator().manual_seed(0))
    target = torch.cat([torch.full((64, 1), BOS), source.flip(1)], 1)
    optimizer = torch.optim.Adam(model.parameters(), lr=2e-2)
    for _ in range(80):
        logits = model(source, target[:, :-1])
        loss = nn.functional.cross_entropy(logits.flatten(0, 1), target[:, 1:].flatten())
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    model.eval()
    assert (greedy(model, source, longest=5) == source.flip(1)).float().mean() > 0.9


def test_bad_input_says_why():
    model = make()
    with pytest.raises(ValueError, match="must begin with a word and have <pad> only after"):
        model(torch.tensor([[PAD, PAD]]), TARGET[:1])
    with pytest.raises(ValueError, match="<pad> only after its last word"):
        model(torch.tensor([[3, PAD, 4]]), TARGET[:1])
    with pytest.raises(ValueError, match=r"must be \(B, S\)"):
        model(SOURCE[0], TARGET[:1])
    with pytest.raises(ValueError, match="attention 'cosine' is not known: additive, dot, general or uniform"):
        AttentiveConfig(9, 8, attention="cosine")
    with pytest.raises(ValueError, match="must each be at least 1"):
        AttentiveConfig(9, 0)
    with pytest.raises(ValueError, match=r"hidden \(5\) must be even"):
        AttentiveConfig(9, 8, hidden=5)
