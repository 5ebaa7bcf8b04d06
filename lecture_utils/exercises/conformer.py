"""Exercises of the lesson on the Conformer: reading a path, CTC's forward recursion, gate and filters."""

from __future__ import annotations

from collections.abc import Callable
from itertools import groupby

import numpy as np

from lecture_utils.exercises.base import Exercise, Mistake, Wrong, as_array, expect_shape, same

# --- Reading a path -------------------------------------------------------------------------------------------


def solution_collapse(path: list[int]) -> list[int]:
    """Merge repetitions first; only then are blanks dropped."""
    merged = [output for place, output in enumerate(path) if place == 0 or output != path[place - 1]]
    return [output for output in merged if output != 0]


def collapse_blanks_first(path):
    return [output for output, _ in groupby(output for output in path if output != 0)]


def collapse_blanks_kept(path):
    return [output for output, _ in groupby(path)]


def collapse_not_merged(path):
    return [output for output in path if output != 0]


def collapse_unique(path):
    return list(dict.fromkeys(output for output in path if output != 0))


COLLAPSE_DIAGNOSES = (
    (collapse_not_merged, "Repetitions are still there: a digit that lasts for three frames is one digit."),
    (collapse_blanks_kept, "Blanks are still there: 0 means *nothing new*, leave it out at the end."),
    (collapse_blanks_first, "You drop blanks first and so lose double digits: 7 _ 7 is two sevens. Merge, then drop."),
    (collapse_unique, "Each digit comes once at most: merge *neighbours* only, people do say 4 1 4."),
)


def check_collapse(attempt: Callable) -> None:
    for path in ([0, 4, 4, 0, 1], [4, 0, 1, 1, 4, 0], [7, 7, 0, 7, 4], [0, 0]):
        wanted = solution_collapse(path)
        answer = as_array(attempt(list(path)), "the text").tolist()
        if answer == wanted:
            continue
        for wrong, diagnosis in COLLAPSE_DIAGNOSES:
            if answer == wrong(path):
                raise Wrong(diagnosis)
        raise Wrong(f"The path {path} reads {wanted}, yours {answer}.")


COLLAPSE = Exercise(
    id="ctc-collapse",
    check=check_collapse,
    solution=solution_collapse,
    mistakes=(
        Mistake("not merged", collapse_not_merged, "Repetitions are still there"),
        Mistake("blanks kept", collapse_blanks_kept, "Blanks are still there"),
        Mistake("each once", collapse_unique, "merge *neighbours* only"),
        Mistake("blanks first", collapse_blanks_first, "lose double digits"),
    ),
    proves="The blank does two jobs: it fills silence, and it parts 77 from a long 7.",
)


# --- The forward recursion ------------------------------------------------------------------------------------


def solution_forward(chances: np.ndarray, target: list[int]) -> float:
    """Carry the probability of every state _ a _ b _ from frame to frame, and add up the two ends."""
    states = [0]
    for token in target:
        states += [token, 0]
    alpha = np.zeros(len(states))
    alpha[:2] = chances[0, states[:2]]
    for now in chances[1:]:
        before = alpha.copy()
        for s, token in enumerate(states):
            alpha[s] = before[s] + (before[s - 1] if s >= 1 else 0)
            if s >= 2 and token != 0 and token != states[s - 2]:
                alpha[s] += before[s - 2]
            alpha[s] *= now[token]
    return alpha[-1] + alpha[-2]


def _forward(chances, target, *, jump=True, same_jump=False, ends=2, starts=2, blanks=True, best=False):
    states = [0] if blanks else []
    for token in target:
        states += [token, 0] if blanks else [token]
    alpha = np.zeros(len(states))
    begin = starts if blanks else 1
    alpha[:begin] = chances[0, states[:begin]]
    for now in chances[1:]:
        before = alpha.copy()
        for s, token in enumerate(states):
            ways = [before[s], before[s - 1] if s else 0.0]
            if blanks and jump and s >= 2 and token != 0 and (same_jump or token != states[s - 2]):
                ways.append(before[s - 2])
            alpha[s] = (max(ways) if best else sum(ways)) * now[token]
    return alpha[-ends if blanks else -1 :].sum()


def forward_without_jump(chances, target):
    return _forward(chances, target, jump=False)


def forward_jumps_over_twins(chances, target):
    return _forward(chances, target, same_jump=True)


def forward_one_end(chances, target):
    return _forward(chances, target, ends=1)


def forward_one_start(chances, target):
    return _forward(chances, target, starts=1)


def forward_best_path(chances, target):
    return _forward(chances, target, best=True)


def forward_without_blanks(chances, target):
    return _forward(chances, target, blanks=False)


FORWARD_DIAGNOSES = (
    (forward_without_blanks, "There are no blanks between your tokens: the states are _ a _ b _, 2 U + 1 of them."),
    (forward_without_jump, "From a you can get to b only through a blank: different tokens may follow directly."),
    (forward_jumps_over_twins, "You jump over the blank between two equal tokens: 7 then 7 would be read as one 7."),
    (forward_one_end, "A path may end in the last token as well as in the last blank: add both."),
    (forward_one_start, "A path may begin with the first token as well as with a blank: start both."),
    (forward_best_path, "You keep the best way into a state: the probability is the *sum* over all ways."),
)


def check_forward(attempt: Callable) -> None:
    generator = np.random.default_rng(0)
    for target in ([1, 2], [2, 2], [1]):
        chances = generator.dirichlet(np.ones(3), 5)
        wanted = solution_forward(chances, target)
        answer = expect_shape(attempt(chances.copy(), list(target)), (), "the probability")
        if same(answer, wanted, 1e-9):
            continue
        for wrong, diagnosis in FORWARD_DIAGNOSES:
            if same(answer, wrong(chances, target), 1e-9):
                raise Wrong(diagnosis)
        raise Wrong(f"Target {target} in 5 frames has probability {wanted:.5f}, yours is {float(answer):.5f}.")


FORWARD = Exercise(
    id="ctc-forward",
    check=check_forward,
    solution=solution_forward,
    mistakes=(
        Mistake("no blanks", forward_without_blanks, "no blanks between"),
        Mistake("no jump", forward_without_jump, "only through a blank"),
        Mistake("jump over twins", forward_jumps_over_twins, "two equal tokens"),
        Mistake("one end", forward_one_end, "end in the last token"),
        Mistake("one start", forward_one_start, "begin with the first token"),
        Mistake("best path", forward_best_path, "*sum* over all ways"),
    ),
    proves="Thousands of paths in a table of T times 2 U + 1 numbers: that is why CTC can be trained at all.",
)


# --- Gate and filters -----------------------------------------------------------------------------------------


def solution_gate_and_filter(values: np.ndarray, gates: np.ndarray, filters: np.ndarray) -> np.ndarray:
    """Each number times its gate, then each channel under its own filter, the middle of which is now."""
    gated = values / (1 + np.exp(-gates))  # (T, D)
    reach = filters.shape[1] // 2
    padded = np.pad(gated, ((reach, reach), (0, 0)))
    return sum(padded[k : k + len(values)] * filters[:, k] for k in range(filters.shape[1]))


def _filtered(gated, filters, before):
    after = filters.shape[1] - 1 - before
    padded = np.pad(gated, ((before, after), (0, 0)))
    return sum(padded[k : k + len(gated)] * filters[:, k] for k in range(filters.shape[1]))


def gate_forgotten(values, gates, filters):
    return _filtered(values, filters, filters.shape[1] // 2)


def gate_without_sigmoid(values, gates, filters):
    return _filtered(values * gates, filters, filters.shape[1] // 2)


def gate_swapped(values, gates, filters):
    return solution_gate_and_filter(gates, values, filters)


def filter_flipped(values, gates, filters):
    return solution_gate_and_filter(values, gates, filters[:, ::-1])


def filter_causal(values, gates, filters):
    return _filtered(values / (1 + np.exp(-gates)), filters, filters.shape[1] - 1)


def filter_shared(values, gates, filters):
    return solution_gate_and_filter(values, gates, np.broadcast_to(filters[:1], filters.shape))


GATE_DIAGNOSES = (
    (gate_forgotten, "The gates play no part: multiply the values by sigmoid(gates) first."),
    (gate_without_sigmoid, "You multiply by the gates as they are: a gate is sigmoid(g), between shut and open."),
    (gate_swapped, "Values and gates are swapped: the sigmoid belongs to the second."),
    (filter_flipped, "Your filters are flipped: entry k meets the frame k - K // 2 away, as in torch."),
    (filter_causal, "Your filter looks back only: its middle is the present frame, so pad on both sides."),
    (filter_shared, "All channels use the first filter: *depthwise* means one filter a channel."),
)


def check_gate_and_filter(attempt: Callable) -> None:
    generator = np.random.default_rng(0)
    values, gates, filters = generator.normal(size=(6, 2)), generator.normal(size=(6, 2)), generator.normal(size=(2, 3))
    answer = expect_shape(attempt(values.copy(), gates.copy(), filters.copy()), (6, 2), "the output")
    wanted = solution_gate_and_filter(values, gates, filters)
    if same(answer, wanted):
        return
    for wrong, diagnosis in GATE_DIAGNOSES:
        if same(answer, wrong(values, gates, filters)):
            raise Wrong(diagnosis)
    raise Wrong(f"The first frame should be {wanted[0].round(3).tolist()}, yours is {answer[0].round(3).tolist()}.")


GATE_AND_FILTER = Exercise(
    id="gate-and-filter",
    check=check_gate_and_filter,
    solution=solution_gate_and_filter,
    mistakes=(
        Mistake("no gate", gate_forgotten, "play no part"),
        Mistake("no sigmoid", gate_without_sigmoid, "as they are"),
        Mistake("swapped", gate_swapped, "Values and gates are swapped"),
        Mistake("flipped", filter_flipped, "filters are flipped"),
        Mistake("causal", filter_causal, "looks back only"),
        Mistake("one filter for all", filter_shared, "one filter a channel"),
    ),
    proves="A whole neighbourhood costs K numbers a channel: mixing channels is left to the maps before and after.",
)
