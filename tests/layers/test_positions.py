"""Oracles: Hugging Face LLaMA's rotary embedding, loops over the papers' equations, torch.nn.Embedding."""

import cmath
import math

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn
from transformers import LlamaConfig
from transformers.models.llama.modeling_llama import LlamaRotaryEmbedding, apply_rotary_pos_emb

from lecture_utils.layers.attention import KeyValueCache, MultiHeadAttention
from lecture_utils.layers.positions import Learned, Rotary, Sinusoidal, Sinusoidal2D, hand_speeds, sinusoids

even = st.sampled_from([2, 4, 6, 8, 16])
bases = st.sampled_from([10.0, 500.0, 1e4])


def normal(*shape, seed=0, dtype=torch.float64):
    generator = torch.Generator().manual_seed(seed)
    return torch.randn(*shape, generator=generator, dtype=dtype)


def additive(kind, longest=40):
    """A block of each kind that adds positions to embeddings of 8 numbers."""
    blocks = {
        "sinusoidal": lambda: Sinusoidal(dim=8),
        "learned": lambda: Learned(dim=8, longest=longest),
        "2-D": lambda: Sinusoidal2D(dim=8, width=5),
    }
    return blocks[kind]()


def by_equation(position, dim, base):
    """Section 3.5 of Vaswani et al. (2017), number by number."""
    code = []
    for i in range(dim // 2):
        code.append(math.sin(position / base ** (2 * i / dim)))
        code.append(math.cos(position / base ** (2 * i / dim)))
    return code


@given(dim=even, base=bases, offset=st.integers(0, 50), length=st.integers(1, 12))
@settings(deadline=None, max_examples=40)
def test_sinusoids_are_the_papers_number_by_number(dim, base, offset, length):
    x = normal(2, length, dim)
    wanted = torch.tensor([by_equation(offset + t, dim, base) for t in range(length)], dtype=torch.float64)
    torch.testing.assert_close(Sinusoidal(dim=dim, base=base)(x, offset=offset), x + wanted, atol=1e-12, rtol=0)


@given(dim=even, base=bases, p=st.integers(0, 500), q=st.integers(0, 500), shift=st.integers(1, 500))
@settings(deadline=None, max_examples=60)
def test_the_product_of_two_sinusoids_depends_on_their_distance_alone(dim, base, p, q, shift):
    near, far = sinusoids(torch.tensor([p, q]), dim, base), sinusoids(torch.tensor([p, q]) + shift, dim, base)
    assert near[0] @ near[1] == pytest.approx((far[0] @ far[1]).item(), abs=1e-9)
    by_hands = sum(math.cos((p - q) * speed) for speed in hand_speeds(dim, base).tolist())
    assert near[0] @ near[1] == pytest.approx(by_hands, abs=1e-9)


def test_a_grid_is_coded_by_row_and_column():
    places = Sinusoidal2D(dim=8, width=5)(torch.zeros(1, 15, 8, dtype=torch.float64))[0]
    for place in range(15):
        row, column = divmod(place, 5)
        wanted = by_equation(row, 4, 1e4) + by_equation(column, 4, 1e4)
        torch.testing.assert_close(places[place], torch.tensor(wanted, dtype=torch.float64))


def test_learned_positions_are_an_embedding_with_its_gradient():
    torch.manual_seed(0)
    block = Learned(dim=4, longest=6)
    torch.manual_seed(0)
    oracle = nn.Embedding(6, 4)
    assert torch.equal(block.table.weight, oracle.weight)
    x = normal(3, 5, 4, dtype=torch.float32)
    torch.testing.assert_close(block(x, offset=1), x + oracle(torch.arange(1, 6)))
    ((block(x, offset=1) ** 2).sum()).backward()
    ((x + oracle(torch.arange(1, 6))) ** 2).sum().backward()
    torch.testing.assert_close(block.table.weight.grad, oracle.weight.grad)
    assert (block.table.weight.grad[0] == 0).all() and (block.table.weight.grad[1:] != 0).all()


@pytest.mark.parametrize("kind", ["sinusoidal", "learned", "2-D"])
@given(length=st.integers(2, 20), cut=st.integers(1, 19))
@settings(deadline=None, max_examples=20)
def test_a_text_read_in_pieces_gets_the_codes_of_the_whole(kind, length, cut):
    block, x, cut = additive(kind), normal(2, length, 8, dtype=torch.float32), min(cut, length - 1)
    pieces = [block(x[:, :cut]), block(x[:, cut:], offset=cut)]
    torch.testing.assert_close(torch.cat(pieces, 1), block(x), atol=0, rtol=0)
    assert not torch.allclose(block(x[:, cut:]), pieces[1])  # without the offset it would be another text


@given(dim=even, base=bases, length=st.integers(1, 9), start=st.integers(0, 60), seed=st.integers(0, 99))
@settings(deadline=None, max_examples=40)
def test_rotary_equals_llama_forward_and_gradient(dim, base, length, start, seed):
    config = LlamaConfig(hidden_size=2 * dim, num_attention_heads=2, head_dim=dim,
                         rope_parameters={"rope_type": "default", "rope_theta": base})  # fmt: skip
    positions = torch.arange(start, start + length)
    q, k = (normal(3, 2, length, dim, seed=seed + i, dtype=torch.float32).requires_grad_() for i in range(2))
    cos, sin = LlamaRotaryEmbedding(config)(q, positions[None])
    theirs = apply_rotary_pos_emb(q, k, cos, sin)
    rotary = Rotary(dim=dim, base=base)
    ours = rotary.rotate(q, positions), rotary.rotate(k, positions)
    for a, b, x in zip(ours, theirs, (q, k), strict=True):
        torch.testing.assert_close(a, b, atol=2e-5, rtol=1e-4)
        push = normal(*a.shape, seed=seed + 5, dtype=torch.float32)
        gradients = [torch.autograd.grad((out * push).sum(), x, retain_graph=True)[0] for out in (a, b)]
        torch.testing.assert_close(*gradients, atol=2e-5, rtol=1e-4)


@given(pairs=st.integers(1, 5), base=bases, length=st.integers(1, 6), seed=st.integers(0, 99))
@settings(deadline=None, max_examples=30)
def test_the_papers_interleaved_pairs_are_ours_in_another_order(pairs, base, length, seed):
    dim = 2 * pairs
    x, positions = normal(1, 1, length, dim, seed=seed), torch.arange(length)
    paper = torch.empty_like(x)
    for t in range(length):
        for i, speed in enumerate(hand_speeds(dim, base).tolist()):
            turned = complex(*x[0, 0, t, 2 * i : 2 * i + 2].tolist()) * cmath.exp(1j * t * speed)
            paper[0, 0, t, 2 * i], paper[0, 0, t, 2 * i + 1] = turned.real, turned.imag
    order = torch.cat([torch.arange(0, dim, 2), torch.arange(1, dim, 2)])  # ours from the paper's
    torch.testing.assert_close(Rotary(dim=dim, base=base).rotate(x[..., order], positions), paper[..., order],
                               atol=1e-5, rtol=1e-5)  # fmt: skip


@given(dim=even, p=st.integers(0, 60), q=st.integers(0, 60), shift=st.integers(1, 60), seed=st.integers(0, 99))
@settings(deadline=None, max_examples=40)
def test_rotated_products_depend_on_the_distance_alone_and_lengths_stay(dim, p, q, shift, seed):
    rotary = Rotary(dim=dim).double()
    vectors = normal(1, 1, 2, dim, seed=seed)

    def product(a, b):
        left, right = rotary.rotate(vectors, torch.tensor([a, b]))[0, 0]
        return (left @ right).item()

    assert product(p, q) == pytest.approx(product(p + shift, q + shift), abs=1e-9)
    turned = rotary.rotate(vectors, torch.tensor([p, q]))
    torch.testing.assert_close(turned.norm(dim=-1), vectors.norm(dim=-1))


def test_one_pair_turns_left_by_its_position_in_radians():
    turned = Rotary(dim=2).rotate(torch.tensor([[[[1.0, 0.0]]]]), torch.tensor([1]))[0, 0, 0]
    torch.testing.assert_close(turned, torch.tensor([math.cos(1.0), math.sin(1.0)]))


def test_rotary_with_a_cache_equals_the_whole_text():
    torch.manual_seed(0)
    layer = MultiHeadAttention(dim=8, heads=2, positions=Rotary(dim=4)).double()
    x, cache = normal(2, 7, 8), KeyValueCache()
    steps = [layer(x[:, t : t + 1], causal=True, cache=cache) for t in range(7)]
    torch.testing.assert_close(torch.cat(steps, 1), layer(x, causal=True))


def test_positions_have_no_weights_to_store_but_learned_ones_do():
    assert not Sinusoidal(dim=4).state_dict() and not Rotary(dim=4).state_dict()
    assert list(Learned(dim=4, longest=3).state_dict()) == ["table.weight"]


@pytest.mark.parametrize("kind", ["sinusoidal", "learned", "2-D"])
def test_misfitting_embeddings_and_offsets_say_why(kind):
    block = additive(kind)
    for bad in (torch.zeros(2, 3, 7), torch.zeros(3, 8)):
        with pytest.raises(ValueError, match=r"must be \(B, T, 8\)"):
            block(bad)
    with pytest.raises(ValueError, match=r"offset \(-1\) must be at least 0"):
        block(torch.zeros(2, 3, 8), offset=-1)


def test_learned_positions_end_where_their_table_ends():
    block = Learned(dim=8, longest=5)
    assert block(torch.zeros(1, 5, 8)).shape == (1, 5, 8)
    with pytest.raises(ValueError, match="positions to 5 were asked for, but there are vectors for 0 to 4"):
        block(torch.zeros(1, 6, 8))
    with pytest.raises(ValueError, match="positions to 5"):
        block(torch.zeros(1, 1, 8), offset=5)


@pytest.mark.parametrize(
    ("build", "message"),
    [
        (lambda: Sinusoidal(dim=5), r"dim \(5\) must be even"),
        (lambda: Rotary(dim=0), r"dim \(0\) must be even"),
        (lambda: Rotary(dim=4, base=1.0), r"base \(1.0\) must be above 1"),
        (lambda: Sinusoidal(dim=4, base=float("nan")), r"base \(nan\) must be above 1"),
        (lambda: Learned(dim=4, longest=0), r"longest \(0\) must each be at least 1"),
        (lambda: Sinusoidal2D(dim=6, width=3), r"dim \(6\) must be a multiple of 4"),
        (lambda: Sinusoidal2D(dim=8, width=0), r"width \(0\) at least 1"),
        (lambda: Rotary(dim=4).rotate(torch.zeros(1, 1, 2, 6), torch.arange(2)), "made for heads of 4"),
    ],
)
def test_sizes_that_make_no_code_say_why(build, message):
    with pytest.raises(ValueError, match=message):
        build()
