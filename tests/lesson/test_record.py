"""Oracle: notebooks made by hand, whose outputs are known."""

import json
from types import SimpleNamespace

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook, new_output

from lecture_utils.lesson import record
from lecture_utils.widgets.base import WIDGET_VIEW


def displayed(data, **metadata):
    return new_output("display_data", data=data, metadata=metadata)


def test_tidy_removes_what_differs_from_run_to_run_and_keeps_the_rest():
    outputs = [
        new_output("stream", name="stderr", text="training: 40%|####| 40/100 [00:01, 50.0it/s]\r"),
        displayed({WIDGET_VIEW: {"model_id": "abc"}, "text/plain": "IntSlider(value=3)"}),
        displayed({WIDGET_VIEW: {"model_id": "abc"}, "image/png": "aaaa", "text/plain": "A picture of it"}),
        displayed({"text/plain": f"<object at 0x7f00deadbeef> in {record.ROOT}/notebooks"}),
    ]
    cell = new_code_cell("x", outputs=outputs, metadata={"execution": {"iopub.status.busy": "now"}, "tags": ["t"]})
    notebook = new_notebook(cells=[cell], metadata={"widgets": {"state": {}}, "lecture": {"number": "01"}})
    record.tidy(notebook)
    assert [dict(output.data) for output in cell.outputs] == [
        {"image/png": "aaaa", "text/plain": "A picture of it"},
        {"text/plain": "<object at 0x0> in ./notebooks"},
    ]
    assert cell.metadata == {"tags": ["t"]}
    assert set(notebook.metadata) == {"kernelspec", "language_info", "lecture"}


def test_the_ledger_gets_claims_exercises_and_rows_and_keeps_steady_timings():
    row = {"model": "MLP", "lesson": "01", "accuracy": 0.97, "parameters": 9, "seconds": 2.2}
    cards = [{"claim": {"id": "a"}}, {"exercise": {"id": "e"}}, {"leaderboard": {"name": "digits", "row": row}}]
    cards.append({"keep": {"id": "k", "values": {"4": 1.0}}})
    cells = [new_code_cell("x", outputs=[displayed({"text/plain": "card"}, lecture=card)]) for card in cards]
    old = {**row, "seconds": 2.0, "accuracy": 0.5}
    gone = {"model": "renamed", "lesson": "01", "accuracy": 0.1, "parameters": 1, "seconds": 1.0}
    ledger = {
        "recorded": {},
        "lessons": {"01_a": {"seconds": 10.0, "peak_mib": 400}},
        "leaderboards": {"digits": [old, gone, {**old, "lesson": "03", "model": "CNN"}]},
    }
    notebook = new_notebook(cells=cells)
    record.enter(ledger, "01_a", notebook, seconds=11.0, peak_mib=700)
    entry = ledger["lessons"]["01_a"]
    assert (entry["claims"], entry["exercises"]) == ([{"id": "a"}], [{"id": "e"}])
    assert entry["kept"] == [{"id": "k", "values": {"4": 1.0}}]
    assert (entry["seconds"], entry["peak_mib"]) == (10.0, 700)  # within a quarter: kept; beyond: new
    rows = {row["model"]: row for row in ledger["leaderboards"]["digits"]}
    assert set(rows) == {"MLP", "CNN"}
    assert (rows["MLP"]["accuracy"], rows["MLP"]["seconds"]) == (0.97, 2.0)
    stored = record.records(notebook, "leaderboard")[0]["row"]
    assert stored["seconds"] == 2.0, "the stored output must not jitter either"
    board = record.cards(notebook, "leaderboard")[0].data["text/html"]
    assert "<strong>2.0 s</strong>" in board and "CNN" not in board, "nor the board, which shows no later lesson"
    assert set(ledger["recorded"]) == {"python", "torch", "device", "threads"}


def test_what_is_measured_beside_a_lesson_stands_until_its_recipe_changes(tmp_path, monkeypatch):
    calls = []
    module = SimpleNamespace(
        KEPT="k", recipe=lambda: f"r{len(calls) // 2}", measure=lambda: calls.append(1) or {"a": 1 / 3}
    )
    monkeypatch.setattr(record, "LEDGER", tmp_path / "ledger.json")
    monkeypatch.setattr(record, "BESIDE", {"98": "demo"})
    monkeypatch.setattr(record.importlib, "import_module", {"demo": module}.__getitem__)
    ledger = {"recorded": {}, "lessons": {}, "leaderboards": {}}
    record.measure_beside("97_other", ledger)
    assert not ledger["lessons"] and not calls
    record.measure_beside("98_demo", ledger)
    record.measure_beside("98_demo", ledger)
    assert len(calls) == 1, "the same recipe is not measured again"
    stored = json.loads((tmp_path / "ledger.json").read_text())["lessons"]["98_demo"]
    assert stored["kept"] == [{"id": "k", "values": {"a": 0.333333}, "recipe": "r0"}]
    cell = new_code_cell(
        "x", outputs=[displayed({"text/plain": "card"}, lecture={"keep": {"id": "own", "values": {}}})]
    )
    record.enter(ledger, "98_demo", new_notebook(cells=[cell]), seconds=1.0, peak_mib=100)
    assert [entry["id"] for entry in ledger["lessons"]["98_demo"]["kept"]] == ["k", "own"]
    calls.append(1)  # another recipe
    record.measure_beside("98_demo", ledger)
    assert len(calls) == 3 and ledger["lessons"]["98_demo"]["kept"][0]["recipe"] == "r1"


def test_a_killed_write_keeps_the_old_file_and_leaves_no_rest(tmp_path, monkeypatch):
    path = tmp_path / "ledger.json"
    path.write_text("old")

    def killed(*_args):
        raise KeyboardInterrupt

    monkeypatch.setattr(record.os, "replace", killed)
    with pytest.raises(KeyboardInterrupt):
        record.write_atomically(path, "new")
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_half_written_files_of_a_killed_run_are_removed_and_nothing_else(tmp_path):
    for name in ("01_a.ipynb", "01_a.ipynbx7d.part", "ledger.json"):
        (tmp_path / name).write_text("x")
    record.remove_leftovers(tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["01_a.ipynb", "ledger.json"]


@pytest.mark.slow
def test_recording_twice_gives_the_same_file_and_a_failing_notebook_is_left_alone(tmp_path, monkeypatch):
    cells = [
        "from lecture_utils import lesson; lesson.start('98', seed=0)",
        "import torch; lesson.claim('demo', 'A fair draw', measured=torch.rand(1), threshold=lesson.below(1))",
    ]
    path = tmp_path / "98_demo.ipynb"
    monkeypatch.setattr(record, "LEDGER", tmp_path / "ledger.json")
    ids = [f"cell{index}" for index in range(2)]
    notebook = new_notebook(cells=[new_code_cell(source, id=id) for source, id in zip(cells, ids, strict=True)])
    path.write_text(nbformat.writes(notebook))
    ledger = {"recorded": {}, "lessons": {}, "leaderboards": {}}
    record.record(path, ledger)
    first = path.read_text()
    record.record(path, ledger)
    assert path.read_text() == first
    stored = json.loads((tmp_path / "ledger.json").read_text())
    assert stored["lessons"]["98_demo"]["claims"][0]["holds"] is True
    assert stored["lessons"]["98_demo"]["peak_mib"] > 50

    path.write_text(first.replace("lesson.below(1)", "lesson.above(1)"))
    broken = path.read_text()
    with pytest.raises(Exception, match="'demo'"):
        record.record(path, ledger)
    assert path.read_text() == broken


def test_unknown_names_are_told_with_what_there_is():
    with pytest.raises(ValueError, match="no notebook begins with 99"):
        record.choose(["99"])
    assert record.choose([])[-1].stem == "index"
