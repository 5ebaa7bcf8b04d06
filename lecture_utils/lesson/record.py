"""Execute the notebooks, store their outputs reproducibly and write the ledger: `make record`.

    python -m lecture_utils.lesson.record [NN ...]     all lessons, or the named ones

A notebook is replaced only after it ran to its end, and every file is written beside its place and then
renamed, so a killed run leaves nothing half-written. Timings jitter: a recorded one stands until a new one
differs from it by more than a quarter, so that a second run gives no diff.
"""

from __future__ import annotations

import argparse
import importlib
import json
import os
import platform
import re
import sys
import tempfile
import time
from pathlib import Path

import nbformat
import torch
from nbclient import NotebookClient
from nbformat import NotebookNode

from lecture_utils import runtime
from lecture_utils.lesson.ledger import leaderboard_html, read
from lecture_utils.widgets.base import WIDGET_VIEW

ROOT = Path(__file__).resolve().parents[2]
NOTEBOOKS, LEDGER = ROOT / "notebooks", ROOT / "data" / "ledger.json"
PROBE = "import resource; print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)"  # KiB; bytes on macOS
# lesson -> module that measures what takes too long inside it
BESIDE = {"20": "lecture_utils.tabular_table", "22": "lecture_utils.etth1_table"}
ADDRESS = re.compile(r"0x[0-9a-fA-F]{6,16}")
KERNEL_FILE = re.compile(r"\S*ipykernel_\d+/\d+\.py")


def write_atomically(path: Path, text: str) -> None:
    """Write beside the file, then rename: readers see the old text or the new one, never half of it."""
    handle, beside = tempfile.mkstemp(dir=path.parent, prefix=path.name, suffix=".part")
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as file:
            file.write(text)
        os.chmod(beside, 0o644)
        os.replace(beside, path)
    except BaseException:
        Path(beside).unlink(missing_ok=True)
        raise


def remove_leftovers(*folders: Path) -> None:
    """Remove the half-written files of a run that was killed outright."""
    for folder in folders:
        for part in folder.glob("*.part"):
            part.unlink()


def execute(notebook: NotebookNode, folder: Path) -> tuple[float, float]:
    """Run all cells on the CPU; returns seconds, kernel start included, and the kernel's peak memory in MiB."""
    notebook.cells.append(nbformat.v4.new_code_cell(PROBE))
    environment = {**os.environ, "LECTURE_DEVICE": "cpu", "CUDA_VISIBLE_DEVICES": "", "LECTURE_SCALE": "small"}
    environment.pop("MPLBACKEND", None)
    client = NotebookClient(
        notebook,
        timeout=300,
        kernel_name="python3",
        record_timing=False,
        store_widget_state=True,  # False fails on Output widgets; the state is dropped in `tidy`
        resources={"metadata": {"path": str(folder)}},
    )
    began = time.perf_counter()
    client.execute(env=environment)
    seconds = time.perf_counter() - began
    probe = notebook.cells.pop()
    return seconds, int(probe.outputs[0].text) / (1024**2 if sys.platform == "darwin" else 1024)


def tidy(notebook: NotebookNode) -> None:
    """Remove what differs from run to run: widget views and state, timings, addresses, progress bars."""
    lecture = notebook.metadata.get("lecture")
    notebook.metadata = nbformat.from_dict(
        {
            "kernelspec": {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"},
            "language_info": {"name": "python"},
            **({"lecture": lecture} if lecture else {}),
        }
    )
    for cell in notebook.cells:
        for key in ("execution", "collapsed", "scrolled", "ExecuteTime"):
            cell.metadata.pop(key, None)
        if cell.cell_type == "code":
            cell.outputs = [output for output in map(_tidy_output, cell.outputs) if output is not None]


def _tidy_output(output: NotebookNode) -> NotebookNode | None:
    if output.output_type == "stream":
        if output.name == "stderr" and ("it/s" in output.text or "\r" in output.text):
            return None  # a progress bar
        output.text = _stable(output.text)
    if "data" in output:
        had_view = output.data.pop(WIDGET_VIEW, None) is not None
        if had_view and set(output.data) <= {"text/plain"}:
            return None  # nothing but the repr of a widget
        for kind, value in output.data.items():
            if isinstance(value, str) and not kind.startswith("image/"):
                output.data[kind] = _stable(value)
    return output


def _stable(text: str) -> str:
    text = ADDRESS.sub("0x0", KERNEL_FILE.sub("<cell>", text))
    return text.replace(str(ROOT), ".").replace(str(Path.home()), "~")


def records(notebook: NotebookNode, kind: str) -> list[dict]:
    """What the cards of one kind (`claim`, `exercise`, `leaderboard`, `keep`) left in the outputs, in order."""
    return [dict(output.metadata["lecture"][kind]) for output in cards(notebook, kind)]


def cards(notebook: NotebookNode, kind: str) -> list[NotebookNode]:
    """The outputs that are cards of one kind, in order."""
    outputs = [output for cell in notebook.cells if cell.cell_type == "code" for output in cell.outputs]
    return [output for output in outputs if kind in output.get("metadata", {}).get("lecture", {})]


def steady(new: float, old: float | None) -> float:
    """The old timing while the new one is within a quarter of it, else the new one."""
    return old if old and abs(new - old) <= 0.25 * old else new


def measure_beside(name: str, ledger: dict) -> None:
    """Measure what takes too long inside a lesson and enter it as kept numbers, which the lesson then reads.

    The module has `KEPT`, the id, `recipe()`, which changes with the code behind the numbers, and `measure()`. Recorded
    numbers stand until the recipe changes.
    """
    if name[:2] not in BESIDE:
        return
    module = importlib.import_module(BESIDE[name[:2]])
    entry = ledger["lessons"].setdefault(name, {"claims": [], "exercises": [], "kept": []})
    if any(record.get("recipe") == module.recipe() for record in entry["kept"]):
        return
    if not getattr(module, "possible", lambda: True)():  # its data are not on this machine
        print(f"{name}: {module.KEPT} cannot be measured here, the recorded numbers stand")
        return
    torch.set_num_threads(runtime.threads())
    runtime.request_device("cpu")
    values = {key: float(f"{value:.6g}") for key, value in module.measure().items()}
    entry["kept"] = [{"id": module.KEPT, "values": values, "recipe": module.recipe()}]
    write_atomically(LEDGER, json.dumps(ledger, indent=1, ensure_ascii=False) + "\n")


def enter(ledger: dict, name: str, notebook: NotebookNode, seconds: float, peak_mib: float) -> None:
    """Write one lesson's measurements into the ledger."""
    old = ledger["lessons"].get(name, {})
    beside = [record for record in old.get("kept", []) if "recipe" in record]
    ledger["recorded"] = {
        "python": platform.python_version(),
        "torch": torch.__version__.split("+")[0],
        "device": "cpu",
        "threads": runtime.threads(),
    }
    ledger["lessons"][name] = {
        "seconds": steady(round(seconds, 1), old.get("seconds")),
        "peak_mib": steady(round(peak_mib), old.get("peak_mib")),
        "claims": records(notebook, "claim"),
        "exercises": records(notebook, "exercise"),
        "kept": [*beside, *records(notebook, "keep")],
    }
    boards = ledger["leaderboards"]
    before = {(board, row["model"]): row for board, rows in boards.items() for row in rows}
    for board, rows in boards.items():
        boards[board] = [row for row in rows if row["lesson"] != name[:2]]  # rows the lesson no longer makes
    for card in cards(notebook, "leaderboard"):
        board, row = card.metadata["lecture"]["leaderboard"].values()
        row["seconds"] = steady(row["seconds"], before.get((board, row["model"]), {}).get("seconds"))
        boards[board] = sorted([*boards.get(board, []), row], key=lambda row: (row["lesson"], row["model"]))
    for card in cards(notebook, "leaderboard"):  # drawn anew with the steadied seconds
        board, row = card.metadata["lecture"]["leaderboard"].values()
        known = [other for other in boards[board] if other["lesson"] <= row["lesson"]]
        card.data["text/html"] = leaderboard_html(board, known, here=row["model"])
    ledger["lessons"] = dict(sorted(ledger["lessons"].items()))


def record(path: Path, ledger: dict) -> None:
    """Execute one notebook, store it with its outputs, and enter a lesson's results into the ledger."""
    notebook = nbformat.read(path, as_version=4)
    measure_beside(path.stem, ledger)
    seconds, peak_mib = execute(notebook, path.parent)
    tidy(notebook)
    nbformat.validate(notebook)
    is_lesson = re.match(r"\d\d_", path.stem) is not None
    if is_lesson:
        enter(ledger, path.stem, notebook, seconds, peak_mib)  # also steadies the timings in the outputs
    write_atomically(path, nbformat.writes(notebook, version=4) + "\n")
    if is_lesson:
        write_atomically(LEDGER, json.dumps(ledger, indent=1, ensure_ascii=False) + "\n")
    print(f"{path.name}: {seconds:.1f} s, {peak_mib:.0f} MiB, {path.stat().st_size / 1024:.0f} kB", flush=True)


def choose(names: list[str]) -> list[Path]:
    """The notebooks named by their first characters (`03`, `index`), all without names; the index comes last."""
    paths = sorted(NOTEBOOKS.glob("*.ipynb"), key=lambda path: (path.stem == "index", path.stem))
    unknown = [name for name in names if not any(path.stem.startswith(name) for path in paths)]
    if unknown:
        raise ValueError(f"no notebook begins with {', '.join(unknown)}: there are {', '.join(p.stem for p in paths)}")
    return [path for path in paths if not names or any(path.stem.startswith(name) for name in names)]


def main() -> None:
    parser = argparse.ArgumentParser(description="Execute notebooks, store outputs, write data/ledger.json.")
    parser.add_argument("names", nargs="*", help="first characters of notebooks, such as 03; all without any")
    names = parser.parse_args().names
    remove_leftovers(NOTEBOOKS, LEDGER.parent)
    ledger = read()
    try:
        chosen = choose(names)
    except ValueError as error:
        sys.exit(str(error))
    for path in chosen:
        record(path, ledger)


if __name__ == "__main__":
    main()
