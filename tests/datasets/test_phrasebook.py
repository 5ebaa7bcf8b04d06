"""Oracles: translations, alignments and genders written by hand, and the rules of French school grammar."""

import hashlib
from collections import Counter
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lecture_utils.datasets.phrasebook.adjectives import ADJECTIVES, COLOUR
from lecture_utils.datasets.phrasebook.corpus import generate, translate
from lecture_utils.datasets.phrasebook.nouns import NOUNS
from lecture_utils.datasets.phrasebook.verbs import VERBS

TRANSLATIONS = {
    # gender, number, the place of adjectives
    "the cat sleeps": "le chat dort",
    "The queens sleep.": "les reines dorment",
    "a little black cat sees the birds": "un petit chat noir voit les oiseaux",
    "the sad old king has a big round hat": "le vieux roi triste a un grand chapeau rond",
    "the strange white castles are little": "les châteaux blancs étranges sont petits",
    "these brown horses carry two oysters": "ces chevaux marron portent deux huîtres",
    # elision, and other forms before a vowel; the h of hibou and héros keeps its distance
    "an old elephant loves my new tree": "un vieil éléphant aime mon nouvel arbre",
    "a beautiful child is on this island": "un bel enfant est sur cette île",
    "this child is old and he is beautiful": "cet enfant est vieux et il est beau",
    "this owl sleeps in this hotel": "ce hibou dort dans cet hôtel",
    "the owl loves the clock and the hero loves the egg": "le hibou aime l'horloge et le héros aime l'œuf",
    "the beautiful old owl is in an old car": "le beau vieux hibou est dans une vieille voiture",
    "my goose is jealous and her old goose sings": "mon oie est jalouse et sa vieille oie chante",
    "his bee loves her church": "son abeille aime son église",
    "I love our grandmother": "j'aime notre grand-mère",
    "I follow his mice": "je suis ses souris",
    # a, some and any
    "some little birds sing": "de petits oiseaux chantent",
    "some red birds sing": "des oiseaux rouges chantent",
    "the king eats some apples": "le roi mange des pommes",
    "the king does not eat any apples": "le roi ne mange pas de pommes",
    "the king does not eat an onion": "le roi ne mange pas d'oignon",
    "the king does not eat the apples": "le roi ne mange pas les pommes",
    "he never finds a young elephant": "il ne trouve jamais de jeune éléphant",
    "a cat does not sleep under a table": "un chat ne dort pas sous une table",
    "the king who does not sleep eats a cake": "le roi qui ne dort pas mange un gâteau",
    # negation and adverbs
    "the apple is not very red": "la pomme n'est pas très rouge",
    "they do not always work well": "ils ne travaillent pas toujours bien",
    "I often forget my umbrella": "j'oublie souvent mon parapluie",
    "our wolves never snore loudly": "nos loups ne ronflent jamais fort",
    "I do not write": "je n'écris pas",
    "she is too proud": "elle est trop fière",
    # relative clauses, prepositions, joined clauses
    "the princess who loves the baker is happy": "la princesse qui aime le boulanger est heureuse",
    "the baker whom an actress loves is happy": "le boulanger qu'une actrice aime est heureux",
    "the oyster that the witch prepares is delicious": "l'huître que la sorcière prépare est délicieuse",
    "the dogs behind the tree that is green are tired": "les chiens derrière l'arbre qui est vert sont fatigués",
    "the cake that the king in the car eats is red": "le gâteau que le roi dans la voiture mange est rouge",
    "we look for a key in front of the museum": "nous cherchons une clé devant le musée",
    "the child listens to three poets": "l'enfant écoute trois poètes",
    "he buys a jewel for an aunt": "il achète un bijou pour une tante",
    "she laughs because an uncle falls": "elle rit parce qu'un oncle tombe",
    "she laughs because the uncle falls": "elle rit parce que l'oncle tombe",
    "I am happy when we dance with the bakers": "je suis heureux quand nous dansons avec les boulangers",
    "the cat sings but the dogs do not sing": "le chat chante mais les chiens ne chantent pas",
}

# For each French word: the word, the English words it translates, its part of speech, the word it agrees with.
TRUTHS = {
    "the sad old queen sees some black cats": [
        ("la", "the", "DET", "reine"),
        ("vieille", "old", "ADJ", "reine"),
        ("reine", "queen", "NOUN", None),
        ("triste", "sad", "ADJ", "reine"),
        ("voit", "sees", "VERB", None),
        ("des", "some", "DET", "chats"),
        ("chats", "cats", "NOUN", None),
        ("noirs", "black", "ADJ", "chats"),
    ],
    "she does not often look for an old key in front of our house": [
        ("elle", "she", "PRON", None),
        ("ne", "does not", "NEG", None),
        ("cherche", "look for", "VERB", None),
        ("pas", "does not", "NEG", None),
        ("souvent", "often", "ADV", None),
        ("de", "an", "DET", "clé"),
        ("vieille", "old", "ADJ", "clé"),
        ("clé", "key", "NOUN", None),
        ("devant", "in front of", "PREP", None),
        ("notre", "our", "DET", "maison"),
        ("maison", "house", "NOUN", None),
    ],
    "the witch whom he loves is not very happy because they never sing": [
        ("la", "the", "DET", "sorcière"),
        ("sorcière", "witch", "NOUN", None),
        ("qu'", "whom", "REL", None),
        ("il", "he", "PRON", None),
        ("aime", "loves", "VERB", None),
        ("n'", "not", "NEG", None),
        ("est", "is", "VERB", None),
        ("pas", "not", "NEG", None),
        ("très", "very", "ADV", None),
        ("heureuse", "happy", "ADJ", "sorcière"),
        ("parce", "because", "CONJ", None),
        ("qu'", "because", "CONJ", None),
        ("ils", "they", "PRON", None),
        ("ne", "never", "NEG", None),
        ("chantent", "sing", "VERB", None),
        ("jamais", "never", "NEG", None),
    ],
    "we are sad": [
        ("nous", "we", "PRON", None),
        ("sommes", "are", "VERB", None),
        ("tristes", "sad", "ADJ", "nous"),
    ],
}

MASCULINE = """
roi enfant boulanger pirate poète héros oncle chat chien oiseau cheval hibou âne loup éléphant escargot gâteau fromage
œuf oignon champignon livre poème chapeau bijou parapluie arbre lit piano bateau pont jardin château hôtel musée
"""
FEMININE = """
reine sorcière tante actrice princesse grand-mère souris vache chèvre grenouille oie abeille pomme carotte crêpe huître
lettre histoire clé couronne fleur épée horloge table chaise voiture maison église école forêt île
"""
IRREGULAR_VERBS = {
    "see": "voit voient vois voyons",
    "eat": "mange mangent mange mangeons",
    "read": "lit lisent lis lisons",
    "write": "écrit écrivent écris écrivons",
    "have": "a ont ai avons",
    "buy": "achète achètent achète achetons",
    "prepare": "prépare préparent prépare préparons",
    "follow": "suit suivent suis suivons",
    "sleep": "dort dorment dors dormons",
    "laugh": "rit rient ris rions",
    "run": "court courent cours courons",
    "wait": "attend attendent attends attendons",
}
PRONOUNS = (("I", "je", "m0"), ("he", "il", "m0"), ("she", "elle", "f0"), ("we", "nous", "m1"), ("they", "ils", "m1"))
ASPIRATED = ("hibou", "hiboux", "héros")
NEVER_BEFORE_VOWEL = {"le", "la", "de", "ne", "je", "que", "ce", "ma", "sa"}
ONLY_BEFORE_VOWEL = {"l'", "d'", "n'", "j'", "qu'", "cet", "bel", "vieil", "nouvel"}
SIZES = ("small", "full")


def starts_with_vowel(word):
    return word[0] in "aeiouâéèêëîïôœ" or (word[0] == "h" and word not in ASPIRATED)


@pytest.fixture(scope="module", params=SIZES)
def book(request):
    return generate(6000, seed=0, words=request.param)


@pytest.mark.parametrize("english", TRANSLATIONS)
def test_translation_equals_the_one_written_by_hand(english):
    assert translate(english).french_text == TRANSLATIONS[english]


@pytest.mark.parametrize("english", TRUTHS)
def test_alignment_tags_and_agreement_equal_those_written_by_hand(english):
    pair = translate(english)
    told = [
        (word, " ".join(pair.english[source] for source in sources), tag, None if noun is None else pair.french[noun])
        for word, sources, tag, noun in zip(pair.french, pair.alignment, pair.french_tags, pair.agrees, strict=True)
    ]
    assert told == TRUTHS[english]
    assert pair.english_text == english


def test_every_noun_has_the_gender_written_by_hand():
    assert {noun.french[0] for noun in NOUNS if noun.gender == "m"} == set(MASCULINE.split())
    assert {noun.french[0] for noun in NOUNS if noun.gender == "f"} == set(FEMININE.split())


def test_plurals_follow_the_rules_of_school_grammar():
    for noun in NOUNS:
        one, many = noun.french
        if one == "grand-mère":
            rule = "grands-mères"
        elif one.endswith(("s", "x")):
            rule = one
        elif one.endswith("al"):
            rule = one[:-2] + "aux"
        elif one.endswith("eau") or one in ("bijou", "hibou"):
            rule = one + "x"
        else:
            rule = one + "s"
        assert many == rule


def test_adjectives_follow_the_rules_of_school_grammar():
    for adjective in ADJECTIVES:
        (one, many), (her, hers) = adjective.french["m"], adjective.french["f"]
        if one == "marron":
            assert {one, many, her, hers} == {"marron"}  # a colour named after a thing does not agree
            continue
        assert hers == her + "s"
        assert many == (one if one[-1] in "sx" else one + "x" if one.endswith("eau") else one + "s")
        assert her.endswith("e")
        assert adjective.precedes == (
            one in ("petit", "grand", "vieux", "beau", "nouveau", "jeune", "bon", "mauvais", "joli", "gros")
        )
    before_vowel = {word.french["m"][0]: word.before_vowel for word in ADJECTIVES if word.before_vowel}
    assert before_vowel == {"vieux": "vieil", "beau": "bel", "nouveau": "nouvel"}


def test_verbs_are_conjugated_by_rule_or_as_written_by_hand():
    for verb in VERBS:
        stem = verb.french[0].removesuffix("e")
        rule = f"{stem}e {stem}ent {stem}e {stem}ons"
        assert " ".join(verb.french) == IRREGULAR_VERBS.get(verb.english[1], rule)


def test_alignment_is_complete(book):
    for pair in book:
        assert len(pair.french) == len(pair.alignment) == len(pair.french_tags) == len(pair.agrees)
        assert all(sources and list(sources) == sorted(set(sources)) for sources in pair.alignment)
        assert {source for sources in pair.alignment for source in sources} == set(range(len(pair.english)))


def test_determiners_and_adjectives_agree_with_their_noun(book):
    shapes = {}  # of an English noun: the French word, its gender and number
    for noun in NOUNS:
        gender = "m" if noun.french[0] in MASCULINE.split() else "f"
        shapes |= {noun.english[number]: (noun.french[number], f"{gender}{number}") for number in (0, 1)}
    shapes |= {word: (french, shape) for word, french, shape in PRONOUNS}
    forms = {form: word for word in ADJECTIVES for pair in word.french.values() for form in pair}
    forms |= {word.before_vowel: word for word in ADJECTIVES if word.before_vowel}
    determiners = {
        "m0": "le l' un ce cet mon son notre de d'",
        "f0": "la l' une cette ma mon sa son notre de d'",
        "m1": "les des de d' ces mes ses nos deux trois",
    }
    determiners["f1"] = determiners["m1"]
    for pair in book:
        for i, (word, tag, noun) in enumerate(zip(pair.french, pair.french_tags, pair.agrees, strict=True)):
            assert (noun is not None) == (tag in ("DET", "ADJ"))
            if noun is None:
                continue
            (head,) = pair.alignment[noun]
            french, shape = shapes[pair.english[head]]
            assert pair.french[noun] == french
            if tag == "DET":
                assert word in determiners[shape].split() and i < noun
            else:
                right = forms[word].french[shape[0]][int(shape[1])]
                assert word in (right, forms[word].before_vowel) and (word == right or shape == "m0")


def test_words_are_elided_exactly_before_a_vowel(book):
    plurals = {noun.french[1] for noun in NOUNS}
    for pair in book:
        for word, following in pairwise(pair.french):
            vowel = starts_with_vowel(following)
            assert not (vowel and word in NEVER_BEFORE_VOWEL), pair.french_text
            assert not (not vowel and word in ONLY_BEFORE_VOWEL), pair.french_text
        assert pair.french[-1] not in ONLY_BEFORE_VOWEL
        for i, noun in enumerate(pair.agrees):
            if noun == i + 1 and pair.french[i] in ("beau", "vieux", "nouveau"):
                assert not starts_with_vowel(pair.french[noun]) or pair.french[noun] in plurals


def test_negation_embraces_one_verb(book):
    for pair in book:
        where = [i for i, tag in enumerate(pair.french_tags) if tag == "NEG"]
        assert len(where) % 2 == 0
        for opening, closing in zip(where[::2], where[1::2], strict=True):
            assert closing == opening + 2 and pair.french_tags[opening + 1] == "VERB"
            assert pair.french[opening] in ("ne", "n'") and pair.french[closing] in ("pas", "jamais")
            assert pair.alignment[opening] == pair.alignment[closing]


def test_nothing_is_said_to_have_two_colours(book):
    colours = {form for word in ADJECTIVES if word.rank == COLOUR for pair in word.french.values() for form in pair}
    for pair in book:
        coloured = [noun for word, noun in zip(pair.french, pair.agrees, strict=True) if word in colours]
        assert len(coloured) == len(set(coloured)), pair.english_text


def test_who_and_whom_speak_of_persons_only(book):
    persons = {form for noun in NOUNS if noun.kind == "person" for form in noun.english}
    for pair in book:
        for before, word in pairwise(pair.english):
            assert word not in ("who", "whom") or before in persons
            assert word != "that" or before not in persons


@settings(deadline=None, max_examples=30)
@given(seed=st.integers(0, 10**6), length=st.integers(3, 40), words=st.sampled_from(SIZES))
def test_translate_finds_every_generated_pair_again(seed, length, words):
    for pair in generate(5, seed=seed, lengths=[length], words=words):
        assert len(pair.english) == length
        assert translate(pair.english_text, words=words) == pair
        assert translate(pair.english_text) == pair  # the small phrasebook is a part of the full one


def test_english_words_have_one_part_of_speech_each_so_that_one_word_ahead_is_enough():
    tags = {}
    for pair in generate(3000, seed=3):
        for tag, sources in zip(pair.french_tags, pair.alignment, strict=True):
            for source in sources:
                tags.setdefault(pair.english[source], set()).add(tag)
    double = {word: found for word, found in tags.items() if len(found) > 1}
    assert double == {"for": {"PREP", "VERB"}}


def test_no_english_sentence_comes_twice_and_each_has_one_translation():
    books = [generate(1500, seed=seed, lengths=range(3, 8), words="small") for seed in range(4)]
    translations = {}
    for book in books:
        assert len({pair.english for pair in book}) == len(book) == 1500
        for pair in book:
            assert translations.setdefault(pair.english, pair) == pair
    assert len(translations) < 6000  # some did come again


def test_lengths_come_in_equal_shares_wherever_one_looks():
    book = generate(2100, seed=5)
    counts = Counter(len(pair.english) for pair in book)
    assert set(counts) == set(range(3, 17)) and set(counts.values()) == {150}
    assert {len(pair.english) for pair in book.pairs[140:154]} == set(range(3, 17))


def test_short_sentences_are_not_used_up():
    train = generate(1000, seed=0, lengths=[3, 9], words="small")
    short = [pair for pair in train if len(pair.english) == 3]
    assert 50 <= len(short) < 300  # three words: about 290 sentences, of which half are kept back
    fresh = generate(20, seed=1, lengths=[3], words="small", exclude=train)
    assert not {pair.english for pair in fresh} & {pair.english for pair in train}


def test_split_and_exclude_share_no_english():
    book = generate(1000, seed=2)
    train, test = book.split(800, 200)
    other = generate(500, seed=2, exclude=train)
    english = {pair.english for pair in train}
    assert (len(train), len(test), len(english)) == (800, 200, 800)
    assert english.isdisjoint(pair.english for pair in test)
    assert english.isdisjoint(pair.english for pair in other)
    assert english & {pair.english for pair in generate(500, seed=2)}
    counts = Counter(len(pair.english) for pair in test)
    assert max(counts.values()) - min(counts.values()) <= 1 and len(counts) == 14
    assert train.english_words == test.english_words == book.english_words


def test_the_vocabularies_are_exactly_the_words_that_come(book):
    longer = generate(4000, seed=4, lengths=range(17, 41), words=book.words)
    pairs = (*book, *longer)
    assert book.english_words == tuple(sorted({word for pair in pairs for word in pair.english}))
    assert book.french_words == tuple(sorted({word for pair in pairs for word in pair.french}))


def test_the_vocabularies_have_the_sizes_promised():
    full, small = generate(1, seed=0), generate(1, seed=0, words="small")
    assert len(full.english_words) >= 150 and len(full.french_words) >= 150
    assert 75 <= len(small.english_words) <= 110 and 75 <= len(small.french_words) <= 110
    assert set(small.english_words) < set(full.english_words)
    assert set(small.french_words) < set(full.french_words)


def test_the_same_seed_gives_the_same_bytes_on_every_machine():
    book = generate(300, seed=0, lengths=range(3, 41))
    text = "\n".join(f"{pair.english_text}\t{pair.french_text}\t{pair.alignment}" for pair in book)
    assert hashlib.sha256(text.encode()).hexdigest()[:16] == "cf13509301659f78"
    assert generate(300, seed=0, lengths=range(3, 41)) == book
    assert generate(300, seed=1, lengths=range(3, 41)).pairs != book.pairs


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"n": 0}, r"n \(0\) must be a whole number >= 1"),
        ({"n": float("nan")}, r"n \(nan\) must be a whole number"),
        ({"n": True}, r"n \(True\) must be a whole number"),
        ({"seed": None}, r"seed \(None\) must be a whole number >= 0"),
        ({"seed": -1}, r"seed \(-1\) must be a whole number >= 0"),
        ({"lengths": []}, r"lengths \(\[\]\) must be one or more whole numbers from 3 to 40"),
        ({"lengths": [2, 5]}, r"lengths \(\[2, 5\]\) .* from 3 to 40"),
        ({"lengths": [41]}, r"lengths \(\[41\]\)"),
        ({"lengths": [float("nan")]}, r"lengths \(\[nan\]\)"),
        ({"words": "tiny"}, "words='tiny': choose 'small' or 'full'"),
        ({"n": 10**6, "lengths": [3], "words": "small"}, r"n=1000000 .* too many: \d+ could be found; ask for fewer"),
    ],
)
def test_generate_refuses_what_it_cannot_do(arguments, message):
    with pytest.raises(ValueError, match=message):
        generate(**({"n": 10, "seed": 0} | arguments))


@pytest.mark.parametrize(("train", "test"), [(0, 5), (5, 0), (8, 3), (float("nan"), 3)])
def test_split_refuses_more_than_there_is(train, test):
    with pytest.raises(ValueError, match=rf"train \({train}\) and test \({test}\) must be >= 1 and sum to <= 10"):
        generate(10, seed=0).split(train, test)


@pytest.mark.parametrize(
    ("english", "message"),
    [
        ("", "give a sentence such as"),
        (" . ", "give a sentence such as"),
        (None, "english=None: give a sentence"),
        ("the dinosaur sleeps", r"'dinosaur' \(word 2\) is none of the phrasebook's \d+ English words"),
        ("the cat slepps", r"'slepps' .* did you mean 'sleeps'"),
        ("the cat sleep", r"'sleep' \(word 3\) does not fit after 'the cat'.* a verb \(sees, loves"),
        ("the cats is happy", r"'is' \(word 3\) does not fit .* to be \(are\)"),
        ("this cats sleep", r"'cats' \(word 2\) .* a singular noun \(king"),
        ("the cat does eat", r"'eat' \(word 4\) .* a negation \(not\)"),
        ("the cat sees", "the end does not fit after 'the cat sees': .* a determiner"),
        ("the cat sleeps the dog", r"'the' \(word 4\) .* or the end there"),
        ("the king does not eat some apples", r"'some' \(word 6\) .* a determiner \(the, a, any"),
        ("the king sees any apples", r"'any' \(word 4\)"),
        ("the king does not see a cat that sleeps", r"'that' \(word 8\)"),
        ("the king whom loves the cat sleeps", r"'loves' \(word 4\) does not fit after 'the king whom'"),
        ("she looks the cat", r"'the' \(word 3\) .* a particle \(for\)"),
        ("the king not sleeps", r"'not' \(word 3\) does not fit"),
        ("sleeps the cat", r"'sleeps' \(word 1\) does not fit at the start"),
        ("a apple falls", r"'a' \(word 1\): write 'an' before 'apple'"),
        ("an little apple falls", r"'an' \(word 1\): write 'a' before 'little'"),
        ("the cat that sees " * 30 + "the cat sleeps", "123 words are too many: translate at most 100"),
    ],
)
def test_translate_says_where_the_grammar_stops(english, message):
    with pytest.raises(ValueError, match=message):
        translate(english)


@pytest.mark.parametrize("english", ["the pirate sleeps", "the cake that the king eats is red", "I sleep"])
def test_the_small_phrasebook_knows_less(english):
    translate(english)
    with pytest.raises(ValueError, match=r"is none of the phrasebook's|does not fit"):
        translate(english, words="small")


def test_sense_is_not_asked_for_when_you_translate_your_own_sentence():
    assert translate("my jealous piano never listens to the delicious castles").french_text == (
        "mon piano jaloux n'écoute jamais les châteaux délicieux"
    )
