"""Oracle: `docs/references.bib`; every paper that a lesson lists or the package names is looked up there."""

import ast
import calendar
import csv
import io
import json
import re
import tokenize
import unicodedata
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
BIB = (ROOT / "docs" / "references.bib").read_text(encoding="utf-8")
LESSONS = sorted((ROOT / "notebooks").glob("[0-9][0-9]_*.ipynb"))
MODULES = sorted((ROOT / "lecture_utils").rglob("*.py"))
HEADING = "**Further reading**"
WRONG_LINKS = {"1911.02103", "2010.13266"}  # the slides' own; lessons quote them to correct them
HELD_BY = {  # the field that says where a publication of this kind appeared
    "article": "journal",
    "book": "publisher",
    "inproceedings": "booktitle",
    "mastersthesis": "school",
    "techreport": "institution",
}
ENTRY = re.compile(r"^@(\w+)\{(\w+),\n((?:  \w+ = \{.*\},\n)+)\}$", re.M)
NUMBER = re.compile(r"arxiv(?:\.org/abs/|[:\s]+)([0-9]{4}\.[0-9]{4,5})", re.I)
NAME = r"(?:(?:van|der|den|de|Le)\s)*[A-ZÀ-Ž][a-zà-ž'’][\w'’]*(?:-[A-ZÀ-Ž]\w+)*"
CITED = re.compile(  # Brown et al. (2020, table 2.1); van den Oord et al. 2018; Ba, Kiros and Hinton 2016; Elman 1990
    rf"\b(?:({NAME}(?:,\s{NAME})*)\set\sal\.(?:'s)?,?|({NAME})(?:(?:,\s{NAME})*\s(?:and|&)\s{NAME})?)"
    r"\s\(?((?:19|20)\d\d)[ab]?\b"
)
NOT_NAMES = {*calendar.month_name[1:], "By", "In", "Since", "Until"}  # before a year, not before a paper's


def entries(text):
    """The entries in their order, each a dictionary; braces are dropped from the values."""
    found = []
    for kind, key, fields in ENTRY.findall(text):
        pairs = re.findall(r"^  (\w+) = \{(.*)\},$", fields, re.M)
        found.append({"kind": kind, "key": key} | {name: re.sub(r"[{}]", "", value) for name, value in pairs})
    return found


def plain(text):
    """Letters and digits alone, in lower case, without accents: what names and titles are compared by."""
    return re.sub(r"[^a-z0-9]", "", unicodedata.normalize("NFKD", text).casefold())


def family(entry):
    return plain(entry["author"].split(" and ")[0].split(",")[0])


ALL = entries(BIB)
KNOWN = {(family(entry), entry["year"]) for entry in ALL}
NUMBERS = {entry["eprint"]: entry for entry in ALL if "eprint" in entry}


def parsed(line):
    """First author's family name, year and the rest of a line such as 'A. Author et al. (2020). Title. *VENUE*.'"""
    match = re.fullmatch(r"(.+?) \((\d{4})[ab]?\)\. (.+)", line)
    assert match, f"not of the form 'A. Author, B. Author (2020). Title.': {line}"
    first = re.split(r", | et al\.", match[1])[0]
    return plain(re.sub(r"^(?:[^\W\d_]\.[ -]?)+", "", first)), match[2], match[3]


def meant(line):
    """The entries that a line can mean: first author, year and title agree; a title may end at its colon."""
    name, year, rest = parsed(line)
    same = [entry for entry in ALL if family(entry) == name and entry["year"] == year]
    whole = [entry for entry in same if plain(rest).startswith(plain(entry["title"]))]
    return whole or [entry for entry in same if plain(rest).startswith(plain(entry["title"].split(":")[0]))]


def unknown(text):
    """Papers that a text names as 'Author et al. 2020' and no entry knows; of several before 'et al.' one must fit."""
    missing = set()
    for several, one, year in CITED.findall(" ".join(text.split())):
        names = [*several.split(", "), one]
        if one not in NOT_NAMES and not any((plain(name), year) in KNOWN for name in names):
            missing.add(f"{several or one} {year}")
    return sorted(missing)


def cells(path):
    return ["".join(cell["source"]) for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]]


def reading_list(path):
    text = "\n".join(cells(path)).partition(HEADING)[2]
    return [" ".join(line.split()) for line in re.split(r"^- ", text, flags=re.M)[1:]]


def comments(path):
    """Docstrings and comments of a module; successive comment lines are one."""
    text = path.read_text(encoding="utf-8")
    documented = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    docs = [ast.get_docstring(node) or "" for node in ast.walk(ast.parse(text)) if isinstance(node, documented)]
    tokens = tokenize.generate_tokens(io.StringIO(text).readline)
    return "\n".join([*docs, *(token.string.strip("# ") for token in tokens if token.type == tokenize.COMMENT)])


each_lesson = pytest.mark.parametrize("path", LESSONS, ids=lambda path: path.stem)


def test_the_parser_reads_the_whole_file():
    assert len(ALL) == len(re.findall(r"^@", BIB, re.M)) > 200
    assert not ENTRY.sub("", BIB).strip(), "something in the file is no entry of the regular form"


def test_keys_are_sorted_unique_and_made_of_author_and_year():
    keys = [entry["key"] for entry in ALL]
    assert keys == sorted(set(keys), key=str.casefold)
    for entry in ALL:
        assert re.fullmatch(family(entry) + plain(entry["year"]) + "[ab]?", entry["key"].casefold()), entry["key"]


def test_every_entry_has_what_its_kind_needs():
    for entry in ALL:
        assert {"author", "title", "year", HELD_BY.get(entry["kind"], "title")} <= entry.keys(), entry
        assert entry["kind"] in {*HELD_BY, "misc"}, entry
        assert entry["kind"] != "misc" or {"eprint", "url", "howpublished"} & entry.keys(), entry
        assert re.fullmatch(r"(19|20)\d\d|n\.d\.", entry["year"]), entry
        assert entry.get("url", "https://").startswith("https://"), entry
        assert ("eprint" in entry) == (entry.get("eprinttype") == "arxiv"), entry
    for number, entry in NUMBERS.items():
        assert re.fullmatch(r"\d\d(0[1-9]|1[0-2])\.\d{4,5}", number), entry
        assert 0 <= int(entry["year"]) - 2000 - int(number[:2]) <= 3, f"{entry['key']} and {number} are years apart"


def test_no_paper_stands_twice():
    for of in (lambda entry: entry.get("eprint"), lambda entry: entry.get("url"), lambda entry: plain(entry["title"])):
        values = [of(entry) for entry in ALL if of(entry)]
        assert sorted(values) == sorted(set(values))


@each_lesson
def test_each_line_of_the_reading_list_is_one_entry(path):
    lines = reading_list(path)
    assert lines, f"no list headed {HEADING}"
    for line in lines:
        assert len(meant(line)) == 1, f"{len(meant(line))} entries for: {line}"
        assert NUMBER.findall(line) in ([], [meant(line)[0].get("eprint")]), f"not {meant(line)[0]['key']}'s: {line}"
        letter = re.search(r"\(\d{4}([ab]?)\)", line)[1]
        assert meant(line)[0]["key"].endswith(letter), f"{meant(line)[0]['key']} has another letter: {line}"
    keys = [meant(line)[0]["key"] for line in lines]
    assert sorted(keys) == sorted(set(keys)), "a paper is listed twice"


@each_lesson
def test_every_paper_a_lesson_names_is_known(path):
    text = "\n".join(cells(path))
    assert set(NUMBER.findall(text)) - WRONG_LINKS <= NUMBERS.keys()
    assert not unknown(text.partition(HEADING)[0])


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_paper_the_package_names_is_known(path):
    text = comments(path)
    assert set(NUMBER.findall(text)) <= NUMBERS.keys()
    assert not unknown(text)


def test_the_table_of_costs_names_known_papers():
    with (ROOT / "data" / "training_costs.csv").open(encoding="utf-8") as file:
        numbered = [(row["source"], *NUMBER.findall(row["source"])) for row in csv.DictReader(file)]
    numbered = [pair for pair in numbered if len(pair) == 2]
    assert len(numbered) > 8
    for source, number in numbered:
        assert family(NUMBERS[number]) in plain(source), source


@pytest.mark.parametrize(
    "wrong",
    [
        "A. Vaswani et al. (2018). Attention is all you need. *NeurIPS*. arXiv 1706.03762.",
        "N. Shazeer et al. (2017). Attention is all you need. *NeurIPS*. arXiv 1706.03762.",
        "A. Vaswani et al. (2017). Attention is what you need. *NeurIPS*. arXiv 1706.03762.",
    ],
)
def test_a_wrong_line_means_no_entry(wrong):
    assert not meant(wrong)


def test_wrong_years_and_authors_are_noticed_in_prose():
    assert not unknown(
        "Vaswani et al. (2017, eq. 1), Ba, Kiros and Hinton 2016, since May 2020; van den Oord et al. 2018"
    )
    assert unknown("Vaswani et\nal. 2018; Ba, Kiros and Hinton (2015)") == ["Ba 2015", "Vaswani 2018"]
