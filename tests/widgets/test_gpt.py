"""Oracle: the model asked directly, step by step."""

import matplotlib

matplotlib.use("Agg")
import numpy as np
import pytest
import torch

from lecture_utils.models.gpt import GPT, GPTConfig
from lecture_utils.sampling import chances
from lecture_utils.widgets.gpt import LONGEST, SHOWN, explore_sampling, write

WORDS = ["anna", "kim", "lives", "in", "harlow", "¶", ".", "and", "likes", "soup"]
KNOBS = {"temperature": 1.3, "top_k": 6, "top_p": 0.9, "seed": 3}


@pytest.fixture(scope="module")
def model():
    torch.manual_seed(0)
    model = GPT(GPTConfig(len(WORDS), width=16, heads=2)).eval()
    with torch.no_grad():
        for weight in model.parameters():
            weight.mul_(8)
        model.embedding.weight[5] = 0  # the end is seldom the likeliest
    return model


@torch.no_grad()
def test_each_step_is_what_the_model_says_there(model):
    got = write(model, WORDS, "Anna Kim lives", **KNOBS)
    assert got.prompt == ("anna", "kim", "lives") and 2 < len(got.written) <= LONGEST
    text = [WORDS.index(word) for word in ("¶", *got.prompt, *got.written)]
    for place, word in enumerate(got.written):
        logits = model(torch.tensor([text[: 4 + place]]))[0, -1]
        np.testing.assert_allclose(got.model[place], logits.softmax(-1), atol=1e-5)
        wanted = chances(logits, temperature=1.3, top_k=6, top_p=0.9)
        np.testing.assert_allclose(got.drawn_from[place], wanted, atol=1e-5)
        assert got.drawn_from[place, WORDS.index(word)] > 0


def test_no_k_keeps_all_and_the_end_ends_it(model):
    got = write(model, WORDS, "anna", temperature=1.0, top_k=0, top_p=1.0, seed=0)
    np.testing.assert_allclose(got.model, got.drawn_from, atol=1e-6)
    assert "¶" not in got.written[:-1]


@pytest.mark.parametrize(
    ("prompt", "message"), [("", "has 0 words"), ("anna " * 21, "has 21 words"), ("anna king", "'king' is no word")]
)
def test_prompts_that_cannot_be_read_say_why(model, prompt, message):
    with pytest.raises(ValueError, match=message):
        write(model, WORDS, prompt, **KNOBS)


def test_the_explorer_shows_text_bars_and_the_drawn_word(model):
    explorer = explore_sampling(model, WORDS, ["anna kim", "anna"])
    got = write(model, WORDS, "anna kim", temperature=1.0, top_k=0, top_p=1.0, seed=0)
    first = explorer.image.value
    explorer.controls["step"].value = 2
    assert (
        explorer.image.value != first and f"Word 2 of {len(got.written)}: “{got.written[1]}”" in explorer.message.value
    )
    above, below = explorer.figure.axes
    lines = [text.get_text().strip() for text in above.texts]
    assert lines[0] == "anna kim" and lines[3] == got.written[0] and lines[6] == got.written[1]
    assert [bar.get_width() for bar in below.patches[:SHOWN]] == pytest.approx(sorted(got.model[1])[::-1][:SHOWN])
    names = {text.get_text(): text.get_color() for text in below.texts}
    assert list(names.values()).count(names[got.written[1]]) == 1  # red, and no other is
    explorer.controls["temperature"].value = 0.0
    assert "1 word was possible" in explorer.message.value
    drawn = [bar.get_width() for bar in below.patches[SHOWN:]]
    assert sum(drawn) == pytest.approx(1) and max(drawn) == pytest.approx(1)


def test_a_step_past_the_end_stays_on_the_last_word(model):
    hot = {"temperature": 2.0, "top_k": 0, "top_p": 1.0}
    short = lambda seed: len(write(model, WORDS, "anna kim", **hot, seed=seed).written) < LONGEST  # noqa: E731
    seed = next(seed for seed in range(20) if short(seed))
    explorer = explore_sampling(model, WORDS, ["anna kim"])
    for name, value in (("temperature", 2.0), ("draw", seed), ("step", LONGEST)):
        explorer.controls[name].value = value
    last = len(write(model, WORDS, "anna kim", **hot, seed=seed).written)
    assert f"Word {last} of {last}: “¶”" in explorer.message.value


def test_a_prompt_that_cannot_be_read_leaves_the_picture(model):
    explorer = explore_sampling(model, WORDS, ["anna"])
    kept = explorer.image.value
    explorer.controls["prompt"].value = "anna who"
    assert "Not possible" in explorer.message.value and explorer.image.value == kept
    assert all(control.description for control in explorer.controls.values())
    with pytest.raises(ValueError, match="prompts is empty"):
        explore_sampling(model, WORDS, [])
