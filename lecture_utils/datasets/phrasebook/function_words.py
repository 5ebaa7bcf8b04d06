"""The phrasebook's little words: determiners, pronouns, prepositions, adverbs and what joins clauses."""

from lecture_utils.datasets.phrasebook.parts import (
    Adverb,
    Conjunction,
    Determiner,
    Negation,
    Preposition,
    Pronoun,
    Relativizer,
    words,
)


def _determiner(
    english: tuple[str | None, str | None],
    french: str,
    before_vowel: tuple[str | None, str | None] = (None, None),
    small: bool = False,
) -> Determiner:
    le, la, les = french.split()
    masculine, feminine = before_vowel
    return Determiner(english, {"m": (le, les), "f": (la, les)}, {"m": masculine, "f": feminine}, small)


# French turns the indefinite into de where it is the object of a negated verb (pas de chat), and in the plural
# before an adjective (de petits chats). English says any for some under negation.
INDEFINITE = _determiner(("a", "some"), "un une des", small=True)
AN, ANY = "an", "any"
DE, DE_BEFORE_VOWEL = "de", "d'"

DETERMINERS: tuple[Determiner, ...] = (
    _determiner(("the", "the"), "le la les", ("l'", "l'"), small=True),
    INDEFINITE,
    _determiner(("this", "these"), "ce cette ces", ("cet", None), small=True),
    _determiner(("my", "my"), "mon ma mes", (None, "mon"), small=True),
    _determiner(("his", "his"), "son sa ses", (None, "son")),
    _determiner(("her", "her"), "son sa ses", (None, "son")),
    _determiner(("our", "our"), "notre notre nos"),
    _determiner((None, "two"), "deux deux deux"),
    _determiner((None, "three"), "trois trois trois"),
)

PRONOUNS: tuple[Pronoun, ...] = (
    Pronoun("I", "je", "j'", 2, "m", False, False),
    Pronoun("he", "il", None, 0, "m", False, False),
    Pronoun("she", "elle", None, 0, "f", False, False),
    Pronoun("we", "nous", None, 3, "m", True, False),
    Pronoun("they", "ils", None, 1, "m", True, False),
)

PREPOSITIONS: tuple[Preposition, ...] = (
    Preposition(("in",), "dans", words("in"), True, True),
    Preposition(("on",), "sur", words("on"), True, True),
    Preposition(("under",), "sous", words("under"), True, True),
    Preposition(("behind",), "derrière", words("behind person animal"), True, True),
    Preposition(("in", "front", "of"), "devant", words("behind person animal"), True, False),
    Preposition(("with",), "avec", words("person animal"), False, True),
    Preposition(("for",), "pour", words("person"), False, False),
)

ADVERBS: tuple[Adverb, ...] = (
    Adverb("often", "souvent", "frequency", True),
    Adverb("always", "toujours", "frequency", False),
    Adverb("well", "bien", "manner", True),
    Adverb("badly", "mal", "manner", False),
    Adverb("slowly", "lentement", "manner", False),
    Adverb("fast", "vite", "manner", False),
    Adverb("loudly", "fort", "manner", False),
    Adverb("softly", "doucement", "manner", False),
    Adverb("very", "très", "degree", False),
    Adverb("too", "trop", "degree", False),
)

AND = Conjunction("and", ("et",), None, False, True)
CONJUNCTIONS: tuple[Conjunction, ...] = (
    AND,
    Conjunction("but", ("mais",), None, False, True),
    Conjunction("when", ("quand",), None, True, False),
    Conjunction("because", ("parce", "que"), "qu'", True, False),
)

RELATIVIZERS: tuple[Relativizer, ...] = (
    Relativizer("who", "qui", None, "subject", True, True),
    Relativizer("that", "qui", None, "subject", False, True),
    Relativizer("whom", "que", "qu'", "object", True, False),
    Relativizer("that", "que", "qu'", "object", False, False),
)

NOT = Negation("not", "pas", True)
NEVER = Negation("never", "jamais", False)
NE, NE_BEFORE_VOWEL = "ne", "n'"
