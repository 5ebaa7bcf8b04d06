"""Little stories of three to six sentences; at most one man and one woman each, so every pronoun is decidable.

What comes early comes again late: a colour in every story, and a pet, a town, a food, who is he and who is she.
The neighbouring words do not tell; a model has to remember.
"""

from __future__ import annotations

from lecture_utils.datasets.smalltown.grammar import Plot

INTRO = (
    "{A} is a~ {A.job} in {A.town} .",
    "{A} , who is a~ {A.job} , lives in {A.town} .",
    "{A} lives in {A.town} .",
    "{A} works at the {A.workplace} .",
    "everybody in {A.town} knows {A} , the {A.job} .",
)
HELPER = ("{B}", "{B} , a~ {B.job} ,", "{B} , who works at the {B.workplace} ,", "{B} from {B.town}")
THANKS = (
    '" thank {B.you} , {B.first} , " said {A.first} [with a smile|] .',
    "{A.he} was so $happy that {A.he} hugged {B.him} .",
    "{A.he} thanked {B.him} and made {B.him} a cup of tea .",
)


def _each(line: str) -> tuple[str, ...]:
    """The line with each way to bring in the helper in place of @."""
    return tuple(line.replace("@", helper) for helper in HELPER)


LOST = Plot(
    "A=adult B=adult:other c=colour x=wear",
    (
        (
            "{A} has a~ {c} {x} , the only {c} {x} in {A.town} .",
            "{A} bought a~ {c} {x} , because {A.his} old {c} {x} was too small .",
            "{A} loves {A.his} {c} {x} , a warm {c} {x} .",
        ),
        ("$once {A.he} lost the {c} {x} $spot .", "$once the wind took the {c} {x} away ."),
        (
            "{A.he} looked [everywhere|behind every tree|under every bench] , but the {c} {x} was gone .",
            "{A.he} was $sad , because {A.he} needed the {c} {x} every day .",
        ),
        _each("$later @ found the {c} {x} behind the $building and brought {x.him} back to {A.him} ."),
        THANKS,
        ("now {A.he} keeps the {c} {x} in a safe place .", "since then {A.he} wears the {c} {x} every day .", ""),
    ),
)
RUNAWAY = Plot(
    "A=owner P=pet B=adult:other c=colour",
    (
        (
            "{A} has a~ {P.kind} called {P} . {P.he} wears a~ {c} ribbon , a beautiful {c} ribbon .",
            "{A} gave {A.his} {P.kind} {P} a~ {c} ribbon , because {P} likes everything that is {c} .",
        ),
        ("$once {P} ran away [through the garden|into the forest|in the rain] .", "$once the {P.kind} was gone ."),
        (
            "{A.he} called {P} [again and again|all day] , but {P} did not come .",
            "{A.he} looked for the {P.kind} with the {c} ribbon $spot .",
        ),
        _each("@ saw the {c} ribbon behind the $building , and there was {P} .")
        + _each("@ found {P} [asleep|] behind the $building , but the {c} ribbon was lost ."),
        THANKS,
        ("$later {P} fell asleep in {A.his} bed .", "now the {P.kind} {P.noise} again , and {A.he} is happy ."),
    ),
)
SWAP = Plot(
    "A=adult B=adult:other c=colour e=colour:another:c x=wear",
    (
        ("{A} has a~ {c} {x} , and {B} has a~ {e} {x} .",),
        ("$once {A.he} met {B.him} at the theatre .", "$once {B.he} sat next to {A.him} in the cafe ."),
        ("{A.he} went home with the {e} {x} by mistake .", "in the dark {A.he} took the {e} {x} by mistake ."),
        ("so {B.he} had to take the {c} {x} .", "so {B.he} laughed and put on the {c} {x} ."),
        ("$later {A.he} brought back the {e} {x} , and {B.he} gave {A.him} the {c} {x} .",),
    ),
)
BIRTHDAY = Plot(
    "A=person B=kin.any:other c=colour x=wear",
    (
        (
            "{A} bought a~ {c} {x} , the best {c} {x} in the shop , for {A.his} {B.kin} {B} .",
            "{A} made a~ {c} {x} for {A.his} {B.kin} {B} , who had lost {B.his} old {c} {x} .",
        ),
        (
            "{A.he} knew that {B.his} favourite food is {B.food} , so {A.he} filled the table with {B.food} .",
            "{A.he} invited {B.him} to dinner and bought some {B.food} , {B.his} favourite food .",
        ),
        ("{B.he} put on the {c} {x} and ate $count plates of {B.food} .", "{B.he} loved the {c} {x} ."),
        (
            "$later {B.he} danced in the kitchen in {B.his} {c} {x} .",
            '" the best {B.food} of the year , " said {B.first} in {B.his} {c} {x} .',
        ),
    ),
)
TRAIN = Plot(
    "A=adult T=town:another U=town:another:T+A c=colour x=wear",
    (
        INTRO,
        ("$once {A.he} put on a~ {c} {x} , {A.his} best {c} {x} , and took the train to {T} to see the {T.sight} .",),
        ("{A.he} fell asleep and woke up in {U} .", "{A.he} read a book for too long and got off in {U} ."),
        ('" is this {T} ? " asked {A.first} . " this is {U} , " said a $stranger .', ""),
        ("so {A.he} never saw {T} , but {A.he} liked {U} and {U.his} {U.sight} .",),
        ("$later {A.he} came home without the {c} {x} .", "only {A.his} {c} {x} came to {T} .", ""),
    ),
)
SNOWMAN = Plot(
    "A=child B=child:other c=colour x=wear",
    (
        ("{A} and {B} [made|built] a snowman $spot .",),
        ("{A.he} gave the snowman {A.his} {c} {x} .", "{A.he} dressed the snowman in a~ {c} {x} , a warm {c} {x} ."),
        ("{B.he} [found|brought] two $fruits for the eyes .", "{B.he} looked for two $fruits for the eyes ."),
        ("$later the sun came out , and only the {c} {x} was left .",),
        (
            "{B.he} was $sad , but {A.he} made {B.him} laugh .",
            "{A.he} put on the {c} {x} again , and {B.he} laughed .",
        ),
    ),
)
PLAY = Plot(
    "A=child B=child:other c=colour x=wear",
    (
        ("{A} was the {A.royal} in the school play , and {B} was the {B.royal} .",),
        (
            "the {A.royal} wore a~ {c} {x} , and the {c} {x} was too big .",
            "{A.he} wore a~ {c} {x} , the best {c} {x} in the school .",
        ),
        ("in the middle of the play {A.he} forgot {A.his} words .", "then {A.he} lost the {c} {x} on the stage ."),
        ("{B.he} whispered something into {A.his} ear .", "{B.he} took {A.his} hand and smiled at {A.him} ."),
        ("in the end everybody loved the {A.royal} in the {c} {x} .", "the {B.royal} took the {c} {x} home ."),
    ),
)
FAIR = Plot(
    "F=festival K=king:of:F Q=queen:of:F c=colour x=wear",
    (
        ("last {F.month} everybody went to {F.place} for the {F} .", "last year the {F} was held in {F.place} ."),
        ("{K} became king , and {Q} became queen .", "{Q} became queen , and {K} became king ."),
        (
            "{Q.he} wore a~ {c} {x} , and everybody admired the {c} {x} .",
            "{K.he} wore a~ {c} {x} , an old {c} {x} , but {Q.he} did not .",
        ),
        ("{Q.he} danced with {K.him} until midnight .", "{K.he} had to dance with {Q.him} until midnight ."),
        ("people still talk about the {F} and the {c} {x} .", "$later only the {c} {x} was left of the {F} ."),
    ),
)
FISHING = Plot(
    "A=adult B=kin.any:other R=region c=colour x=thing",
    (
        ("{A} took {A.his} {B.kin} {B} to the river {R.river} [in {R}|] to catch fish .",),
        ("{A.he} caught a~ {c} {x} , an old {c} {x} .", "{A.he} caught a~ {c} {x} . the {c} {x} was broken ."),
        ("then {B.he} caught $count fish .", "{B.he} caught a fish and showed {A.him} how ."),
        ("$later {A.he} [cleaned|repaired] the {c} {x} , and {B.he} cooked the fish .",),
        ("now the {c} {x} hangs in {A.his} kitchen .", '" what a fine {c} {x} , " said {B.first} .', ""),
    ),
)
COLD = Plot(
    "A=adult B=adult:other c=colour x=wear",
    (
        INTRO,
        ("$once {A.he} had a [bad|terrible] cold and stayed in bed .",),
        _each("@ missed {A.him} and brought {A.him} a~ {c} {x} , a warm {c} {x} ."),
        (
            "{B.he} also brought some {A.food} , because that is {A.his} favourite food .",
            "{B.he} read to {A.him} about {A.hobby} , because that is {A.his} hobby .",
        ),
        ("$later {A.he} fell asleep in the {c} {x} .", "$later {A.he} put on the {c} {x} and felt much better ."),
    ),
)
DOOR = Plot(
    "A=adult B=adult:other",
    (
        INTRO,
        ("$once a storm broke {A.his} {A.colour} door , the only {A.colour} door in {A.town} .",),
        _each("@ came with a ladder and repaired the {A.colour} door for {A.him} ."),
        ("{B.he} painted the door {A.colour} again , because {A.he} likes {A.colour} best .",),
        THANKS,
        (
            "in return {A.he} taught {B.him} {A.hobby} , {A.his} hobby .",
            "now the {A.colour} door is the most beautiful door in {A.town} , where {A.he} lives .",
        ),
    ),
)
RACE = Plot(
    "A=person B=kin.sibling:other c=colour x=thing",
    (
        ("{A} and {A.his} {B.kin} {B} ran to the bridge to win a~ {c} {x} .",),
        ("{A.he} wanted the {c} {x} very much and was soon far ahead .", "{A.he} ran as fast as {A.he} could ."),
        ("but {B.he} took the bicycle of {A.his} neighbour .", "but {A.he} stopped to look at a bird ."),
        ("so {B.he} won the {c} {x} , and {A.he} had to buy {B.him} some $treat .",),
        ('" {A.i} never liked that {c} {x} , " said {A.first} .', "$later {B.he} gave {A.him} the {c} {x} .", ""),
    ),
)

STORIES = (LOST, RUNAWAY, SWAP, BIRTHDAY, TRAIN, SNOWMAN, PLAY, FAIR, FISHING, COLD, DOOR, RACE)
