"""Oracles: sentences judged by hand, counts against the stated shares, the labeller's law against its choices."""

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from lecture_utils.datasets.taste import (
    ADVERBS,
    ANIMALS,
    END,
    LONGEST,
    OPINIONS,
    PROMPT,
    WORDS,
    choose,
    decode,
    draw_prompts,
    draw_sentences,
    encode,
    is_grammatical,
    true_reward,
)


@pytest.mark.parametrize(
    ("sentence", "reward"),
    [
        ("the cat naps", 0.5),
        ("the owl hums softly in the street", 0.3 + 0.45 - 0.2),
        ("the dog naps softly in the garden and hums", 1.0),  # 1.45, cut off
        ("the fox fights rudely and barks loudly", -1.0),
        ("the cat strolls and runs", 0.0),
        ("the cat naps naps", -1.0),  # no sentence
        ("the cat softly naps", -1.0),
        ("the naps", -1.0),
        ("the cat naps in garden", -1.0),
        ("the cat naps and", -1.0),
        ("the cat naps and hums and hums", -1.0),
    ],
)
def test_true_rewards_by_hand(sentence, reward):
    tokens = encode(sentence)[None]
    assert true_reward(tokens).item() == pytest.approx(reward, abs=1e-6)
    assert decode(tokens[0]) == sentence


def test_a_sentence_must_end():
    row = encode("the cat naps softly in the garden and hums softly in the garden")[None]
    assert is_grammatical(row).item() and row.shape == (1, PROMPT + LONGEST)
    assert not is_grammatical(row[:, :13]).item()  # cut off before its end
    assert not is_grammatical(torch.cat([row[:, :3], torch.tensor([[END, 1]])], 1)).item()


@given(n=st.integers(1, 50), seed=st.integers(0, 9999))
@settings(deadline=None, max_examples=20)
def test_all_drawn_are_sentences_of_known_words_with_room_for_the_end(n, seed):
    rows = draw_sentences(n, seed=seed)
    assert is_grammatical(rows).all() and (rows[:, -1] == END).all()
    assert torch.equal(rows, draw_sentences(n, seed=seed))
    assert torch.equal(torch.stack([encode(decode(row)) for row in rows]), rows)


def test_shares_are_as_stated_and_the_taste_is_balanced():
    rows = draw_sentences(4000, seed=0)
    ids = torch.tensor([WORDS.index(word) for word in ADVERBS])
    assert (rows == WORDS.index("and")).any(1).float().mean().item() == pytest.approx(0.4, abs=0.03)
    assert torch.isin(rows, ids).sum(1).float().mean().item() == pytest.approx(0.6 * 1.4, abs=0.04)
    assert true_reward(rows).mean().item() == pytest.approx(0, abs=0.03)
    assert sum(OPINIONS.values()) == pytest.approx(0, abs=1e-9)
    starts = draw_prompts(4000, seed=0)
    counts = torch.bincount(starts[:, 1], minlength=len(WORDS))
    assert counts.sum() == counts[[WORDS.index(animal) for animal in ANIMALS]].sum() and counts.max() < 1150


def test_choices_follow_their_law():
    first, second = draw_sentences(4000, seed=1), draw_sentences(4000, seed=2)
    choices = choose(first, second, seed=3)
    gap = true_reward(choices.better) - true_reward(choices.worse)
    torch.testing.assert_close(choices.chance, torch.sigmoid(8 * gap))
    likelier = torch.maximum(choices.chance, 1 - choices.chance)
    assert (gap > 0).float().mean().item() + 0.5 * (gap == 0).float().mean().item() == pytest.approx(
        likelier.mean().item(), abs=0.02
    )
    either = torch.sort(torch.stack([first, second], 1).flatten(2), 1).values
    assert torch.equal(torch.sort(torch.stack([choices.better, choices.worse], 1), 1).values, either)


def test_bad_input_says_why():
    for draw in (draw_sentences, draw_prompts):
        with pytest.raises(ValueError, match=r"n \(0\)"):
            draw(0, seed=0)
    with pytest.raises(ValueError, match="purrs"):
        encode("the cat purrs")
    with pytest.raises(ValueError, match="at most 15"):
        encode("the " * 16)
    with pytest.raises(ValueError, match="sharpness"):
        choose(draw_sentences(2, seed=0), draw_sentences(2, seed=1), seed=0, sharpness=0.0)
