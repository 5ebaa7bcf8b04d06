"""Classes of phrases that templates draw from with $name; a phrase is a template itself."""

from lecture_utils.datasets.smalltown.names import listed

PHRASES: dict[str, tuple[str, ...]] = {
    "day": ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"),
    "daily": ("every morning", "every evening", "every day"),
    "daytime": ("morning", "afternoon", "evening"),
    "once": ("one morning", "one evening", "on $day", "on a rainy $day", "on a sunny $day"),
    "later": (
        "the next morning",
        "an hour later",
        "in the end",
        "soon after",
        "when the rain was over ,",
        "when the clock struck $count ,",
    ),
    "spot": ("at the bridge", "at the fountain", "at the market", "at the station", "by the river", "in the park"),
    "building": ("barn", "castle", "church", "mill", "tower"),
    "colour": ("black", "blue", "brown", "green", "purple", "red", "white", "yellow"),
    "happy": ("delighted", "glad", "happy"),
    "sad": ("angry", "sad", "upset", "worried"),
    "mood": ("cheerful", "happy", "hungry", "sleepy", "thirsty", "tired"),
    "count": ("two", "three", "four", "five", "six"),
    "food": ("cake", "cheese", "pasta", "rice", "salad", "soup"),
    "treat": ("cake", "chocolate", "honey"),
    "fruits": ("apples", "cherries", "plums"),
    "stranger": ("man", "woman", "girl", "boy"),
    "furniture": ("bench", "chair", "shelf", "table"),
    "size": ("big", "heavy", "old", "small", "strange"),
    # reviews
    "good": listed(
        """brilliant charming delightful excellent fantastic good great lovely
        marvellous perfect pleasant splendid superb wonderful"""
    ),
    "bad": listed(
        """awful bad boring disappointing dreadful dull ghastly horrible
        lousy miserable nasty poor terrible unpleasant"""
    ),
    "good_people": ("friendly", "funny", "helpful", "kind", "polite", "quick"),
    "bad_people": ("clumsy", "grumpy", "lazy", "rude", "slow", "unfriendly"),
    "good_verb": ("admired", "adored", "enjoyed", "liked", "loved"),
    "bad_verb": ("could not stand", "disliked", "hated"),
    "good_not": ("not bad at all", "anything but boring", "well worth the money"),
    "bad_not": ("not good at all", "anything but great", "not worth the money"),
    "good_end": (
        "i will come again",
        "i will tell all my friends",
        "i did not want to go home",
        "i smiled all the way home",
    ),
    "bad_end": (
        "i will never come again",
        "i will warn all my friends",
        "i wanted to go home",
        "i want my money back",
    ),
}
