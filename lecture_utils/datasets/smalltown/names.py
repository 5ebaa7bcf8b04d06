"""The proper names of Smalltown: people, pets, places and days; none of them is also an ordinary word."""


def listed(text: str) -> tuple[str, ...]:
    """The words of a text."""
    return tuple(text.split())


WOMEN = listed(
    """aisha anna bella bianca carmen clara dora elena emma fatima frida greta hanna ida irene julia
    karin laila lena maria mina nadia olga paula rosa sara tina uma vera wanda yara zoe"""
)
MEN = listed(
    """adam anton boris bruno carlo dario david emil erik felix georg hassan hugo ivan jan jonas
    karl kofi leon luca marco nils omar paul rafael simon tom ulrich viktor walter yusuf zoltan"""
)
SURNAMES = listed(
    """abbas adler bauer berg conti costa dahl duarte eriksen garcia gruber haddad holm ito jansen
    keller kim larsen lindt mendes moreau nguyen novak okafor olsen patel petrov quist reyes rossi
    santos silva tanaka toth varga vogel wagner weber yilmaz zeller"""
)
PETS = listed("bandit biscuit button ginger max muffin nugget pepper pickles pixel rocket shadow")

TOWNS = listed(
    """arden birchley corrin dellmore elmstead fairwick glenby harlow ivydale kelby larkham
    mapleton oakridge pinefield"""
)
REGIONS = listed("highmoor lakeshire norland ostria sundale westmark")
RIVERS = listed("brill isk lune mure tolva wend")

DAYS = listed("monday tuesday wednesday thursday friday saturday sunday")
MONTHS = listed("april june july august september october")

PROPER = frozenset(WOMEN + MEN + SURNAMES + PETS + TOWNS + REGIONS + RIVERS + DAYS + MONTHS)
