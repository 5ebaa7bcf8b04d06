"""Oracle: torch.nn.TransformerEncoder with the same weights; padding and later tokens that must not be seen."""

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn

from lecture_utils.layers.attention import PositionScheme, record_attention
from lecture_utils.models.text_encoder import TextEncoder, TextEncoderConfig
from lecture_utils.tokenizers.words import PAD


def encoder(seed=0, **settings):
    torch.manual_seed(seed)
    return TextEncoder(TextEncoderConfig(11, width=8, heads=2, **settings)).double()


def as_torch(ours):
    """torch's encoder with the weights of ours."""
    config = ours.config
    layer = nn.TransformerEncoderLayer(8, 2, 32, 0.0, batch_first=True, norm_first=config.norm_first)
    norm = nn.LayerNorm(8) if config.norm_first else None
    theirs = nn.TransformerEncoder(layer, config.layers, norm, enable_nested_tensor=False).double()
    for mine, other in zip(ours.layers, theirs.layers, strict=True):
        attention = mine.attention
        stacked = (attention.query, attention.key, attention.value)
        with torch.no_grad():
            other.self_attn.in_proj_weight.copy_(torch.cat([part.weight for part in stacked]))
            other.self_attn.in_proj_bias.copy_(torch.cat([part.bias for part in stacked]))
        for source, target in (
            (attention.output, other.self_attn.out_proj),
            (mine.feedforward.expand, other.linear1),
            (mine.feedforward.contract, other.linear2),
            (mine.around_attention.norm, other.norm1),
            (mine.around_feedforward.norm, other.norm2),
        ):
            target.load_state_dict(source.state_dict())
    return theirs


@pytest.mark.parametrize("norm_first", [True, False])
@pytest.mark.parametrize("causal", [True, False])
def test_encoder_and_gradient_equal_torch(norm_first, causal):
    ours = encoder(norm_first=norm_first, causal=causal)
    theirs = as_torch(ours)
    tokens = torch.tensor([[3, 4, 5, 6, 7], [8, 9, 3, PAD, PAD]])
    later = ~torch.ones(5, 5, dtype=torch.bool).tril() if causal else None
    got = ours(tokens)
    wanted = theirs(ours.embedding(tokens), mask=later, src_key_padding_mask=tokens == PAD)
    words = tokens != PAD
    torch.testing.assert_close(got[words], wanted[words])
    a, b = (torch.autograd.grad((out[words] ** 2).sum(), ours.embedding.weight)[0] for out in (got, wanted))
    torch.testing.assert_close(a, b)


@given(length=st.integers(1, 6), more=st.integers(1, 4), causal=st.booleans(), seed=st.integers(0, 99))
@settings(deadline=None, max_examples=20)
def test_padding_changes_nothing(length, more, causal, seed):
    model = encoder(seed, causal=causal)
    tokens = torch.randint(3, 11, (2, length), generator=torch.Generator().manual_seed(seed))
    padded = torch.cat([tokens, torch.full((2, more), PAD)], 1)
    torch.testing.assert_close(model(padded)[:, :length], model(tokens))


@given(length=st.integers(2, 7), seed=st.integers(0, 99), data=st.data())
@settings(deadline=None, max_examples=20)
def test_causal_leaves_the_past_bit_identical_and_bidirectional_does_not(length, seed, data):
    cut = data.draw(st.integers(1, length - 1))
    tokens = torch.randint(3, 11, (2, length), generator=torch.Generator().manual_seed(seed))
    changed = tokens.clone()
    changed[:, cut:] = (changed[:, cut:] - 3 + 1) % 8 + 3
    causal, both = encoder(seed, causal=True), encoder(seed)
    assert torch.equal(causal(tokens)[:, :cut], causal(changed)[:, :cut])
    assert not torch.allclose(both(tokens)[:, :cut], both(changed)[:, :cut])


def test_positions_enter_where_they_are_given():
    class Count(nn.Module):
        def forward(self, x):
            return x + torch.arange(x.shape[1]).to(x)[:, None] * torch.linspace(-1, 1, x.shape[2]).to(x)

    made = []

    def scheme():
        made.append(PositionScheme())
        return made[-1]

    config, tokens = TextEncoderConfig(11, width=8, heads=2, layers=3), torch.tensor([[3, 4, 5]])
    model = TextEncoder(config, added=Count(), scheme=scheme)
    assert [layer.attention.positions for layer in model.layers] == made and len(made) == 3
    plain = TextEncoder(config)
    order = torch.tensor([2, 0, 1])
    torch.testing.assert_close(plain(tokens[:, order]), plain(tokens)[:, order], atol=1e-5, rtol=0)
    assert not torch.allclose(model(tokens[:, order]), model(tokens)[:, order], atol=1e-3)


def test_all_padding_is_answered_and_recorded_as_zeros():
    model = encoder()
    with record_attention(model) as maps:
        out = model(torch.tensor([[PAD, PAD], [3, 4]]))
    assert out.isfinite().all() and len(maps) == 2
    assert all((weights[0][0] == 0).all() for weights in maps.values())


@pytest.mark.parametrize(
    ("tokens", "message"),
    [
        (torch.tensor([3, 4]), r"tokens of shape \(2,\) must be \(B, T\)"),
        (torch.zeros(2, 0, dtype=torch.long), r"tokens of shape \(2, 0\)"),
        (torch.tensor([[3, 11]]), "ids from 3 to 11 do not fit a vocabulary of 11"),
        (torch.tensor([[3, -1]]), "ids from -1 to 3"),
    ],
)
def test_misfits_say_what_to_do(tokens, message):
    with pytest.raises(ValueError, match=message):
        encoder()(tokens)
