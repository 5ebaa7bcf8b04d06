"""Oracles: the model asked directly, token by token; a reader from the left cannot know what it has not seen."""

import pytest
import torch

from lecture_utils.cloze import guess_word, left_only
from lecture_utils.layers.attention import record_attention
from lecture_utils.models.bert import BertConfig, BertPreTraining
from lecture_utils.tokenizers.special import PAD
from lecture_utils.tokenizers.wordpiece import WordPiece

TEXT = "the dog barks . the cat purrs . the dog and the cat sleep ."
TOKENIZER = WordPiece.train(TEXT, size=60)


@pytest.fixture(scope="module")
def model():
    torch.manual_seed(0)
    return BertPreTraining(BertConfig(len(TOKENIZER), width=8, heads=2, spread=0.5))


def test_the_guess_is_the_models(model):
    guess = guess_word(model, TOKENIZER, "The dog barks .", 1, top=3)
    assert guess.read == ("[CLS]", "the", "[MASK]", "barks", ".", "[SEP]")
    tokens = torch.tensor([[TOKENIZER.ids[piece] for piece in guess.read]])
    with torch.no_grad(), record_attention(model) as maps:
        best = model(tokens)[0][0, 2].softmax(-1).sort(descending=True)
    assert guess.words == tuple(TOKENIZER.tokens[index] for index in best.indices[:3])
    assert guess.probabilities == pytest.approx(best.values[:3].tolist())
    torch.testing.assert_close(guess.looked, maps[list(maps)[-1]][0][0, :, 2].mean(0))


def test_a_word_of_several_pieces_becomes_one_blank(model):
    assert len(TOKENIZER.pieces("barrks")) > 1
    guess = guess_word(model, TOKENIZER, "the dog barrks .", 2)
    assert guess.read == ("[CLS]", "the", "dog", "[MASK]", ".", "[SEP]")
    after = guess_word(model, TOKENIZER, "the barrks dog .", 2, top=3)  # the blank is behind a word of pieces
    assert after.read[-3:] == ("[MASK]", ".", "[SEP]")
    tokens = torch.tensor([[TOKENIZER.ids[piece] for piece in after.read]])
    with torch.no_grad():
        best = model(tokens)[0][0, -3].softmax(-1).topk(3)
    assert after.probabilities == pytest.approx(best.values.tolist())


def test_from_the_left_what_comes_later_changes_nothing_and_is_not_looked_at(model):
    one, other = (guess_word(model, TOKENIZER, f"the dog {verb} .", 1, from_left=True) for verb in ("barks", "purrs"))
    assert one.words == other.words and one.probabilities == pytest.approx(other.probabilities)
    assert one.looked[3:].abs().max() == 0 and one.looked[:3].sum().item() == pytest.approx(1)
    both = [guess_word(model, TOKENIZER, f"the dog {verb} .", 1).probabilities for verb in ("barks", "purrs")]
    assert both[0] != pytest.approx(both[1], abs=1e-6)


def test_the_mask_from_the_left_by_hand():
    mask = left_only(torch.tensor([[2, 7, 3], [2, 3, PAD]]))[:, 0]
    assert mask[0].int().tolist() == [[1, 0, 0], [1, 1, 0], [1, 1, 1]]
    assert mask[1].int().tolist() == [[1, 0, 0], [1, 1, 0], [1, 1, 0]]


@pytest.mark.parametrize(("word", "top"), [(4, 1), (-1, 1), (0, 0)])
def test_what_cannot_be_asked_is_refused(model, word, top):
    with pytest.raises(ValueError, match="count from 0"):
        guess_word(model, TOKENIZER, "the dog barks .", word, top=top)
