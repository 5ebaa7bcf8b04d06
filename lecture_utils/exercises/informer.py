"""Exercises of the lesson on Informer: who is active, the decoder's start token, and a scale that cheats nobody."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from lecture_utils.exercises.base import Exercise, Mistake, Wrong, as_array, expect_shape, same

# --- The sparsity measure -------------------------------------------------------------------------------------


def solution_measure(queries: np.ndarray, keys: np.ndarray) -> np.ndarray:
    """The largest score of each query, minus the mean of its scores."""
    scores = queries @ keys.T / np.sqrt(queries.shape[1])
    return scores.max(1) - scores.mean(1)


def _scores(queries: np.ndarray, keys: np.ndarray) -> np.ndarray:
    return queries @ keys.T / np.sqrt(queries.shape[1])


def measure_unscaled(queries, keys):
    scores = queries @ keys.T
    return scores.max(1) - scores.mean(1)


def measure_of_keys(queries, keys):
    return _scores(queries, keys).max(0) - _scores(queries, keys).mean(0)


def measure_of_sum(queries, keys):
    return _scores(queries, keys).max(1) - _scores(queries, keys).sum(1)


def measure_without_mean(queries, keys):
    return _scores(queries, keys).max(1)


def measure_of_weights(queries, keys):
    weights = np.exp(_scores(queries, keys))
    weights /= weights.sum(1, keepdims=True)
    return weights.max(1) - weights.mean(1)


def measure_backwards(queries, keys):
    return -solution_measure(queries, keys)


MEASURE_DIAGNOSES = (
    (measure_unscaled, "Your scores lack the division by the square root of d, the length of a query."),
    (measure_of_keys, "You have judged the *keys*: for each query go along its own row of scores."),
    (measure_of_sum, "You subtract the sum: subtract the *mean* of the scores, the sum over the number of keys."),
    (measure_without_mean, "The largest score alone says little: a query may like all keys. Subtract the mean."),
    (measure_of_weights, "You measure the softmax's weights: the paper saves that work, and takes the bare scores."),
    (measure_backwards, "The sign is turned round: mean minus largest calls the laziest the most active."),
)


def check_measure(attempt: Callable) -> None:
    generator = np.random.default_rng(0)
    for length, others in ((4, 4), (5, 3)):
        queries, keys = generator.normal(size=(length, 4)), generator.normal(size=(others, 4))
        answer = as_array(attempt(queries.copy(), keys.copy()), "the measure")
        for wrong, diagnosis in MEASURE_DIAGNOSES:
            if answer.shape == wrong(queries, keys).shape and same(answer, wrong(queries, keys)):
                raise Wrong(diagnosis)
        answer = expect_shape(answer, (length,), "the measure")
        if not same(answer, solution_measure(queries, keys)):
            wanted = solution_measure(queries, keys).round(3).tolist()
            raise Wrong(f"For {length} queries and {others} keys the measure should be {wanted}.")


SPARSITY_MEASURE = Exercise(
    id="sparsity-measure",
    check=check_measure,
    solution=solution_measure,
    mistakes=(
        Mistake("not scaled", measure_unscaled, "lack the division"),
        Mistake("wrong axis", measure_of_keys, "judged the *keys*"),
        Mistake("sum", measure_of_sum, "subtract the sum"),
        Mistake("no mean", measure_without_mean, "largest score alone"),
        Mistake("softmax first", measure_of_weights, "softmax's weights"),
        Mistake("sign", measure_backwards, "sign is turned round"),
    ),
    proves="A query is worth its row of the table only if it prefers somebody; that can be seen before any softmax.",
)


# --- The start token ------------------------------------------------------------------------------------------


def solution_start(series: np.ndarray, now: int, label: int, horizon: int) -> np.ndarray:
    """The last `label` values before now, then a zero for each value to be written."""
    return np.concatenate([series[now - label : now], np.zeros(horizon)])


def start_cheats(series, now, label, horizon):
    return series[now - label : now + horizon]


def start_one_late(series, now, label, horizon):
    return np.concatenate([series[now - label + 1 : now + 1], np.zeros(horizon)])


def start_from_the_beginning(series, now, label, horizon):
    return np.concatenate([series[:label], np.zeros(horizon)])


def start_zeros_first(series, now, label, horizon):
    return np.concatenate([np.zeros(horizon), series[now - label : now]])


def start_repeats(series, now, label, horizon):
    return np.concatenate([series[now - label : now], np.full(horizon, series[now - 1])])


def start_backwards(series, now, label, horizon):
    return np.concatenate([series[now - label : now][::-1], np.zeros(horizon)])


START_DIAGNOSES = (
    (start_cheats, "Your decoder sees its own targets: from `now` on nothing is known, put zeros there."),
    (start_one_late, "You are one step late: series[now] is the first value to be *forecast*, leave it out."),
    (start_from_the_beginning, "You took the oldest values: the start token is the *end* of the past."),
    (start_zeros_first, "The zeros come first: time goes on, so known values stand before unknown ones."),
    (start_repeats, "You repeat the last value: a fine forecast, but the paper gives the decoder zeros."),
    (start_backwards, "Your start token runs backwards: keep the order of time."),
)


def check_start(attempt: Callable) -> None:
    generator = np.random.default_rng(1)
    series = generator.normal(size=20).round(2)
    for now, label, horizon in ((12, 4, 3), (15, 3, 5)):
        answer = expect_shape(attempt(series.copy(), now, label, horizon), (label + horizon,), "the decoder's input")
        if same(answer, solution_start(series, now, label, horizon)):
            continue
        for wrong, diagnosis in START_DIAGNOSES:
            if same(answer, wrong(series, now, label, horizon)):
                raise Wrong(diagnosis)
        wanted = solution_start(series, now, label, horizon).tolist()
        raise Wrong(f"At step {now} with label {label} and horizon {horizon} it should be {wanted}.")


START_TOKEN = Exercise(
    id="start-token",
    check=check_start,
    solution=solution_start,
    mistakes=(
        Mistake("targets shown", start_cheats, "sees its own targets"),
        Mistake("one late", start_one_late, "one step late"),
        Mistake("oldest values", start_from_the_beginning, "the oldest values"),
        Mistake("zeros first", start_zeros_first, "zeros come first"),
        Mistake("last value repeated", start_repeats, "repeat the last value"),
        Mistake("backwards", start_backwards, "runs backwards"),
    ),
    proves="No start symbol has to be learned: the recent past says where to begin, and one pass writes all the rest.",
)


# --- A fair scale ---------------------------------------------------------------------------------------------


def solution_scale(series: np.ndarray, cut: int) -> np.ndarray:
    """The whole series, measured by mean and deviation of the part before the cut."""
    return (series - series[:cut].mean()) / series[:cut].std()


def scale_by_all(series, cut):
    return (series - series.mean()) / series.std()


def scale_by_test(series, cut):
    return (series - series[cut:].mean()) / series[cut:].std()


def scale_each(series, cut):
    return np.concatenate([(part - part.mean()) / part.std() for part in (series[:cut], series[cut:])])


def scale_mean_only(series, cut):
    return series - series[:cut].mean()


def scale_by_variance(series, cut):
    return (series - series[:cut].mean()) / series[:cut].var()


SCALE_DIAGNOSES = (
    (scale_by_all, "The test months are in your scale: mean and deviation must come from series[:cut] alone."),
    (scale_by_test, "You measure by the test months themselves: at the cut nobody knows them yet."),
    (scale_each, "Each part has its own scale now: the test's level, which is the question, is gone."),
    (scale_mean_only, "The mean is taken off, but nothing is divided by the standard deviation."),
    (scale_by_variance, "You divide by the variance: divide by its square root, the standard deviation."),
)


def check_scale(attempt: Callable) -> None:
    generator = np.random.default_rng(2)
    series = np.cumsum(generator.normal(size=30)) + 40
    for cut in (20, 12):
        answer = expect_shape(attempt(series.copy(), cut), (30,), "the scaled series")
        if same(answer, solution_scale(series, cut)):
            continue
        for wrong, diagnosis in SCALE_DIAGNOSES:
            if same(answer, wrong(series, cut)):
                raise Wrong(diagnosis)
        wanted = solution_scale(series, cut)[:2].round(3).tolist()
        raise Wrong(f"With the cut at {cut} the first two values should be {wanted}, yours {answer[:2].tolist()}.")


FAIR_SCALE = Exercise(
    id="fair-scale",
    check=check_scale,
    solution=solution_scale,
    mistakes=(
        Mistake("test months in the scale", scale_by_all, "test months are in your scale"),
        Mistake("scale of the test", scale_by_test, "by the test months themselves"),
        Mistake("two scales", scale_each, "its own scale"),
        Mistake("not divided", scale_mean_only, "nothing is divided"),
        Mistake("variance", scale_by_variance, "divide by the variance"),
    ),
    proves="What is measured after the cut cannot have helped before it: not in the weights, and not in the units.",
)
