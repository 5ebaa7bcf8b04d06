"""Words overheard on a bus: what was heard, perhaps wrongly, and what was meant; the best guess is known exactly."""

from __future__ import annotations

from dataclasses import dataclass

from lecture_utils.datasets.smalltown.dice import Dice

TOPICS = {  # topic: the words that its talks are mostly about
    "statistics": ("regression", "mode", "mean", "chart"),
    "medicine": ("depression", "heart", "bite", "cord"),
    "computing": ("code", "byte", "loop", "base"),
    "cooking": ("bean", "soup", "thyme", "beet"),
    "music": ("rhyme", "beat", "bass", "chord"),
}
_PAIRS = (
    ("regression", "depression"), ("mode", "code"), ("mean", "bean"), ("chart", "heart"), ("bite", "byte"),
    ("cord", "chord"), ("base", "bass"), ("loop", "soup"), ("thyme", "rhyme"), ("beet", "beat"),
)  # fmt: skip
SOUNDS_LIKE = {**dict(_PAIRS), **{second: first for first, second in _PAIRS}}  # always a word of another topic
TOPIC_OF = {word: topic for topic, words in TOPICS.items() for word in words}
NO_TOPIC = "something"
WORDS = ("¶", "on", "i", "heard", "they", "said", NO_TOPIC, *TOPICS, *TOPIC_OF)
FOREIGN, NOISE, TOPIC_KNOWN = 0.04, 0.2, 0.5


@dataclass(frozen=True)
class Talk:
    """One overheard word. topic: what the talk was on, whether or not the listener knows; heard: perhaps not meant."""

    topic: str
    topic_known: bool
    heard: str
    meant: str

    @property
    def prompt(self) -> tuple[str, ...]:
        """What the listener can tell, up to the word in question."""
        return overheard(self.topic if self.topic_known else NO_TOPIC, self.heard)


def overheard(topic: str, heard: str) -> tuple[str, ...]:
    """The words "on statistics i heard depression they said"; the topic may be `NO_TOPIC`."""
    return ("on", topic, "i", "heard", heard, "they", "said")


def overhear(n: int, *, seed: int) -> list[Talk]:
    """n talks: topics evenly; 4 % of the words belong to other topics; 20 % are heard as what they sound like.

    In half of the talks the listener knows the topic. Raises ValueError for n below 1.
    """
    if n < 1:
        raise ValueError(f"n ({n}) must be at least 1 talk")
    dice, talks = Dice(seed, "misheard"), []
    for _ in range(n):
        topic = dice.pick(tuple(TOPICS))
        foreign = [word for word in TOPIC_OF if TOPIC_OF[word] != topic]
        meant = dice.pick(foreign) if dice.chance(FOREIGN) else dice.pick(TOPICS[topic])
        heard = SOUNDS_LIKE[meant] if dice.chance(NOISE) else meant
        talks.append(Talk(topic, dice.chance(TOPIC_KNOWN), heard, meant))
    return talks


def posterior(topic: str, heard: str) -> dict[str, float]:
    """The probability of each word that may have been meant, by Bayes' rule; no listener can guess better.

    topic: one of `TOPICS`, or `NO_TOPIC`. Raises ValueError for unknown topics and words.
    """
    if topic not in (*TOPICS, NO_TOPIC) or heard not in SOUNDS_LIKE:
        raise ValueError(f"on {topic!r} heard {heard!r}: give one of {(*TOPICS, NO_TOPIC)} and a word of a topic")
    candidates = {heard: 1 - NOISE, SOUNDS_LIKE[heard]: NOISE}  # word: chance that it is heard like this
    joint = {word: chance * _prior(word, topic) for word, chance in candidates.items()}
    return {word: share / sum(joint.values()) for word, share in joint.items()}


def _prior(word: str, topic: str) -> float:
    """How often a talk on that topic means that word."""
    if topic == NO_TOPIC:
        return 1 / len(TOPIC_OF)  # topics come evenly, and each has as many words
    own = len(TOPICS[topic])
    return (1 - FOREIGN) / own if TOPIC_OF[word] == topic else FOREIGN / (len(TOPIC_OF) - own)
