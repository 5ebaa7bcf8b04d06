"""Oracle: the anatomy of a lesson, as the README's section on contributing describes it."""

import ast
import importlib.metadata
import json
import re
import sys
import tomllib
from itertools import pairwise
from pathlib import Path

import nbformat
import pytest
from packaging.requirements import Requirement

from lecture_utils.lesson import pages, record

ROOT = Path(__file__).resolve().parents[2]
LESSONS = sorted((ROOT / "notebooks").glob("[0-9][0-9]_*.ipynb"))
EVERY = sorted((ROOT / "notebooks").glob("*.ipynb"))
LEDGER = json.loads((ROOT / "data" / "ledger.json").read_text(encoding="utf-8"))
LONG_LESSONS = {"07": 90, "10": 90, "12": 90, "17": 90, "19": 90, "22": 90, "20": 120}  # seconds; others 60
LARGE_LESSONS = {"20": 1536}  # MiB; others 1024
SECTIONS = ("The idea", "Build it", "See it", "Play with it", "Measure it")
LAST_SECTIONS = ("The slide says, the experiment shows", "Try it yourself", "In one slide")
SLIDE_TYPES = {"slide", "subslide", "fragment", "skip", "notes", "-"}

each_lesson = pytest.mark.parametrize("path", LESSONS, ids=lambda path: path.stem)
each_notebook = pytest.mark.parametrize("path", EVERY, ids=lambda path: path.stem)


def read(path):
    return nbformat.read(path, as_version=4)


def code_cells(notebook):
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def outputs(notebook):
    return [output for cell in code_cells(notebook) for output in cell.outputs]


def python(cell):
    """A cell's source without IPython magics."""
    return re.sub(r"^(\s*)[%!].*$", r"\1pass", cell.source, flags=re.MULTILINE)


def prose(notebook):
    return "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")


@each_lesson
def test_metadata_and_title_agree(path):
    notebook = read(path)
    about, title = notebook.metadata["lecture"], notebook.cells[0].source
    assert about["number"] == path.stem[:2]
    assert title.startswith(f"# {about['number']} · {about['title']}\n")
    assert f"**{about['question']}**" in title
    assert f"{about['minutes']} minutes" in title
    stems = {lesson.stem[:2]: lesson.name for lesson in LESSONS}
    assert all(stems[needed] in title for needed in about["needs"]), "the title links what to know first"
    assert notebook.metadata["kernelspec"]["name"] == "python3"


@each_lesson
def test_set_up_comes_first_in_five_visible_lines(path):
    first = code_cells(read(path))[0]
    assert len(first.source.splitlines()) <= 5
    assert "google.colab" in first.source
    assert f'lesson.start("{path.stem[:2]}", seed=0)' in first.source
    assert first.metadata["slideshow"]["slide_type"] == "skip"


@each_lesson
def test_sections_stand_in_order(path):
    headings = re.findall(r"^## (.+)$", prose(read(path)), flags=re.MULTILINE)
    wanted = [*SECTIONS, *LAST_SECTIONS]
    assert [heading for heading in headings if heading in wanted] == wanted
    assert "**Further reading**" in prose(read(path))


@each_lesson
def test_headings_descend_one_step_at_a_time(path):
    levels = [len(marks) for marks in re.findall(r"^(#+) ", prose(read(path)), flags=re.MULTILINE)]
    assert levels[0] == 1 and levels.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))


@each_lesson
def test_claims_exercises_and_ledger_agree(path):
    notebook = read(path)
    claims, exercises = record.records(notebook, "claim"), record.records(notebook, "exercise")
    entry = LEDGER["lessons"][path.stem]
    assert len(claims) >= 3 and all(claim["holds"] for claim in claims)
    assert len(exercises) >= 2 and all(len(exercise["mistakes"]) >= 2 for exercise in exercises)
    assert entry["claims"] == claims, "the ledger is not what the notebook shows: make record"
    assert entry["exercises"] == exercises
    assert set(entry) == {"seconds", "peak_mib", "claims", "exercises", "kept"}
    for claim in claims:
        assert set(claim) == {"id", "statement", "measured", "threshold", "holds", "source"}


@each_lesson
def test_the_recorded_run_kept_its_limits(path):
    entry = LEDGER["lessons"][path.stem]
    assert entry["seconds"] <= LONG_LESSONS.get(path.stem[:2], 60)
    assert entry["peak_mib"] <= LARGE_LESSONS.get(path.stem[:2], 1024)


def test_the_ledger_has_every_lesson_and_unique_claims():
    assert sorted(LEDGER["lessons"]) == [path.stem for path in LESSONS]
    ids = [claim["id"] for entry in LEDGER["lessons"].values() for claim in entry["claims"]]
    assert len(set(ids)) == len(ids)
    assert set(LEDGER) == {"recorded", "lessons", "leaderboards"}
    assert set(LEDGER["recorded"]) == {"python", "torch", "device", "threads"}
    for rows in LEDGER["leaderboards"].values():
        assert all(set(row) == {"model", "lesson", "accuracy", "parameters", "seconds"} for row in rows)


def test_the_table_of_truths_in_the_index_is_the_ledger():
    plain = "\n".join(output.data["text/plain"] for output in outputs(read(ROOT / "notebooks" / "index.ipynb")))
    for entry in LEDGER["lessons"].values():
        assert all(claim["statement"] in plain for claim in entry["claims"])
    assert plain.count("✔") == sum(len(entry["claims"]) for entry in LEDGER["lessons"].values())


@each_notebook
def test_every_cell_has_a_slide_type_and_an_id(path):
    cells = read(path).cells
    assert {cell.metadata["slideshow"]["slide_type"] for cell in cells} <= SLIDE_TYPES
    assert len({cell["id"] for cell in cells}) == len(cells)


@each_lesson
def test_notes_follow_slides(path):
    cells = read(path).cells
    notes = [cell.source for cell in cells if cell.metadata["slideshow"]["slide_type"] == "notes"]
    assert len(notes) >= 5
    assert all(text.startswith("> **On stage.** ") for text in notes), "a reader must see whom a note is for"
    assert cells[0].metadata["slideshow"]["slide_type"] == "slide"


@each_notebook
def test_stored_outputs_are_whole_and_small(path):
    notebook = read(path)
    assert all(output.output_type != "error" for output in outputs(notebook))
    assert all(cell.execution_count for cell in code_cells(notebook)), "a cell was not executed: make record"
    assert path.stat().st_size <= 1_000_000
    assert "widgets" not in notebook.metadata
    for output in outputs(notebook):
        data = output.get("data", {})
        assert record.WIDGET_VIEW not in data, "widget views are blank on a page of stored outputs: make record"
        assert output.output_type == "stream" or set(data) & {"text/html", "image/png", "text/markdown", "text/plain"}


@each_lesson
def test_every_picture_has_an_alternative_text(path):
    pictures = [output for output in outputs(read(path)) if "image/png" in output.get("data", {})]
    assert len(pictures) >= 4
    for output in pictures:
        assert len(output.metadata["image/png"]["alt"].split()) >= 6
    for alt in re.findall(r"!\[([^\]]*)\]\(", prose(read(path))):
        assert alt.strip()


@each_lesson
def test_code_cells_are_short_and_name_no_device(path):
    for cell in code_cells(read(path)):
        lines = [line for line in cell.source.splitlines() if line.strip()]
        assert len(lines) <= 20, cell.source[:80]
        assert max(map(len, lines)) <= 120
        assert not re.search(r"""["'](cuda|cpu|mps)["']|\.cuda\(""", cell.source), cell.source[:80]
        assert "raises-exception" not in cell.metadata.get("tags", []) or "raise" in cell.source


@each_lesson
def test_something_must_be_the_same_on_every_machine(path):
    tags = [tag for cell in code_cells(read(path)) for tag in cell.metadata.get("tags", [])]
    assert "nbval-check-output" in tags
    assert set(tags) <= {"nbval-check-output", "raises-exception", "hide-input"}, "no cell is exempted from running"


@each_notebook
def test_imports_are_declared(path):
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    declared = {Requirement(text).name.lower() for text in project["dependencies"]}
    homes = importlib.metadata.packages_distributions()
    for cell in code_cells(read(path)):
        for node in ast.walk(ast.parse(python(cell))):
            names = [name.name for name in node.names] if isinstance(node, ast.Import) else []
            names += [node.module] if isinstance(node, ast.ImportFrom) else []
            for top in {name.split(".")[0] for name in names} - {"lecture_utils"} - set(sys.stdlib_module_names):
                assert declared & {home.lower() for home in homes[top]}, f"{top} is not declared"


@each_notebook
def test_links_to_files_lead_somewhere(path):
    for target in re.findall(r"\]\((?!https?://|#|mailto:)([^)\s#]+)", prose(read(path))):
        assert (path.parent / target).exists(), f"{target} is no file"


@each_notebook
def test_nothing_betrays_a_machine_or_loads_from_elsewhere(path):
    text = path.read_text(encoding="utf-8")
    assert not re.search(r"/(root|home|tmp|Users)/", text)
    assert not re.search(r"""(src|href)=\\?["']https?://[^"']+\.(png|svg|jpg|gif|js|css)""", text)
    assert not re.search(r"!\[[^\]]*\]\(https?://", prose(read(path))), "pictures are stored, not linked"


def test_badges_and_maps_are_up_to_date():
    assert not pages.outdated(), "run `make pages`"
    url = pages.address()
    for path in EVERY:
        assert pages.badge(path.stem, url) in prose(read(path))
        assert f"git+{url}" in path.read_text(encoding="utf-8")
