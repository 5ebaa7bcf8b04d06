"""Oracles: Hugging Face's Informer blocks where they agree with the paper; equations 5 and 6 written out."""

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch.nn import functional as F
from transformers import InformerConfig as TheirConfig
from transformers.models.informer import modeling_informer as theirs

from lecture_utils.layers.positions import sinusoids
from lecture_utils.layers.prob_sparse import ProbSparseAttention
from lecture_utils.layers.transformer import DecoderLayer, EncoderLayer
from lecture_utils.models.informer import Distilling, Embedding, Informer, InformerConfig, _layer

SMALL = InformerConfig(context=12, label=5, horizon=4, width=8, heads=2, hidden=16)
PARTS = {"query": "q_proj", "key": "k_proj", "value": "v_proj", "output": "out_proj"}


def draw(config=SMALL, seed=0, batch=3):
    torch.manual_seed(seed)
    model = Informer(config).eval()
    past = torch.randn(batch, config.context, config.channels)
    return model, past, torch.randn(batch, config.context + config.horizon, config.features)


def their_config(**more):
    return TheirConfig(
        prediction_length=4, d_model=8, encoder_attention_heads=2, decoder_attention_heads=2, encoder_ffn_dim=16,
        decoder_ffn_dim=16, dropout=0.0, attention_dropout=0.0, activation_dropout=0.0, sampling_factor=2,
        attn_implementation="eager", **more,
    )  # fmt: skip


def copy_layer(ours, their):
    """Our layer's weights into Hugging Face's."""
    pairs = [(ours.attention, their.self_attn)]
    norms = [(ours.around_attention, their.self_attn_layer_norm), (ours.around_feedforward, their.final_layer_norm)]
    if isinstance(ours, DecoderLayer):
        pairs.append((ours.cross_attention, their.encoder_attn))
        norms.append((ours.around_cross, their.encoder_attn_layer_norm))
    for mine, other in pairs:
        for name, their_name in PARTS.items():
            getattr(other, their_name).load_state_dict(getattr(mine, name).state_dict())
    for mine, other in norms:
        other.load_state_dict(mine.norm.state_dict())
    their.fc1.load_state_dict(ours.feedforward.expand.state_dict())
    their.fc2.load_state_dict(ours.feedforward.contract.state_dict())


def assert_alike(ours, their, x):
    copies = [x.clone().requires_grad_() for _ in range(2)]
    outputs = [module(copy) for module, copy in zip((ours, their), copies, strict=True)]
    torch.testing.assert_close(*outputs, atol=1e-5, rtol=1e-4)
    weight = torch.randn_like(outputs[0])
    grads = [torch.autograd.grad((y * weight).sum(), copy)[0] for y, copy in zip(outputs, copies, strict=True)]
    torch.testing.assert_close(*grads, atol=1e-5, rtol=1e-3)


@pytest.fixture
def all_keys(monkeypatch):
    """Every key is sampled once, in both."""
    monkeypatch.setattr(theirs.torch, "randint", lambda low, high, size: torch.arange(high))
    monkeypatch.setattr(ProbSparseAttention, "_sample", lambda self, keys: torch.arange(keys))


@pytest.mark.parametrize("factor", [2, None])
def test_the_encoder_layer_is_hugging_faces(all_keys, factor):
    torch.manual_seed(0)
    ours = _layer(EncoderLayer, InformerConfig(width=8, heads=2, hidden=16, factor=factor))
    their = theirs.InformerEncoderLayer(their_config(attention_type="full" if factor is None else "prob"))
    copy_layer(ours, their)
    assert_alike(ours, lambda x: their(x, attention_mask=None), torch.randn(3, 18, 8))


def test_the_decoder_layer_is_hugging_faces(all_keys):
    torch.manual_seed(1)
    ours = _layer(DecoderLayer, InformerConfig(width=8, heads=2, hidden=16, factor=2))
    their = theirs.InformerDecoderLayer(their_config())
    copy_layer(ours, their)
    memory, later = torch.randn(3, 11, 8), torch.full((18, 18), float("-inf")).triu(1).expand(3, 1, -1, -1)
    result = lambda x: their(x, attention_mask=later, encoder_hidden_states=memory)  # noqa: E731
    assert_alike(lambda x: ours(x, memory), result, torch.randn(3, 18, 8))


@pytest.mark.parametrize("length", [1, 7, 8])
def test_distilling_is_equation_5_and_hugging_faces_without_its_norm(length):
    torch.manual_seed(2)
    ours, their = Distilling(dim=8), theirs.InformerConvLayer(8).eval()
    their.downConv.load_state_dict(ours.convolution.state_dict())
    their.norm.eps = 0.0  # fresh batch normalisation is then the identity
    x = torch.randn(3, length, 8)
    if length > 1:
        assert_alike(ours, their, x)
    assert ours(x).shape == (3, (length + 1) // 2, 8)


def test_the_embedding_adds_value_place_and_time():
    torch.manual_seed(3)
    embedding, values, times = Embedding(channels=2, features=3, dim=8), torch.randn(1, 6, 2), torch.randn(1, 6, 3)
    got = embedding(values, times)
    for t in range(6):
        near = [values[0, (t + shift) % 6] for shift in (-1, 0, 1)]
        value = sum(embedding.value.weight[:, :, i] @ near[i] for i in range(3))
        wanted = value + sinusoids(torch.tensor(t), 8).float() + embedding.time.weight @ times[0, t]
        torch.testing.assert_close(got[0, t], wanted, atol=1e-5, rtol=1e-4)


def test_the_decoder_gets_the_start_token_and_zeros(monkeypatch):
    """Equation 6: the last `label` values, zeros for the horizon, and the times of both."""
    model, past, times = draw()
    seen = {}
    inner = model.future_embedding.forward
    monkeypatch.setattr(
        model.future_embedding, "forward", lambda values, at: (seen.update(v=values, t=at), inner(values, at))[1]
    )
    model(past, times)
    torch.testing.assert_close(seen["v"], torch.cat([past[:, -5:], torch.zeros(3, 4, 1)], 1))
    torch.testing.assert_close(seen["t"], times[:, -9:])


@settings(deadline=None, max_examples=15)
@given(
    context=st.integers(4, 40), horizon=st.integers(1, 30), layers=st.integers(1, 3), minus=st.booleans(),
    factor=st.sampled_from([None, 1, 5]), distil=st.booleans(), channels=st.integers(1, 3), data=st.data(),
)  # fmt: skip
def test_shapes_and_every_weight_has_a_gradient(context, horizon, layers, minus, factor, distil, channels, data):
    config = InformerConfig(
        context=context, label=data.draw(st.integers(0, context)), horizon=horizon, channels=channels, width=8,
        heads=2, hidden=16, encoder_layers=layers, factor=factor, distil=distil, minus_last=minus,
    )  # fmt: skip
    model, past, times = draw(config)
    forecast = model(past, times)
    assert forecast.shape == (3, horizon, channels)
    forecast.square().sum().backward()
    assert all(weight.grad is not None for weight in model.parameters())
    length = context
    for _ in range(layers - 1 if distil else 0):
        length = (length + 1) // 2
    assert model.encode(past, times[:, :context]).shape == (3, length, 8)


def test_minus_last_moves_the_forecast_with_the_past():
    config = InformerConfig(context=12, label=5, horizon=4, width=8, heads=2, hidden=16, minus_last=True)
    model, past, times = draw(config)
    torch.testing.assert_close(model(past + 7, times), model(past, times) + 7, atol=1e-5, rtol=1e-4)
    model, past, times = draw()
    assert (model(past + 7, times) - model(past, times) - 7).abs().max() > 0.1


def test_a_forecast_depends_on_the_past_its_times_and_the_times_to_come():
    model, past, times = draw()
    before = model(past, times)
    for changed in ((past.flip(1), times), (past, times.flip(1))):
        assert (model(*changed) - before).abs().max() > 1e-3
    assert torch.equal(model(past, times), before)


def test_without_sparsity_and_distilling_it_is_a_transformer_of_ours():
    """The encoder unrolled by hand with the functions of torch."""
    config = InformerConfig(context=12, label=5, horizon=4, width=8, heads=2, hidden=16, factor=None, distil=False)
    model, past, times = draw(config)
    x = model.past_embedding(past, times[:, :12])
    for layer in model.encoder:
        q, k, v = (
            part(x).unflatten(-1, (2, 4)).transpose(1, 2)
            for part in (layer.attention.query, layer.attention.key, layer.attention.value)
        )
        mixed = layer.attention.output(((q @ k.mT / 2).softmax(-1) @ v).transpose(1, 2).flatten(2))
        x = layer.around_attention.norm(x + mixed)
        x = layer.around_feedforward.norm(x + layer.feedforward.contract(F.gelu(layer.feedforward.expand(x))))
    torch.testing.assert_close(model.encode(past, times[:, :12]), model.encoder_norm(x), atol=1e-5, rtol=1e-4)


@pytest.mark.parametrize(
    ("past", "times", "message"),
    [
        (torch.zeros(2, 11, 1), torch.zeros(2, 16, 2), r"past \(2, 11, 1\).*\(2, 12, 1\)"),
        (torch.zeros(2, 12, 1), torch.zeros(2, 12, 2), r"times \(2, 12, 2\).*\(2, 16, 2\)"),
        (torch.full((2, 12, 1), float("nan")), torch.zeros(2, 16, 2), "contains NaN"),
    ],
)
def test_inputs_that_do_not_fit_are_refused(past, times, message):
    with pytest.raises(ValueError, match=message):
        Informer(SMALL)(past, times)


@pytest.mark.parametrize("sizes", [{"label": 13}, {"label": -1}, {"horizon": 0}])
def test_sizes_that_do_not_fit_are_refused(sizes):
    with pytest.raises(ValueError, match=r"label .* must lie in 0 to context"):
        Informer(InformerConfig(**{"context": 12, "label": 5, **sizes}))
