"""Exercises of the lesson on in-context learning: build a prompt, find the induction head, flip the labels."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import torch

from lecture_utils.datasets.in_context import posterior
from lecture_utils.exercises.base import Exercise, Mistake, Wrong, expect_shape, same

# --- Build a prompt -------------------------------------------------------------------------------------------


def solution_prompt(examples: Sequence[tuple[str, str]], ask: str) -> list[str]:
    """The examples in their order, key before value, and the key to ask for at the end."""
    return [word for pair in examples for word in pair] + [ask]


def prompt_without_question(examples, ask):
    return [word for pair in examples for word in pair]


def prompt_with_question_first(examples, ask):
    return [ask] + [word for pair in examples for word in pair]


def prompt_values_first(examples, ask):
    return [word for key, value in examples for word in (value, key)] + [ask]


def prompt_with_the_answer(examples, ask):
    return [*solution_prompt(examples, ask), *[value for key, value in examples if key == ask][:1]]


def prompt_of_pairs(examples, ask):
    return [*examples, ask]


def prompt_sorted_out(examples, ask):
    return [word for pair in dict(examples).items() for word in pair] + [ask]


PROMPT_DIAGNOSES = (
    (prompt_without_question, "The question is missing: the prompt must end with the key that you ask for."),
    (prompt_with_question_first, "The question stands first: a decoder answers after the *last* word."),
    (prompt_values_first, "Each value stands before its key: then red is followed by dax, not dax by red."),
    (prompt_with_the_answer, "The answer is in the prompt already: end with the key, or there is nothing to predict."),
    (prompt_of_pairs, "Your prompt still holds pairs: a text is one row of words."),
    (prompt_sorted_out, "Repeated keys are gone: every example is a vote, and contradicting ones must stay."),
)


def check_prompt(attempt: Callable) -> None:
    examples = [("dax", "red"), ("wug", "blue"), ("dax", "green")]
    answer = attempt(list(examples), "dax")
    if answer is None or isinstance(answer, str):
        raise Wrong(f"The answer must be a list of words, not {type(answer).__name__}: did you forget the `return`?")
    for wrong, diagnosis in PROMPT_DIAGNOSES:
        if list(answer) == wrong(examples, "dax"):
            raise Wrong(diagnosis)
    if list(answer) != solution_prompt(examples, "dax"):
        raise Wrong(
            f"For dax-red, wug-blue, dax-green and the question dax your prompt is {' '.join(map(str, answer))}."
        )
    if list(attempt([], "wug")) != ["wug"]:
        raise Wrong("Zero-shot: with no examples at all the prompt is just the key that is asked for.")


BUILD_PROMPT = Exercise(
    id="build-a-prompt",
    check=check_prompt,
    solution=solution_prompt,
    mistakes=(
        Mistake("no question", prompt_without_question, "question is missing"),
        Mistake("question first", prompt_with_question_first, "question stands first"),
        Mistake("values first", prompt_values_first, "value stands before its key"),
        Mistake("answer given away", prompt_with_the_answer, "answer is in the prompt already"),
        Mistake("still pairs", prompt_of_pairs, "still holds pairs"),
        Mistake("one example a key", prompt_sorted_out, "Repeated keys are gone"),
    ),
    proves="From zero-shot to few-shot only this row of words grows. Nothing else in the machine moves.",
)


# --- Find the induction head ----------------------------------------------------------------------------------


def _mean_weight(maps: np.ndarray, tokens: Sequence[str], looks: Callable[[int, int], bool]) -> np.ndarray:
    """Mean weight (L, H) on the places s that a query t looks at, over the queries that have any."""
    wanted = np.array([[s < t and looks(t, s) for s in range(len(tokens))] for t in range(len(tokens))])
    return (maps * wanted).sum(-1)[..., wanted.any(-1)].mean(-1)


def _best(scores: np.ndarray) -> tuple[int, int]:
    layer, head = np.unravel_index(scores.argmax(), scores.shape)
    return int(layer), int(head)


def solution_head(maps: np.ndarray, tokens: Sequence[str]) -> tuple[int, int]:
    """The head with most weight on words that followed an earlier copy of the asking word."""
    scores = sum(maps[:, :, t, s] for t in range(len(tokens)) for s in range(1, t) if tokens[s - 1] == tokens[t])
    return tuple(np.unravel_index(scores.argmax(), scores.shape))


def head_of_copies(maps, tokens):
    return _best(_mean_weight(maps, tokens, lambda t, s: tokens[s] == tokens[t]))


def head_of_previous(maps, tokens):
    return _best(_mean_weight(maps, tokens, lambda t, s: s == t - 1))


def head_of_befores(maps, tokens):
    return _best(_mean_weight(maps, tokens, lambda t, s: s + 1 < t and tokens[s + 1] == tokens[t]))


def head_of_sharpest(maps, tokens):
    return _best(maps.max(-1).mean(-1))


HEAD_DIAGNOSES = (
    (head_of_copies, "That head looks at earlier *copies* of the word. You want the place one later: what followed."),
    (head_of_previous, "That is the previous-token head: it looks one word back, whichever word that is."),
    (head_of_befores, "That head looks at what stood *before* a copy: compare tokens[s - 1], not tokens[s + 1]."),
    (
        head_of_sharpest,
        "That is the sharpest head, but it looks at the first word always: measure where, not how much.",
    ),
)


def recorded_maps(tokens: Sequence[str], seed: int) -> np.ndarray:
    """Made-up maps (2, 3, T, T), causal, rows summing to one: five kinds of heads and an idle one, in random places."""
    length, generator = len(tokens), np.random.default_rng(seed)
    kinds = (
        (0.7, lambda t, s: tokens[s - 1] == tokens[t] and s > 0),
        (0.8, lambda t, s: tokens[s] == tokens[t]),
        (0.9, lambda t, s: s == t - 1),
        (0.75, lambda t, s: s + 1 < t and tokens[s + 1] == tokens[t]),
        (0.98, lambda t, s: s == 0),
        (0.0, lambda t, s: False),
    )
    maps = np.zeros((6, length, length))
    for row, (share, looks) in zip(maps, kinds, strict=True):
        for t in range(length):
            wanted = np.array([s < t and looks(t, s) for s in range(length)], dtype=float)
            rest = (np.arange(length) <= t).astype(float)
            part = share if wanted.any() else 0.0
            row[t] = part * wanted / max(1.0, wanted.sum()) + (1 - part) * rest / rest.sum()
    return maps[generator.permutation(6)].reshape(2, 3, length, length)


def check_head(attempt: Callable) -> None:
    mapping, order = (
        {"dax": "red", "wug": "blue", "fep": "pink"},
        ("dax", "wug", "fep", "wug", "dax", "fep", "dax", "wug"),
    )
    tokens = [word for key in order for word in (key, mapping[key])]
    for seed in (0, 1, 2):
        maps = recorded_maps(tokens, seed)
        answer = tuple(int(part) for part in expect_shape(attempt(maps.copy(), list(tokens)), (2,), "(layer, head)"))
        right = solution_head(maps, tokens)
        if answer == right:
            continue
        if answer == (right[0] + 1, right[1] + 1):
            raise Wrong("You count from 1: layer and head are the places in the array, from 0.")
        for wrong, diagnosis in HEAD_DIAGNOSES:
            if answer == wrong(maps, tokens):
                raise Wrong(diagnosis)
        raise Wrong(f"Head {answer} puts little weight on the words that followed earlier copies; another puts more.")


FIND_HEAD = Exercise(
    id="find-the-induction-head",
    check=check_head,
    solution=solution_head,
    mistakes=(
        Mistake("copies of the word", head_of_copies, "earlier *copies*"),
        Mistake("previous-token head", head_of_previous, "previous-token head"),
        Mistake("one place too early", head_of_befores, "stood *before*"),
        Mistake("the sharpest head", head_of_sharpest, "sharpest head"),
        Mistake("counted from 1", lambda maps, tokens: [p + 1 for p in solution_head(maps, tokens)], "count from 1"),
    ),
    proves="A head is known by where it looks: back to its own word, then one place on.",
)


# --- Flip the labels ------------------------------------------------------------------------------------------


def solution_belief(prior: np.ndarray, votes: np.ndarray, noise: float) -> np.ndarray:
    """Bayes' rule: what was believed before, times the chance of these votes under each value."""
    prior, votes = np.asarray(prior, dtype=float), np.asarray(votes)
    other = noise / len(prior)
    belief = prior * (1 - noise + other) ** votes * other ** (votes.sum() - votes)
    return belief / belief.sum()


def _belief(prior, votes, noise, *, right=None, use_prior=True, count_others=True) -> np.ndarray:
    """The rule with one thing changed, to recognise mistakes by."""
    prior, votes = np.asarray(prior, dtype=float), np.asarray(votes)
    other = noise / len(prior)
    right = 1 - noise + other if right is None else right
    belief = right**votes * other ** ((votes.sum() - votes) * count_others)
    belief = belief * prior if use_prior else belief
    return belief / belief.sum()


def belief_without_prior(prior, votes, noise):
    return _belief(prior, votes, noise, use_prior=False)


def belief_by_share(prior, votes, noise):
    return np.asarray(votes) / max(1, np.sum(votes)) if np.sum(votes) else np.asarray(prior, dtype=float)


def belief_without_lucky(prior, votes, noise):
    return _belief(prior, votes, noise, right=1 - noise)


def belief_without_others(prior, votes, noise):
    return _belief(prior, votes, noise, count_others=False)


def belief_not_shared_out(prior, votes, noise):
    prior, votes = np.asarray(prior, dtype=float), np.asarray(votes)
    other = noise / len(prior)
    return prior * (1 - noise + other) ** votes * other ** (votes.sum() - votes)


BELIEF_DIAGNOSES = (
    (
        belief_without_prior,
        "The prior plays no part: what was known before the prompt multiplies what the prompt says.",
    ),
    (belief_by_share, "You take the share of votes. A vote is evidence, not the answer: use its probability."),
    (
        belief_without_lucky,
        "A noisy label is right by luck once in V: the true value is shown with 1 - noise + noise / V.",
    ),
    (belief_without_others, "You forgot the votes *against* a value: each of them has probability noise / V."),
    (belief_not_shared_out, "Your numbers do not sum to one: divide by their sum at the end."),
)


def check_belief(attempt: Callable) -> None:
    prior, votes = np.array([0.7, 0.1, 0.1, 0.1]), np.array([0, 2, 1, 0])
    answer = expect_shape(attempt(prior.copy(), votes.copy(), 0.4), (4,), "the belief")
    for wrong, diagnosis in BELIEF_DIAGNOSES:
        if same(answer, wrong(prior, votes, 0.4)):
            raise Wrong(diagnosis)
    for before, counts in ((prior, votes), (np.full(4, 0.25), votes), (np.full(2, 0.5), np.zeros(2, dtype=int))):
        wanted = posterior(torch.as_tensor(counts), 0.4, torch.as_tensor(before)).numpy()
        if not same(attempt(before.copy(), counts.copy(), 0.4), wanted):
            raise Wrong(
                f"After votes {counts.tolist()} a belief of {before.tolist()} becomes {wanted.round(3).tolist()}."
            )


FLIP_LABELS = Exercise(
    id="flip-the-labels",
    check=check_belief,
    solution=solution_belief,
    mistakes=(
        Mistake("no prior", belief_without_prior, "prior plays no part"),
        Mistake("share of votes", belief_by_share, "share of votes"),
        Mistake("luck forgotten", belief_without_lucky, "right by luck"),
        Mistake("only votes for", belief_without_others, "votes *against*"),
        Mistake("not normalised", belief_not_shared_out, "do not sum to one"),
    ),
    proves="Flipped labels turn a reader without knowledge at once. One who knows better takes more convincing.",
)
