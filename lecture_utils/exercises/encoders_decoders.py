"""Exercises of the lesson on encoders and decoders: teacher forcing's shift, cosine similarity, greedy decoding."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from lecture_utils.exercises.base import Exercise, Mistake, Wrong, expect_shape, same

BOS, EOS = 1, 2

# --- The shift of teacher forcing -----------------------------------------------------------------------------


def solution_shift(words: Sequence[int], bos: int, eos: int) -> tuple[list[int], list[int]]:
    """Each word is guessed from <bos> and the true words before it; the last guess is <eos>."""
    return [bos, *words], [*words, eos]


def shift_none(words, bos, eos):
    return [bos, *words, eos], [bos, *words, eos]


def shift_backwards(words, bos, eos):
    return [*words, eos], [bos, *words]


def shift_without_eos(words, bos, eos):
    return [bos, *words[:-1]], [*words]


def shift_without_bos(words, bos, eos):
    return [*words], [*words[1:], eos]


def shift_by_two(words, bos, eos):
    return [bos, *words[:-1]], [*words[1:], eos]


SHIFT_DIAGNOSES = (
    (shift_none, "Your target is not shifted: the answer to each step is its own input, so copying would be enough."),
    (shift_backwards, "You shifted the wrong way: your decoder sees a word and must tell the one before it."),
    (shift_without_eos, "You dropped <eos>: nobody ever teaches your decoder to stop."),
    (shift_without_bos, "You dropped <bos>: your decoder never learns which word comes first."),
    (shift_by_two, "You shifted by two: after <bos> comes the first word, not the second."),
)


def check_shift(attempt: Callable) -> None:
    for words in ([7, 9, 8], [5], [4, 4, 6, 5]):
        answer = attempt(list(words), BOS, EOS)
        if answer is None or len(answer) != 2:
            raise Wrong("The answer must be two lists, inputs and targets: did you forget the `return`?")
        inputs, targets = (list(map(int, part)) for part in answer)
        if (inputs, targets) == solution_shift(words, BOS, EOS):
            continue
        for wrong, diagnosis in SHIFT_DIAGNOSES:
            if (inputs, targets) == tuple(wrong(words, BOS, EOS)):
                raise Wrong(diagnosis)
        if len(inputs) != len(targets):
            raise Wrong(f"{len(inputs)} inputs and {len(targets)} targets: each input has exactly one word to guess.")
        raise Wrong(f"For {words} the inputs are {solution_shift(words, BOS, EOS)[0]}: you gave {inputs}.")


SHIFT = Exercise(
    id="teacher-forcing-shift",
    check=check_shift,
    solution=solution_shift,
    mistakes=(
        Mistake("not shifted", shift_none, "not shifted"),
        Mistake("shifted the wrong way", shift_backwards, "wrong way"),
        Mistake("<eos> dropped", shift_without_eos, "dropped <eos>"),
        Mistake("<bos> dropped", shift_without_bos, "dropped <bos>"),
        Mistake("shifted by two", shift_by_two, "shifted by two"),
    ),
    proves="Every word is asked for once, from the true words before it, and stopping is learned like any word.",
)


# --- Cosine similarity ----------------------------------------------------------------------------------------


def solution_cosine(a: np.ndarray, b: np.ndarray) -> float:
    """The product of two vectors, each divided by its length."""
    return float(a @ b / (np.linalg.norm(a) * np.linalg.norm(b)))


def cosine_product_only(a, b):
    return float(a @ b)


def cosine_one_length(a, b):
    return float(a @ b / np.linalg.norm(a))


def cosine_without_root(a, b):
    return float(a @ b / ((a @ a) * (b @ b)))


def cosine_distance(a, b):
    return 1 - solution_cosine(a, b)


def cosine_without_sign(a, b):
    return abs(solution_cosine(a, b))


COSINE_DIAGNOSES = (
    (cosine_product_only, "You took the product alone: twice as long a vector would be twice as similar."),
    (cosine_one_length, "You divided by one length only: both vectors must become arrows of length 1."),
    (cosine_without_root, "You divided by squared lengths: a length is the root of a vector's product with itself."),
    (cosine_distance, "That is the cosine distance: it is 0 for the same direction, where the similarity is 1."),
    (cosine_without_sign, "You lost the sign: arrows that point apart have similarity -1, not 1."),
)


def check_cosine(attempt: Callable) -> None:
    a, b = np.array([3.0, 4.0, 0.0]), np.array([1.0, -2.0, 2.0])
    answer = expect_shape(attempt(a.copy(), b.copy()), (), "the similarity")
    for wrong, diagnosis in COSINE_DIAGNOSES:
        if same(answer, wrong(a, b)):
            raise Wrong(diagnosis)
    for left, right in ((a, b), (a, 5 * a), (a, -a), (np.array([0.0, 2.0]), np.array([3.0, 0.0]))):
        answer = expect_shape(attempt(left.copy(), right.copy()), (), "the similarity")
        if not same(answer, solution_cosine(left, right)):
            raise Wrong(f"{left} and {right} have similarity {solution_cosine(left, right):.3f}, not {answer:.3f}.")


COSINE = Exercise(
    id="cosine-similarity",
    check=check_cosine,
    solution=solution_cosine,
    mistakes=(
        Mistake("product only", cosine_product_only, "product alone"),
        Mistake("one length only", cosine_one_length, "one length only"),
        Mistake("squared lengths", cosine_without_root, "squared lengths"),
        Mistake("distance", cosine_distance, "cosine distance"),
        Mistake("sign lost", cosine_without_sign, "lost the sign"),
    ),
    proves="You measure the angle between two words and nothing else: how long their vectors are does not matter.",
)


# --- Greedy decoding ------------------------------------------------------------------------------------------


def solution_greedy(step: Callable, state: object, bos: int, eos: int, longest: int) -> list[int]:
    """Ask for the next word, take the best, hand it back, until <eos> or `longest` words."""
    word, written = bos, []
    for _ in range(longest):
        scores, state = step(word, state)
        word = int(np.argmax(scores))
        if word == eos:
            break
        written.append(word)
    return written


def greedy_forgets_its_word(step, state, bos, eos, longest):
    return solution_greedy(lambda word, state: step(bos, state), state, bos, eos, longest)


def greedy_forgets_the_state(step, state, bos, eos, longest):
    return solution_greedy(lambda word, _: step(word, state), state, bos, eos, longest)


def greedy_never_stops(step, state, bos, eos, longest):
    return solution_greedy(step, state, bos, -1, longest)


def greedy_keeps_eos(step, state, bos, eos, longest):
    written = solution_greedy(step, state, bos, eos, longest)
    return written if len(written) == longest else [*written, eos]


def greedy_without_limit(step, state, bos, eos, longest):
    return solution_greedy(step, state, bos, eos, 10**6)


def greedy_takes_the_worst(step, state, bos, eos, longest):
    return solution_greedy(lambda word, state: _negated(step(word, state)), state, bos, eos, longest)


def _negated(answer):
    return [-score for score in answer[0]], answer[1]


class _Writer:
    """A decoder that knows one sentence: its state counts the words, and it loses the thread when misled."""

    def __init__(self, sentence: Sequence[int], longest: int) -> None:
        self.sentence, self.most, self.calls = list(sentence), 2 * longest + 5, 0

    def step(self, word: int, state: int) -> tuple[list[float], int]:
        self.calls += 1
        if self.calls > self.most:
            raise Wrong("Your loop does not end: write at most `longest` words.")
        position = int(state)
        expected = BOS if position == 0 else self.sentence[min(position, len(self.sentence)) - 1]
        scores = [0.1 * k for k in range(10)]
        if word == expected and position <= len(self.sentence):
            scores[self.sentence[position] if position < len(self.sentence) else EOS] = 5.0
        else:
            scores[3 + (word + 2 * position) % 7] = 5.0  # misled: it mumbles
        return scores, position + 1


def check_greedy(attempt: Callable) -> None:
    for sentence, longest in (([7, 5, 8, 4], 9), ([7, 5, 8, 4], 3)):
        run = lambda way: way(_Writer(sentence, longest).step, 0, BOS, EOS, longest)  # noqa: B023, E731
        answer = run(attempt)
        if answer is None:
            raise Wrong("The answer is None: did you forget the `return`?")
        answer = list(map(int, answer))
        if answer == run(solution_greedy):
            continue
        for wrong, diagnosis in GREEDY_DIAGNOSES:
            if answer == run(wrong):
                raise Wrong(diagnosis)
        raise Wrong(f"With at most {longest} words the decoder wants to write {run(solution_greedy)}, not {answer}.")


GREEDY_DIAGNOSES = (
    (greedy_forgets_its_word, "You hand back <bos> each time: the decoder must hear the word that it just wrote."),
    (greedy_forgets_the_state, "You throw the new state away: go on with the one that `step` returned."),
    (greedy_never_stops, "You write on after <eos>: it means that the sentence is over."),
    (greedy_keeps_eos, "You keep <eos> among the words: it is a signal, leave it out."),
    (greedy_takes_the_worst, "You take the least likely word: the best has the highest score."),
)

GREEDY = Exercise(
    id="greedy-decoding",
    check=check_greedy,
    solution=solution_greedy,
    mistakes=(
        Mistake("always <bos>", greedy_forgets_its_word, "hand back <bos>"),
        Mistake("state thrown away", greedy_forgets_the_state, "new state away"),
        Mistake("writes on after <eos>", greedy_never_stops, "write on after <eos>"),
        Mistake("<eos> kept", greedy_keeps_eos, "keep <eos>"),
        Mistake("no limit", greedy_without_limit, "at most 3 words"),
        Mistake("worst word", greedy_takes_the_worst, "least likely word"),
    ),
    proves="This loop is how every language model writes, up to the largest: one word, handed back, until <eos>.",
)
