"""Oracle: the house as drawn in the README of contributions: floors, silent and cheap imports, small files."""

import ast
import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "lecture_utils"
FILES = sorted(PACKAGE.rglob("*.py"))

GROUND = {"datasets", "tokenizers", "plots", "runtime"}
FLOORS = {**dict.fromkeys(GROUND, 0), "layers": 1, "models": 2, "widgets": 4, "lesson": 4, "exercises": 4}
MIDDLE = 3  # training, generation and every <concept>.py


def module_name(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imports_of(path: Path) -> set[str]:
    """Every module of ours that a file imports, wherever in the file."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {name.name for name in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path.name}: write imports in full"
            is_package = node.module == "lecture_utils" or (PACKAGE / node.module.partition(".")[2]).is_dir()
            found |= {f"{node.module}.{name.name}" for name in node.names} if is_package else {node.module}
    return {name for name in found if name.split(".")[0] == "lecture_utils"}


def part(module: str) -> str:
    return f"{module}.".split(".")[1]


def floor(module: str) -> int:
    return FLOORS.get(part(module), MIDDLE)


@pytest.mark.parametrize("path", FILES, ids=lambda path: module_name(path))
def test_imports_go_strictly_down(path):
    module = module_name(path)
    for imported in imports_of(path):
        if part(imported) == part(module):
            continue  # within one part
        assert part(module) not in GROUND, f"{module} stands on the ground, but imports {imported}"
        assert floor(imported) <= floor(module), f"{module} imports {imported} from a floor above"


def test_there_is_no_circle():
    edges = {module_name(path): imports_of(path) for path in FILES}
    done, open_ = set(), []

    def visit(module):
        assert module not in open_, f"circle: {' -> '.join([*open_, module])}"
        if module in done or module not in edges:
            return
        open_.append(module)
        for target in sorted(edges[module]):
            visit(target)
        done.add(open_.pop())

    for module in edges:
        visit(module)


@pytest.mark.parametrize("path", FILES, ids=lambda path: module_name(path))
def test_a_file_holds_one_idea(path):
    text = path.read_text(encoding="utf-8")
    assert len(text.splitlines()) <= 300
    assert ast.get_docstring(ast.parse(text)), f"{path.name} says nowhere what it is for"


def test_packages_hand_nothing_on_but_the_lesson():
    for path in PACKAGE.rglob("__init__.py"):
        if path.parent.name != "lesson":
            assert len(ast.parse(path.read_text(encoding="utf-8")).body) <= 1, path


PROBE = """
import contextlib, importlib, io, json, os, pkgutil, random, sys, warnings
import matplotlib, numpy, torch
import lecture_utils

def state():
    return (torch.get_rng_state().sum().item(), numpy.random.get_state()[1].sum().item(), hash(random.getstate()),
            torch.get_default_dtype(), torch.is_grad_enabled(), dict(matplotlib.rcParams), list(warnings.filters),
            dict(os.environ), torch.get_num_threads())

name = sys.argv[1]
before, written = state(), io.StringIO()
with contextlib.redirect_stdout(written), contextlib.redirect_stderr(written):
    importlib.import_module(name)
after = state()
changed = [index for index, (a, b) in enumerate(zip(before, after)) if a != b]
print(json.dumps({"printed": written.getvalue(), "changed": changed}))
"""

MODULES = sorted(module_name(path) for path in FILES if path.name != "__init__.py")


@pytest.mark.slow
def test_importing_prints_nothing_and_changes_nothing():
    libraries = "import scipy.optimize, sklearn.datasets, sklearn.model_selection, seaborn, ipywidgets, tqdm.auto\n"
    libraries += "import nbclient, nbformat, pandas, sklearn.linear_model, sklearn.decomposition, safetensors.torch\n"
    loop = PROBE.replace("name = sys.argv[1]\n", "report = {}\nfor name in sys.argv[1:]:\n")
    head, body = loop.split("for name in sys.argv[1:]:\n")
    body = "".join(f"    {line}\n" for line in body.splitlines())
    body = body.replace("print(json.dumps(", "report[name] = (").replace("changed}))", "changed})")
    script = libraries + head + "for name in sys.argv[1:]:\n" + body + "print(json.dumps(report))\n"
    run = subprocess.run([sys.executable, "-c", script, *MODULES], capture_output=True, text=True, check=True)
    for name, report in json.loads(run.stdout).items():
        assert report == {"printed": "", "changed": []}, name


@pytest.mark.slow
def test_importing_costs_under_50_ms_beyond_the_libraries():
    """The interpreter's own accounting: time spent in each of our modules, what they import not counted."""
    script = "import gc; gc.disable()\n"  # a collection of all that was imported before is nobody's own time
    script += "\n".join(f"import {name}" for name in MODULES)
    runs = []
    for _ in range(3):  # the fastest of three: a busy machine delays single imports
        run = subprocess.run(
            [sys.executable, "-X", "importtime", "-c", script], capture_output=True, text=True, check=True
        )
        rows = [line.removeprefix("import time:").split("|") for line in run.stderr.splitlines() if "|" in line]
        own = {name.strip(): int(self_us) for self_us, _, name in rows[1:] if name.strip().startswith("lecture_utils")}
        runs.append(own)
    for name in MODULES:
        assert min(run[name] for run in runs) < 50_000, name
