"""Oracle: Gulati et al. (2020), table 1, and the shapes of two convolutions with stride 2."""

import pytest
import torch

from lecture_utils.models.conformer import CONFORMER_L, CONFORMER_M, CONFORMER_S, Conformer, ConformerConfig


def count(module):
    return sum(weight.numel() for weight in module.parameters())


@pytest.mark.parametrize(
    ("sizes", "decoder", "printed", "share"),
    [(CONFORMER_S, 320, 10.3e6, 0.08), (CONFORMER_M, 640, 30.7e6, 0.01), (CONFORMER_L, 640, 118.8e6, 0.01)],
)
def test_encoder_and_one_lstm_are_nearly_all_of_the_published_size(sizes, decoder, printed, share):
    with torch.device("meta"):
        model, lstm = Conformer(sizes), torch.nn.LSTM(decoder, decoder)
    total = count(model.subsampling) + count(model.blocks) + count(lstm)
    assert (1 - share) * printed < total < printed


@pytest.mark.parametrize(("frames", "left"), [(7, 1), (11, 2), (238, 58)])
def test_four_frames_become_one(frames, left):
    model = Conformer(ConformerConfig(width=8, channels=4)).eval()
    got = model(torch.randn(2, frames, 40))
    assert got.shape == (2, left, 11)
    torch.testing.assert_close(got.exp().sum(-1), torch.ones(2, left))


def test_it_is_subsampling_blocks_and_an_output():
    torch.manual_seed(0)
    model = Conformer(ConformerConfig(width=8, channels=4, kernel=3)).eval()
    frames = torch.randn(1, 30, 40)
    maps = frames[:, None]
    for layer in (model.subsampling.convolutions[0], model.subsampling.convolutions[2]):
        maps = layer(maps).relu()
    x = torch.stack([model.subsampling.project(maps[0, :, t].flatten()) for t in range(maps.shape[2])])[None]
    for block in model.blocks:
        x = block(x)
    torch.testing.assert_close(model(frames), model.output(x).log_softmax(-1))


def test_parts_left_out_are_left_out():
    for part in ("attention", "convolution"):
        assert getattr(Conformer(ConformerConfig(width=8, **{part: False})).blocks[0], part) is None
    assert len(Conformer(ConformerConfig(width=8, macaron=False)).blocks[0].halves) == 1


def test_frames_that_do_not_fit_say_why():
    model = Conformer(ConformerConfig(width=8))
    for frames in (torch.zeros(1, 30, 39), torch.zeros(1, 6, 40), torch.zeros(30, 40)):
        with pytest.raises(ValueError, match=r"must be \(B, T, 40\)"):
            model(frames)
    with pytest.raises(ValueError, match=r"bands \(6\) must be at least 7"):
        Conformer(ConformerConfig(bands=6, width=8))
