"""Oracles: the paper's pseudo-code written out; Hugging Face's IdeficsGatedCrossAttentionLayer with our weights."""

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from transformers import IdeficsConfig
from transformers.models.idefics.modeling_idefics import IdeficsGatedCrossAttentionLayer

from lecture_utils.layers.gated_attention import GatedCrossAttention
from lecture_utils.layers.masks import latest_image

DIM, WIDE, HEADS = 8, 6, 2


def block(seed=0, gates=(0.7, -0.4), memory_dim=WIDE):
    torch.manual_seed(seed)
    ours = GatedCrossAttention(dim=DIM, heads=HEADS, memory_dim=memory_dim)
    for parameter in ours.parameters():
        torch.nn.init.normal_(parameter, std=0.5)
    with torch.no_grad():
        ours.attention_gate.fill_(gates[0])
        ours.feedforward_gate.fill_(gates[1])
    return ours


def norm(x, module):
    centred = x - x.mean(-1, keepdim=True)
    return centred / (centred.pow(2).mean(-1, keepdim=True) + module.eps).sqrt() * module.weight + module.bias


def by_the_paper(ours, text, visual, mask):
    """The paper's pseudo-code, one text, one token and one head at a time."""
    inner, size, rows = ours.attention, DIM // HEADS, []
    for b in range(len(text)):
        q, k, v = (
            norm(text[b], ours.norm_attention) @ inner.query.weight.T,
            *(visual[b] @ m.weight.T for m in (inner.key, inner.value)),
        )
        seen = torch.zeros_like(text[b])
        for t in range(text.shape[1]):
            may = mask[b, 0, t]
            if may.any():
                parts = [slice(h * size, (h + 1) * size) for h in range(HEADS)]
                heads = [torch.softmax(k[may, p] @ q[t, p] / size**0.5, 0) @ v[may, p] for p in parts]
                seen[t] = inner.output.weight @ torch.cat(heads)
        y = text[b] + torch.tanh(ours.attention_gate) * seen
        hidden = (
            norm(y, ours.norm_feedforward) @ ours.feedforward.expand.weight.T + ours.feedforward.expand.bias
        ).relu() ** 2
        dense = hidden @ ours.feedforward.contract.weight.T + ours.feedforward.contract.bias
        rows.append(y + torch.tanh(ours.feedforward_gate) * dense)
    return torch.stack(rows)


@settings(deadline=None, max_examples=10)
@given(seed=st.integers(0, 99), tags=st.sets(st.integers(0, 5), max_size=2))
def test_it_is_the_papers_pseudo_code(seed, tags):
    ours = block(seed)
    tokens = torch.tensor([[9 if t in tags else 1 for t in range(6)], [1, 9, 1, 1, 9, 1]])
    mask = latest_image(tokens, 2, 3, tag=9)
    inputs = [torch.randn(2, 6, DIM, requires_grad=True), torch.randn(2, 6, WIDE, requires_grad=True)]
    copies = [x.detach().clone().requires_grad_() for x in inputs]
    outputs = ours(*inputs, mask=mask), by_the_paper(ours, *copies, mask)
    torch.testing.assert_close(*outputs, atol=1e-5, rtol=1e-4)
    weight = torch.randn_like(outputs[0])
    gradients = [
        torch.autograd.grad((y * weight).sum(), [*x, *ours.parameters()])
        for y, x in zip(outputs, (inputs, copies), strict=True)
    ]
    for mine, theirs in zip(*gradients, strict=True):
        torch.testing.assert_close(mine, theirs, atol=1e-4, rtol=1e-3)


def test_it_is_hugging_faces_attention_with_its_gate():
    """Where Idefics leaves the paper (RMS norms, a gated MLP), theirs gets our norms and feed-forward."""
    ours = block()
    config = IdeficsConfig(
        hidden_size=DIM,
        num_attention_heads=HEADS,
        intermediate_size=4 * DIM,
        vision_config={"embed_dim": WIDE},
        alpha_type="float",
        qk_layer_norms=False,
        attn_implementation="eager",
    )
    theirs = IdeficsGatedCrossAttentionLayer(config, layer_idx=0).eval()
    inner = theirs.cross_attn
    for to, source in zip(
        (inner.q_proj, inner.k_proj, inner.v_proj, inner.o_proj), ("query", "key", "value", "output"), strict=True
    ):
        to.load_state_dict(getattr(ours.attention, source).state_dict())
    theirs.input_layernorm, theirs.post_attention_layernorm = ours.norm_attention, ours.norm_feedforward
    theirs.mlp = ours.feedforward
    with torch.no_grad():
        theirs.alpha_cross_attn.copy_(ours.attention_gate)
        theirs.alpha_dense.copy_(ours.feedforward_gate)
    mask = latest_image(torch.tensor([[1, 9, 1, 9, 1], [9, 1, 1, 1, 1]]), 2, 3, tag=9)
    theirs_mask = torch.zeros(mask.shape).masked_fill(~mask, torch.finfo(torch.float32).min)
    text, visual = torch.randn(2, 5, DIM), torch.randn(2, 6, WIDE)
    pairs = [[text.clone().requires_grad_(), visual.clone().requires_grad_()] for _ in range(2)]
    outputs = [
        ours(*pairs[0], mask=mask),
        theirs(
            pairs[1][0],
            image_hidden_states=pairs[1][1],
            image_attention_mask=theirs_mask,
            cross_attention_gate=mask[:, 0].any(-1),
        ),
    ]
    torch.testing.assert_close(*outputs, atol=1e-5, rtol=1e-4)
    weight = torch.randn(2, 5, DIM)
    gradients = [torch.autograd.grad((y * weight).sum(), x) for y, x in zip(outputs, pairs, strict=True)]
    for mine, other in zip(*gradients, strict=True):
        torch.testing.assert_close(mine, other, atol=1e-5, rtol=1e-3)


@settings(deadline=None, max_examples=10)
@given(seed=st.integers(0, 99), scale=st.sampled_from([1e-3, 1.0, 1e3]))
def test_a_new_block_hands_its_input_on_bit_for_bit(seed, scale):
    torch.manual_seed(seed)
    fresh = GatedCrossAttention(dim=DIM, heads=HEADS, memory_dim=WIDE)
    text, visual = scale * torch.randn(2, 4, DIM), scale * torch.randn(2, 3, WIDE)
    assert torch.equal(fresh(text, visual), text)
    fresh(text, visual).square().sum().backward()
    assert fresh.attention_gate.grad.abs() > 0 and fresh.feedforward_gate.grad.abs() > 0  # and yet it can learn
    assert all(not p.grad.any() for name, p in fresh.named_parameters() if not name.endswith("_gate"))


def test_text_that_sees_no_image_passes_the_attention_untouched():
    ours, text = block(gates=(2.0, 0.0)), torch.randn(1, 4, DIM)
    mask = latest_image(torch.tensor([[1, 1, 9, 1]]), 1, 3, tag=9)
    after = ours(text, torch.randn(1, 3, WIDE), mask=mask)
    assert torch.equal(after[:, :2], text[:, :2]) and (after[:, 2:] - text[:, 2:]).abs().min() > 1e-4


def test_visual_tokens_of_another_width_are_refused():
    with pytest.raises(ValueError, match=rf"memory of shape \(1, 3, 8\) must be \(B, length, {WIDE}\)"):
        block()(torch.zeros(1, 4, DIM), torch.zeros(1, 3, 8))
