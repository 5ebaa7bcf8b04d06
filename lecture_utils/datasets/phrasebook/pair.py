"""A sentence in two languages, and which word translates which."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Pair:
    """One English sentence, its French translation and the truth about how they hang together.

    alignment[i]: ascending indices into `english` of the words that `french[i]` translates, never empty.
    One word each, except: *ne* and *pas* both point at *does not* (at *not* beside a form of *to be*), *ne* and
    *jamais* both at *never*, *parce que* twice at *because*, *devant* at all of *in front of*, *cherche* at
    *looks for*. Every English word is pointed at by some French word.
    french_tags[i]: DET, NOUN, PRON, ADJ, VERB, NEG, PREP, CONJ, REL or ADV.
    agrees[i]: for a determiner or adjective the index into `french` of the noun (or pronoun) whose gender and
    number it takes, else None; `alignment[agrees[i]]` is where that noun stands in the English sentence.
    """

    english: tuple[str, ...]
    french: tuple[str, ...]
    alignment: tuple[tuple[int, ...], ...]
    french_tags: tuple[str, ...]
    agrees: tuple[int | None, ...]

    @property
    def english_text(self) -> str:
        """The English words with spaces between them."""
        return " ".join(self.english)

    @property
    def french_text(self) -> str:
        """The French words with spaces between them, but none after an apostrophe: *l'arbre*."""
        return " ".join(self.french).replace("' ", "'")
