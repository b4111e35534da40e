"""Which model files an engine needs, and bringing them here: list, pull, verify.

Each engine states its files in a table of `Part`s. What was pulled is written down in `manifest.json` beside the
files, so that `verify` needs no network.
"""

import fnmatch
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from avatanime.errors import ModelError
from engine.hub import Hub, Progress, RemoteFile, digest, inside, room

MANIFEST = "manifest.json"


@dataclass(frozen=True, slots=True)
class Part:
    """Files of one repository, kept together.

    `files` are glob patterns of paths in the repository (`*` stops at no slash; `A|B` is the first that exists),
    `folder` is where they go below the engine's own folder. `digests` pins hashes known beforehand, by path.
    """

    name: str
    repo: str
    files: tuple[str, ...]
    licence: str
    gigabytes: float
    folder: str = ""
    needed: bool = True
    revision: str = "main"
    digests: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Order:
    """What a pull will fetch, once the hub has been asked: files by part, and what they were at which commit."""

    part: Part
    commit: str
    files: tuple[RemoteFile, ...]

    @property
    def size(self) -> int:
        """Bytes in all."""
        return sum(f.size or 0 for f in self.files)


@dataclass(frozen=True, slots=True)
class Fault:
    """A file that is not as it should be."""

    path: str
    what: str


def order(hub: Hub, parts: Iterable[Part], *, half: bool = False) -> list[Order]:
    """Ask the hub what the parts are made of. With `half`, fp16 files stand in for full ones where both exist.

    Raises ModelError if the hub cannot be asked or lacks a file.
    """
    return [_order(hub, part, half=half) for part in parts]


def _order(hub: Hub, part: Part, *, half: bool) -> Order:
    commit, listed = hub.files(part.repo, part.revision)
    by_path = {f.path: f for f in listed}
    chosen: dict[str, RemoteFile] = {}
    for pattern in part.files:
        matches = ([f for path, f in by_path.items() if fnmatch.fnmatchcase(path, p)] for p in pattern.split("|"))
        found = next(filter(None, matches), [])
        if not found:
            raise ModelError(f"{part.repo} has no file {pattern!r} (any more): part {part.name!r} cannot be pulled.")
        for file in found:
            stem, dot, suffix = file.path.rpartition(".")
            if stem.endswith(".fp16"):
                continue
            source = by_path.get(f"{stem}.fp16{dot}{suffix}", file) if half else file
            pinned = part.digests.get(source.path, source.digest)
            stated = hub.stated(RemoteFile(source.url, source.path, source.size, pinned))
            local = f"{part.folder}/{file.path}" if part.folder else file.path
            chosen[local] = RemoteFile(stated.url, local, stated.size, stated.digest)
    return Order(part, commit, tuple(chosen.values()))


def pull(hub: Hub, orders: Sequence[Order], folder: Path, progress: Progress = lambda *_: None) -> None:
    """Fetch what is missing or differs, after a look at the free disk; what is there already stays.

    Raises ModelError; whatever had come by then is kept and not fetched again.
    """
    manifest = _read_manifest(folder)
    wanted = [(o, f) for o in orders for f in o.files if not _present(folder, manifest, f)]
    room(folder, [f for _, f in wanted])
    for one, file in wanted:
        place = hub.fetch(file, folder, progress)
        stated = file.digest or digest(place, "-" * 64)
        manifest[file.path] = {
            "size": place.stat().st_size,
            "digest": stated,
            "repo": one.part.repo,
            "commit": one.commit,
        }
        _write_manifest(folder, manifest)


def verify(folder: Path) -> list[Fault]:
    """Hash every file that was pulled; what differs or is gone. Raises ModelError if nothing was ever pulled here."""
    manifest = _read_manifest(folder)
    if not manifest:
        raise ModelError(f"{folder} has no {MANIFEST}: nothing was pulled there. Run `avatanime models pull` first.")
    faults: list[Fault] = []
    for path, entry in sorted(manifest.items()):
        place = inside(folder, path)
        if not place.is_file():
            faults.append(Fault(path, "missing"))
        elif place.stat().st_size != entry["size"]:
            faults.append(Fault(path, f"has {place.stat().st_size:,} bytes instead of {entry['size']:,}"))
        elif digest(place, str(entry["digest"])) != str(entry["digest"]).lower():
            faults.append(Fault(path, "altered"))
    return faults


def present(folder: Path, part: Part) -> bool:
    """Whether each pattern of the part has a file below `folder`; looks at names only."""
    base = folder / part.folder if part.folder else folder
    return all(any(any(base.glob(p)) for p in pattern.split("|")) for pattern in part.files)


def _present(folder: Path, manifest: Mapping[str, Mapping[str, str | int]], file: RemoteFile) -> bool:
    place = inside(folder, file.path)
    entry = manifest.get(file.path)
    if entry is None or not place.is_file() or place.stat().st_size != entry["size"]:
        return False
    return file.digest is None or file.digest.lower() == str(entry["digest"]).lower()


def _read_manifest(folder: Path) -> dict[str, dict[str, str | int]]:
    path = folder / MANIFEST
    try:
        entries = json.loads(path.read_text("utf-8"))
        return {
            str(k): {"size": int(v["size"]), **{n: str(v[n]) for n in ("digest", "repo", "commit")}}
            for k, v in entries.items()
        }
    except FileNotFoundError:
        return {}
    except (ValueError, KeyError, TypeError, AttributeError) as e:
        raise ModelError(f"{path} is damaged ({e!r}). Delete it and pull again: whole files are fetched anew.") from e


def _write_manifest(folder: Path, manifest: Mapping[str, Mapping[str, str | int]]) -> None:
    path = folder / MANIFEST
    new = path.with_suffix(".new")
    new.write_text(json.dumps(manifest, indent=1, sort_keys=True), "utf-8")
    new.replace(path)
