"""Dialogues: two people meet, greet, ask each other things and part; each line opens with its speaker."""

from __future__ import annotations

from lecture_utils.datasets.smalltown.grammar import Plot

# A and B take turns, and each block starts with A and ends with B; d is the time of day, m somebody's mood
MEET = (
    "{A} [meets|sees] {B} $spot . {A.first} : good {d} , {B.first} ! {B.first} : good {d} , {A.first} !",
    "{A} visits {B} . {A.first} : good {d} , {B.first} ! {B.first} : come in , {A.first} , and sit down !",
)
HOW = (
    "{A.first} : how are {B.you} [this {d}|] ? {B.first} : {B.i} am {m} , thank {A.you} .",
    "{A.first} : {A.i} am [so|very] {m} [this {d}|] ! {B.first} : {B.i} am {m} too .",
    "",
)
ASK = (
    "{A.first} : where do {B.you} live now ? {B.first} : {B.i} live in {B.town} .",
    "{A.first} : are {B.you} still a~ {B.job} ? {B.first} : yes , {B.i} work at the {B.workplace} .",
    "{A.first} : what do {B.you} do in the evening ? {B.first} : {B.i} enjoy {B.hobby} . {B.hobby} is {B.my} hobby .",
    "{A.first} : do {B.you} like $food ? {B.first} : yes , but {B.my} favourite food is {B.food} .",
    "{A.first} : how old are {B.you} now ? {B.first} : {B.i} am {B.age} , but {B.i} feel like twenty .",
)
TELL = (
    "{A.first} : {A.i} live in {A.town} now . {B.first} : {A.town} ? what a~ lovely town !",
    "{A.first} : {A.i} work as a~ {A.job} now . {B.first} : so {A.you} are a~ {A.job} ! [wonderful|how nice] !",
    "{A.first} : what a~ [lovely|beautiful] {B.colour} {x} ! {B.first} : {B.colour} is {B.my} favourite colour .",
    "{A.first} : will {B.you} come to the cafe with {A.me} ? {B.first} : with {A.you} ? [always|of course] !",
    "{A.first} : {A.my} {c} {x} is gone ! {B.first} : a~ {c} {x} ? there is one $spot .",
)
PET = (
    "{A.first} : {A.my} {P.kind} {P} {P.noise} all night . {B.first} : poor {P} ! and poor {A.you} !",
    "{A.first} : this is {A.my} {P.kind} . {P.his} name is {P} . {B.first} : hello , {P} !",
)
PART = (
    "{A.first} : have a nice {d} , {B.first} ! {B.first} : goodbye , {A.first} .",
    "{A.first} : goodbye , {B.first} . {B.first} : goodbye , {A.first} , have a nice {d} !",
)
CAST = "A={pool} B=adult:another d=daytime m=mood c=colour x=wear"

DIALOGUES = (
    Plot(CAST.format(pool="adult"), (MEET, HOW, (*ASK, *TELL), PART), weight=2.0),
    Plot(CAST.format(pool="owner") + " P=pet", (MEET, HOW, PET, PART)),
)
