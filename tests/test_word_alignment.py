"""Oracle: a model that looks where it is told, and a pair whose alignment is written out by hand."""

import pytest
import torch
from torch import nn

from lecture_utils.datasets.phrasebook.corpus import translate
from lecture_utils.models.attentive_seq2seq import AttentiveConfig, BahdanauSeq2Seq
from lecture_utils.tokenizers.words import WordTokenizer
from lecture_utils.translation import as_ids
from lecture_utils.word_alignment import attention_maps, looks_right, weight_on_noun

PAIRS = [translate("the black cat does not sleep", words="small"), translate("a witch sings", words="small")]


def sentences():
    words = lambda side: WordTokenizer(sorted({word for pair in PAIRS for word in getattr(pair, side)}))  # noqa: E731
    return as_ids(PAIRS, words("english"), words("french"))


class Looker(nn.Module):
    """An attention layer whose weights say which sentence, query and key they belong to."""

    def __init__(self):
        super().__init__()
        self.inner = nn.Module()
        self.inner.recorder = None

    def forward(self, source, target):
        b, t, s = len(source), target.shape[1], source.shape[1]
        rows = 100 * source[:, 0].view(b, 1, 1, 1) + 10 * torch.arange(t).view(1, 1, t, 1) + torch.arange(s)
        self.inner.recorder(torch.cat([rows, -rows], 1))  # two heads
        return None


def test_maps_are_cut_to_their_sentences_and_stay_in_order():
    data = sentences()
    for batch in (1, 2):
        maps = attention_maps(Looker(), data, layer="inner", batch=batch)
        assert [tuple(m.shape) for m in maps] == [(2, len(p.french), len(p.english)) for p in PAIRS]
        for index, weights in enumerate(maps):
            assert weights[0, 2, 1] == 100 * data.source[index, 0] + 21 and torch.equal(weights[1], -weights[0])


def test_maps_of_a_model_are_its_weights_under_teacher_forcing():
    torch.manual_seed(0)
    data = sentences()
    model = BahdanauSeq2Seq(AttentiveConfig(20, 20, width=4, hidden=4)).eval()
    for index, weights in enumerate(attention_maps(model, data)):
        state = model.start(data.source[index : index + 1, : len(PAIRS[index].english)])
        for t in range(len(PAIRS[index].french)):
            seen = []
            model.attention.recorder = seen.append
            _, state = model.step(data.target[index : index + 1, t], state)
            torch.testing.assert_close(weights[0, t], seen[0][0, 0, 0])


def test_looking_right_is_looking_at_a_word_that_is_translated():
    pair = PAIRS[0]  # le chat noir ne dort pas; "ne" and "pas" both translate "does not"
    truth = torch.zeros(6, 6)
    for i, places in enumerate(pair.alignment):
        truth[i, places[-1]] = 1.0
    assert looks_right(truth, pair) == [True] * 6
    truth[1] = torch.tensor([0.3, 0.4, 0.3, 0, 0, 0])  # "chat" looks at "black" most
    assert looks_right(truth, pair) == [True, False, True, True, True, True]
    with pytest.raises(ValueError, match=r"\(2, 3\) must be \(6, 6\)"):
        looks_right(torch.zeros(2, 3), pair)


def test_determiners_weight_on_their_noun():
    pair = PAIRS[0]
    weights = torch.zeros(6, 6)
    weights[0] = torch.tensor([0.5, 0.2, 0.3, 0, 0, 0])  # "le": the cat stands third
    assert weight_on_noun(weights, pair) == pytest.approx([0.3])
    assert weight_on_noun(torch.full((3, 3), 1 / 3), PAIRS[1]) == pytest.approx([1 / 3])


def test_an_unknown_layer_is_refused():
    with pytest.raises(ValueError, match="'head' is none of the attention layers: inner"):
        attention_maps(Looker(), sentences(), layer="head")
