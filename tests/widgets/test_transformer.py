"""Oracles: the model read directly, the phrasebook's own translation, and the counts of `parameter_count`."""

import matplotlib

matplotlib.use("Agg")
from dataclasses import replace

import numpy as np
import pytest
import torch

from lecture_utils.generation import greedy
from lecture_utils.layers.attention import record_attention
from lecture_utils.models.transformer import Transformer, TransformerConfig
from lecture_utils.parameter_count import GPT2_MEDIUM, model_parameters
from lecture_utils.plots.treemap import short_number
from lecture_utils.tokenizers.words import BOS
from lecture_utils.translation import phrasebook_task
from lecture_utils.widgets.transformer import WRITTEN, explore_heads, explore_parameters, look_inside

TEXT = "the black cat does not sleep"


@pytest.fixture(scope="module")
def task():
    return phrasebook_task(train=20, test=20, lengths=range(4, 6))


@pytest.fixture(scope="module")
def model(task):
    torch.manual_seed(0)
    return Transformer(TransformerConfig(len(task.english), len(task.french), width=8, heads=2, layers=2)).eval()


def test_looking_inside_is_what_the_model_did_when_it_wrote(model, task):
    inside = look_inside(model, task, TEXT + ".")
    source = torch.tensor([task.english.encode(TEXT.split())])
    written = greedy(model, source, longest=WRITTEN)[0].tolist()
    assert inside.english == tuple(TEXT.split())
    assert inside.written == tuple(task.french.words[index] for index in written)
    assert " ".join(inside.truth) == "le chat noir ne dort pas"
    with record_attention(model) as maps, torch.no_grad():  # word by word, with the cache
        state = model.start(source)
        for index in [BOS, *written[:-1]]:
            _, state = model.step(torch.tensor([index]), state)
    for layer in range(2):
        rows = maps[f"decoder.{layer}.cross_attention"]
        np.testing.assert_allclose(inside.maps["cross"][layer], torch.cat(rows, 2)[0], atol=1e-6)
        for t, row in enumerate(maps[f"decoder.{layer}.attention"]):
            np.testing.assert_allclose(inside.maps["decoder"][layer, :, t, : t + 1], row[0, :, 0], atol=1e-6)
        np.testing.assert_allclose(inside.maps["encoder"][layer], maps[f"encoder.{layer}.attention"][0][0], atol=1e-6)
    for kind, weights in inside.maps.items():
        rows, columns = inside.words(kind)
        assert weights.shape == (2, 2, len(rows), len(columns))
    assert inside.words("decoder")[1][0] == "<bos>"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("the blue cat", "'blue'"),
        ("", "give a sentence"),
        ("the big black cat does not eat the red apple under an old tree", "has 14 words: give at most 10"),
    ],
)
def test_sentences_that_cannot_be_read_say_why(model, task, text, message):
    with pytest.raises(ValueError, match=message):
        look_inside(model, task, text)
    with pytest.raises(ValueError, match="sentences is empty"):
        explore_heads(model, task, [])


def test_the_explorer_follows_its_controls(model, task):
    explorer = explore_heads(model, task, [TEXT, "a cat sleeps"])
    seen, inside = [explorer.image.value], look_inside(model, task, TEXT)
    board = explorer.figure.axes[0].images[0]
    np.testing.assert_allclose(board.get_array(), inside.maps["cross"][-1].mean(0), atol=1e-6)
    assert "but right is “le chat noir ne dort pas”" in explorer.message.value
    explorer.controls["head"].value = (0, 1)
    np.testing.assert_allclose(board.get_array(), inside.maps["cross"][0, 1], atol=1e-6)
    for kind in ("encoder", "decoder"):
        explorer.controls["kind"].value = kind
        np.testing.assert_allclose(board.get_array(), inside.maps[kind][0, 1], atol=1e-6)
        small = [ax.images[0].get_array() for ax in explorer.figure.axes[1:]]
        np.testing.assert_allclose(np.stack(small), inside.maps[kind].reshape(4, *small[0].shape), atol=1e-6)
        seen.append(explorer.image.value)
    explorer.controls["sentence"].value = "a cat sleeps"
    labels = [text.get_text() for text in explorer.figure.axes[0].texts if text.get_text()]
    assert set(look_inside(model, task, "a cat sleeps").written) <= set(labels)
    seen.append(explorer.image.value)
    assert len(set(seen)) == len(seen)
    explorer.controls["sentence"].value = "a dragon sleeps"
    assert "Not possible" in explorer.message.value and explorer.image.value == seen[-1]
    assert all(control.description for control in explorer.controls.values())


def test_the_parameter_explorer_shows_the_counts():
    explorer = explore_parameters()
    total = lambda shape: short_number(sum(model_parameters(shape).values()))  # noqa: E731
    title = lambda: "".join(explorer.figure.axes[0].get_title(loc=side) for side in ("left", "center"))  # noqa: E731
    assert title() == f"{total(GPT2_MEDIUM)} weights"
    explorer.controls["heads"].value = 2
    assert title() == f"{total(GPT2_MEDIUM)} weights" and "Heads of 512 numbers" in explorer.message.value
    explorer.controls["width"].value = 64
    explorer.controls["layers"].value = 2
    assert title() == f"{total(replace(GPT2_MEDIUM, width=64, layers=2, heads=2))} weights"
    assert "are embeddings" in explorer.message.value
    explorer.controls["heads"].value = 32
    for _, width in explorer.controls["width"].options:
        explorer.controls["width"].value = width  # every setting is possible
        assert "Not possible" not in explorer.message.value
