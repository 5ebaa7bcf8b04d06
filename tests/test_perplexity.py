"""Oracle: one text at a time, token by token, without padding."""

import math

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from lecture_utils.models.gpt import GPT, GPTConfig
from lecture_utils.perplexity import ROWS, bits_per_character, choice_chances, log_chances
from lecture_utils.tokenizers.bpe import BPE
from lecture_utils.tokenizers.special import SEP

TEXT = "the cat sat on the mat . the cat ate the rat . a rat is no cat ."
TOKENIZER = BPE.train(TEXT, 275)
phrases = st.lists(st.sampled_from(TEXT.split()), min_size=1, max_size=5).map(" ".join)


@pytest.fixture(scope="module")
def model():
    torch.manual_seed(0)
    model = GPT(GPTConfig(len(TOKENIZER), longest=64, width=16, heads=2))
    with torch.no_grad():
        for weight in model.parameters():
            weight.mul_(6)
    return model


@torch.no_grad()
def alone(model, beginning, ending):
    said, asked = TOKENIZER.encode(beginning), TOKENIZER.encode(" " + ending)
    total = 0.0
    for place, token in enumerate(asked):
        seen = torch.tensor([[SEP, *said, *asked[:place]]])
        total += model(seen)[0, -1].log_softmax(-1)[token].item()
    return total


@settings(deadline=None, max_examples=30)
@given(pairs=st.lists(st.tuples(phrases, phrases), min_size=1, max_size=4))
def test_an_ending_pays_for_each_of_its_tokens_whatever_stands_beside_it(model, pairs):
    found = log_chances(model, TOKENIZER, *zip(*pairs, strict=True))
    assert found.tolist() == pytest.approx([alone(model, *pair) for pair in pairs], rel=1e-4, abs=1e-4)


def test_an_empty_beginning_is_one_too_and_many_rows_are_read_in_parts(model):
    endings = ["cat", "rat", "mat the"] * (ROWS // 2)
    found = log_chances(model, TOKENIZER, [""] * len(endings), endings)
    assert found[:3].tolist() == pytest.approx([alone(model, "", ending) for ending in endings[:3]], rel=1e-4)
    torch.testing.assert_close(found[-3:], found[:3])


def test_choices_share_what_the_model_believes(model):
    choices = ["cat", "rat", "the mat"]
    found = choice_chances(model, TOKENIZER, ["the cat", "a"], choices)
    by_hand = torch.tensor([[alone(model, text, choice) for choice in choices] for text in ("the cat", "a")])
    torch.testing.assert_close(found, by_hand.softmax(1), rtol=1e-4, atol=1e-5)


@torch.no_grad()
def test_bits_count_full_windows_and_their_letters(model):
    tokens, window = TOKENIZER.encode(TEXT), 6
    nats, letters = 0.0, 0
    for start in range(0, len(tokens) - window, window):
        part = tokens[start : start + window + 1]
        logs = model(torch.tensor([part[:-1]]))[0].log_softmax(-1)
        nats -= sum(logs[place, token].item() for place, token in enumerate(part[1:]))
        letters += len(TOKENIZER.decode(part[1:]))
    found = bits_per_character(model, TOKENIZER, TEXT, window=window)
    assert found == pytest.approx(nats / math.log(2) / letters, rel=1e-4)


def test_a_model_that_knows_nothing_pays_log_v_a_token_however_the_text_is_cut():
    for tokenizer in (TOKENIZER, BPE([])):
        ignorant = GPT(GPTConfig(len(tokenizer), longest=64, width=8, heads=2))
        torch.nn.init.zeros_(ignorant.embedding.weight)
        ids = tokenizer.encode(TEXT)[1:]
        letters = len(tokenizer.decode(ids))
        found = bits_per_character(ignorant, tokenizer, TEXT, window=len(ids))
        assert found == pytest.approx(len(ids) * math.log2(len(tokenizer)) / letters, rel=1e-5)


def test_what_cannot_be_priced_is_refused(model):
    with pytest.raises(ValueError, match="2 beginnings and 1 endings"):
        log_chances(model, TOKENIZER, ["a", "b"], ["c"])
    with pytest.raises(ValueError, match="none empty"):
        log_chances(model, TOKENIZER, ["a"], [""])
    with pytest.raises(ValueError, match="at least two to choose"):
        choice_chances(model, TOKENIZER, ["a"], ["cat"])
    with pytest.raises(ValueError, match="a window needs 51"):
        bits_per_character(model, TOKENIZER, "the cat", window=50)
