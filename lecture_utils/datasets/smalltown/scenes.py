"""Scenes about nobody in particular: one and many, he and she, and verbs that agree with a far-away noun.

The same sentences serve one and many, women and men, so that words in the same relation meet the same company.
"""

from __future__ import annotations

from lecture_utils.datasets.smalltown.grammar import Plot

LIKES = (
    "the {r} {r:dreams/dream} of {r.topic} .",
    "{r:every/all} {r} {r:talks/talk} about {r.topic} .",
    "what {r:does/do} the {r} like ? {r.he} {r:likes/like} {r.topic} .",
)
USES = (
    "the {x} {x:is/are} good for {x.use} .",
    "what {x:is/are} the {x} for ? {x.he} {x:is/are} for {x.use} .",
    "{x:one/three} {x} {x:hangs/hang} on the wall , ready for {x.use} .",
)
FEEDS = (
    "the {x} {x:eats/eat} {x.feed} $daily .",
    "{x:one/two} {x} {x:wants/want} {x.feed} , and {x.he} {x.noise} .",
    "why {x:does/do} the {x} {x.bark} ? {x.he} {x:wants/want} {x.feed} .",
)
PEOPLE = (
    "the {r} in the $colour boots {r:waits/wait} for {r.topic} $spot .",
    "when the {r} {r:is/are} $mood , {r.he} {r:sings/sing} to {r.himself} about {r.topic} .",
    "the {r} {r:says/say} that {r.he} {r:is/are} too $mood to talk about {r.topic} .",
    "the {r} {r:puts/put} on {r.his} $colour boots and {r:goes/go} out to look for {r.topic} .",
    "who {r:is/are} the {r} in the $colour boots ? {r.he} {r:is/are} waiting for {r.his} friends .",
    "the {r} who {r:lives/live} near the $building {r:thinks/think} of {r.topic} all day .",
    "the {r} {r:looks/look} at {r.himself} in the mirror .",
)
FAMILIES = (
    "the {k} of the {r} says that {k.he} is $mood .",
    "the {k} of the {r} puts on {k.his} $colour {x} and looks at {k.himself} in the mirror .",
    "the {r} waits for {r.his} {k} , but {k.he} is still in bed .",
    "the {k} who lives with the {r} has lost {k.his} $colour {x} .",
)
THINGS = (
    "the {x} that the {r} [bought|found|painted] on $day {x:is/are} too $size .",
    "the {x} behind the $building {x:belongs/belong} to the {r} in the $colour house .",
    "where {x:is/are} the {x} that the {r} [bought|lost|found] on $day ? {x.he} {x:lies/lie} on the $furniture .",
)
ANIMALS = (
    "the {x} that {x:lives/live} behind the $building {x.noise} $daily .",
    "the $size {x} near the $building {x.noise} because {x.he} {x:is/are} hungry .",
    "{x:one/two} {x} {x:sleeps/sleep} under the $furniture and {x:dreams/dream} of {x.feed} .",
    "the {r} gives the {x} some {x.feed} because {x.he} {x:is/are} hungry .",
)
WONDER = (
    "what a~ [beautiful|lovely|quiet] $daytime in {T} !",
    "how [quiet|busy|beautiful] {T} is in the $daytime !",
    "what a~ $size {x} the {r} from {T} [bought|found] on $day !",
)

SCENES = (
    Plot("r=role+family+roles+families", (LIKES,), weight=2.0),
    Plot("r=role+family+roles+families", (PEOPLE,), weight=2.0),
    Plot("r=grownup k=family:other:r x=wear", (FAMILIES,), weight=0.5),
    Plot("x=thing+things", (USES,)),
    Plot("x=thing+things r=role", (THINGS,)),
    Plot("x=animal+animals", (FEEDS,)),
    Plot("x=animal+animals r=role", (ANIMALS,)),
    Plot("T=town x=thing r=role", (WONDER,), weight=0.5),
)
