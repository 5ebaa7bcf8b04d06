"""Where the files of a public checkpoint are: in a folder of yours, in a cache, or, if you ask, on the network.

Environment variables (all optional)
    LECTURE_DATA_DIR         a folder with a folder of files for each checkpoint, such as gpt2/config.json
    HF_HUB_CACHE, HF_HOME    where Hugging Face's programs keep what they have downloaded
    HF_ENDPOINT              another hub than https://huggingface.co
"""

from __future__ import annotations

import hashlib
import os
import re
import tempfile
import urllib.error
import urllib.parse
import urllib.request
from dataclasses import dataclass
from pathlib import Path

from tqdm.auto import tqdm

OWNERS = {"gpt2": "openai-community", "bert": "google-bert"}  # of repositories that are known by a short name
TIMEOUT = 10.0  # seconds without an answer
CHUNK = 1 << 20  # bytes


class NotAtHand(OSError):
    """A file is neither on this machine nor to be had from the network; the message is one line."""


def locate(name: str, file: str, *, folder: Path | str | None = None, download: bool = False) -> Path:
    """Path of one file of the checkpoint `name`, such as "gpt2" or "google/vit-base-patch16-224".

    folder: look there and nowhere else. Without: LECTURE_DATA_DIR, the hub's cache, the lecture's own cache, and,
    with download, the network. Raises ValueError for what is no name, NotAtHand where the file is not to be had.
    """
    repository = repository_of(name)
    places = [Path(folder)] if folder is not None else _places(name, repository)
    for place in places:
        if (place / file).is_file():
            return place / file
    if folder is not None:
        raise NotAtHand(f"{name}: there is no {file} in {folder}")
    if not download:
        raise NotAtHand(f"{name} is not on this machine: ask for it with download=True, or set LECTURE_DATA_DIR")
    return fetch(f"{_endpoint()}/{repository}/resolve/main/{file}", _own_cache() / repository / file)


def repository_of(name: str) -> str:
    """The owner's name goes before a short one, such as gpt2; a full one stays. Raises ValueError for anything else."""
    owner = OWNERS.get(re.split(r"[-/]", name)[0])
    full = name if "/" in name or owner is None else f"{owner}/{name}"
    if not re.fullmatch(r"\w[\w.-]*/\w[\w.-]*", full):
        raise ValueError(f"{name!r} names no checkpoint: give one such as 'gpt2' or 'google/vit-base-patch16-224'")
    return full


def _places(name: str, repository: str) -> list[Path]:
    """Folders on this machine that may hold the files, the reader's own first."""
    own = os.environ.get("LECTURE_DATA_DIR")
    home = Path(os.environ.get("HF_HOME") or _user_cache() / "huggingface")
    hub = Path(os.environ.get("HF_HUB_CACHE") or home / "hub") / f"models--{repository.replace('/', '--')}"
    places = [Path(own) / name, Path(own) / repository] if own else []
    current = hub / "refs" / "main"  # holds the commit that was downloaded last
    if current.is_file():
        places.append(hub / "snapshots" / current.read_text(encoding="utf-8").strip())
    return [*places, _own_cache() / repository]


def _user_cache() -> Path:
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")


def _own_cache() -> Path:
    return _user_cache() / "lecture"


def _endpoint() -> str:
    return os.environ.get("HF_ENDPOINT", "https://huggingface.co").rstrip("/")


@dataclass(frozen=True)
class Declared:
    """What the hub says of a file before it sends it. digest: SHA-256, or git's SHA-1 of it for small files."""

    url: str
    size: int
    digest: str


def fetch(url: str, path: Path) -> Path:
    """Download a file of the hub to `path`, all or nothing, with a progress bar, and check it.

    The checksum is the one that the hub declares for the file. Raises NotAtHand without a network or where the hub
    has no such file, ValueError where what came is not what was declared; a file that was there stays.
    """
    try:
        declared = _declared(url)
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, beside = tempfile.mkstemp(dir=path.parent, prefix=path.name, suffix=".part")
        try:
            with os.fdopen(handle, "wb") as file:
                found = _stream(declared, file, path.name)
            if found != declared.digest:
                raise ValueError(f"{path.name} from {url} has checksum {found} where {declared.digest} was declared")
            os.replace(beside, path)
        finally:
            Path(beside).unlink(missing_ok=True)
    except (urllib.error.URLError, TimeoutError, ConnectionError) as error:
        raise NotAtHand(f"{path.name} could not be had from {url}: {getattr(error, 'reason', error)}") from error
    return path


class _Stay(urllib.request.HTTPRedirectHandler):
    """Redirects are answers: the hub declares size and checksum in the first one."""

    def redirect_request(self, *_: object) -> None:
        return None


def _declared(url: str) -> Declared:
    """Size and checksum from the headers of the hub, following it only to other places of its own."""
    opener = urllib.request.build_opener(_Stay)
    for _ in range(5):
        request = urllib.request.Request(url, method="HEAD", headers={"Accept-Encoding": "identity"})
        try:
            with opener.open(request, timeout=TIMEOUT) as answer:
                status, headers = answer.status, answer.headers
        except urllib.error.HTTPError as error:
            if not 300 <= error.code < 400:
                raise
            status, headers = error.code, error.headers
        target = headers.get("Location", "")
        if 300 <= status < 400 and "X-Linked-Etag" not in headers and target:
            url = urllib.parse.urljoin(url, target)
            continue
        digest = (headers.get("X-Linked-Etag") or headers.get("ETag") or "").removeprefix("W/").strip('"')
        size = headers.get("X-Linked-Size") or headers.get("Content-Length") or ""
        if not re.fullmatch(r"[0-9a-f]{40}|[0-9a-f]{64}", digest) or not size.isdigit():
            raise ValueError(f"{url} declares no size and checksum, so that nothing of it could be trusted")
        return Declared(url, int(size), digest)
    raise ValueError(f"{url} leads from one address to the next without end")


def _stream(declared: Declared, file, title: str) -> str:
    """Write what comes to `file`; returns its checksum, of the kind that was declared."""
    if len(declared.digest) == 64:
        digest = hashlib.sha256()
    else:
        digest = hashlib.sha1(b"blob %d\0" % declared.size, usedforsecurity=False)
    request = urllib.request.Request(declared.url, headers={"Accept-Encoding": "identity"})
    with (
        urllib.request.urlopen(request, timeout=TIMEOUT) as answer,
        tqdm(total=declared.size, unit="B", unit_scale=True, desc=title, leave=False, delay=0.5) as bar,
    ):
        while chunk := answer.read(CHUNK):
            digest.update(chunk)
            file.write(chunk)
            bar.update(len(chunk))
    return digest.hexdigest()
