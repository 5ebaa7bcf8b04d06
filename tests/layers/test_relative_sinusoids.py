"""Oracle: the four terms of Dai et al. (2019, section 3.3), entry by entry."""

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from lecture_utils.layers.attention import MultiHeadAttention, record_attention
from lecture_utils.layers.positions import sinusoids
from lecture_utils.layers.relative_sinusoids import RelativeSinusoids


@settings(deadline=None, max_examples=15)
@given(seed=st.integers(0, 999), asked=st.integers(1, 5), begin=st.integers(0, 4), heads=st.sampled_from([1, 2]))
def test_scores_are_the_query_and_v_on_the_code_of_the_distance(seed, asked, begin, heads):
    torch.manual_seed(seed)
    scheme = RelativeSinusoids(dim=4, heads=heads)
    torch.nn.init.normal_(scheme.offset)
    queries, places, keys = (
        torch.randn(2, heads, asked, 4 // heads),
        torch.arange(begin, begin + asked),
        torch.arange(6),
    )
    got = scheme.bias(queries, places, keys)
    assert got.shape == (2, heads, asked, 6)
    for t in range(asked):
        for s in range(6):
            code = scheme.project(sinusoids(places[t] - s, 4).float()).view(heads, -1)
            wanted = ((queries[:, :, t] + scheme.offset) * code).sum(-1) / (4 // heads) ** 0.5
            torch.testing.assert_close(got[:, :, t, s], wanted, atol=1e-5, rtol=1e-4)


def test_left_and_right_differ():
    torch.manual_seed(0)
    scheme = RelativeSinusoids(dim=8, heads=2)
    places = torch.arange(5)
    bias = scheme.bias(torch.ones(1, 2, 5, 4), places, places)
    assert not torch.allclose(bias[..., 2, 1], bias[..., 2, 3])
    torch.testing.assert_close(bias[..., 1, 0], bias[..., 4, 3])


def test_recorded_weights_are_those_that_are_used():
    torch.manual_seed(0)
    attention = MultiHeadAttention(dim=8, heads=2, positions=RelativeSinusoids(dim=8, heads=2)).eval()
    x = torch.randn(1, 5, 8)
    with record_attention(attention) as maps:
        recorded = attention(x)
    torch.testing.assert_close(recorded, attention(x))
    assert maps[""][0].shape == (1, 2, 5, 5)


def test_sizes_that_do_not_fit_are_refused():
    with pytest.raises(ValueError, match=r"dim \(6\) must be even and a multiple of heads \(4\)"):
        RelativeSinusoids(dim=6, heads=4)
    with pytest.raises(ValueError, match=r"must be \(B, 2, T, 4\)"):
        RelativeSinusoids(dim=8, heads=2).bias(torch.ones(1, 1, 3, 8), torch.arange(3), torch.arange(3))
