"""Oracle: the picture's texts are the graph's own values and gradients; boxes neither overlap nor point backwards."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib import pyplot as plt

from lecture_utils.autograd import Value
from lecture_utils.gradient_check import random_expression
from lecture_utils.plots.computation import draw_graph, graph_figure, plot_computation
from lecture_utils.plots.layered import layered


def neuron():
    x, w, b = Value(2.0, name="x"), Value(-0.5, name="w"), Value(0.25, name="b")
    out = (w * x + b).tanh()
    out.name = "o"
    out.backward()
    return out.history()


@settings(deadline=None, max_examples=30)
@given(seed=st.integers(0, 999), length=st.integers(3, 10))
def test_columns_go_forward_and_boxes_do_not_overlap(seed, length):
    result = random_expression(seed, length=length)(Value(0.1), Value(0.2), Value(0.3))
    nodes = result.history()
    places = {id(node): index for index, node in enumerate(nodes)}
    layout = layered([[places[id(parent)] for parent in node.parents] for node in nodes])
    for node, (column, _) in zip(nodes, layout.positions, strict=True):
        assert all(layout.positions[places[id(parent)], 0] < column for parent in node.parents)
    for one, other in itertools.combinations(layout.positions, 2):
        assert one[0] != other[0] or abs(one[1] - other[1]) >= 1 - 1e-9
    for (start, end), route in layout.routes.items():
        assert np.array_equal(route[0], layout.positions[start])
        assert np.array_equal(route[-1], layout.positions[end])
        assert np.array_equal(np.diff(route[:, 0]), np.ones(len(route) - 1))


def test_a_parent_that_does_not_come_first_is_refused():
    for bad in ([], [[1], []], [[0]], [[], [-1]]):
        with pytest.raises(ValueError, match="every node after its parents"):
            layered(bad)


def test_values_and_gradients_are_written_into_the_boxes():
    nodes = neuron()
    ax = plot_computation(nodes, title="A neuron")
    shown = {text.get_text() for text in ax.texts if text.get_visible()}
    assert {"x", "w", "b", "×", "+", "o = tanh", "2.00", "−0.50", "−0.75", "−0.64", "∇ 1.00", "∇ 0.60"} <= shown
    assert ax.get_title(loc="left") or ax.get_title() == "A neuron"
    plt.close(ax.figure)
    ax = plot_computation(nodes, gradients=False, ax=plt.subplots()[1])
    assert not any(text.get_text().startswith("∇") for text in ax.texts if text.get_visible())
    plt.close(ax.figure)


def test_powers_and_constants_are_named_as_people_write_them():
    loss = (Value(3.0) - 1) ** 2 + Value(4.0) ** -0.5
    ax = plot_computation(loss.history())
    titles = [text.get_text() for text in ax.texts[::3]]
    assert {"( )²", "( )⁻⁰·⁵", "−", "+"} <= set(titles) and titles.count("const") == 3
    plt.close(ax.figure)


def test_painting_shows_only_what_is_known_so_far():
    nodes = neuron()
    ax = graph_figure(nodes)
    artists = draw_graph(nodes, ax)
    artists.paint(3, 0, at=2)
    assert [text.get_visible() for text in artists.values] == [True] * 3 + [False] * 3
    assert not any(text.get_visible() for text in artists.gradients) and artists.frame.get_visible()
    artists.paint(6, 2)
    assert [text.get_visible() for text in artists.gradients] == [False] * 4 + [True] * 2
    assert not artists.frame.get_visible()
    plt.close(ax.figure)


def test_an_incomplete_history_is_refused():
    with pytest.raises(ValueError, match="a node's parent is missing"):
        plot_computation(neuron()[2:])
