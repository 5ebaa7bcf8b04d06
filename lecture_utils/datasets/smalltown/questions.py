"""Questions with their answers; some answers are yes, some correct what the question got wrong."""

from __future__ import annotations

from lecture_utils.datasets.smalltown.grammar import Plot
from lecture_utils.datasets.smalltown.statements import WHO

PERSON = (
    "where does {A} live ? [{A.he} lives in|in] {A.town} .",
    "how old is {A} ? [{A.he} is|] {A.age} years old .",
    "what is {A} 's favourite food ? [{A.his} favourite food is|] {A.food} .",
    "what does {A} like to eat ? {A.he} loves {A.food} .",
    "what is {A} 's favourite colour ? [{A.his} favourite colour is|] {A.colour} .",
    "what does {A} do in the evening ? {A.he} enjoys {A.hobby} .",
)
ADULT = (
    "what does {A} do all day ? {A.he} works as a~ {A.job} .",
    "where does {A} work ? [{A.he} works|] at the {A.workplace} .",
    "who {A.deed} at the {A.workplace} in {A.town} ? {A} [, the {A.job} ,|] does .",
    f"where does {{A}} , who {WHO['job']} [and {WHO['hobby']}|] , live ? [{{A.he}} lives in|in] {{A.town}} .",
    f"where does {{A}} , who {WHO['town']} [and {WHO['food']}|] , work ? [{{A.he}} works|] at the {{A.workplace}} .",
    f"what is the hobby of {{A}} , who {WHO['workplace']} and {WHO['colour']} ? [{{A.his}} hobby is|] {{A.hobby}} .",
)
PET = (
    "does {A} have a pet ? yes , {A.he} has a~ {P.kind} called {P} .",
    "what is {A} 's {P.kind} called ? [{A.his} {P.kind} is called|] {P} .",
    "whose {P.kind} {P.noise} all night ? {P} , the {P.kind} of {A} , does .",
)
YES_OR_NO = {
    "town": "does {A} live in # ? $ , {A.he} lives in {A.town} .",
    "food": "does {A} like # best ? $ , {A.his} favourite food is {A.food} .",
    "colour": "is # {A} 's favourite colour ? $ , {A.his} favourite colour is {A.colour} .",
    "hobby": "is # the hobby of {A} ? $ , {A.he} enjoys {A.hobby} .",
    "job": "does {A} work as a~ # ? $ , {A.he} is a~ {A.job} .",
    "workplace": "does {A} work at the # ? $ , {A.he} works at the {A.workplace} .",
}
PLACE = (
    Plot("T=town", (("in which region is {T} ? [{T} is|] in {T.region} .",),), weight=0.4),
    Plot("T=town", (("what is {T} famous for ? for {T.his} {T.sight} .",),), weight=0.4),
    Plot("R=region", (("what is the capital of {R} ? [the capital of {R} is|] {R.capital} .",),), weight=0.6),
    Plot("R=region", (("which river flows through {R} ? the [river|] {R.river} [flows through {R}|] .",),), weight=0.4),
    Plot("F=festival", (("where is the {F} held ? in {F.place} .", "when is the {F} ? in {F.month} ."),), weight=0.3),
    Plot("F=festival", (("who is the king of the {F} ? {F.king} .",),), weight=0.2),
    Plot("F=festival", (("who is the queen of the {F} ? {F.queen} .",),), weight=0.2),
)
RELATED = "how is {B} related to {A} ? {B.he} is {A.his} {B.kin} ."
CLOSE = "what is {A} 's {B.kin} called ? [{A.his} {B.kin} is called|] {B} ."


def _yes_or_no() -> tuple[Plot, ...]:
    """The same question with the right value and with a wrong one."""
    plots = []
    for attribute, line in YES_OR_NO.items():
        right = line.replace("#", f"{{A.{attribute}}}").replace("$", "yes")
        wrong = line.replace("#", "{w}").replace("$", "no")
        plots.append(Plot("A=adult", ((right,),), weight=0.25))
        plots.append(Plot(f"A=adult w=wrong.{attribute}", ((wrong,),), weight=0.25))
    return tuple(plots)


QUESTIONS = (
    Plot("A=person", (PERSON,), weight=3.0),
    Plot("A=adult", (ADULT,), weight=2.0),
    Plot("A=owner P=pet", (PET,), weight=1.0),
    *_yes_or_no(),
    Plot("A=person B=kin.any:other", ((RELATED,),), weight=0.5),
    Plot("A=person B=kin.parent", ((CLOSE,),), weight=0.5),
    Plot("A=person B=kin.spouse", ((CLOSE,),), weight=0.5),
    *PLACE,
)
