"""Oracle: points whose best straight cut is known, and scikit-learn's own score."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from lecture_utils.probes import linear_probe, probe_layers


def cut_by(normal: torch.Tensor, offset: float, seed: int, n: int = 400) -> tuple[torch.Tensor, torch.Tensor]:
    """Points (n, D) away from the plane x . normal = offset, and the side each is on."""
    x = torch.randn(2 * n, len(normal), generator=torch.Generator().manual_seed(seed))
    margin = x @ normal - offset
    x, margin = x[margin.abs() > 0.05], margin[margin.abs() > 0.05]
    return x[:n], (margin[:n] > 0).long()


@settings(deadline=None, max_examples=20)
@given(st.integers(2, 6), st.integers(0, 999), st.floats(-0.3, 0.3))
def test_a_known_cut_is_found(dimensions, seed, offset):
    normal = torch.nn.functional.normalize(
        torch.randn(dimensions, generator=torch.Generator().manual_seed(seed)), dim=0
    )
    train, test = cut_by(normal, offset, seed), cut_by(normal, offset, seed + 1)
    stretch = torch.arange(1, dimensions + 1) * 3.0  # units of very different size must not matter
    probe = linear_probe(train[0] * stretch, train[1], test[0] * stretch, test[1])
    assert probe.accuracy >= 0.95
    wanted = normal / stretch / (normal / stretch).norm()
    assert np.linalg.norm(probe.direction) == pytest.approx(1)
    assert float(probe.direction @ wanted.numpy()) > 0.95


def test_direction_and_offset_reproduce_the_accuracy():
    normal = torch.tensor([0.6, 0.8])
    train, test = cut_by(normal, 0.2, 0), cut_by(normal, 0.2, 1)
    shift = torch.tensor([100.0, -40.0])
    probe = linear_probe(train[0] + shift, train[1], test[0] + shift, test[1])
    sides = (test[0] + shift).double().numpy() @ probe.direction > probe.offset
    assert (sides == test[1].numpy()).mean() == pytest.approx(probe.accuracy)


def test_accuracy_is_of_held_out_points_not_of_training_points():
    generator = torch.Generator().manual_seed(0)
    train, test = torch.randn(30, 40, generator=generator), torch.randn(2000, 40, generator=generator)
    train_labels, test_labels = torch.arange(30) % 2, torch.arange(2000) % 2  # nothing to learn, all can be memorised
    assert linear_probe(train, train_labels, train, train_labels).accuracy == 1.0
    assert 0.4 < linear_probe(train, train_labels, test, test_labels).accuracy < 0.6


def test_one_probe_for_each_layer():
    x, y = cut_by(torch.tensor([1.0, 0.0]), 0.0, 0)
    noise = torch.randn(len(x), 3, generator=torch.Generator().manual_seed(5))
    probes = probe_layers([noise, x], y, [noise, x], y)
    assert probes[0].accuracy < 0.7 < 0.95 < probes[1].accuracy
    with pytest.raises(ValueError, match="2 layers of training outputs and 1 of test outputs"):
        probe_layers([x, x], y, [x], y)
    with pytest.raises(ValueError, match="0 layers"):
        probe_layers([], y, [], y)


@pytest.mark.parametrize(
    ("train", "labels", "test", "message"),
    [
        (torch.zeros(4, 2), torch.tensor([0, 1, 0]), torch.zeros(2, 2), r"features \(4, 2\) and labels \(3,\)"),
        (torch.zeros(4), torch.tensor([0, 1, 0, 1]), torch.zeros(2, 2), r"features \(4,\)"),
        (torch.zeros(4, 2), torch.zeros(4), torch.zeros(2, 2), "hold 1 classes"),
        (torch.zeros(4, 2), torch.arange(4), torch.zeros(2, 2), "hold 4 classes"),
        (torch.zeros(4, 2), torch.arange(4) % 2, torch.zeros(2, 3), "width 2, test features 3"),
        (torch.full((4, 2), torch.nan), torch.arange(4) % 2, torch.zeros(2, 2), "train features hold NaN"),
        (torch.zeros(4, 2), torch.arange(4) % 2, torch.full((2, 2), torch.inf), "test features hold NaN or infinity"),
    ],
)
def test_what_does_not_fit_is_refused(train, labels, test, message):
    with pytest.raises(ValueError, match=message):
        linear_probe(train, labels, test, torch.arange(len(test)) % 2)
