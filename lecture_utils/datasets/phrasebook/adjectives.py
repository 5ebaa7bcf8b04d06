"""The phrasebook's adjectives."""

from lecture_utils.datasets.phrasebook.parts import Adjective, words

OPINION, SIZE, AGE, SHAPE, COLOUR = range(5)  # the order of an English row: the sad old king, the big red hat

LIVING = "person animal"
OBJECTS = "text thing big"
COLOURED = "animal food thing big place"
ANYTHING = f"person text {COLOURED}"


def _adjective(
    english: str,
    french: str,
    rank: int,
    kinds: str,
    *,
    precedes: bool = False,
    before_vowel: str | None = None,
    small: bool = False,
) -> Adjective:
    masculine, feminine, masculines, feminines = french.split()
    forms = {"m": (masculine, masculines), "f": (feminine, feminines)}
    return Adjective(english, forms, rank, precedes, before_vowel, words(kinds), small)


# French: masculine and feminine singular, masculine and feminine plural. Those that precede stand before the noun.
ADJECTIVES: tuple[Adjective, ...] = (
    _adjective("little", "petit petite petits petites", SIZE, ANYTHING, precedes=True, small=True),
    _adjective("big", "grand grande grands grandes", SIZE, f"animal {OBJECTS} place", precedes=True, small=True),
    _adjective(
        "old",
        "vieux vieille vieux vieilles",
        AGE,
        ANYTHING,
        precedes=True,
        before_vowel="vieil",
        small=True,
    ),
    _adjective("beautiful", "beau belle beaux belles", OPINION, ANYTHING, precedes=True, before_vowel="bel"),
    _adjective(
        "new",
        "nouveau nouvelle nouveaux nouvelles",
        AGE,
        f"{OBJECTS} place",
        precedes=True,
        before_vowel="nouvel",
    ),
    _adjective("young", "jeune jeune jeunes jeunes", AGE, LIVING, precedes=True),
    _adjective("good", "bon bonne bons bonnes", OPINION, "person food text", precedes=True, small=True),
    _adjective("bad", "mauvais mauvaise mauvais mauvaises", OPINION, "food text", precedes=True),
    _adjective("pretty", "joli jolie jolis jolies", OPINION, "animal text thing place", precedes=True),
    _adjective("fat", "gros grosse gros grosses", SIZE, "animal", precedes=True),
    _adjective("happy", "heureux heureuse heureux heureuses", OPINION, LIVING, small=True),
    _adjective("sad", "triste triste tristes tristes", OPINION, f"{LIVING} text", small=True),
    _adjective("black", "noir noire noirs noires", COLOUR, COLOURED, small=True),
    _adjective("red", "rouge rouge rouges rouges", COLOUR, COLOURED, small=True),
    _adjective("white", "blanc blanche blancs blanches", COLOUR, COLOURED),
    _adjective("green", "vert verte verts vertes", COLOUR, COLOURED),
    _adjective("grey", "gris grise gris grises", COLOUR, COLOURED),
    _adjective("brown", "marron marron marron marron", COLOUR, COLOURED),
    _adjective("tired", "fatigué fatiguée fatigués fatiguées", OPINION, LIVING),
    _adjective("jealous", "jaloux jalouse jaloux jalouses", OPINION, LIVING),
    _adjective("proud", "fier fière fiers fières", OPINION, LIVING),
    _adjective("lazy", "paresseux paresseuse paresseux paresseuses", OPINION, LIVING),
    _adjective("kind", "gentil gentille gentils gentilles", OPINION, LIVING),
    _adjective("clever", "intelligent intelligente intelligents intelligentes", OPINION, LIVING),
    _adjective("funny", "drôle drôle drôles drôles", OPINION, f"{LIVING} text"),
    _adjective("strange", "étrange étrange étranges étranges", OPINION, ANYTHING),
    _adjective("famous", "célèbre célèbre célèbres célèbres", OPINION, "person text place"),
    _adjective("delicious", "délicieux délicieuse délicieux délicieuses", OPINION, "food"),
    _adjective("expensive", "cher chère chers chères", OPINION, "food thing big"),
    _adjective("magical", "magique magique magiques magiques", OPINION, "thing big place"),
    _adjective("round", "rond ronde ronds rondes", SHAPE, "food thing"),
)
