"""What `avatanime doctor` looks at. Each check says what it found and, where something is amiss, how to mend it."""

import importlib.metadata
import os
import re
import shutil
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from addon import browsers
from addon.cli.proxy import pac_url
from addon.probe import Probe
from addon.sites import CERTIFIED
from avatanime.errors import AvatanimeError, TrustError
from avatanime.home import Home
from certs import authority, trust
from certs.system_proxy import SystemProxy

ROOM_MB = 1024
"""Free disk space below which there is too little: the portrait store's default limit is half of it."""
ONE_OF = (
    ("onnxruntime", re.compile(r"onnxruntime(-(cann|directml|gpu|migraphx|openvino|qnn|rocm|training|vitisai))?")),
    ("OpenCV", re.compile(r"opencv-(contrib-)?python(-headless|-rolling)?")),
)
"""Distributions that install the same files over each other: of each family there may be one."""
NEEDS = {"python": ((3, 12), None), "mitmproxy": ((12, 2, 3), (12, 3))}
"""Least version, and the first that is too new, as pyproject.toml says."""


class State(StrEnum):
    """How a finding is to be taken."""

    GOOD = "good"
    NOTE = "note"
    """Works, or may be meant so."""
    BAD = "bad"


@dataclass(frozen=True, slots=True)
class Finding:
    """What one check found."""

    check: str
    state: State
    says: str
    mend: str = ""


def examine(home: Home, port: int) -> Iterator[Finding]:
    """All checks, one after the other. What a check itself stumbles over is its finding."""
    probe = Probe(port)
    checks: tuple[tuple[str, Callable[[], Iterator[Finding]]], ...] = (
        ("python", _versions),
        ("packages", _duplicates),
        ("engine", _engine),
        ("diffusion", lambda: _diffusion(home.models / "instantid")),
        ("disk", lambda: _disk(home.root)),
        ("certificate", lambda: _certificate(home.certs)),
        ("trust", lambda: _trust(home.certs)),
        ("proxy", lambda: _proxy(home.certs, probe)),
        ("system proxy", lambda: _system_proxy(home.certs, port)),
        ("browsers", _browsers),
    )
    for name, check in checks:
        try:
            yield from check()
        except (AvatanimeError, OSError, ImportError) as e:
            yield Finding(name, State.BAD, str(e), "Do what the message says, then run `avatanime doctor` again.")


def _versions() -> Iterator[Finding]:
    have = {"python": ".".join(map(str, sys.version_info[:3])), "mitmproxy": importlib.metadata.version("mitmproxy")}
    for name, (least, end) in NEEDS.items():
        version = tuple(int(part) for part in re.findall(r"\d+", have[name])[:3])
        if version >= least and (end is None or version < end):
            yield Finding(name, State.GOOD, f"{name} {have[name]}")
        else:
            wanted = f">= {'.'.join(map(str, least))}" + (f", < {'.'.join(map(str, end))}" if end else "")
            yield Finding(name, State.BAD, f"{name} {have[name]} (needed: {wanted})", f"Install {name} {wanted}.")


def _duplicates() -> Iterator[Finding]:
    names = {dist.name.lower().replace("_", "-") for dist in importlib.metadata.distributions() if dist.name}
    for family, pattern in ONE_OF:
        found = sorted(filter(pattern.fullmatch, names))
        if len(found) == 1:
            yield Finding("packages", State.GOOD, f"one {family}: {found[0]}")
        elif found:
            mend = (
                f"Keep one: `pip uninstall {' '.join(found)}`, then `make gpu` (with a GPU) or `pip install .` again."
            )
            yield Finding("packages", State.BAD, f"several {family}s overwrite each other: {', '.join(found)}", mend)
        else:
            yield Finding("packages", State.BAD, f"no {family}", "Install avatanime again: `pip install .`")


def _engine() -> Iterator[Finding]:
    mend = "Install avatanime again."
    try:
        from engine import EngineSettings, create
        from engine.cel import runtime

        for name, expected in runtime.SHA256.items():
            path = runtime.FOLDER / name
            if not path.is_file() or runtime.sha256(path.read_bytes()) != expected:
                yield Finding("models", State.BAD, f"{path} is missing or altered", mend)
                return
        yield Finding("models", State.GOOD, f"{len(runtime.SHA256)} carried models, hashes as released")
        engine = create("cel", EngineSettings())
        engine.warm()
        engine.close()
    except ImportError as e:
        yield Finding("engine", State.BAD, f"the cel engine cannot be loaded ({e})", mend)
        return
    yield Finding("engine", State.GOOD, "the cel engine loads")


def _diffusion(folder: Path) -> Iterator[Finding]:
    from engine.instantid.parts import PARTS
    from engine.models import present

    missing = [part.name for part in PARTS if part.needed and not present(folder, part)]
    if not folder.exists():
        yield Finding("diffusion", State.NOTE, "the models of the instantid engine were not downloaded; cel needs none")
    elif missing:
        mend = "Go on with the download: `avatanime models pull instantid`."
        yield Finding("diffusion", State.BAD, f"{folder} lacks {', '.join(missing)}", mend)
    else:
        yield Finding("diffusion", State.GOOD, f"the models of the instantid engine are in {folder}")


def _disk(folder: Path) -> Iterator[Finding]:
    existing = next(place for place in (folder, *folder.parents) if place.exists())
    free = shutil.disk_usage(existing).free >> 20
    if free >= ROOM_MB:
        yield Finding("disk", State.GOOD, f"{free} MiB free at {folder}")
    else:
        mend = "Free some, run `avatanime cache clear`, or set AVATANIME_HOME to a larger disk."
        yield Finding("disk", State.BAD, f"only {free} MiB free at {folder}", mend)


def _certificate(folder: Path) -> Iterator[Finding]:
    if reason := authority.stale(folder, CERTIFIED):
        mend = "`avatanime run` makes a new one at its start; then `avatanime certs install`."
        yield Finding("certificate", State.BAD, f"no usable certificate: {reason}", mend)
        return
    identity = authority.read(folder)
    if warning := identity.warning():
        yield Finding("certificate", State.NOTE, warning, "avatanime certs renew")
    else:
        yield Finding("certificate", State.GOOD, f"valid until {identity.not_after:%Y-%m-%d}, its key private")


def _trust(folder: Path) -> Iterator[Finding]:
    try:
        anchor = trust.anchor(authority.read(folder))
    except TrustError:
        return  # the check before said so
    for store in trust.find():
        mend = f"To browse outside `avatanime browse`: avatanime certs install --store {store.kind}"
        try:
            trusted = store.is_trusted(anchor)
        except TrustError as e:
            yield Finding("trust", State.NOTE, str(e), mend)
            continue
        if trusted:
            yield Finding("trust", State.GOOD, f"trusted by {store.label}")
        else:
            yield Finding("trust", State.NOTE, f"not trusted by {store.label}", mend)


def _proxy(folder: Path, probe: Probe) -> Iterator[Finding]:
    if not probe.pac():
        says = f"nothing of ours answers on 127.0.0.1:{probe.port}"
        yield Finding(
            "proxy", State.BAD, says, "Start it: `avatanime run`; on another port: `avatanime doctor --port N`."
        )
        return
    yield Finding("proxy", State.GOOD, f"answers on 127.0.0.1:{probe.port}, PAC file included")
    if address := probe.reachable_at():
        says = f"others can reach it too, at {address}:{probe.port}"
        yield Finding("proxy", State.BAD, says, "Start it with `avatanime run`, or with `--set listen_host=127.0.0.1`.")
    else:
        yield Finding("proxy", State.GOOD, "reachable from this computer only")
    if probe.spki() == authority.read(folder).spki:
        yield Finding("proxy", State.GOOD, f"shows the certificate in {folder}")
    else:
        mend = "Restart it, with the same AVATANIME_HOME."
        yield Finding("proxy", State.BAD, f"shows another certificate than the one in {folder}", mend)


def _system_proxy(folder: Path, port: int) -> Iterator[Finding]:
    mend = f"To have all browsers use it: avatanime proxy on --port {port}"
    try:
        here = SystemProxy.here(folder)
        used = here.uses(pac_url(port))
    except TrustError as e:
        yield Finding("system proxy", State.NOTE, str(e))
        return
    if used:
        yield Finding("system proxy", State.GOOD, f"{here.desktop.label} uses the PAC file")
    else:
        yield Finding("system proxy", State.NOTE, f"{here.desktop.label} does not use the PAC file", mend)
    for name in ("https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"):
        if value := os.environ.get(name):
            says = f"{name}={value.rpartition('@')[2]} is set: browsers without a desktop setting go that way"
            yield Finding("system proxy", State.NOTE, says)


def _browsers() -> Iterator[Finding]:
    found = browsers.find()
    if not found:
        mend = f"Install one of {', '.join(browsers.NAMES)}."
        yield Finding("browsers", State.BAD, "no browser was found", mend)
        return
    yield Finding("browsers", State.GOOD, ", ".join(f"{browser.name} ({browser.path})" for browser in found))
    says = (
        "HTTP/3: a host that the PAC file sends to a proxy is fetched over TCP, so QUIC does not pass it by; a browser"
        " that was open before keeps its connections until it is restarted"
    )
    yield Finding("browsers", State.NOTE, says)
