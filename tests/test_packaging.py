"""Oracle: pyproject.toml, the one place for names and bounds; and a clean environment outside the repository."""

import os
import re
import shutil
import subprocess
import sys
import tomllib
import venv
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.version import Version

ROOT = Path(__file__).resolve().parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
CONDA_NAMES = {"pytorch": "torch", "matplotlib-base": "matplotlib"}

# What Colab had installed in August 2026: lower bounds must lie at or below it.
COLAB = {
    "torch": "2.11.0",
    "numpy": "2.1.3",
    "matplotlib": "3.10.0",
    "seaborn": "0.13.2",
    "ipython": "7.34.0",
    "ipywidgets": "7.7.1",
    "scikit-learn": "1.6.1",
    "tqdm": "4.67.3",
    "pillow": "11.3.0",
}


def requirements(texts):
    return {requirement.name.lower(): requirement.specifier for requirement in map(Requirement, texts)}


def test_environment_yml_agrees_with_pyproject():
    entries = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))["dependencies"]
    conda = [entry for entry in entries if isinstance(entry, str)]
    pip = [line for entry in entries if isinstance(entry, dict) for line in entry["pip"]]
    have = requirements([entry for entry in [*conda, *pip] if not entry.startswith("-")])
    have = {CONDA_NAMES.get(name, name): specifier for name, specifier in have.items()}
    wanted = requirements(PROJECT["dependencies"]) | requirements(PROJECT["optional-dependencies"]["lab"])
    assert {name: have.get(name) for name in wanted} == wanted
    assert str(have["python"]) == PROJECT["requires-python"]
    assert "--editable ." in pip, "the package itself"


def test_core_asks_for_no_more_than_colab_has_and_pins_nothing():
    for name, specifier in requirements(PROJECT["dependencies"]).items():
        assert all(bound.operator == ">=" for bound in specifier), name
        if name in COLAB:
            assert specifier.contains(COLAB[name]), name


def test_constraints_satisfy_every_bound():
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").split()
    pinned = {
        name.lower().replace("_", "-"): Version(version) for name, version in (line.split("==") for line in lines)
    }
    asked = PROJECT["dependencies"] + [text for extra in PROJECT["optional-dependencies"].values() for text in extra]
    for requirement in map(Requirement, asked):
        version = pinned[requirement.name.lower().replace("_", "-")]
        assert requirement.specifier.contains(version), requirement


def test_the_address_stands_in_one_place():
    address = PROJECT["urls"]["Repository"]
    for path in [ROOT / "README.md", ROOT / "environment.yml", *(ROOT / "lecture_utils").rglob("*.py")]:
        assert address not in path.read_text(encoding="utf-8"), path


def test_every_file_of_data_has_a_source():
    sources = (ROOT / "data" / "SOURCES.md").read_text(encoding="utf-8")
    for path in (ROOT / "data").iterdir():
        assert path.name == "SOURCES.md" or path.name in sources


def test_ci_calls_the_command_of_the_readme_and_nothing_else():
    lines = [line.strip() for line in (ROOT / ".ci" / "run").read_text(encoding="utf-8").splitlines()]
    commands = [line for line in lines if re.match(r"make|python|pytest|pip", line)]
    assert commands == ["make test"]
    assert "make test" in (ROOT / "README.md").read_text(encoding="utf-8")


@pytest.mark.slow
def test_a_lesson_runs_from_the_wheel_in_a_clean_environment(tmp_path):
    """The environment sees the libraries of this one, but not the repository: only the wheel brings our package."""
    subprocess.run(
        [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(tmp_path), str(ROOT)],
        check=True,
        capture_output=True,
    )
    wheel = next(tmp_path.glob("lecture_utils-*.whl"))
    clean = tmp_path / "clean"
    venv.create(clean, with_pip=True)
    python = clean / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    subprocess.run([python, "-m", "pip", "install", "--quiet", "--no-deps", "--no-index", wheel], check=True)
    here = subprocess.run(
        [python, "-c", "import site; print(site.getsitepackages()[0])"], capture_output=True, text=True
    )
    libraries = [path for path in sys.path if path.endswith("site-packages")]
    link = Path(here.stdout.strip(), "libraries_of_the_tests.pth")
    link.write_text("\n".join(libraries))  # *.pth files of those folders, and so the editable install, stay unread

    work = tmp_path / "work"
    work.mkdir()
    shutil.copy(ROOT / "notebooks" / "01_perceptrons.ipynb", work)
    script = (
        "import lecture_utils, nbformat, pathlib, sys\n"
        "from nbclient import NotebookClient\n"
        "assert not pathlib.Path(lecture_utils.__file__).is_relative_to(sys.argv[1]), lecture_utils.__file__\n"
        "from lecture_utils.lesson.ledger import read\n"
        "assert read()['lessons'], 'the ledger did not travel with the package'\n"
        "notebook = nbformat.read('01_perceptrons.ipynb', 4)\n"
        "NotebookClient(notebook, timeout=300, kernel_name='clean', store_widget_state=True).execute()\n"
        "assert '✔ Claim holds' in str(notebook)\n"
    )
    kernels = tmp_path / "share" / "jupyter" / "kernels" / "clean"
    kernels.mkdir(parents=True)
    (kernels / "kernel.json").write_text(
        f'{{"argv": ["{python.as_posix()}", "-m", "ipykernel_launcher", "-f", "{{connection_file}}"],'
        ' "display_name": "clean", "language": "python"}'
    )
    environment = {**os.environ, "JUPYTER_PATH": str(tmp_path / "share" / "jupyter"), "LECTURE_DEVICE": "cpu"}
    environment.pop("PYTHONPATH", None)
    run = subprocess.run(
        [python, "-c", script, str(ROOT)], cwd=work, env=environment, capture_output=True, text=True, check=False
    )
    assert run.returncode == 0, run.stderr[-3000:]
