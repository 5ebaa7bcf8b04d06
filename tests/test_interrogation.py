"""Oracles: each prompt asked alone, the distributions of torch, counting by hand."""

from collections import Counter

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from lecture_utils.interrogation import agreement, entropy, next_words
from lecture_utils.models.gpt import GPT, GPTConfig


@settings(deadline=None, max_examples=20)
@given(lengths=st.lists(st.integers(1, 7), min_size=1, max_size=6), seed=st.integers(0, 99))
def test_prompts_of_any_length_are_answered_as_if_alone(lengths, seed):
    generator = torch.Generator().manual_seed(seed)
    torch.manual_seed(seed)
    model = GPT(GPTConfig(11, width=8, heads=2, positions="rotary")).eval()
    prompts = [torch.randint(11, (length,), generator=generator).tolist() for length in lengths]
    with torch.no_grad():
        alone = torch.stack([model(torch.tensor([prompt]))[0, -1].softmax(-1) for prompt in prompts])
    torch.testing.assert_close(next_words(model, prompts), alone)


@pytest.mark.parametrize("prompts", [[], [[1], []]])
def test_nothing_cannot_be_asked(prompts):
    with pytest.raises(ValueError, match="with a token at least"):
        next_words(GPT(GPTConfig(5, width=8)), prompts)


def test_entropy_is_torchs_and_knows_certainty():
    shares = torch.randn(3, 4, 6).softmax(-1)
    torch.testing.assert_close(entropy(shares), torch.distributions.Categorical(shares).entropy())
    sure = torch.eye(3)
    assert entropy(sure).tolist() == [0, 0, 0]
    assert entropy(torch.full((8,), 1 / 8)).item() == pytest.approx(torch.log(torch.tensor(8.0)).item())


@settings(deadline=None, max_examples=50)
@given(
    rows=st.integers(1, 8).flatmap(lambda s: st.lists(st.lists(st.integers(0, 4), min_size=s, max_size=s), min_size=1))
)
def test_agreement_is_the_share_of_the_commonest(rows):
    wanted = [Counter(row).most_common(1)[0][1] / len(row) for row in rows]
    assert agreement(torch.tensor(rows)).tolist() == pytest.approx(wanted)


@pytest.mark.parametrize("shape", [(3,), (0, 2), (2, 0), (1, 2, 3)])
def test_agreement_needs_answers(shape):
    with pytest.raises(ValueError, match=r"must be \(N, S\)"):
        agreement(torch.zeros(shape, dtype=torch.long))
