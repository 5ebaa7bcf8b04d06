"""Oracle: torch.optim.SGD with momentum, central differences, and the theory of quadratic bowls."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from lecture_utils.descent import descend, line_fit, two_neurons
from lecture_utils.gradient_check import central_differences

X = np.linspace(0, 2, 9)
SURFACES = {"line": line_fit(X, 1.5 * X - 0.5 + 0.2 * np.sin(9 * X)), "neurons": two_neurons()}


@pytest.mark.parametrize("name", SURFACES)
@settings(deadline=None, max_examples=30)
@given(w=st.floats(-2, 2), v=st.floats(-2, 2))
def test_slopes_equal_central_differences(name, w, v):
    surface = SURFACES[name]
    at = np.array([w, v])
    np.testing.assert_allclose(surface.slope(at), central_differences(surface.loss, at), atol=1e-7)


@pytest.mark.parametrize("name", SURFACES)
def test_at_the_minimum_the_slope_is_zero_and_the_curvature_is_the_hessians_largest(name):
    surface = SURFACES[name]
    at = np.array(surface.minimum)
    np.testing.assert_allclose(surface.slope(at), 0, atol=1e-12)
    hessian = [central_differences(lambda w, i=i: surface.slope(w)[i], at) for i in range(2)]
    assert np.linalg.eigvalsh(hessian)[-1] == pytest.approx(surface.curvature, rel=1e-6)
    grid = np.stack(np.meshgrid(np.linspace(*surface.xlim, 50), np.linspace(*surface.ylim, 50)), axis=-1)
    assert surface.loss(grid).shape == (50, 50) and surface.slope(grid).shape == (50, 50, 2)
    assert surface.loss(at) <= surface.loss(grid).min()


@pytest.mark.parametrize("momentum", [0.0, 0.5, 0.9])
def test_paths_equal_torchs_sgd(momentum):
    surface, start = SURFACES["neurons"], (-0.9, 1.1)
    path = descend(surface.slope, start, lr=0.1, momentum=momentum, steps=20)
    weights = torch.tensor(start, dtype=torch.float64, requires_grad=True)
    optimizer = torch.optim.SGD([weights], lr=0.1, momentum=momentum)
    for place in path:
        np.testing.assert_allclose(weights.detach(), place, atol=1e-12)
        optimizer.zero_grad()
        (weights[1] * weights[0].tanh() - 0.6).square().backward()
        optimizer.step()
    assert len(path) == 21


@pytest.mark.parametrize(("share", "arrives"), [(0.99, True), (1.01, False)])
def test_in_a_bowl_the_largest_learning_rate_is_two_over_the_curvature(share, arrives):
    bowl = SURFACES["line"]
    path = descend(bowl.slope, (0.0, 0.0), lr=share * 2 / bowl.curvature, steps=2000)
    assert (bowl.loss(path[-1]) <= bowl.loss(np.array(bowl.minimum)) + 1e-9) == arrives


def test_a_walk_that_runs_away_ends_early_and_stays_finite():
    path = descend(SURFACES["line"].slope, (0.0, 0.0), lr=5.0, steps=500, limit=100.0)
    assert len(path) < 501 and np.linalg.norm(path, axis=1).max() <= 100


@pytest.mark.parametrize(
    "bad", [{"lr": 0.0}, {"lr": float("nan")}, {"lr": 0.1, "momentum": 1.0}, {"lr": 0.1, "steps": -1}]
)
def test_descent_refuses_bad_settings(bad):
    with pytest.raises(ValueError, match=r"lr \(.*\) must be above 0, momentum"):
        descend(SURFACES["line"].slope, (0.0, 0.0), **bad)


def test_bad_points_are_refused():
    with pytest.raises(ValueError, match="must be a finite point"):
        descend(SURFACES["line"].slope, (0.0, float("nan")), lr=0.1)
    for x, y in [([1.0, 1.0], [0.0, 1.0]), ([1.0, 2.0], [0.0]), ([1.0, float("nan")], [0.0, 1.0])]:
        with pytest.raises(ValueError, match="at least two different x"):
            line_fit(x, y)
