"""The phrasebook's verbs, in the present."""

from lecture_utils.datasets.phrasebook.adjectives import ANYTHING, LIVING
from lecture_utils.datasets.phrasebook.parts import Verb, words

SKILL = "well badly slowly fast"
VOICE = "loudly softly"


def _verb(
    english: str,
    french: str,
    subjects: str,
    objects: str = "",
    *,
    particle: str | None = None,
    alone: bool = False,
    feeling: bool = False,
    manners: str = "",
    companions: str = "",
    small: bool = False,
) -> Verb:
    base, third = english.split()
    il, ils, je, nous = french.split()
    return Verb(
        (third, base, base, base),
        (il, ils, je, nous),
        particle,
        words(subjects),
        words(objects),
        alone or not objects,
        feeling,
        words(manners),
        words(companions),
        small,
    )


# English: base and third person; French: il, ils, je, nous. Then who does it, and to what.
VERBS: tuple[Verb, ...] = (
    _verb("see sees", "voit voient vois voyons", LIVING, ANYTHING, small=True),
    _verb("love loves", "aime aiment aime aimons", LIVING, ANYTHING, feeling=True, small=True),
    _verb("watch watches", "regarde regardent regarde regardons", LIVING, ANYTHING, companions="with", small=True),
    _verb(
        "eat eats",
        "mange mangent mange mangeons",
        LIVING,
        "food",
        alone=True,
        manners=SKILL,
        companions="with",
        small=True,
    ),
    _verb(
        "read reads",
        "lit lisent lis lisons",
        "person",
        "text",
        alone=True,
        manners=SKILL,
        companions="with for",
        small=True,
    ),
    _verb(
        "write writes",
        "écrit écrivent écris écrivons",
        "person",
        "text",
        alone=True,
        manners=SKILL,
        companions="with for",
    ),
    _verb(
        "draw draws",
        "dessine dessinent dessine dessinons",
        "person",
        "person animal food thing big place",
        alone=True,
        manners=SKILL,
        companions="with for",
    ),
    _verb("have has", "a ont ai avons", LIVING, "animal food text thing"),
    _verb("find finds", "trouve trouvent trouve trouvons", LIVING, ANYTHING),
    _verb("forget forgets", "oublie oublient oublie oublions", LIVING, "person text thing place"),
    _verb("hide hides", "cache cachent cache cachons", LIVING, "animal food text thing"),
    _verb("carry carries", "porte portent porte portons", LIVING, "food text thing", companions="with for"),
    _verb("buy buys", "achète achètent achète achetons", "person", "animal food text thing big", companions="with for"),
    _verb("prepare prepares", "prépare préparent prépare préparons", "person", "food", companions="with for"),
    _verb("visit visits", "visite visitent visite visitons", "person", "place", companions="with"),
    _verb("follow follows", "suit suivent suis suivons", LIVING, LIVING),
    _verb("help helps", "aide aident aide aidons", LIVING, LIVING),
    _verb("kiss kisses", "embrasse embrassent embrasse embrassons", "person", LIVING),
    _verb("look looks", "cherche cherchent cherche cherchons", LIVING, ANYTHING, particle="for", companions="with"),
    _verb("listen listens", "écoute écoutent écoute écoutons", LIVING, LIVING, particle="to", companions="with"),
    _verb("sleep sleeps", "dort dorment dors dormons", LIVING, manners="well badly", small=True),
    _verb(
        "dance dances",
        "danse dansent danse dansons",
        LIVING,
        manners=SKILL,
        companions="with for",
        small=True,
    ),
    _verb(
        "sing sings",
        "chante chantent chante chantons",
        LIVING,
        manners=f"well badly {VOICE}",
        companions="with for",
        small=True,
    ),
    _verb("laugh laughs", "rit rient ris rions", LIVING, manners=VOICE, companions="with"),
    _verb("cry cries", "pleure pleurent pleure pleurons", LIVING, manners=VOICE, companions="with for"),
    _verb("run runs", "court courent cours courons", LIVING, manners="slowly fast", companions="with"),
    _verb("work works", "travaille travaillent travaille travaillons", LIVING, manners=SKILL, companions="with"),
    _verb("snore snores", "ronfle ronflent ronfle ronflons", LIVING, manners=VOICE),
    _verb("dream dreams", "rêve rêvent rêve rêvons", LIVING),
    _verb("wait waits", "attend attendent attends attendons", LIVING, companions="with"),
    _verb("fall falls", "tombe tombent tombe tombons", f"{LIVING} food text thing"),
    _verb("shine shines", "brille brillent brille brillons", "person thing"),
)

# To be links a noun to an adjective or a place; it is negated without do.
BE = Verb(
    ("is", "are", "am", "are"),
    ("est", "sont", "suis", "sommes"),
    None,
    words(ANYTHING),
    words(""),
    False,
    False,
    words(""),
    words(""),
    True,
)
DO = ("does", "do", "do", "do")
BASE = 1  # the person whose form follows do and does
