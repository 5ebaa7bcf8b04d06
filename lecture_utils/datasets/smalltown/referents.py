"""Everybody and everything a telling can speak of, with every way to write it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from lecture_utils.datasets.smalltown import words
from lecture_utils.datasets.smalltown.entities import Fact, Person
from lecture_utils.datasets.smalltown.grammar import MENTION, PRONOUN, Form, Referent
from lecture_utils.datasets.smalltown.telling import tokenize
from lecture_utils.datasets.smalltown.world import World

# a role's pronouns are asked for in the masculine: {A.he} is "she" for a woman, "they" for many
PRONOUNS = {
    "f": {"he": "she", "him": "her", "his": "her", "himself": "herself"},
    "m": {"he": "he", "him": "him", "his": "his", "himself": "himself"},
    "n": {"he": "it", "him": "it", "his": "its", "himself": "itself"},
    "many": {"he": "they", "him": "them", "his": "their", "himself": "themselves"},
}
SPEAKERS = {word: word for word in ("i", "me", "my", "you", "your")}
SIDES = {"f": "ladies", "m": "gentlemen"}  # whom one or many of a role belong to
TOLD = ("age", "job", "workplace", "town", "food", "colour", "hobby")


def _pronouns(gender: str, *tables: Mapping[str, str]) -> dict[str, Form]:
    return {slot: Form((word,), PRONOUN) for table in (PRONOUNS[gender], *tables) for slot, word in table.items()}


def _told(subject: str, thing: object, attributes: Iterable[str]) -> dict[str, Form]:
    """For each attribute its value, which states a fact about the subject."""
    forms = {}
    for attribute in attributes:
        value = words.number_words(thing.age) if attribute == "age" else getattr(thing, attribute)
        forms[attribute] = Form(tokenize(value), fact=Fact(subject, attribute, value))
    return forms


def of_person(person: Person) -> Referent:
    """{A} full name, {A.first}, {A.deed} what the job consists of, {A.royal} prince or princess, pronouns, facts."""
    forms = {
        "": Form((person.first, person.last), MENTION),
        "first": Form((person.first,), MENTION),
        "deed": Form(tokenize(person.deed)),
        "royal": Form(("princess" if person.gender == "f" else "prince",), MENTION),
        **_pronouns(person.gender, SPEAKERS),
        **_told(person.name, person, TOLD),
    }
    return Referent(person.name, person.first, forms, person.gender)


def of_pet(owner: Person) -> Referent:
    """{P} its name, {P.kind} what it is, {P.noise} what it does: the first two state facts about the owner."""
    forms = {
        "": Form((owner.pet_name,), MENTION, Fact(owner.name, "pet name", owner.pet_name)),
        "kind": Form((owner.pet,), MENTION, Fact(owner.name, "pet", owner.pet)),
        "noise": Form((words.ANIMALS[owner.pet].does,)),
        **_pronouns("n"),
    }
    return Referent(f"pet of {owner.name}", owner.pet_name, forms)


def of_relative(base: Referent, word: str, other: Referent) -> Referent:
    """The other with the form {B.kin}: the kin word names the relative and states who that is to the base."""
    kin = Form((word,), MENTION, Fact(base.key, word, other.key))
    return Referent(other.key, other.tag, {**other.forms, "kin": kin}, other.gender)


def of_crowned(festival: Referent, title: str, person: Referent) -> Referent:
    """The person, whose full name now states the title at that festival."""
    crowned = Form(person.forms[""].words, MENTION, festival.forms[title].fact)
    return Referent(person.key, person.tag, {**person.forms, "": crowned}, person.gender)


def of_places(world: World) -> dict[str, list[Referent]]:
    """Towns, regions and festivals, under those names."""
    told = {
        "town": (world.towns, ("region", "sight")),
        "region": (world.regions, ("capital", "river")),
        "festival": (world.festivals, ("place", "month", "king", "queen")),
    }
    return {
        pool: [
            Referent(
                item.name,
                item.name,
                {"": Form(tokenize(item.name), MENTION), **_pronouns("n"), **_told(item.name, item, attributes)},
            )
            for item in items
        ]
        for pool, (items, attributes) in told.items()
    }


def of_word(word: str, gender: str = "n", many: bool = False, **forms: str) -> Referent:
    """A common noun: {x} the word, its pronouns, and other forms."""
    plain = {form: Form(tokenize(text)) for form, text in forms.items()}
    pronouns = _pronouns("many" if many else gender)
    return Referent(word, word, {"": Form((word,), MENTION), **plain, **pronouns}, gender, many)


def _one(roles: Iterable[words.Role]) -> list[Referent]:
    """Each role as a woman and as a man."""
    pairs = [(role, word, gender) for role in roles for word, gender in ((role.she, "f"), (role.he, "m"))]
    return [of_word(word, gender, topic=role.topic, side=SIDES[gender]) for role, word, gender in pairs]


def _many(roles: Iterable[words.Role]) -> list[Referent]:
    return [
        of_word(word, many=True, topic=role.topic, side=side)
        for role in roles
        for word, side in ((role.many_women, SIDES["f"]), (role.many_men, SIDES["m"]))
    ]


WORDS = {
    **{pool: [of_word(word) for word in listed] for pool, listed in words.POOLS.items()},
    "thing": [of_word(one, use=thing.use) for one, thing in words.THINGS.items()],
    "things": [of_word(thing.many, many=True, use=thing.use) for thing in words.THINGS.values()],
    "animal": [of_word(one, noise=kind.does, bark=kind.do, feed=kind.feed) for one, kind in words.ANIMALS.items()],
    "animals": [
        of_word(kind.many, many=True, noise=kind.do, bark=kind.do, feed=kind.feed) for kind in words.ANIMALS.values()
    ],
    "role": _one(words.ROLES),
    "roles": _many(words.ROLES),
    "grownup": _one(role for role in words.ROLES if role.she not in ("girl", "princess")),
    "family": _one(words.FAMILY),
    "families": _many(words.FAMILY),
}
