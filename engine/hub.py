"""Fetching files from a Hugging Face hub, or a mirror of one: resumed, sized, hashed, never half in place.

A file grows beside its place as `NAME.part` and moves there only when its size and hash are what the hub states: sha256
for LFS files, git's blob hash for small ones (https://huggingface.co/docs/hub/api). `HF_ENDPOINT` and `HF_TOKEN` are
honoured, as in the hub's own client, which the base install does without.
"""

import errno
import hashlib
import os
import shutil
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from typing import Any, BinaryIO, cast

import httpx

from avatanime import __version__
from avatanime.errors import ModelError

ENDPOINT = "https://huggingface.co"
ATTEMPTS = 5
"""How often an interrupted download is taken up again before it is given up."""
RETRY_AFTER = 1.0
"""Seconds before the second attempt; each further pause is twice as long."""
CHUNK = 1 << 20

type Progress = Callable[[str, int, int], None]
"""Told of each step: the file, its bytes so far, its size."""


@dataclass(frozen=True, slots=True)
class RemoteFile:
    """One file to fetch: where from, where to (below some folder), and what it must be.

    `digest` is a sha256 in hex (64 digits) or a git blob hash (40); None where nobody states one.
    """

    url: str
    path: str
    size: int | None = None
    digest: str | None = None


class Hub:
    """A connection to a hub. `pause` is what waits between attempts, in seconds."""

    def __init__(self, endpoint: str | None = None, pause: Callable[[float], None] = time.sleep) -> None:
        self.endpoint = (endpoint or os.environ.get("HF_ENDPOINT") or ENDPOINT).rstrip("/")
        headers = {"user-agent": f"avatanime/{__version__}", "accept-encoding": "identity"}
        if token := os.environ.get("HF_TOKEN"):
            headers["authorization"] = f"Bearer {token}"  # httpx drops it where a redirect leaves the host
        self._client = httpx.Client(headers=headers, timeout=httpx.Timeout(30, connect=15), follow_redirects=True)
        self._pause = pause

    def __enter__(self) -> "Hub":
        return self

    def __exit__(self, *_: object) -> None:
        self._client.close()

    def files(self, repo: str, revision: str = "main") -> tuple[str, list[RemoteFile]]:
        """The commit that `revision` names and every file in it. Raises ModelError."""
        url = f"{self.endpoint}/api/models/{repo}/revision/{revision}"
        reply = self._ask("GET", url, f"list of files of {repo}", params={"blobs": "true"})
        try:
            told = cast("dict[str, Any]", reply.json())
            commit = str(told["sha"])
            return commit, [self._file(repo, commit, entry) for entry in told["siblings"]]
        except (ValueError, KeyError, TypeError, AttributeError) as e:
            raise ModelError(f"{url} did not answer as a hub does ({e!r}). Check HF_ENDPOINT.") from e

    def _file(self, repo: str, commit: str, entry: dict[str, Any]) -> RemoteFile:
        name = str(entry["rfilename"])
        lfs = entry.get("lfs") or {}
        size = lfs.get("size", entry.get("size"))
        digest = lfs.get("sha256") or lfs.get("oid") or entry.get("blobId")
        url = f"{self.endpoint}/{repo}/resolve/{commit}/{name}"
        return RemoteFile(url, name, None if size is None else int(size), str(digest) if digest else None)

    def stated(self, file: RemoteFile) -> RemoteFile:
        """The file with its size and hash, asked for where the list did not give them (some mirrors)."""
        if file.size is not None and file.digest:
            return file
        head = self._ask("HEAD", file.url, f"file {file.path}", follow_redirects=False).headers
        size = head.get("x-linked-size") or head.get("content-length")
        digest = (head.get("x-linked-etag") or head.get("etag") or "").removeprefix("W/").strip('"')
        known = file.digest or (digest if len(digest) in (40, 64) else None)
        return replace(file, size=int(size) if file.size is None and size else file.size, digest=known)

    def fetch(self, file: RemoteFile, folder: Path, progress: Progress = lambda *_: None) -> Path:
        """Bring one file into `folder`, going on where an earlier try stopped; returns where it is.

        Raises ModelError: no such file, no access, interrupted too often, altered, disk full.
        """
        place = inside(folder, file.path)
        place.parent.mkdir(parents=True, exist_ok=True)
        part = place.with_name(place.name + ".part")
        trouble: Exception | None = None
        for attempt in range(ATTEMPTS):
            if trouble:
                self._pause(min(RETRY_AFTER * 2 ** (attempt - 1), 20.0))
            try:
                self._receive(file, part, progress)
            except (httpx.TransportError, _CutError) as e:
                trouble = e
                continue
            except OSError as e:
                if e.errno in (errno.ENOSPC, errno.EDQUOT):
                    raise ModelError(f"The disk is full: {part} has {_size(part):,} bytes so far. {RESUME}") from e
                raise ModelError(f"{part} cannot be written: {e.strerror}.") from e
            _check(file, part)
            part.replace(place)
            return place
        raise ModelError(f"{file.url} was interrupted {ATTEMPTS} times ({trouble}). {RESUME}") from trouble

    def _receive(self, file: RemoteFile, part: Path, progress: Progress) -> None:
        """Append to `part` until it has the size stated; raises _CutError if the answer ended before that."""
        have = _size(part)
        if file.size is not None and have == file.size:
            return
        if file.size is None or have > file.size:
            have = 0
        headers = {"range": f"bytes={have}-"} if have else {}
        with self._client.stream("GET", file.url, headers=headers) as reply:
            _accept(reply, f"file {file.path}")
            resumed = have and reply.status_code == httpx.codes.PARTIAL_CONTENT
            if resumed and not reply.headers.get("content-range", "").startswith(f"bytes {have}-"):
                part.unlink()
                raise _CutError("the server resumed in the wrong place")
            done = have if resumed else 0
            with part.open("ab" if resumed else "wb") as out:
                done = _copy(reply, out, file, done, progress)
        if file.size is not None and done < file.size:
            raise _CutError(f"{done:,} of {file.size:,} bytes came")

    def _ask(self, method: str, url: str, what: str, **arguments: Any) -> httpx.Response:
        for attempt in range(ATTEMPTS):
            try:
                reply = self._client.request(method, url, **arguments)
                _accept(reply, what)
            except (httpx.TransportError, _CutError) as e:
                if attempt == ATTEMPTS - 1:
                    raise ModelError(f"{url} cannot be reached ({e}). Check the network and HF_ENDPOINT.") from e
                self._pause(min(RETRY_AFTER * 2**attempt, 20.0))
            else:
                return reply
        raise AssertionError  # unreachable: the last attempt returns or raises


RESUME = "Run the same command again: it goes on from there."


class _CutError(Exception):
    """The answer ended early, or the server is overloaded: worth another try."""


def _accept(reply: httpx.Response, what: str) -> None:
    """Raise ModelError or _CutError for an answer without the file."""
    match reply.status_code:
        case 200 | 206 | 301 | 302 | 303 | 307 | 308:
            return
        case 401 | 403:
            raise ModelError(f"{reply.url} refuses the {what}: accept its licence on that site and set HF_TOKEN.")
        case 404 | 410:
            raise ModelError(f"There is no {what} at {reply.url}: it may have moved. Check HF_ENDPOINT.")
        case 408 | 425 | 429 | 500 | 502 | 503 | 504:
            raise _CutError(f"the server answered {reply.status_code}")
        case 416:
            raise _CutError("the server has no more of it")
    raise ModelError(f"{reply.url} answered {reply.status_code} for {what}.")


def _copy(reply: httpx.Response, out: BinaryIO, file: RemoteFile, done: int, progress: Progress) -> int:
    total = file.size if file.size is not None else int(reply.headers.get("content-length") or 0)
    for chunk in reply.iter_raw():
        out.write(chunk)
        done += len(chunk)
        if file.size is not None and done > file.size:
            raise ModelError(f"{file.path} is longer than the {file.size:,} bytes stated: not what it should be.")
        progress(file.path, done, total)
    return done


def _check(file: RemoteFile, part: Path) -> None:
    """Raise ModelError, and drop the file, if it is not the one stated."""
    if file.digest and digest(part, file.digest) != file.digest.lower():
        part.unlink()
        raise ModelError(f"{file.path} from {file.url} is altered: its hash is not {file.digest}. It was thrown away.")


def digest(path: Path, like: str) -> str:
    """The file's hash in hex, of the same kind as `like`: sha256, or git's blob hash (sha1 over a small header)."""
    state = (
        hashlib.sha256() if len(like) == 64 else hashlib.sha1(f"blob {_size(path)}\0".encode(), usedforsecurity=False)
    )
    with path.open("rb") as source:
        while chunk := source.read(CHUNK):
            state.update(chunk)
    return state.hexdigest()


def inside(folder: Path, name: str) -> Path:
    """`name`, a path with slashes, below `folder`. Raises ModelError for one that would lead out of it."""
    parts = PurePosixPath(name).parts
    if not parts or name.startswith("/") or any(p == ".." or "\\" in p or ":" in p for p in parts):
        raise ModelError(f"The hub names a file {name!r}, which is no path inside a folder: refused.")
    return folder.joinpath(*parts)


def room(folder: Path, files: Sequence[RemoteFile]) -> None:
    """Raise ModelError unless the disk of `folder` has room for what is still missing of `files`."""
    missing = sum(max(0, (f.size or 0) - _size(inside(folder, f.path + ".part"))) for f in files)
    base = next(p for p in (folder, *folder.absolute().parents) if p.exists())
    free = shutil.disk_usage(base).free
    if missing > free:
        raise ModelError(
            f"{folder} needs {missing / 1e9:.1f} GB more and its disk has {free / 1e9:.1f} GB free. "
            "Make room, or choose another folder with --dir."
        )


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return 0
