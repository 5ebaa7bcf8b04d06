"""Oracle: `pydoc_data.topics` and `inspect.getdoc` themselves; the split is judged by set arithmetic and by hand."""

import fractions
import inspect
import json
import platform
import re
import sys
import time
import types

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lecture_utils.datasets import prose
from lecture_utils.datasets.prose import docstrings, load_prose


@pytest.fixture(scope="module")
def loaded():
    return load_prose()


def test_it_is_the_text_of_the_help_topics(loaded):
    from pydoc_data.topics import topics

    squeezed = "\n\n".join(re.sub(r"\n\s*\n+(?=\n|.)", "\n\n", topics[topic].strip("\n")) for topic in sorted(topics))
    assert "".join(loaded.text.split()) == "".join(squeezed.split())  # nothing lost, nothing added, in order
    assert 300_000 < len(loaded.text) < 800_000
    assert loaded.python == platform.python_version()
    assert loaded.name == "help topics" and loaded.units == "characters"
    assert "pydoc_data.topics" in loaded.source and "PSF" in loaded.licence


def test_paragraphs_are_whole_and_clean(loaded):
    assert len(loaded.paragraphs) > 1500
    assert all(part.strip() and "\n\n" not in part and not part.startswith("\n") for part in loaded.paragraphs)
    assert loaded.text.split("\n\n") == list(loaded.paragraphs)
    assert any(part.startswith("   ") for part in loaded.paragraphs)  # the indentation of code is kept


def test_each_paragraph_is_on_one_side_and_repeats_stay_together(loaded):
    assert not set(loaded.train) & set(loaded.test)
    assert sorted(loaded.train + loaded.test) == sorted(loaded.paragraphs)
    assert len(set(loaded.paragraphs)) < len(loaded.paragraphs)  # there are repeats to leak
    words = {" ".join(part.split()) for part in loaded.train}
    assert not words & {" ".join(part.split()) for part in loaded.test}  # not even with other spaces
    assert 0.07 < len(loaded.test) / len(loaded.paragraphs) < 0.13
    order = {part: i for i, part in enumerate(dict.fromkeys(loaded.paragraphs))}
    firsts = [order[part] for part in dict.fromkeys(loaded.train)]
    assert firsts == sorted(firsts)  # reading order


@settings(deadline=None, max_examples=15)
@given(share=st.floats(0.05, 0.95), seed=st.integers(0, 10**6))
def test_the_share_is_met_and_the_split_depends_on_the_seed_alone(share, seed):
    first, again = load_prose(test_share=share, seed=seed), load_prose(test_share=share, seed=seed)
    assert first == again
    distinct = set(first.paragraphs)
    assert abs(len(set(first.test)) / len(distinct) - share) < 5 * (share * (1 - share) / len(distinct)) ** 0.5
    smaller = load_prose(test_share=share / 2, seed=seed)
    assert set(smaller.test) <= set(first.test)  # a smaller test set is a part of the larger
    assert load_prose(test_share=share, seed=seed + 1).test != first.test


def test_a_paragraph_keeps_its_side_whatever_surrounds_it(monkeypatch):
    """Golden: these sides hold for every Python and machine."""
    sides = {"One two.": 0.6554, "three  four": 0.1529, "five": 0.7433}
    fake = types.ModuleType("pydoc_data.topics")
    fake.topics = {"b": "five\n\nOne two.\n", "a": "\n   three  four\n \n\n\nOne two."}
    monkeypatch.setitem(sys.modules, "pydoc_data.topics", fake)
    few = load_prose(test_share=0.5)
    assert few.paragraphs == ("   three  four", "One two.", "five", "One two.")
    assert few.train == ("One two.", "five", "One two.") and few.test == ("   three  four",)
    assert {part: round(prose._share(part, 0), 4) for part in sides} == sides


def test_loading_is_quick():
    load_prose()
    start = time.process_time()
    load_prose()
    assert time.process_time() - start < 0.1


def test_docstrings_are_those_of_inspect():
    found = docstrings(["json", "fractions"])
    squeezed = " ".join(found.text.split())
    for thing in (json, json.dumps, json.loads, fractions.Fraction, fractions.Fraction.limit_denominator):
        assert squeezed.count(" ".join(inspect.getdoc(thing).split())) == 1
    assert " ".join(inspect.getdoc(json.JSONDecodeError).split()) not in squeezed  # at home in another module
    assert not set(found.train) & set(found.test)
    assert found.source == "docstrings of json, fractions" and found.name == "docstrings"
    assert len(docstrings().text) > 100_000


def test_no_topics_is_said_clearly(monkeypatch):
    monkeypatch.setitem(sys.modules, "pydoc_data.topics", None)  # as on systems that leave them out
    with pytest.raises(ValueError, match=r"pydoc_data\.topics.*no text; this Python was installed or started without"):
        load_prose()
    empty = types.ModuleType("pydoc_data.topics")
    empty.topics = {"assert": " \n\n "}
    monkeypatch.setitem(sys.modules, "pydoc_data.topics", empty)
    with pytest.raises(ValueError, match="no text"):
        load_prose()


def test_modules_without_docstrings(monkeypatch):
    monkeypatch.setitem(sys.modules, "bare_module", types.ModuleType("bare_module"))
    with pytest.raises(ValueError, match="docstrings of bare_module: no text"):
        docstrings(["bare_module"])


@pytest.mark.parametrize("share", [0.0, 1.0, -0.1, float("nan"), 1, "0.1", None])
def test_bad_shares(share):
    with pytest.raises(ValueError, match=r"test_share \(.*\) must lie between 0 and 1"):
        load_prose(test_share=share)


@pytest.mark.parametrize("seed", [-1, 0.5, True, None, "0"])
def test_bad_seeds(seed):
    with pytest.raises(ValueError, match=r"seed \(.*\) must be a whole number, 0 or more"):
        load_prose(seed=seed)


@pytest.mark.parametrize(
    "modules, message",
    [
        ("json", r"modules \('json'\) must be a sequence of module names"),
        ([3], r"modules \(\[3\]\) must be a sequence"),
        ([""], r"must be a sequence of module names"),
        ([], r"no text"),
        (["no_such_module"], r"module 'no_such_module' is not installed: name one that is"),
    ],
)
def test_bad_modules(modules, message):
    with pytest.raises(ValueError, match=message):
        docstrings(modules)
