"""Oracle: the engine's own values and gradients; descent's own paths."""

import numpy as np
import pytest

from lecture_utils.autograd import Value
from lecture_utils.descent import descend, line_fit, two_neurons
from lecture_utils.widgets.backpropagation import explore_descent, explore_graph, graph_step


def square():
    x = Value(3.0, name="x")
    result = x * x + x
    result.name = "L"
    return result


def test_forward_steps_name_the_makers_and_backward_steps_add_up_the_shares():
    result = square()
    result.backward()
    nodes = result.history()  # x, the product, the sum
    texts = [graph_step(nodes, step).text for step in range(1, 7)]
    assert texts[0] == "Forward: x is given: value 3."
    assert texts[1] == "Forward: (×) is computed from x and x: value 9."
    assert texts[2] == "Forward: L is computed from (×) and x: value 12."
    assert texts[3] == "Backward: L: the result changes with itself one to one: gradient 1."
    assert texts[4] == "Backward: (×): slope × gradient = 1 × 1 (from L): gradient 1."
    assert "3 × 1 (from (×)) + 3 × 1 (from (×)) + 1 × 1 (from L): gradient 7." in texts[5]
    known = [(step.values, step.gradients, step.at) for step in (graph_step(nodes, s) for s in range(1, 7))]
    assert known == [(1, 0, 0), (2, 0, 1), (3, 0, 2), (3, 1, 2), (3, 2, 1), (3, 3, 0)]
    for step in (0, 7):
        with pytest.raises(ValueError, match="has steps 1 to 6"):
            graph_step(nodes, step)


def test_the_graph_explorer_redraws_and_tells_what_happened():
    plot = explore_graph(square())
    plot.controls["step"].value = 1
    first = plot.pixels().copy()
    plot.controls["step"].value = 6
    assert (plot.pixels() != first).any() and "gradient 7" in plot.message.value
    plot.controls["step"].value = 1
    assert (plot.pixels() == first).all()


def test_the_descent_explorer_draws_the_paths_of_descend_and_reports_divergence():
    x = np.linspace(0, 2, 9)
    line = line_fit(x, 1.5 * x - 0.5)
    surfaces = {"Line": (line, (0.0, 0.0)), "Neuron": (two_neurons(), (-0.9, 1.1))}
    plot = explore_descent(surfaces, steps=30)
    plot.controls["momentum"].value = 0.5
    for ax, (surface, start) in zip(plot.figure.axes, surfaces.values(), strict=True):
        wanted = descend(surface.slope, start, lr=plot.controls["lr"].value, momentum=0.5, steps=30)
        assert any(np.array_equal(np.column_stack(drawn.get_data()), wanted) for drawn in ax.lines)
    assert "Line: loss" in plot.message.value and "runs away" not in plot.message.value
    plot.controls["lr"].value = 2.0
    assert "Line: runs away after" in plot.message.value
    with pytest.raises(ValueError, match="at least one surface"):
        explore_descent({})
