"""A JupyterLab started by `make lecture` on a copy of the notebooks, and a Chromium that watches what it does."""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import pytest

ROOT = Path(__file__).resolve().parents[2]
COPIED = ("Makefile", "pyproject.toml", "constraints.txt", "lab", "notebooks", "docs")
TOKEN = "browser-test"
SCREEN = {"width": 1280, "height": 720}
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)
# Console errors that mean no harm: pattern of the text, pattern of the script's address, reason.
HARMLESS = (
    (
        r"Refused to apply style from '[^']*/files/notebooks/(\d\d_\w+|index)\.css'",
        r"/rise/",
        "RISE asks for a style sheet named after the notebook as well; only rise.css exists",
    ),
    (
        r"RangeError: Maximum call stack size exceeded",
        r"/static/rise/",
        "RISE 0.43 works out colours for a toolbar that slides do not show",
    ),
)


@dataclass
class Visit:
    """One page of the browser, with every console error and every request that tried to leave the machine."""

    page: object
    address: str
    errors: list[str] = field(default_factory=list)
    strangers: list[str] = field(default_factory=list)

    def open(self, path: str) -> None:
        """Open an address of the server, with no other notebook left open from an earlier visit."""
        self.page.goto(f"{self.address}/{path}?reset&token={TOKEN}")

    def heard(self, message: object) -> None:
        """Keep a console message if it is an error not known to be harmless."""
        where = message.location.get("url", "")
        known = any(re.search(text, message.text) and re.search(place, where) for text, place, _ in HARMLESS)
        if message.type == "error" and not known:
            self.errors.append(f"{message.text} ({where})")

    def asked(self, address: str) -> None:
        """Keep the address of a request or socket unless it stays with our server."""
        own = (self.address + "/", self.address.replace("http", "ws", 1) + "/", "data:", "blob:", "about:")
        if not address.startswith(own):
            self.strangers.append(address)


def chromium_path() -> str:
    """Where Chromium is; skips the test without one, but fails in CI, where nobody would notice the skip."""
    names = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
    path = next(filter(None, map(shutil.which, names)), None)
    if path is None:
        reason = "no Chromium on the PATH: install it (`apt-get install chromium`) to run the browser tests"
        (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)(reason)
    return path


def environment(home: Path) -> dict[str, str]:
    """Our environment without what would change JupyterLab or make; all of Jupyter's own files go below `home`."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("JUPYTER", "MAKE", "MFLAGS"))}
    clean.pop("MPLBACKEND", None)
    folders = ("JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR", "IPYTHONDIR")
    folders += ("JUPYTERLAB_SETTINGS_DIR", "JUPYTERLAB_WORKSPACES_DIR")
    return {**clean, "LECTURE_DEVICE": "cpu", **{name: str(home / name.lower()) for name in folders}}


def wait_for(address: str, process: subprocess.Popen, log: Path, seconds: float = 60.0) -> None:
    """Wait until the server answers."""
    end = time.monotonic() + seconds
    while process.poll() is None and time.monotonic() < end:
        try:
            return urlopen(f"{address}/api", timeout=5).close()
        except (URLError, ConnectionError, TimeoutError):
            time.sleep(0.2)
    pytest.fail(f"`make lecture` did not start JupyterLab:\n{log.read_text()[-3000:]}")


@pytest.fixture(scope="module")
def chromium() -> Iterator[object]:
    """A headless Chromium. Not for the whole session: while it lives, no other test can run an event loop."""
    path = chromium_path()
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(FLAGS))
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def lecture(chromium: object, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """`make lecture` on a copy, so that nothing in the repository is rewritten; yields the server's address."""
    folder, home = tmp_path_factory.mktemp("lecture"), tmp_path_factory.mktemp("home")
    for name in COPIED:
        source = ROOT / name
        (shutil.copytree if source.is_dir() else shutil.copy)(source, folder / name)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    log = home / "jupyterlab.log"
    options = f"--no-browser --allow-root --port={port} --port-retries=0 --IdentityProvider.token={TOKEN}"
    command = ["make", f"VENV={sys.prefix}", f"--old-file={sys.prefix}/.ready", "lecture", f"LAB_ARGS={options}"]
    with log.open("w") as file:
        process = subprocess.Popen(
            command, cwd=folder, env=environment(home), stdout=file, stderr=file, start_new_session=True
        )
    try:
        address = f"http://127.0.0.1:{port}"
        wait_for(address, process, log)
        yield address
    finally:
        stop(process)


def stop(process: subprocess.Popen) -> None:
    """End make, JupyterLab and, through JupyterLab, its kernels."""
    for last in (signal.SIGTERM, signal.SIGKILL):
        if process.poll() is None:
            os.killpg(process.pid, last)
        try:
            process.wait(timeout=20)
            return
        except subprocess.TimeoutExpired:
            continue


@contextmanager
def visiting(chromium: object, address: str) -> Iterator[Visit]:
    """A fresh page; in the end nothing may have left the machine, and the console must be free of errors."""
    context = chromium.new_context(viewport=SCREEN)
    visit = Visit(context.new_page(), address)
    context.on("request", lambda request: visit.asked(request.url))
    visit.page.on("websocket", lambda opened: visit.asked(opened.url))
    visit.page.on("console", visit.heard)
    visit.page.on("pageerror", lambda error: visit.errors.append(str(error)))
    yield visit
    context.close()
    assert not visit.strangers, f"requests left the machine: {sorted(set(visit.strangers))}"
    assert not visit.errors, f"errors in the browser's console: {visit.errors}"


@pytest.fixture
def visit(chromium: object, lecture: str) -> Iterator[Visit]:
    """A page for one test."""
    with visiting(chromium, lecture) as visit:
        yield visit


@pytest.fixture(scope="module")
def long_visit(chromium: object, lecture: str) -> Iterator[Visit]:
    """A page that stays open for the tests that need a lesson that has run."""
    with visiting(chromium, lecture) as visit:
        yield visit
