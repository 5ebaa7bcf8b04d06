"""Posts for a trust-and-safety desk: what each breaks is known, and the same mean word may be meant, quoted or denied.

The mean words are made up and mild; they stand in for those that nobody wants on a slide. Some have an everyday
meaning as well, as on real platforms: a goose is a bird, until somebody calls you one.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np

from lecture_utils.datasets.pet_board import draw_new, fill
from lecture_utils.datasets.smalltown.dice import Dice

LABELS = ("toxic", "abusive", "adult")
NICE = ("lovely", "splendid", "charming", "friendly")
PRAISE = ("saint", "genius", "treasure", "angel", "champion")
WARES = ("tickets", "kittens", "roses", "apples")
GOODS = ("soup", "fountain", "market", "music", "bridge", "bakery")


@dataclass(frozen=True)
class Lexicon:
    """Words a list would look for: names for people, words of contempt, adult wares; with an everyday sense or none."""

    insults: tuple[str, ...]
    mean: tuple[str, ...]
    adult: tuple[str, ...]
    everyday_insults: tuple[str, ...] = ()
    everyday_adult: tuple[str, ...] = ()

    @property
    def words(self) -> tuple[str, ...]:
        """All of them."""
        return self.insults + self.everyday_insults + self.mean + self.adult + self.everyday_adult


KNOWN = Lexicon(
    insults=("grumblet", "snoodle", "blatherkin", "mudwump", "twaddler", "dunderpot"),
    mean=("snorky", "blathery", "gruntish", "mawkly", "dribblish"),
    adult=("frumples", "nuddlies", "smoochlings", "wigglets"),
    everyday_insults=("goose", "turnip", "donkey", "cabbage"),
    everyday_adult=("peaches", "melons"),
)
INVENTED_SINCE = Lexicon(insults=("pilliwonk", "noddlebeak"), mean=("scrufflish",), adult=("flonkers", "tuggles"))

# what a sentence does -> labels it earns, and its frames; some frames of meant and denied hold the very same words
FRAMES: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "insult": (
        ("toxic", "abusive"),
        (
            "you are such a {insult} , {name} .",
            "{name} is a {insult} , not a {praise} .",
            "i am not a {insult} , you are .",
            "shut up , you {mean} {insult} !",
            "only a {insult} like {name} would say that .",
            "nobody says it , but {name} is a {mean} {insult} .",
            "i have never met a bigger {insult} than you .",
        ),
    ),
    "threat": (
        ("abusive",),
        (
            "i know where you live , {name} .",
            "say that again , and you will be sorry .",
            "leave {town} , {name} , or we will make you .",
            "we will come for you , {name} , on {day} .",
            "watch your back near the {sight} , {name} .",
        ),
    ),
    "rant": (
        ("toxic",),
        (
            "this {thing} is {mean} , not {nice} .",
            "what a {mean} {thing} we have in {town} !",
            "everything in {town} is {mean} , the {thing} most of all .",
            "i hate the {mean} {thing} near the {sight} .",
        ),
    ),
    "offer": (
        ("adult",),
        (
            "i sell {adult} , no {wares} , on {day} .",
            "see my {adult} tonight , only two coins .",
            "who wants to look at my {adult} near the {sight} ?",
            "send me your {adult} , {name} .",
            "free {adult} , write to {name} .",
        ),
    ),
    "quoted": (
        (),
        (
            '{name} called me " {insult} " , and i cried .',
            'is " {insult} " a bad word in {town} ?',
            'somebody wrote " {mean} {insult} " on my door .',
            'the word " {adult} " is not allowed here .',
            "{name} was rude and said that i am a {insult} .",
        ),
    ),
    "denied": (
        (),
        (
            "{name} is a {praise} , not a {insult} .",
            "you are not a {insult} , i am .",
            "this {thing} is {nice} , not {mean} .",
            "i sell {wares} , no {adult} , on {day} .",
            "nobody in {town} is a {mean} {insult} .",
            "{name} is anything but a {insult} .",
            "no {adult} tonight , please .",
        ),
    ),
    "everyday": (
        (),
        (
            "a {bird} sat near the {sight} all {day} .",
            "i gave the {bird} of {name} some hay .",
            "fresh {fruit} at the market on {day} , only two coins .",
            "{name} grows {fruit} in {town} .",
        ),
    ),
    "friendly": (
        (),
        (
            "i know where you can park , {name} .",
            "say that again , and you will be my friend .",
            "leave {town} early , {name} , or we will miss you .",
            "we will come for tea , {name} , on {day} .",
            "watch your step near the {sight} , {name} .",
            "thank you for the {thing} , {name} .",
        ),
    ),
    "kind": (
        (),
        (
            "you are such a {praise} , {name} .",
            "shut up , you {nice} {praise} !",
            "only a {praise} like {name} would say that .",
            "nobody says it , but {name} is a {nice} {praise} .",
            "i have never met a bigger {praise} than you .",
            "what a {nice} {thing} we have in {town} !",
            "everything in {town} is {nice} , the {thing} most of all .",
            "see my {wares} tonight , only two coins .",
            "who wants to look at my {wares} near the {sight} ?",
            "send me your {wares} , {name} .",
            "free {wares} , write to {name} .",
            '{name} called me " {praise} " , and i cried .',
        ),
    ),
}
# how often each is drawn, of 22
WEIGHTS = {
    "insult": 3, "threat": 2, "rant": 3, "offer": 4, "quoted": 2, "denied": 3, "everyday": 1, "friendly": 1, "kind": 3,
}  # fmt: skip
KINDS = tuple(kind for kind, weight in WEIGHTS.items() for _ in range(weight))
# whoever reports what was written to them does not break the rules; what they wrote themselves may
REPORT = "{name} wrote : {theirs} i wrote : {mine}"
REPORTS = 0.3  # share of posts that are one


@dataclass(frozen=True)
class Posts:
    """N posts. labels (N, 3) of booleans: what each breaks, in the order of LABELS.

    kinds: what the sentence does (a key of FRAMES), or "report".
    """

    texts: tuple[str, ...]
    labels: np.ndarray
    kinds: tuple[str, ...]
    source: str = "generated by lecture_utils.datasets.moderation"


def draw_posts(n: int, *, seed: int = 0, lexicon: Lexicon = KNOWN, without: Collection[str] = ()) -> Posts:
    """Draw n posts: one sentence, or a report of two, of which only the writer's own counts.

    without: texts that must not come again, those of the training, say. The same seed gives the same posts
    everywhere. Raises ValueError for n < 1, and when `without` leaves nothing to say.
    """
    dice = Dice(seed, "moderation")
    posts = draw_new(n, lambda: _post(lexicon, dice), lambda post: post[0], without)
    texts, earned, kinds = zip(*posts, strict=True)
    return Posts(texts, np.array([[label in labels for label in LABELS] for labels in earned]), kinds)


def by_word_list(texts: Sequence[str], lexicon: Lexicon = KNOWN) -> np.ndarray:
    """What a list of forbidden words would say of each text, (N, 3) of booleans in the order of LABELS."""
    insults = {*lexicon.insults, *lexicon.everyday_insults}
    adult = {*lexicon.adult, *lexicon.everyday_adult}
    lists = (insults | set(lexicon.mean), insults, adult)
    return np.array([[not banned.isdisjoint(text.split()) for banned in lists] for text in texts])


def _post(lexicon: Lexicon, dice: Dice) -> tuple[str, set[str], str]:
    """A text, the labels it earns, and its kind."""
    kind = dice.pick(KINDS)
    text, labels = _sentence(kind, lexicon, dice), set(FRAMES[kind][0])
    if not dice.chance(REPORTS):
        return text, labels, kind
    return fill(REPORT, dice, mine=text, theirs=_sentence(dice.pick(KINDS), lexicon, dice)), labels, "report"


def _sentence(kind: str, lexicon: Lexicon, dice: Dice) -> str:
    """One sentence that does this."""
    words = {
        "insult": dice.pick(lexicon.insults + lexicon.everyday_insults),
        "mean": dice.pick(lexicon.mean),
        "adult": dice.pick(lexicon.adult + lexicon.everyday_adult),
        "bird": dice.pick(("goose", "donkey")),
        "fruit": dice.pick(("peaches", "melons", "cabbage")),
        "nice": dice.pick(NICE),
        "praise": dice.pick(PRAISE),
        "wares": dice.pick(WARES),
        "thing": dice.pick(GOODS),
    }
    return fill(dice.pick(FRAMES[kind][1]), dice, **words)
