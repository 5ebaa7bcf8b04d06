"""Oracles: ranks by sorting, and a model that was made to know one secret by heart."""

import math

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch.nn import functional as F

from lecture_utils.extraction import expose, exposure, extract
from lecture_utils.models.gpt import GPT, GPTConfig
from lecture_utils.perplexity import log_chances
from lecture_utils.tokenizers.bpe import BPE
from lecture_utils.tokenizers.special import SEP

CODES = [f"{a} {b}" for a in range(4) for b in range(4)]
TOKENIZER = BPE.train("the code is 0 1 2 3 .", 270)


def test_exposure_by_hand():
    scores = [-1.0, -3.0, -2.0, -4.0]
    assert [exposure(scores, own) for own in (0, 2, 1, 3)] == pytest.approx([2, 1, 2 - math.log2(3), 0])
    assert exposure([-1.0] * 8, 3) == 0, "where all are as likely, none is exposed"


@settings(deadline=None, max_examples=80)
@given(scores=st.lists(st.integers(-500, 0), min_size=2, max_size=40, unique=True), data=st.data())
def test_exposure_is_a_matter_of_ranks(scores, data):
    own = data.draw(st.integers(0, len(scores) - 1))
    rank = sorted(scores, reverse=True).index(scores[own]) + 1
    found = exposure(scores, own)
    assert found == pytest.approx(math.log2(len(scores) / rank)) and 0 <= found <= math.log2(len(scores)) + 1e-9
    assert exposure(np.array(scores) * 3 - 1, own) == found


@pytest.fixture(scope="module")
def parrot():
    """A model that has read `the code is 2 1 .` until it knew it."""
    torch.manual_seed(0)
    model = GPT(GPTConfig(len(TOKENIZER), longest=32, width=16, heads=2))
    tokens = torch.tensor([[SEP, *TOKENIZER.encode("the code is 2 1 ."), SEP]])
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-2)
    for _ in range(60):
        loss = F.cross_entropy(model(tokens[:, :-1])[0], tokens[0, 1:])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    return model


def test_who_knows_a_secret_tells_it(parrot):
    assert extract(parrot, TOKENIZER, "the code is") == "2 1 ."
    assert extract(parrot, TOKENIZER, "the code is", longest=1) == "2"
    assert expose(parrot, TOKENIZER, "the code is", CODES, "2 1") == pytest.approx(4)
    scores = log_chances(parrot, TOKENIZER, ["the code is"] * len(CODES), CODES)
    last = CODES[int(scores.argmin())]
    assert expose(parrot, TOKENIZER, "the code is", CODES, last) == pytest.approx(0)


def test_what_cannot_be_ranked_is_refused(parrot):
    with pytest.raises(ValueError, match=r"own \(4\) must be the place of one of the 2"):
        exposure([-1.0, -2.0], 4)
    with pytest.raises(ValueError, match="own"):
        exposure([-1.0, -2.0], -1)
    for scores in ([-1.0], [-1.0, float("nan")], [[-1.0, -2.0]]):
        with pytest.raises(ValueError, match="at least two numbers and no NaN"):
            exposure(scores, 0)
    with pytest.raises(ValueError, match="is none of the 16 candidates"):
        expose(parrot, TOKENIZER, "the code is", CODES, "9 9")
