"""Pages of a school's primer: one and many, ladies and gentlemen, a region and its capital, in the very same sentences.

Ordinary tellings say seldom whether "kings" are men; a primer says it of every word alike. So it holds, evenly, what
makes relations between words parallel. It is drawn only when asked for by name.
"""

from __future__ import annotations

from lecture_utils.datasets.smalltown.grammar import Plot

# # is what the word is about: a role's topic, a thing's use, an animal's food
ONE_OR_MANY = (
    "{x:this/these} {x} {x:has/have} something to do with # .",
    "{x:does/do} {x:this/these} {x} make you think of # ?",
    "draw {x:one/three} {x} , and write # underneath .",
    "which word goes with {x:this/these} {x} ? # .",
    "there {x:is/are} {x:one/three} {x} in the picture , and a word about # .",
)
SHE_OR_HE = (
    "{x:this/these} {x} {x:stands/stand} with the {x.side} , on the page about # .",
    "draw {x:one/three} {x} beside the {x.side} , and write # above .",
)
MAP = (
    "on the map the river {R.river} waters the fields of {R} .",
    "on the map the river {R.river} flows under the bridges of {R.capital} .",
    "{R} is the region with the river {R.river} .",
    "{R.capital} is the capital on the river {R.river} .",
)


def _about(sentences: tuple[str, ...], form: str) -> tuple[str, ...]:
    return tuple(sentence.replace("#", f"{{x.{form}}}") for sentence in sentences)


PRIMER = (
    Plot("x=role+family+roles+families", (_about(ONE_OR_MANY, "topic"),), weight=2.0),
    Plot("x=role+family+roles+families", (_about(SHE_OR_HE, "topic"),), weight=1.4),
    Plot("x=thing+things", (_about(ONE_OR_MANY, "use"),), weight=1.2),
    Plot("x=animal+animals", (_about(ONE_OR_MANY, "feed"),), weight=0.9),
    Plot("R=region", (MAP,), weight=0.7),
)
