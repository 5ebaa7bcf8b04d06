"""Harder pronouns: two candidates of the same kind, and only the sense of the sentence decides between them."""

from __future__ import annotations

from lecture_utils.datasets.smalltown.grammar import Plot

# as in the Winograd schemas (Levesque et al. 2012): the first half offers two, the reason points at one of them
ABOUT_THING = (
    "{A} said sorry to {B} because {A.he} had [lost|broken] {B.his} {x} .",
    "{A} asked {B} for a~ {x} because {A.he} had lost {A.his} own .",
    "{A} sold {B} a~ {x} because {A.he} needed the money .",
    "{A} thanked {B} because {B.he} had [found|repaired|cleaned] {A.his} {x} .",
    "{A} gave {B} a~ {x} because {B.he} had lost {B.his} own .",
    "{A} envied {B} because {B.he} had won a~ {x} .",
)
ABOUT_PERSON = (
    "{A} hid from {B} because {A.he} had eaten {B.his} $treat .",
    "{A} called {B} because {A.he} [needed help|felt lonely|had good news] .",
    "{A} was angry with {B} because {B.he} had eaten {A.his} $treat .",
    "{A} visited {B} because {B.he} was [ill|in hospital] .",
)
FITS = (
    "the {x} did not fit into the {y} because {x.he} {x:was/were} too [big|wide] .",
    "the {x} did not fit into the {y} because {y.he} was too [small|narrow] .",
)
BREAKS = (
    "the {y} broke under the {x} because {x.he} was too [heavy|big] .",
    "the {y} broke under the {x} because {y.he} was [old|weak] .",
)
INVITED = "$later {A.first} invited {B.first} to dinner ."
TALKED = "$later {A.first} and {B.first} [laughed|talked] about the {x} ."

PUZZLES = (
    Plot("A=person B=person:same x=thing", (ABOUT_THING, (TALKED, INVITED, "")), weight=1.2),
    Plot("A=person B=person:same", (ABOUT_PERSON, (INVITED, "")), weight=0.8),
    Plot("x=thing+things y=box", (FITS,), weight=0.4),
    Plot("x=load y=board", (BREAKS,), weight=0.3),
)
