"""Oracle: the model's own forward, recorded."""

import matplotlib

matplotlib.use("Agg")
import numpy as np
import pytest
import torch

from lecture_utils.layers.attention import record_attention
from lecture_utils.layers.positions import Rotary
from lecture_utils.models.text_encoder import TextEncoder, TextEncoderConfig
from lecture_utils.tokenizers.words import WordTokenizer
from lecture_utils.widgets.attention import explore_attention, glance

TEXT = "nadia hid from wanda because she had eaten her cake"
TOKENIZER = WordTokenizer(sorted({*TEXT.split(), "."}))


def model(causal=False, rotary=True):
    torch.manual_seed(0)
    config = TextEncoderConfig(len(TOKENIZER), width=16, heads=2, causal=causal)
    return TextEncoder(config, scheme=(lambda: Rotary(dim=8)) if rotary else None).eval()


@pytest.mark.parametrize("causal", [False, True])
@pytest.mark.parametrize("rotary", [False, True])
@pytest.mark.parametrize(("layer", "head", "word"), [(0, 0, 0), (1, 1, 5), (1, 0, 9)])
def test_a_glance_is_what_the_model_does(causal, rotary, layer, head, word):
    encoder = model(causal, rotary)
    tokens = torch.tensor([TOKENIZER.encode(TEXT.split())])
    mixed = []
    hook = encoder.layers[layer].attention.output.register_forward_pre_hook(lambda _, x: mixed.append(x[0]))
    with torch.no_grad(), record_attention(encoder) as maps:
        encoder(tokens)
    hook.remove()
    at = glance(encoder, TOKENIZER, TEXT, layer=layer, head=head, word=word, hide_later=causal)
    weights = maps[f"layers.{layer}.attention"][0][0, head, word].numpy()
    np.testing.assert_allclose(at.weights, weights, atol=1e-6)
    np.testing.assert_allclose(at.output, mixed[0][0, word, 8 * head : 8 * head + 8].numpy(), atol=1e-5)
    np.testing.assert_allclose(at.scaled, at.scores / np.sqrt(8), rtol=1e-6)
    np.testing.assert_allclose(at.weights @ at.values, at.output, atol=1e-5)
    assert at.allowed.tolist() == [not causal or key <= word for key in range(10)]


def test_the_picture_shows_the_numbers_step_by_step():
    explorer = explore_attention(model(), TOKENIZER, [TEXT, "wanda hid"], word=6)
    left, right = explorer.figure.axes
    at = glance(model(), TOKENIZER, TEXT, layer=0, head=0, word=5, hide_later=False)
    picture = np.asarray(right.images[0].get_array())
    np.testing.assert_allclose(picture[:10], at.weights[:, None] * at.values[:, :8], atol=1e-6)
    np.testing.assert_allclose(picture[15], at.output[:8], atol=1e-6)
    shown = [text.get_text() for text in left.texts]
    assert all(f"{score:.2f}" in shown for score in at.scores) and "−∞" not in shown
    explorer.controls["hide_later"].value = True
    assert [text.get_text() for text in left.texts].count("−∞") == 4
    explorer.controls["step"].value = 1
    shown = [text.get_text() for text in left.texts]
    assert f"{at.scores[0]:.2f}" in shown and not any("%" in text or text == "−∞" for text in shown)
    assert np.isnan(np.asarray(right.images[0].get_array(), dtype=float)).all()


def test_the_explorer_follows_its_controls_and_says_what_it_shows():
    explorer = explore_attention(model(), TOKENIZER, [TEXT, "wanda hid"], word=6)
    assert "“she” puts" in explorer.message.value and "The output begins" in explorer.message.value
    pictures = [explorer.image.value]
    for name, value in (("word", 1), ("head", (1, 1)), ("hide_later", True), ("step", 4)):
        explorer.controls[name].value = value
        pictures.append(explorer.image.value)
    assert len(set(pictures)) == 5 and "“nadia” puts 100% on “nadia”" in explorer.message.value
    explorer.controls["word"].value = 10
    explorer.controls["text"].value = "wanda hid"
    assert explorer.controls["word"].max == explorer.controls["word"].value == 2
    assert "“hid” puts" in explorer.message.value
    explorer.controls["text"].value = "wanda sang"
    assert "Not possible" in explorer.message.value and "sang" in explorer.message.value
    assert all(control.description for control in explorer.controls.values())


@pytest.mark.parametrize(("text", "message"), [("", "has 0 words"), ("wanda " * 16, "has 16 words"), ("x", "'x'")])
def test_an_unreadable_text_says_why(text, message):
    with pytest.raises(ValueError, match=message):
        glance(model(), TOKENIZER, text, layer=0, head=0, word=0, hide_later=False)
    with pytest.raises(ValueError, match="texts is empty"):
        explore_attention(model(), TOKENIZER, [])
