"""The ordinary words of Smalltown that stand in regular relations: jobs, animals, things, roles, numbers."""

from __future__ import annotations

from typing import NamedTuple

from lecture_utils.datasets.smalltown.names import listed


class Job(NamedTuple):
    """What she is called, what he is called, where they work and what they do there all day."""

    woman: str
    man: str
    workplace: str
    deed: str


JOBS = tuple(
    Job(*(part.strip() for part in line.split("|")))
    for line in """
    baker      | baker      | bakery   | bakes rolls
    teacher    | teacher    | school   | explains fractions
    doctor     | doctor     | hospital | listens to hearts
    nurse      | nurse      | hospital | bandages knees
    farmer     | farmer     | farm     | grows potatoes
    librarian  | librarian  | library  | sorts books
    mechanic   | mechanic   | garage   | repairs engines
    sailor     | sailor     | harbour  | ties knots
    gardener   | gardener   | park     | waters roses
    zookeeper  | zookeeper  | zoo      | feeds penguins
    cook       | cook       | inn      | stirs sauces
    banker     | banker     | bank     | counts coins
    pharmacist | pharmacist | pharmacy | weighs powders
    smith      | smith      | forge    | bends iron
    judge      | judge      | court    | settles quarrels
    painter    | painter    | studio   | mixes paint
    carpenter  | carpenter  | workshop | builds chairs
    tailor     | tailor     | shop     | sews buttons
    engineer   | engineer   | factory  | designs machines
    pilot      | pilot      | airport  | flies planes
    waitress   | waiter     | cafe     | serves coffee
    actress    | actor      | theatre  | learns lines
    hostess    | host       | hotel    | welcomes guests
    postwoman  | postman    | depot    | delivers letters
    """.strip().splitlines()
)
PUPIL = Job("pupil", "pupil", "school", "learns to spell")

FOODS = listed("cake cheese chocolate curry honey pasta pie pizza porridge rice salad soup stew toast")
COLOURS = listed("black blue brown green purple red white yellow")
HOBBIES = listed(
    "astronomy chess cycling dancing fishing gardening juggling knitting painting photography pottery swimming"
)
SIGHTS = listed(
    """aquarium bridge castle cathedral clock fountain lighthouse market observatory statue theatre
    tower waterfall windmill"""
)
FRUITS = listed("apple cherry lemon melon pear plum")


class Animal(NamedTuple):
    """Several of them, what one does, what several do, and what they eat."""

    many: str
    does: str
    do: str
    feed: str


class Thing(NamedTuple):
    """Several of them, and what they are good for."""

    many: str
    use: str


class Role(NamedTuple):
    """What she is called, and he; what several are called; what they talk about."""

    she: str
    he: str
    many_women: str
    many_men: str
    topic: str


ANIMALS = {
    "cat": Animal("cats", "purrs", "purr", "milk"),
    "dog": Animal("dogs", "barks", "bark", "bones"),
    "duck": Animal("ducks", "quacks", "quack", "worms"),
    "goat": Animal("goats", "bleats", "bleat", "grass"),
    "hamster": Animal("hamsters", "squeaks", "squeak", "seeds"),
    "parrot": Animal("parrots", "whistles", "whistle", "nuts"),
    "pony": Animal("ponies", "neighs", "neigh", "hay"),
    "rabbit": Animal("rabbits", "sneezes", "sneeze", "carrots"),
}
THINGS = {
    "basket": Thing("baskets", "shopping"),
    "bell": Thing("bells", "ringing"),
    "coat": Thing("coats", "winter"),
    "drum": Thing("drums", "marching"),
    "hat": Thing("hats", "sunshine"),
    "jacket": Thing("jackets", "autumn"),
    "kite": Thing("kites", "windy hills"),
    "ladder": Thing("ladders", "climbing"),
    "lamp": Thing("lamps", "dark nights"),
    "scarf": Thing("scarves", "frost"),
    "umbrella": Thing("umbrellas", "wet weather"),
}
POOLS = {
    "colour": COLOURS,
    "wear": ("coat", "hat", "jacket", "scarf"),
    "load": ("basket", "bell", "drum", "ladder", "lamp"),
    "box": ("bag", "box", "drawer", "suitcase"),
    "board": ("bench", "chair", "shelf", "table"),
    "daytime": ("morning", "afternoon", "evening"),
    "mood": ("cheerful", "happy", "hungry", "sleepy", "thirsty", "tired"),
    "eatery": ("bakery", "cafe", "hotel", "inn"),
    "meal": ("bread", "breakfast", "coffee", "dinner", "soup", "tea"),
    "outing": ("cinema", "museum", "theatre", "zoo"),
    "event": ("food", "guide", "music", "show", "tour", "view"),
}
ROLES = (
    Role("actress", "actor", "actresses", "actors", "applause"),
    Role("girl", "boy", "girls", "boys", "marbles"),
    Role("hostess", "host", "hostesses", "hosts", "guests"),
    Role("postwoman", "postman", "postwomen", "postmen", "letters"),
    Role("princess", "prince", "princesses", "princes", "dragons"),
    Role("queen", "king", "queens", "kings", "crowns"),
    Role("waitress", "waiter", "waitresses", "waiters", "coffee"),
    Role("woman", "man", "women", "men", "newspapers"),
)
FAMILY = (
    Role("aunt", "uncle", "aunts", "uncles", "presents"),
    Role("daughter", "son", "daughters", "sons", "toys"),
    Role("grandmother", "grandfather", "grandmothers", "grandfathers", "memories"),
    Role("mother", "father", "mothers", "fathers", "lullabies"),
    Role("niece", "nephew", "nieces", "nephews", "holidays"),
    Role("sister", "brother", "sisters", "brothers", "secrets"),
)

_ONES = listed(
    """one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen
    seventeen eighteen nineteen"""
)
_TENS = listed("twenty thirty forty fifty sixty seventy eighty ninety")


def number_words(number: int) -> str:
    """A number from 1 to 99 as English writes it: 34 -> thirty-four. Raises ValueError for any other."""
    if not 1 <= number <= 99:
        raise ValueError(f"number ({number}) must lie between 1 and 99")
    if number < 20:
        return _ONES[number - 1]
    tens, ones = divmod(number, 10)
    return _TENS[tens - 2] + (f"-{_ONES[ones - 1]}" if ones else "")
