"""Oracle: torch.nn.LSTM run on one sentence at a time, without padding; a second translation, step by step."""

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch.nn import functional as F

from lecture_utils.models.seq2seq import LSTMEncoderDecoder, SentenceVector, Seq2SeqConfig, reversed_rows
from lecture_utils.tokenizers.words import BOS, PAD, pad_rows


def model_of(seed=0, **changes):
    torch.manual_seed(seed)
    sizes = {"source_vocabulary": 9, "target_vocabulary": 8, "width": 3, "hidden": 5, **changes}
    return LSTMEncoderDecoder(Seq2SeqConfig(**sizes)).double()


def sentences(lengths, seed=0, vocabulary=9):
    generator = torch.Generator().manual_seed(seed)
    return pad_rows([torch.randint(3, vocabulary, (n,), generator=generator).tolist() for n in lengths])


def by_hand(model, source, target_in):
    """One row, one sentence: read it (backwards if so configured), then write, each with a plain torch LSTM."""
    rows = []
    for row, words in zip(source, target_in, strict=True):
        read = row[row != PAD]
        read = read.flip(0) if model.config.reverse else read
        _, state = model.encoder(model.source_words.weight[read][None])
        outputs, _ = model.decoder(model.target_words.weight[words][None], state)
        rows.append(outputs[0] @ model.head.weight.T + model.head.bias)
    return torch.stack(rows)


@settings(deadline=None, max_examples=25)
@given(
    lengths=st.lists(st.integers(1, 6), min_size=1, max_size=4),
    target=st.integers(1, 5),
    reverse=st.booleans(),
    bias=st.sampled_from([None, 0.0, 2.0]),
    seed=st.integers(0, 99),
)
def test_forward_and_gradient_equal_torch_row_by_row(lengths, target, reverse, bias, seed):
    model, source = model_of(seed, reverse=reverse, gate_bias=bias), sentences(lengths, seed)
    target_in = torch.randint(8, (len(lengths), target), generator=torch.Generator().manual_seed(seed))
    ours, theirs = model(source, target_in), by_hand(model, source, target_in)
    torch.testing.assert_close(ours, theirs)
    weights = torch.randn(ours.shape, dtype=torch.float64)
    for mine, other in zip(
        torch.autograd.grad((ours * weights).sum(), model.parameters()),
        torch.autograd.grad((theirs * weights).sum(), model.parameters()),
        strict=True,
    ):
        torch.testing.assert_close(mine, other)


@settings(deadline=None, max_examples=25)
@given(lengths=st.lists(st.integers(1, 6), min_size=1, max_size=4), more=st.integers(1, 4), seed=st.integers(0, 99))
def test_padding_changes_nothing(lengths, more, seed):
    model, source = model_of(seed), sentences(lengths, seed)
    words = torch.full((len(lengths), 2), BOS)
    torch.testing.assert_close(model(F.pad(source, (0, more), value=PAD), words), model(source, words))


def test_step_by_step_equals_forward():
    model, source = model_of(), sentences([2, 5, 3])
    target_in = sentences([4, 4, 4], seed=1, vocabulary=8)
    state, steps = model.start(source), []
    for t in range(4):
        logits, state = model.step(target_in[:, t], state)
        steps.append(logits)
    torch.testing.assert_close(torch.stack(steps, 1), model(source, target_in))


def test_the_vector_is_all_the_decoder_knows_and_rows_can_be_selected():
    model, source = model_of(), sentences([2, 5, 3])
    vector = model.start(source)
    assert vector.flat().shape == (3, 10)
    torch.testing.assert_close(vector.flat(), torch.cat([vector.hidden, vector.memory], 1))
    again = vector.select(torch.tensor([2, 0, 0]))
    torch.testing.assert_close(again.flat(), vector.flat()[[2, 0, 0]])
    tokens = torch.full((3, 1), BOS)
    torch.testing.assert_close(model.decode(tokens, again)[0], model(source[[2, 0, 0]], tokens))
    blank = SentenceVector(torch.zeros(3, 5).double(), torch.zeros(3, 5).double())
    assert not torch.allclose(model.decode(tokens, blank)[0], model(source, tokens))


def test_a_later_target_word_never_changes_an_earlier_guess():
    model, source, words = model_of(), sentences([4]), torch.tensor([[1, 3, 4, 5]])
    changed = torch.tensor([[1, 3, 6, 7]])
    before, after = model(source, words), model(source, changed)
    assert torch.equal(before[:, :2], after[:, :2]) and not torch.allclose(before[:, 2:], after[:, 2:])


def test_rows_are_reversed_within_their_own_length():
    tokens = torch.tensor([[3, 4, 5, 0], [6, 7, 0, 0], [3, 4, 5, 6]])
    wanted = [[5, 4, 3, 0], [7, 6, 0, 0], [6, 5, 4, 3]]
    assert reversed_rows(tokens, torch.tensor([3, 2, 4])).tolist() == wanted


def test_forget_gates_start_as_configured():
    for bias in (2.0, None):
        model = model_of(gate_bias=bias)
        for layer in (model.encoder, model.decoder):
            forget = (layer.bias_ih_l0 + layer.bias_hh_l0).chunk(4)[1]
            assert (forget == 2.0).all() == (bias == 2.0)


@pytest.mark.parametrize(
    ("source", "target", "message"),
    [
        (torch.tensor([[3, 0], [0, 0]]), torch.ones(2, 1).long(), "begin with a word"),
        (torch.tensor([[3, 0, 4]]), torch.ones(1, 1).long(), "on the right only"),
        (torch.tensor([3, 4]), torch.ones(1, 1).long(), r"source of shape \(2,\) must be \(B, length\)"),
        (torch.tensor([[3, 9]]), torch.ones(1, 1).long(), "source ids 3 to 9 must lie in 0 to 8"),
        (torch.tensor([[3]]), torch.ones(1, 0).long(), r"target of shape \(1, 0\)"),
        (torch.tensor([[3]]), torch.tensor([[8]]), "target ids 8 to 8 must lie in 0 to 7"),
    ],
)
def test_bad_input_says_what_is_wrong(source, target, message):
    with pytest.raises(ValueError, match=message):
        model_of()(source, target)


def test_sizes_must_be_positive():
    with pytest.raises(ValueError, match="must each be at least 1"):
        Seq2SeqConfig(source_vocabulary=9, target_vocabulary=8, hidden=0)
