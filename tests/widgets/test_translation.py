"""Oracle: the phrasebook's own translation, and greedy decoding of the same model."""

import matplotlib

matplotlib.use("Agg")
import pytest
import torch
from matplotlib.colors import to_hex

from lecture_utils.datasets.phrasebook.corpus import translate
from lecture_utils.generation import greedy
from lecture_utils.models.seq2seq import LSTMEncoderDecoder, Seq2SeqConfig
from lecture_utils.plots import theme
from lecture_utils.tokenizers.words import EOS
from lecture_utils.translation import as_ids, phrasebook_task
from lecture_utils.widgets.translation import Attempt, attempt, beginnings, explore_translation, paragraph

LONG = "the cat sleeps and the king reads a book but my little children do not sing"


@pytest.fixture(scope="module")
def task():
    return phrasebook_task(train=20, test=17)


@pytest.fixture(scope="module")
def model(task):
    torch.manual_seed(0)
    return LSTMEncoderDecoder(Seq2SeqConfig(len(task.english), len(task.french), width=4, hidden=6))


class Parrot(torch.nn.Module):
    """Knows every answer; `last` of its words are replaced by "roi"."""

    def __init__(self, task, mistakes=()):
        super().__init__()
        self.task, self.mistakes = task, mistakes
        self.nothing = torch.nn.Parameter(torch.zeros(1))

    def start(self, source):
        english = " ".join(self.task.english.decode(source[0]))
        return [*self.task.french.encode(translate(english, words="small").french), EOS], 0

    def step(self, tokens, state):
        answer, place = state
        logits = torch.zeros(1, len(self.task.french))
        word = self.task.french.ids["roi"] if place in self.mistakes else answer[min(place, len(answer) - 1)]
        logits[0, word] = 1.0
        return logits, (answer, place + 1)


def test_an_attempt_is_greedy_decoding_beside_the_truth(model, task):
    found = attempt(model, task, "The cat sleeps.")
    assert (found.english, found.truth) == (("the", "cat", "sleeps"), ("le", "chat", "dort"))
    source = as_ids([translate("the cat sleeps")], task.english, task.french).source
    assert found.written == tuple(task.french.decode(greedy(model, source, longest=48)[0]))


@pytest.mark.parametrize(
    ("written", "error"),
    [(("le", "chat"), None), (("le", "chien"), 1), (("le",), 1), (("le", "chat", "dort"), 2), ((), 0)],
)
def test_the_first_error_is_the_first_difference(written, error):
    assert Attempt(("the", "cat"), ("le", "chat"), written).first_error == error


def test_a_sentence_has_begun_where_it_could_have_ended():
    assert beginnings(LONG) == [3, 7, 9, 16]
    with pytest.raises(ValueError, match="the grammar allows"):
        beginnings("the cat")


def test_paragraphs_lie_on_top_of_each_other():
    words = [f"word{n:02d}" for n in range(20)]
    whole, first, rest = (paragraph(words, part) for part in (range(20), range(7), range(7, 20)))
    assert [len(line) <= 73 for line in whole] == [True] * 3 and whole[0].split() == words[:10]
    for line, left, right in zip(whole, first, rest, strict=True):
        assert "".join(a if a != " " else b for a, b in zip(left, right, strict=True)) == line
    assert paragraph(["word"] * 100, range(100))[2] and len(paragraph(["word"] * 100, range(100))) == 3


def drawn(explorer, color):
    """All words of one colour in the picture, headings left out."""
    texts = [t for t in explorer.figure.axes[0].texts if t.get_family() == ["monospace"]]
    return [word for t in texts if to_hex(t.get_color()) == color.lower() for word in t.get_text().split()]


def test_right_words_are_green_and_wrong_ones_red(task):
    explorer = explore_translation(Parrot(task, mistakes=(2,)), task, [LONG, "the dog eats"])
    truth = list(translate(LONG, words="small").french)
    assert drawn(explorer, theme.TRUE) == truth and drawn(explorer, theme.INPUT) == LONG.split()
    assert drawn(explorer, theme.VALUE) == truth[:2]
    assert drawn(explorer, theme.OUTPUT) == ["roi", *truth[3:]]
    assert "16 English words: word 3 should be 'dort', but is 'roi'" in explorer.message.value
    right = explore_translation(Parrot(task), task, [LONG])
    assert drawn(right, theme.VALUE) == truth and not drawn(right, theme.OUTPUT)
    assert "every French word is right" in right.message.value


def test_a_sentence_grows_and_the_slider_ends_where_it_ends(task):
    explorer = explore_translation(Parrot(task), task, [LONG, "the dog eats"])
    grow = explorer.controls["grow"]
    assert (grow.value, grow.max) == (4, 4)
    grow.value = 1
    assert drawn(explorer, theme.INPUT) == ["the", "cat", "sleeps"] and "3 English words" in explorer.message.value
    explorer.controls["sentence"].value = "the dog eats and the cat sleeps"
    assert (grow.value, grow.max) == (2, 2) and "7 English words" in explorer.message.value
    kept = explorer.image.value
    explorer.controls["sentence"].value = "the dog flies"
    assert "Not possible" in explorer.message.value and explorer.image.value == kept
    assert all(control.description for control in explorer.controls.values())


def test_what_cannot_be_read_fails_at_once(model, task):
    with pytest.raises(ValueError, match="sentences is empty"):
        explore_translation(model, task, [])
    with pytest.raises(ValueError, match="'pirate'"):
        explore_translation(model, task, ["the pirate sings"])
    with pytest.raises(ValueError, match="25 words are too many"):
        attempt(model, task, "the " * 25)
