"""Oracles: torch.nn.TransformerEncoderLayer and TransformerDecoderLayer with the same weights; numbers by hand."""

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn
from torch.nn import functional as F

from lecture_utils.layers import masks
from lecture_utils.layers.attention import KeyValueCache
from lecture_utils.layers.positions import Rotary
from lecture_utils.layers.transformer import DecoderLayer, EncoderLayer, Residual

D, H, HIDDEN = 8, 2, 12
each_norm = pytest.mark.parametrize("norm_first", [False, True], ids=["post-norm", "pre-norm"])
quick = settings(deadline=None, max_examples=20)


def normal(*shape, seed=0):
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


def pair(kind, norm_first, activation=F.relu):
    """torch's layer and ours of the same sizes, in double precision."""
    theirs, ours = {
        "encoder": (nn.TransformerEncoderLayer, EncoderLayer),
        "decoder": (nn.TransformerDecoderLayer, DecoderLayer),
    }[kind]
    sizes = {"norm_first": norm_first, "activation": activation, "dropout": 0.0}
    return (
        theirs(D, H, HIDDEN, batch_first=True, **sizes).double(),
        ours(dim=D, heads=H, hidden=HIDDEN, **sizes).double(),
    )


def assert_same_forward_and_gradient(theirs, ours, inputs, seen):
    """The same outputs where `seen` (B, T) is True, and the same gradients of a random sum of those."""
    direction = normal(*inputs[0].shape, seed=99) * seen[..., None]
    gradients = []
    for answer in (theirs, ours):
        leaves = [x.clone().requires_grad_() for x in inputs]
        output = answer(*leaves)
        gradients.append((output[seen].detach(), *torch.autograd.grad((output * direction).sum(), leaves)))
    for ours_part, theirs_part in zip(*gradients, strict=True):
        torch.testing.assert_close(ours_part, theirs_part)


@each_norm
@pytest.mark.parametrize("causal", [False, True])
@pytest.mark.parametrize("activation", [F.relu, F.gelu])
def test_encoder_layer_equals_torchs_with_padding(norm_first, causal, activation, copy_weights):
    theirs, ours = pair("encoder", norm_first, activation)
    copy_weights(theirs, ours)
    tokens = torch.tensor([[5, 6, 7, 8, 9], [5, 6, 7, 0, 0]])
    later = ~masks.causal(5) if causal else None  # torch's masks mean: may not attend
    assert_same_forward_and_gradient(
        lambda x: theirs(x, src_mask=later, src_key_padding_mask=tokens == 0),
        lambda x: ours(x, mask=masks.padding(tokens), causal=causal),
        [normal(2, 5, D)],
        tokens != 0,
    )


@each_norm
def test_decoder_layer_equals_torchs_with_padding_on_both_sides(norm_first, copy_weights):
    theirs, ours = pair("decoder", norm_first)
    copy_weights(theirs, ours)
    source, target = torch.tensor([[5, 6, 7, 0], [5, 6, 7, 8]]), torch.tensor([[1, 4, 5, 6, 7], [1, 4, 5, 0, 0]])
    assert_same_forward_and_gradient(
        lambda x, memory: theirs(
            x, memory, tgt_mask=~masks.causal(5), tgt_key_padding_mask=target == 0, memory_key_padding_mask=source == 0
        ),
        lambda x, memory: ours(x, memory, memory_mask=masks.padding(source)),
        [normal(2, 5, D), normal(2, 4, D, seed=1)],
        target != 0,
    )


def test_every_weight_gets_torchs_gradient(copy_weights):
    theirs, ours = pair("decoder", norm_first=False)
    copy_weights(theirs, ours)
    x, memory, direction = (normal(2, n, D, seed=n) for n in (4, 3, 4))
    (theirs(x, memory, tgt_mask=~masks.causal(4)) * direction).sum().backward()
    (ours(x, memory) * direction).sum().backward()
    for attention, oracle in ((ours.attention, theirs.self_attn), (ours.cross_attention, theirs.multihead_attn)):
        parts = (attention.query, attention.key, attention.value)
        torch.testing.assert_close(torch.cat([part.weight.grad for part in parts]), oracle.in_proj_weight.grad)
        torch.testing.assert_close(attention.output.bias.grad, oracle.out_proj.bias.grad)
    torch.testing.assert_close(ours.feedforward.expand.weight.grad, theirs.linear1.weight.grad)
    torch.testing.assert_close(ours.around_cross.norm.weight.grad, theirs.norm2.weight.grad)


def test_a_wire_by_hand():
    post, pre = (Residual(dim=2, dropout=0.0, norm_first=norm_first) for norm_first in (False, True))
    x = torch.tensor([1.0, 3.0])
    branch = lambda x: x * torch.tensor([0.0, 2.0]) - torch.tensor([0.0, 4.0])  # noqa: E731  (1, 3) -> (0, 2)
    torch.testing.assert_close(post(x, branch), torch.tensor([-1.0, 1.0]), atol=1e-5, rtol=0)  # norm of (1, 5)
    torch.testing.assert_close(pre(x, branch), torch.tensor([1.0, 1.0]), atol=1e-4, rtol=0)  # (1, 3) + f(-1, 1)


def test_dropout_acts_on_every_branch_in_training_only():
    torch.manual_seed(0)
    x, memory = torch.randn(1, 3, D), torch.randn(1, 2, D)
    layer = DecoderLayer(dim=D, heads=H, hidden=HIDDEN, dropout=0.5)
    assert not torch.equal(layer(x, memory), layer(x, memory))
    layer.eval()
    assert torch.equal(layer(x, memory), layer(x, memory))
    drops = [module.p for module in layer.modules() if isinstance(module, nn.Dropout)]
    assert drops == [0.5] * 4 and layer.attention.dropout == layer.cross_attention.dropout == 0.5


@each_norm
@pytest.mark.parametrize("scheme", [None, Rotary])
@given(length=st.integers(1, 6), seed=st.integers(0, 99))
@quick
def test_word_by_word_with_caches_equals_all_at_once(norm_first, scheme, length, seed):
    torch.manual_seed(seed)
    positions = scheme(dim=D // H) if scheme else None
    sizes = {"dim": D, "heads": H, "hidden": HIDDEN, "norm_first": norm_first, "positions": positions}
    decoder, block = DecoderLayer(**sizes).double(), EncoderLayer(**sizes).double()
    x, memory = normal(2, length, D, seed=seed), normal(2, 3, D, seed=seed + 1)
    tokens = torch.tensor([[5, 5, 5], [5, 5, 0]])
    caches, cache = (KeyValueCache(), KeyValueCache()), KeyValueCache()
    written = [
        decoder(x[:, t : t + 1], memory, memory_mask=masks.padding(tokens), caches=caches) for t in range(length)
    ]
    torch.testing.assert_close(torch.cat(written, 1), decoder(x, memory, memory_mask=masks.padding(tokens)))
    written = [block(x[:, t : t + 1], causal=True, cache=cache) for t in range(length)]
    torch.testing.assert_close(torch.cat(written, 1), block(x, causal=True))


def test_a_decoder_layer_takes_one_more_mask():
    layer, x, memory = DecoderLayer(dim=D, heads=H, hidden=HIDDEN).double(), normal(1, 4, D), normal(1, 2, D, seed=1)
    changed = x.clone()
    changed[:, 0] += 1.0
    near = masks.windowed(4, before=1, after=0)  # nobody looks further back than one
    before, after = layer(x, memory, mask=near), layer(changed, memory, mask=near)
    assert torch.equal(before[:, 2:], after[:, 2:]) and not torch.allclose(before[:, 1], after[:, 1])


@pytest.mark.parametrize("kind", [EncoderLayer, DecoderLayer])
def test_sizes_that_do_not_fit_are_refused(kind):
    with pytest.raises(ValueError, match=r"dim \(10\) must be a multiple of heads \(4\)"):
        kind(dim=10, heads=4, hidden=8)
    with pytest.raises(ValueError, match=r"hidden \(0\) must each be at least 1"):
        kind(dim=8, heads=4, hidden=0)
