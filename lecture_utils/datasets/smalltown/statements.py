"""Statements: one or two sentences that state facts about a person, a family, a town, a region or a festival."""

from __future__ import annotations

from itertools import permutations

from lecture_utils.datasets.smalltown.grammar import Plot

# @ is the subject and @s its owner: the full name in the first sentence, a pronoun or the first name in the next
ABOUT = {
    "town": (
        "@ lives in {A.town} .",
        "@s home is in {A.town} .",
        "@ has [always lived|never lived anywhere but] in {A.town} .",
    ),
    "age": (
        "@ is {A.age} years old .",
        "@ turned {A.age} [last week|this year] .",
        "there were {A.age} candles on @s birthday cake .",
    ),
    "food": (
        "@s favourite food is {A.food} .",
        "@ loves {A.food} [more than any other food|with all {A.his} heart] .",
        "@ could eat {A.food} [every day|all day long|for breakfast] .",
    ),
    "colour": (
        "@s favourite colour is {A.colour} .",
        "@ likes {A.colour} best of all colours .",
        "@ painted every door {A.colour} , because that is {A.his} favourite colour .",
    ),
    "hobby": (
        "@ enjoys {A.hobby} [in the evening|on sunday|with friends] .",
        "@s hobby is {A.hobby} .",
        "@ can talk about {A.hobby} for hours .",
    ),
}
WORK = (
    "@ works as a~ {A.job} at the {A.workplace} .",
    "@ is a~ {A.job} [and works|who works] at the {A.workplace} .",
    "@ is the {A.job} who {A.deed} at the {A.workplace} .",
    "@ earns {A.his} money as a~ {A.job} .",
    "$daily @ {A.deed} , because {A.he} is a~ {A.job} .",
)
SCHOOL = (
    "@ is a~ {A.job} and [walks|runs|cycles] to {A.workplace} $daily .",
    "@ still goes to {A.workplace} and {A.deed} .",
)
PET = (
    "@ has a~ {P.kind} called {P} .",
    "@s {P.kind} is called {P} .",
    "@ and {A.his} {P.kind} {P} are best friends .",
    "the {P.kind} that {P.noise} [all day|all night] in @s [garden|kitchen] is called {P} .",
)
WHO = {
    "town": "lives in {A.town}",
    "food": "loves {A.food}",
    "colour": "likes {A.colour} best of all colours",
    "hobby": "enjoys {A.hobby}",
    "job": "works as a~ {A.job}",
    "workplace": "works at the {A.workplace}",
}
FAMILY = (
    "{A} 's {B.kin} is called {B} .",
    "{B} is the {B.kin} of {A} .",
    "{A} and {A.his} {B.kin} {B} have lunch together on $day .",
    "{A} [often|never|sometimes] forgets the birthday of {A.his} {B.kin} {B} .",
)
TOWN = (
    "{T} is a town in {T.region} .",
    "{T} lies in {T.region} and is famous for {T.his} {T.sight} .",
    "people come to {T} to see {T.his} {T.sight} .",
    "if you go to {T.region} , visit {T} and {T.his} {T.sight} .",
)
REGION = (
    "the capital of {R} is {R.capital} .",
    "{R.capital} is the capital of {R} .",
    "all roads in {R} lead to {R.capital} , the capital .",
    "the river {R.river} flows through {R} .",
    "{R.capital} , the capital of {R} , lies on the river {R.river} .",
    "{R.capital} is the capital of {R} , and the {R.river} is {R.his} longest river .",
)
FESTIVAL = (
    "the {F} is held in {F.place} in {F.month} .",
    "every {F.month} there is a~ {F} in {F.place} .",
    "{F.king} is the king of the {F} , and {F.queen} is the queen .",
)


def _opening(sentences: tuple[str, ...]) -> tuple[str, ...]:
    """The sentences with the full name as their subject."""
    return tuple(sentence.replace("@s", "{A} 's").replace("@", "{A}") for sentence in sentences)


def _going_on(sentences: tuple[str, ...]) -> tuple[str, ...]:
    """The sentences with a pronoun or the first name as their subject."""
    return tuple(
        sentence.replace("@s", "[{A.his}|{A.first} 's]").replace("@", "[{A.he}|{A.first}]") for sentence in sentences
    )


def _about_people() -> tuple[Plot, ...]:
    """One sentence on each topic, each ordered pair of topics, and one sentence on two topics."""
    grown = {**{topic: ("A=adult", lines) for topic, lines in ABOUT.items()}, "work": ("A=adult", WORK)}
    grown["pet"] = ("A=owner P=pet", PET)
    young = {**{topic: ("A=child", lines) for topic, lines in ABOUT.items()}, "school": ("A=child", SCHOOL)}
    plots = []
    for topics, weight in ((grown, 1.0), (young, 0.3)):
        plots += [Plot(cast, (_opening(lines),), weight=weight) for cast, lines in topics.values()]
        for (cast, first), (other, second) in permutations(topics.values(), 2):
            longer = max(cast, other, key=len)
            plots.append(Plot(longer, (_opening(first), _going_on(second)), weight=weight * 0.2))
    for first, second in permutations(WHO.values(), 2):
        plots.append(Plot("A=adult", ((f"{{A}} , who {first} , {second} .",),), weight=0.1))
    return tuple(plots)


STATEMENTS = (
    *_about_people(),
    Plot("A=person B=kin.any", (FAMILY,), weight=2.0),
    Plot("T=town", (TOWN,), weight=1.0),
    Plot("R=region", (REGION,), weight=1.5),
    Plot("F=festival", (FESTIVAL,), weight=0.5),
)
