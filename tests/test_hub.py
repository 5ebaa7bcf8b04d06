"""Oracles: a server on this machine that answers as the hub does, and hashlib."""

import hashlib
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from lecture_utils import hub

BIG, SMALL = bytes(range(256)) * 5000, b'{"model_type": "gpt2"}'


class Hub(BaseHTTPRequestHandler):
    """A large file lies elsewhere and is declared by SHA-256, a small one is declared by git's SHA-1."""

    changed: dict[str, str] = {}  # noqa: RUF012 (headers that a test declares instead)
    body: bytes | None = None  # what a test sends instead
    asked: list[str] = []  # noqa: RUF012

    def answer(self, status, headers, body=b""):
        self.send_response(status)
        for name, value in ({"Content-Length": str(len(body))} | headers | self.changed).items():
            self.send_header(name, value)
        self.end_headers()
        if self.command == "GET":
            self.wfile.write(body)

    def do_GET(self):
        self.asked.append(f"{self.command} {self.path}")
        if self.path == "/openai-community/gpt2/resolve/main/model.safetensors":
            declared = {"X-Linked-Etag": f'"{hashlib.sha256(BIG).hexdigest()}"', "X-Linked-Size": str(len(BIG))}
            self.answer(302, {"Location": "/elsewhere", "ETag": f'"{40 * "0"}"', **declared})
        elif self.path == "/moved/gpt2/resolve/main/config.json":
            self.answer(307, {"Location": "/openai-community/gpt2/resolve/main/config.json"})
        elif self.path == "/round/gpt2/resolve/main/config.json":
            self.answer(307, {"Location": self.path})
        elif self.path.endswith("config.json"):
            self.answer(
                200, {"ETag": f'W/"{hashlib.sha1(b"blob %d" % len(SMALL) + bytes(1) + SMALL).hexdigest()}"'}, SMALL
            )
        elif self.path == "/elsewhere":
            self.answer(200, {}, BIG if self.body is None else self.body)
        else:
            self.answer(404, {})

    do_HEAD = do_GET

    def log_message(self, *_):
        pass


@pytest.fixture
def server(monkeypatch, tmp_path):
    """The hub's address is this machine, and every cache is empty."""
    running = ThreadingHTTPServer(("127.0.0.1", 0), Hub)
    threading.Thread(target=running.serve_forever, daemon=True).start()
    monkeypatch.setattr(Hub, "changed", {})
    monkeypatch.setattr(Hub, "body", None)
    monkeypatch.setattr(Hub, "asked", [])
    monkeypatch.setenv("HF_ENDPOINT", f"http://127.0.0.1:{running.server_port}")
    yield running
    running.shutdown()
    running.server_close()


@pytest.fixture(autouse=True)
def nothing_here(monkeypatch, tmp_path):
    for name in ("LECTURE_DATA_DIR", "HF_HOME", "HF_HUB_CACHE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("HF_ENDPOINT", "http://127.0.0.1:9")  # nobody answers there
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)


def files_in(folder):
    return [path for path in folder.rglob("*") if path.is_file()]


@pytest.mark.parametrize(("file", "content"), [("model.safetensors", BIG), ("config.json", SMALL)])
def test_downloads_once_and_reads_its_cache_afterwards(server, file, content):
    path = hub.locate("gpt2", file, download=True)
    assert path.read_bytes() == content
    before = len(Hub.asked)
    assert hub.locate("gpt2", file) == path and len(Hub.asked) == before


def test_follows_the_hub_to_another_of_its_addresses(server):
    assert hub.locate("moved/gpt2", "config.json", download=True).read_bytes() == SMALL


def test_nothing_is_downloaded_unless_asked_for(server):
    with pytest.raises(hub.NotAtHand, match="download=True"):
        hub.locate("gpt2", "config.json")
    assert not Hub.asked


@pytest.mark.parametrize("body", [BIG[:-7], BIG[:-1] + b"x", b""], ids=["truncated", "changed", "empty"])
def test_what_is_not_as_declared_is_refused_and_leaves_no_trace(server, tmp_path, monkeypatch, body):
    monkeypatch.setattr(Hub, "body", body)
    with pytest.raises(ValueError, match=f"{hashlib.sha256(BIG).hexdigest()} was declared"):
        hub.locate("gpt2", "model.safetensors", download=True)
    assert files_in(tmp_path) == []


def test_a_wrong_checksum_deletes_nothing_of_the_readers(server, tmp_path, monkeypatch):
    path = tmp_path / "model.safetensors"
    path.write_bytes(b"mine")
    monkeypatch.setattr(Hub, "body", b"other")
    with pytest.raises(ValueError, match=r"model\.safetensors .* has checksum"):
        hub.fetch(f"http://127.0.0.1:{server.server_port}/openai-community/gpt2/resolve/main/model.safetensors", path)
    assert path.read_bytes() == b"mine" and files_in(tmp_path) == [path]


@pytest.mark.parametrize("headers", [{"ETag": '"none"'}, {"Content-Length": "many"}])
def test_a_file_without_checksum_or_size_is_not_trusted(server, monkeypatch, headers):
    monkeypatch.setattr(Hub, "changed", headers)
    with pytest.raises(ValueError, match="declares no size and checksum"):
        hub.locate("gpt2", "config.json", download=True)


def test_an_address_that_leads_in_a_circle_ends(server):
    with pytest.raises(ValueError, match="without end"):
        hub.locate("round/gpt2", "config.json", download=True)


def test_offline_and_missing_files_are_told_in_one_line(server, monkeypatch):
    with pytest.raises(hub.NotAtHand, match=r"nothing\.txt could not be had from .*Not Found"):
        hub.locate("gpt2", "nothing.txt", download=True)
    monkeypatch.setenv("HF_ENDPOINT", "http://127.0.0.1:9")
    with pytest.raises(hub.NotAtHand, match=r"config\.json could not be had") as told:
        hub.locate("gpt2", "config.json", download=True)
    assert "\n" not in str(told.value)


def test_places_are_searched_in_order(tmp_path, monkeypatch):
    hugging_face = tmp_path / "cache" / "huggingface" / "hub" / "models--openai-community--gpt2"
    own = tmp_path / "cache" / "lecture" / "openai-community" / "gpt2"
    mine = tmp_path / "data" / "gpt2"
    for folder in (own, hugging_face / "snapshots" / "abc", mine):
        folder.mkdir(parents=True)
        (folder / "config.json").write_text("{}")
        if "snapshots" in folder.parts:
            (hugging_face / "refs").mkdir()
            (hugging_face / "refs" / "main").write_text("abc\n")
        monkeypatch.setenv("LECTURE_DATA_DIR", str(tmp_path / "data"))
        assert hub.locate("gpt2", "config.json").parent == folder, "the later made goes before"
    moved = tmp_path / "elsewhere"
    hugging_face.parent.rename(moved)
    (mine / "config.json").unlink()
    monkeypatch.setenv("HF_HUB_CACHE", str(moved))
    assert hub.locate("gpt2", "config.json").parent == moved / hugging_face.name / "snapshots" / "abc"
    with pytest.raises(hub.NotAtHand, match=r"no config\.json in"):
        hub.locate("gpt2", "config.json", folder=mine)


@pytest.mark.parametrize("name", ["gpt2/../../etc", "nothing", "", "a/b/c", "../gpt2", "google/..", "bert//x"])
def test_what_names_no_checkpoint_is_refused(name):
    with pytest.raises(ValueError, match="names no checkpoint"):
        hub.locate(name, "config.json")


@pytest.mark.parametrize(
    ("name", "repository"),
    [
        ("gpt2", "openai-community/gpt2"),
        ("gpt2-xl", "openai-community/gpt2-xl"),
        ("bert-base-uncased", "google-bert/bert-base-uncased"),
        ("google/vit-base-patch16-224", "google/vit-base-patch16-224"),
    ],
)
def test_short_names_get_their_owner(name, repository):
    assert hub.repository_of(name) == repository
