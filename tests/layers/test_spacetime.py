"""Oracle: one attention over all patches of all frames, under the masks `same_place` and `same_frame`."""

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from lecture_utils.layers.attention import record_attention
from lecture_utils.layers.masks import same_frame, same_place
from lecture_utils.layers.spacetime import DividedAttention, JointAttention

sizes = {"frames": st.integers(1, 4), "patches": st.integers(1, 4), "seed": st.integers(0, 99)}


def clips(frames, patches, seed, rows=2):
    generator = torch.Generator().manual_seed(seed)
    return torch.randn(rows, frames, patches, 4, generator=generator, dtype=torch.float64).requires_grad_()


@given(**sizes)
@settings(deadline=None, max_examples=20)
def test_divided_attention_and_its_gradients_equal_masked_joint_attention(frames, patches, seed):
    torch.manual_seed(seed)
    divided, video = DividedAttention(dim=4, heads=2).double(), clips(frames, patches, seed)
    flat = video.flatten(1, 2)
    place, frame = same_place(frames, patches), same_frame(frames, patches)
    flat = flat + divided.time(divided.around_time.norm(flat), mask=place)
    flat = flat + divided.space(divided.around_space.norm(flat), mask=frame)
    wanted, got = flat.view_as(video), divided(video)
    torch.testing.assert_close(got, wanted)
    inputs = (video, *divided.parameters())
    ours, theirs = (torch.autograd.grad((each**2).sum(), inputs) for each in (got, wanted))
    for a, b in zip(ours, theirs, strict=True):
        torch.testing.assert_close(a, b)


@given(**sizes)
@settings(deadline=None, max_examples=10)
def test_joint_attention_sees_every_patch_of_every_frame(frames, patches, seed):
    torch.manual_seed(seed)
    joint, video = JointAttention(dim=4, heads=2).double(), clips(frames, patches, seed)
    flat = video.flatten(1, 2)
    torch.testing.assert_close(joint(video).flatten(1, 2), flat + joint.attention(joint.around.norm(flat)))
    (gradient,) = torch.autograd.grad(joint(video)[:, -1, -1].sum(), video)
    assert (gradient.abs().sum(-1) > 0).all()


def test_divided_attention_compares_fewer_pairs():
    video = clips(5, 4, seed=0)
    for module, pairs in ((JointAttention, (5 * 4) ** 2), (DividedAttention, 4 * 5**2 + 5 * 4**2)):
        layer = module(dim=4, heads=1).double()
        with record_attention(layer) as maps:
            layer(video)
        assert sum(weights[0].numel() for weights in maps.values()) == 2 * pairs  # a batch of two clips


@pytest.mark.parametrize("module", [JointAttention, DividedAttention])
@pytest.mark.parametrize("shape", [(2, 3, 4), (2, 3, 4, 5), (2, 0, 3, 4)])
def test_other_shapes_are_refused(module, shape):
    with pytest.raises(ValueError, match=r"must be \(B, frames, patches, 4\)"):
        module(dim=4, heads=2)(torch.zeros(shape))
