"""Oracle: the grid of runs the explorer was given."""

import matplotlib

matplotlib.use("Agg")
import numpy as np
import pytest

from lecture_utils.widgets.residuals import FLOOR, SMOOTH, Run, explore_depth, verdict


def a_run(depth, level):
    gradients = np.full((2, depth), level)
    gradients[:, 0] = level / 100
    gradients[1] *= 3  # the copies differ
    losses = np.linspace(2.3, level, 40)
    return Run(gradients, losses, np.array([0.4, 0.6]), np.array([0.25, 0.35]))


@pytest.fixture
def grid():
    keys = [(start, skip, depth) for start in ("torch", "he") for skip in (False, True) for depth in (2, 5)]
    return {key: a_run(key[2], 0.1 * (index + 1)) for index, key in enumerate(keys)}


def test_the_sentence_says_what_the_run_measured(grid):
    text = verdict(grid, "he", False, 5)
    assert text.startswith("5 blocks without wires read 30% of the test digits and 50% of the training digits.")
    assert "is 0.01 times the last one's" in text
    assert "with wires" in verdict(grid, "he", True, 5)


def test_a_gradient_lost_in_rounding_is_no_error(grid):
    run = a_run(5, 1.0)
    run.gradients[:] = 1.0
    run.gradients[:, 0] = 0.0
    grid["he", True, 5] = run
    assert "1e-40" in verdict(grid, "he", True, 5)
    explorer = explore_depth(grid)
    explorer.controls["start"].value, explorer.controls["skip"].value = "he", True
    assert explorer.figure.axes[0].lines[0].get_ydata()[0] == FLOOR


def test_every_control_shows_its_run(grid):
    explorer = explore_depth(grid)
    gradient, loss = explorer.figure.axes[0].lines[0], explorer.figure.axes[1].lines[0]
    assert explorer.values == {"depth": 5, "skip": False, "start": "torch"}
    seen = set()
    for start, skip, depth in grid:
        for name, value in (("start", start), ("skip", skip), ("depth", depth)):
            explorer.controls[name].value = value
        run = grid[start, skip, depth]
        np.testing.assert_allclose(gradient.get_ydata(), run.gradients.mean(axis=0))
        np.testing.assert_allclose(gradient.get_xdata(), np.arange(1, depth + 1))
        assert loss.get_ydata()[0] == pytest.approx(run.losses[:SMOOTH].mean())
        assert loss.get_xdata()[-1] == len(run.losses)
        assert verdict(grid, start, skip, depth).split(".")[0] in explorer.message.value
        seen.add(explorer.image.value)
    assert len(seen) == len(grid)
    assert all(control.description for control in explorer.controls.values())


def test_a_grid_with_holes_is_refused(grid):
    del grid["he", True, 2]
    with pytest.raises(ValueError, match=r"missing: \[\('he', True, 2\)\]"):
        explore_depth(grid)
    with pytest.raises(ValueError, match="must hold every start"):
        explore_depth({})
