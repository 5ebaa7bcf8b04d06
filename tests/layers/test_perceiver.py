"""Oracles: the paper's pseudo-code written out; Hugging Face's IdeficsPerceiverResampler with our weights."""

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch.nn.functional import layer_norm
from transformers import IdeficsConfig
from transformers.models.idefics.perceiver import IdeficsPerceiverResampler

from lecture_utils.layers.perceiver import PerceiverResampler

DIM, HEADS = 8, 2


def resampler(seed=0, **sizes):
    torch.manual_seed(seed)
    ours = PerceiverResampler(**{"dim": DIM, "latents": 5, "layers": 2, "heads": HEADS, "frames": 3, **sizes})
    for parameter in ours.parameters():  # no norm at 1, no bias at 0
        torch.nn.init.normal_(parameter, std=0.5)
    return ours


def norm(x, module):
    return layer_norm(x, x.shape[-1:], module.weight, module.bias)


def attention(queries, memory, module, heads):
    """Softmax attention, head by head, with nothing of ours but the four matrices."""
    size, heads_out = queries.shape[-1] // heads, []
    for h in range(heads):
        rows = slice(h * size, (h + 1) * size)
        q, k, v = (
            x @ m.weight[rows].T for x, m in ((queries, module.query), (memory, module.key), (memory, module.value))
        )
        heads_out.append(torch.softmax(q @ k.mT / size**0.5, -1) @ v)
    return torch.cat(heads_out, -1) @ module.output.weight.T


def by_the_paper(ours, features):
    """The paper's pseudo-code, one clip at a time: times added, frames laid end to end, latents among the keys."""
    results = []
    for clip in features:  # (F, P, D)
        flat = torch.cat([frame + ours.times[index] for index, frame in enumerate(clip)])  # (F P, D)
        x = ours.latents
        for layer in ours.layers:
            q = norm(x, layer.norm_latents)
            x = x + attention(q, torch.cat([norm(flat, layer.norm_features), q]), layer.attention, HEADS)
            inner = norm(x, layer.norm) @ layer.feedforward.expand.weight.T + layer.feedforward.expand.bias
            x = x + inner.clamp(min=0) ** 2 @ layer.feedforward.contract.weight.T + layer.feedforward.contract.bias
        results.append(norm(x, ours.norm))
    return torch.stack(results)


@settings(deadline=None, max_examples=10)
@given(frames=st.integers(1, 3), patches=st.integers(1, 6), seed=st.integers(0, 99))
def test_it_is_the_papers_pseudo_code(frames, patches, seed):
    ours, features = resampler(seed), torch.randn(2, frames, patches, DIM, requires_grad=True)
    copy = features.detach().clone().requires_grad_()
    got, wanted = ours(features), by_the_paper(ours, copy)
    torch.testing.assert_close(got, wanted, atol=1e-5, rtol=1e-4)
    weight = torch.randn_like(got)
    gradients = [
        torch.autograd.grad((y * weight).sum(), [x, *ours.parameters()]) for y, x in ((got, features), (wanted, copy))
    ]
    for mine, theirs in zip(*gradients, strict=True):
        torch.testing.assert_close(mine, theirs, atol=1e-4, rtol=1e-3)


def test_it_is_hugging_faces_without_times_and_biases():
    """Idefics has ReLU where the paper has squared ReLU: ours gets theirs."""
    ours = resampler()
    for layer in ours.layers:
        for linear in (layer.feedforward.expand, layer.feedforward.contract):
            torch.nn.init.zeros_(linear.bias)
    torch.nn.init.zeros_(ours.times)
    config = IdeficsConfig(vision_config={"embed_dim": DIM}, perceiver_config={"qk_layer_norms_perceiver": False})
    theirs = IdeficsPerceiverResampler(config, DIM, 2, HEADS, DIM // HEADS, 5)
    with torch.no_grad():
        theirs.latents.copy_(ours.latents)
    theirs.layer_norm.load_state_dict(ours.norm.state_dict())
    for (their_attention, their_mlp), layer in zip(theirs.blocks, ours.layers, strict=True):
        layer.feedforward.activation = torch.relu
        for to, source in (
            (their_attention.context_layer_norm, layer.norm_features),
            (their_attention.latents_layer_norm, layer.norm_latents),
            (their_attention.q_proj, layer.attention.query),
            (their_attention.k_proj, layer.attention.key),
            (their_attention.v_proj, layer.attention.value),
            (their_attention.output_proj, layer.attention.output),
            (their_mlp.ln, layer.norm),
        ):
            to.load_state_dict(source.state_dict())
        their_mlp.fc.weight.data.copy_(layer.feedforward.expand.weight)
        their_mlp.c_proj.weight.data.copy_(layer.feedforward.contract.weight)
    features = torch.randn(3, 1, 7, DIM)
    pairs = [(features.clone().requires_grad_(), model) for model in (ours, lambda x: theirs(x[:, 0]))]
    outputs = [model(x) for x, model in pairs]
    torch.testing.assert_close(*outputs, atol=1e-5, rtol=1e-4)
    weight = torch.randn_like(outputs[0])
    gradients = [torch.autograd.grad((y * weight).sum(), x)[0] for y, (x, _) in zip(outputs, pairs, strict=True)]
    torch.testing.assert_close(*gradients, atol=1e-5, rtol=1e-3)


@settings(deadline=None, max_examples=10)
@given(frames=st.integers(1, 8), patches=st.integers(1, 300))
def test_the_papers_64_tokens_whatever_comes_in(frames, patches):
    ours = PerceiverResampler(dim=4, layers=1, heads=1)
    assert ours(torch.randn(2, frames, patches, 4)).shape == (2, 64, 4)


def test_the_order_of_patches_is_nothing_and_that_of_frames_counts():
    ours, features = resampler(), torch.randn(1, 3, 4, DIM)
    torch.testing.assert_close(ours(features), ours(features[:, :, [2, 0, 3, 1]]), atol=1e-5, rtol=1e-4)
    assert (ours(features) - ours(features.flip(1))).abs().max() > 1e-2


@pytest.mark.parametrize(
    ("shape", "message"),
    [
        ((2, 7, DIM), "must be"),
        ((1, 4, 7, DIM), "frames up to 3"),
        ((1, 1, 7, 9), f"patches, {DIM}"),
        ((1, 0, 7, DIM), "frames up to 3"),
    ],
)
def test_features_that_do_not_fit_are_refused(shape, message):
    with pytest.raises(ValueError, match=message):
        resampler()(torch.zeros(shape))


@pytest.mark.parametrize("name", ["latents", "layers", "frames"])
def test_counts_below_one_are_refused(name):
    with pytest.raises(ValueError, match=rf"{name} \(0\)"):
        PerceiverResampler(**{"dim": 4, "heads": 1, name: 0})
