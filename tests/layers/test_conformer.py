"""Oracle: Hugging Face's Wav2Vec2ConformerEncoderLayer with the same weights, outputs and gradients."""

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from lecture_utils.layers.conformer import ConformerBlock, ConvolutionModule

MAPS = {  # ours -> theirs
    "halves.0.expand": "ffn1.intermediate_dense",
    "halves.0.contract": "ffn1.output_dense",
    "halves.1.expand": "ffn2.intermediate_dense",
    "halves.1.contract": "ffn2.output_dense",
    "around_halves.0.norm": "ffn1_layer_norm",
    "around_halves.1.norm": "ffn2_layer_norm",
    "around_attention.norm": "self_attn_layer_norm",
    "around_convolution.norm": "conv_module.layer_norm",
    "attention.query": "self_attn.linear_q",
    "attention.key": "self_attn.linear_k",
    "attention.value": "self_attn.linear_v",
    "attention.output": "self_attn.linear_out",
    "attention.positions.project": "self_attn.linear_pos",
    "convolution.expand": "conv_module.pointwise_conv1",
    "convolution.depthwise": "conv_module.depthwise_conv",
    "convolution.norm": "conv_module.batch_norm",
    "convolution.contract": "conv_module.pointwise_conv2",
    "norm": "final_layer_norm",
}


def theirs(dim, heads, kernel):
    from transformers import Wav2Vec2ConformerConfig
    from transformers.models.wav2vec2_conformer import modeling_wav2vec2_conformer as hugging_face

    config = Wav2Vec2ConformerConfig(
        hidden_size=dim, num_attention_heads=heads, intermediate_size=4 * dim, hidden_act="swish", hidden_dropout=0.0,
        attention_dropout=0.0, activation_dropout=0.0, conformer_conv_dropout=0.0, conv_depthwise_kernel_size=kernel,
        position_embeddings_type="relative", max_source_positions=64, attn_implementation="eager",
    )  # fmt: skip
    block = hugging_face.Wav2Vec2ConformerEncoderLayer(config)
    for weight in block.parameters():
        torch.nn.init.normal_(weight, std=0.3)  # theirs start at 0 and 1 in places, which would hide mistakes
    return block, hugging_face.Wav2Vec2ConformerRelPositionalEmbedding(config)


def copied(block, dim, heads, kernel):
    """Our block with their weights; u is folded into the query's bias, v becomes v - u."""
    ours, weights = ConformerBlock(dim=dim, heads=heads, kernel=kernel), {}
    wanted = ours.state_dict()
    for name in wanted:
        part, _, kind = name.rpartition(".")
        if part in MAPS:
            weights[name] = block.state_dict()[f"{MAPS[part]}.{kind}"].clone().reshape(wanted[name].shape)
    u, v = block.self_attn.pos_bias_u.detach(), block.self_attn.pos_bias_v.detach()
    weights["attention.query.bias"] += u.flatten()
    weights["attention.positions.offset"] = v - u
    ours.load_state_dict(weights)
    return ours


@pytest.mark.parametrize("training", [True, False])
@settings(deadline=None, max_examples=6)
@given(seed=st.integers(0, 999), frames=st.integers(1, 9), kernel=st.sampled_from([1, 3, 7]))
def test_block_and_gradients_are_hugging_faces(training, seed, frames, kernel):
    torch.manual_seed(seed)
    block, positions = theirs(8, 2, kernel)
    block.conv_module.batch_norm.running_mean.normal_()
    ours = copied(block, 8, 2, kernel)
    x = torch.randn(3, frames, 8)
    here, there = x.clone().requires_grad_(), x.clone().requires_grad_()
    block.train(training), ours.train(training)
    got, wanted = ours(here), block(there, relative_position_embeddings=positions(x))
    torch.testing.assert_close(got, wanted, atol=1e-4, rtol=1e-4)
    target = torch.randn_like(got)
    (got * target).sum().backward()
    (wanted * target).sum().backward()
    close = {"atol": 2e-3, "rtol": 2e-3}
    torch.testing.assert_close(here.grad, there.grad, **close)
    gradients = {name: weight.grad for name, weight in block.named_parameters()}
    for name, weight in ours.named_parameters():
        part, _, kind = name.rpartition(".")
        if part in MAPS:
            torch.testing.assert_close(weight.grad, gradients[f"{MAPS[part]}.{kind}"].reshape(weight.shape), **close)
    ours_v, query_bias = ours.attention.positions.offset.grad, ours.attention.query.bias.grad
    torch.testing.assert_close(ours_v, gradients["self_attn.pos_bias_v"], **close)
    torch.testing.assert_close(query_bias.view(2, 4) - ours_v, gradients["self_attn.pos_bias_u"], **close)


@pytest.mark.parametrize(("kernel", "before", "after"), [(1, 0, 0), (3, 1, 1), (4, 1, 2), (7, 3, 3)])
def test_a_filter_sees_its_neighbours_and_no_further(kernel, before, after):
    module = ConvolutionModule(dim=4, kernel=kernel).eval()
    x = torch.randn(1, 16, 4, requires_grad=True)
    module(x)[0, 8].sum().backward()
    seen = x.grad[0].abs().sum(-1).nonzero().flatten().tolist()
    assert seen == list(range(8 - before, 8 + after + 1))


def test_the_gate_closes():
    module = ConvolutionModule(dim=4, kernel=3).eval()
    with torch.no_grad():
        module.expand.weight[4:] = 0  # sigmoid(0): all gates half open
        half = module.depthwise(
            torch.nn.functional.pad((torch.ones(1, 5, 4) @ module.expand.weight[:4].T).mT / 2, (1, 1))
        )
        wanted = module.contract(torch.nn.functional.silu(module.norm(half)).mT)
    torch.testing.assert_close(module(torch.ones(1, 5, 4)), wanted)


def test_parts_can_be_left_out_and_one_feed_forward_has_the_weight_of_two():
    count = lambda **parts: sum(w.numel() for w in ConformerBlock(dim=8, heads=2, kernel=3, **parts).parameters())  # noqa: E731
    whole = count()
    assert whole - count(convolution=False) == 3 * 64 + 3 * 8 + 4 * 8  # maps, filters, two norms
    assert whole - count(attention=False) == 5 * 64 + 4 * 8 + 8 + 2 * 8  # maps, biases, v, norm
    assert whole - count(macaron=False) == 8 + 2 * 8  # one bias and one norm
    x = torch.randn(2, 6, 8)
    for parts in ({"convolution": False}, {"attention": False}, {"macaron": False}):
        assert ConformerBlock(dim=8, heads=2, kernel=3, **parts)(x).shape == x.shape


def test_without_its_wire_partners_a_plain_feed_forward_is_a_whole_step():
    torch.manual_seed(0)
    x = torch.randn(2, 3, 8)
    parts = {"attention": False, "convolution": False}
    plain = ConformerBlock(dim=8, heads=2, macaron=False, **parts)
    around, whole = plain.around_halves[0], plain.halves[0]
    torch.testing.assert_close(plain(x), plain.norm(x + whole(around.norm(x))))
    macaron = ConformerBlock(dim=8, heads=2, **parts)
    (one, two), (a, b) = macaron.around_halves, macaron.halves
    middle = x + a(one.norm(x)) / 2
    torch.testing.assert_close(macaron(x), macaron.norm(middle + b(two.norm(middle)) / 2))


def test_sizes_below_one_are_refused():
    with pytest.raises(ValueError, match=r"dim \(0\) and kernel \(3\)"):
        ConvolutionModule(dim=0, kernel=3)
    with pytest.raises(ValueError, match=r"kernel \(0\)"):
        ConformerBlock(dim=4, heads=2, kernel=0)
