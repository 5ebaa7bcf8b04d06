"""Oracles: pytorch_tabnet with the same weights (outputs, masks, gradients); the paper's parameter counts."""

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from pytorch_tabnet import tab_network as reference
from torch import nn

from lecture_utils.models.tabnet import (
    TABNET_SYN123,
    TABNET_SYN456,
    AttentiveTransformer,
    ColumnEmbedding,
    GatedLayer,
    Reading,
    TabNet,
    TabNetConfig,
)

NORM = {"virtual_batch_size": 8, "momentum": 0.02}
CLOSE = {"atol": 1e-5, "rtol": 1e-4}
SAME = {"atol": 1e-8, "rtol": 1e-6}  # in float64
SHAPES = [(3, 2, 2, 1.3, ()), (1, 1, 0, 1.0, ()), (4, 1, 1, 1.5, ((2, 3), (5, 4))), (2, 3, 1, 2.0, ())]


def randomise(model: nn.Module) -> nn.Module:
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.uniform_(0.5, 1.5) if parameter.ndim == 1 else parameter.normal_(0, 0.5)
    return model


def hand_over(ours: TabNet, theirs: nn.Module) -> None:
    """Copy our weights into pytorch_tabnet's model, part by part."""
    pairs = [(ours.encoder.norm, theirs.tabnet.encoder.initial_bn), (ours.readout, theirs.tabnet.final_mapping)]
    pairs += zip(ours.embedding.kinds, getattr(theirs.embedder, "embeddings", []), strict=True)
    mine = [ours.encoder.first, *ours.encoder.transformers]
    other = [theirs.tabnet.encoder.initial_splitter, *theirs.tabnet.encoder.feat_transformers]
    for transformer, twin in zip(mine, other, strict=True):
        layers = [*twin.shared.glu_layers, *getattr(twin.specifics, "glu_layers", [])]
        for layer, their_layer in zip(transformer.layers, layers, strict=True):
            pairs += [(layer.linear, their_layer.fc), (layer.norm, their_layer.bn.bn)]
    for attention, twin in zip(ours.encoder.attention, theirs.tabnet.encoder.att_transformers, strict=True):
        pairs += [(attention.linear, twin.fc), (attention.norm, twin.bn.bn)]
    for part, twin in pairs:
        twin.load_state_dict({**twin.state_dict(), **part.state_dict()})


def both(steps, shared, independent, relaxation, categories=()):
    """Our TabNet and pytorch_tabnet's, seven columns, the same random weights."""
    theirs = reference.TabNet(
        7,
        2,
        n_d=4,
        n_a=4,
        n_steps=steps,
        gamma=relaxation,
        n_shared=shared,
        n_independent=independent,
        cat_idxs=[column for column, _ in categories],
        cat_dims=[kinds for _, kinds in categories],
        cat_emb_dim=[1] * len(categories),
        group_attention_matrix=torch.eye(7),
        **NORM,
    )
    ours = TabNet(TabNetConfig(7, 2, 4, steps, relaxation, shared, independent, 8, 0.02, categories))
    hand_over(randomise(ours), theirs)
    theirs.tabnet.encoder.group_attention_matrix = torch.eye(7, dtype=torch.float64)
    return ours.double(), theirs.double()  # in float32 their rounding and ours grow apart through the norms


@pytest.fixture
def in_float64(monkeypatch):
    """The reference's one constant in float32 is the residual connections' sqrt(1/2)."""
    monkeypatch.setattr(torch, "FloatTensor", torch.DoubleTensor)


def as_chunks(count):
    """The order of rows in which pytorch_tabnet's chunks of 8 are our ghosts, which take every C-th row."""
    return torch.arange(count).view(8, -1).T.flatten()


def rows(count, categories=()):
    table = torch.randn(count, 7).double()
    for column, kinds in categories:
        table[:, column] = torch.randint(kinds, (count,)).double()
    return table


@pytest.mark.parametrize("shape", SHAPES)
def test_outputs_sparsity_and_gradients_are_pytorch_tabnets(shape, in_float64):
    torch.manual_seed(0)
    ours, theirs = both(*shape)
    first = rows(24, shape[-1]).requires_grad_()
    order, pull = as_chunks(24), torch.randn(24, 2, dtype=torch.float64)
    second = first.detach()[order].clone().requires_grad_()
    reading = ours.read(first)
    logits, (wanted, entropy) = ours.decide(reading), theirs(second)
    torch.testing.assert_close(logits[order], wanted, **SAME)
    torch.testing.assert_close(reading.entropy, -entropy, **SAME)
    ((logits * pull).sum() + 0.3 * reading.entropy).backward()
    ((wanted * pull[order]).sum() - 0.3 * entropy).backward()
    torch.testing.assert_close(first.grad[order], second.grad, **SAME)
    shared = theirs.tabnet.encoder.initial_splitter.shared.glu_layers[0].fc.weight
    torch.testing.assert_close(ours.encoder.first.layers[0].linear.weight.grad, shared.grad, **SAME)
    last = theirs.tabnet.encoder.att_transformers[-1].fc.weight
    torch.testing.assert_close(ours.encoder.attention[-1].linear.weight.grad, last.grad, **SAME)


@pytest.mark.parametrize("shape", SHAPES)
def test_masks_and_importance_are_pytorch_tabnets(shape, in_float64):
    torch.manual_seed(1)
    ours, theirs = both(*shape)
    for _ in range(3):  # statistics of a few batches, for evaluation
        batch = rows(16, shape[-1])
        ours(batch), theirs(batch[as_chunks(16)])
    ours.eval(), theirs.eval()
    test = rows(20, shape[-1])
    torch.testing.assert_close(ours(test), theirs(test)[0], **SAME)
    explained, masks = theirs.forward_masks(test)
    explained = explained.double()
    reading = ours.read(test)
    torch.testing.assert_close(reading.masks, torch.stack(list(masks.values())), **SAME)
    torch.testing.assert_close(
        reading.importance, explained / explained.sum(-1, keepdim=True).clamp(min=1e-12), **CLOSE
    )


def test_the_gated_layer_is_pytorch_tabnets():
    torch.manual_seed(2)
    ours, theirs = GatedLayer(nn.Linear(5, 6, bias=False), ghost=8, momentum=0.02), reference.GLU_Layer(5, 3, **NORM)
    theirs.fc.load_state_dict(ours.linear.state_dict())
    x, order = torch.randn(16, 5, requires_grad=True), as_chunks(16)
    out, wanted = ours(x)[order], theirs(x[order])
    torch.testing.assert_close(out, wanted)
    slopes = [torch.autograd.grad(result.square().sum(), x)[0] for result in (out, wanted)]
    torch.testing.assert_close(*slopes, **CLOSE)


def test_the_attentive_transformer_is_pytorch_tabnets():
    torch.manual_seed(3)
    ours = AttentiveTransformer(4, 6, ghost=8, momentum=0.02)
    theirs = reference.AttentiveTransformer(4, 6, None, **NORM)
    theirs.fc.load_state_dict(ours.linear.state_dict())
    attention, prior, order = torch.randn(16, 4, requires_grad=True), torch.rand(16, 6), as_chunks(16)
    mask, wanted = ours(attention, prior)[order], theirs(prior[order], attention[order])
    torch.testing.assert_close(mask, wanted)
    pull = torch.randn(16, 6)
    slopes = [torch.autograd.grad((result * pull).sum(), attention)[0] for result in (mask, wanted)]
    torch.testing.assert_close(*slopes, **CLOSE)


@settings(deadline=None, max_examples=20)
@given(seed=st.integers(0, 999), steps=st.integers(1, 4), relaxation=st.sampled_from([1.0, 1.5]))
def test_masks_are_shares_and_what_was_looked_at_is_less_free(seed, steps, relaxation):
    torch.manual_seed(seed)
    model = randomise(TabNet(TabNetConfig(7, width=4, steps=steps, relaxation=relaxation, ghost=8)))
    priors = []
    for attention in model.encoder.attention:
        attention.register_forward_pre_hook(lambda _, inputs: priors.append(inputs[1]))
    masks = model.read(torch.randn(16, 7)).masks
    assert masks.shape == (steps, 16, 7) and masks.min() >= 0
    torch.testing.assert_close(masks.sum(-1), torch.ones(steps, 16))
    for step, prior in enumerate(priors):
        torch.testing.assert_close(prior, (relaxation - masks[:step]).prod(0))


def test_importance_by_hand():
    masks = torch.tensor([[[1.0, 0.0], [0.5, 0.5]], [[0.0, 1.0], [1.0, 0.0]]])
    decisions = torch.tensor([[[3.0, 0.0], [0.0, 0.0]], [[0.5, 0.5], [0.0, 0.0]]])
    torch.testing.assert_close(Reading(masks, decisions).importance, torch.tensor([[0.75, 0.25], [0.0, 0.0]]))
    torch.testing.assert_close(Reading(masks, decisions).entropy, torch.tensor(2.0).log() / 4)


def test_the_papers_sizes():
    """Arik and Pfister 2021, section 'Instance-wise feature selection': 26 k parameters for Syn1-3, 31 k for Syn4-6."""
    count = lambda config: sum(parameter.numel() for parameter in TabNet(config).parameters())  # noqa: E731
    assert count(TABNET_SYN123) // 1000 == 26 and count(TABNET_SYN456) // 1000 == 31


def test_codes_become_numbers_and_the_rest_passes():
    embedding = ColumnEmbedding(3, ((1, 4),))
    out = embedding(torch.tensor([[0.5, 2.0, -1.0], [0.1, 0.0, 7.0]]))
    assert torch.equal(out[:, [0, 2]], torch.tensor([[0.5, -1.0], [0.1, 7.0]]))
    assert out[:, 1].tolist() == embedding.kinds[0].weight[[2, 0], 0].tolist()


@pytest.mark.parametrize(
    ("table", "message"),
    [
        ([[0.0, 4.0, 0.0]], "column 1 holds codes"),
        ([[0.0, -1.0, 0.0]], "column 1 holds codes"),
        ([[0.0, 0.5, 0.0]], "column 1 holds codes"),
        ([[0.0, 1.0]], r"must be \(rows, 3\)"),
        ([[float("nan"), 1.0, 0.0]], "without NaN"),
    ],
)
def test_a_table_that_does_not_fit_says_why(table, message):
    with pytest.raises(ValueError, match=message):
        TabNet(TabNetConfig(3, categories=((1, 4),)))(torch.tensor(table))


@pytest.mark.parametrize(
    ("config", "message"),
    [
        (TabNetConfig(3, steps=0), "at least 1"),
        (TabNetConfig(3, shared=0), "at least 1"),
        (TabNetConfig(3, relaxation=0.5), r"relaxation \(0.5\)"),
        (TabNetConfig(3, categories=((3, 2),)), "column from 0 to 2"),
    ],
)
def test_sizes_out_of_range_are_refused(config, message):
    with pytest.raises(ValueError, match=message):
        TabNet(config)
