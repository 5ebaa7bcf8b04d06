"""Reviews of places, each clearly pleased (+1) or clearly displeased (-1)."""

from __future__ import annotations

from lecture_utils.datasets.smalltown.grammar import Plot

# + is a class of phrases on the review's own side, - one of the other side
VERDICT = (
    "the {x} in {T} is [really|] $+ .",
    "i $+_verb the {x} in {T} .",
    "what a~ $+ {x} ! i found {x.him} in {T} .",
    "last week i went to the {x} in {T} , and {x.he} was $+ .",
)
DETAIL = (
    "the {y} was $+ and the {z} was $+ .",
    "the {y} was $+_not .",
    "i [really|] $+_verb the {y} .",
    "the {y} was $- , but the {z} was [so|] $+ [that i forgot everything else|] .",
)
PEOPLE = (
    "everybody there was $+_people .",
    "the people there were [always|] $+_people .",
)
VISIT = "T=town x={place} y={part} z={part}:another:y"


def _review(place: str, part: str, sentiment: int) -> Plot:
    """The reviews of one sort of place with one opinion."""
    own, opposite = ("good", "bad") if sentiment > 0 else ("bad", "good")

    def side(lines: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(line.replace("$+", f"${own}").replace("$-", f"${opposite}") for line in lines)

    cast = VISIT.replace("{place}", place).replace("{part}", part)
    steps = (side(VERDICT), side(DETAIL), (*side(PEOPLE), ""), (*side(("$+_end .", "$+_end !")), ""))
    return Plot(cast, steps, sentiment)


REVIEWS = tuple(
    _review(place, part, sentiment)
    for place, part in (("eatery", "meal"), ("outing", "event"))
    for sentiment in (1, -1)
)
