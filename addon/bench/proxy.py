"""`avatanime bench proxy`: cached avatars against plain mitmdump passing the same pictures through.

Everything is made for the occasion and thrown away: a home, certificates, pictures, an origin, and three proxies side
by side. They take turns in short slices, so that whatever else the machine does meets all of them alike; a ratio is
the median over the rounds of throughput divided by plain mitmdump's in the same round.
"""

import contextlib
import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Annotated

import typer

from avatanime.errors import AvatanimeError

if TYPE_CHECKING:
    from addon.bench.load import Load

AVATARS, OTHER = "pbs.twimg.com", "other.example"
"""A host whose avatars are rewritten, and one that must stay opaque."""
SIZES = ("normal", "bigger", "x96")
"""What Twitter's timeline asks for: 48, 73 and 96 pixels."""
COUNT = 12
"""Avatars, each in every size."""
PATIENCE = 90.0
"""Seconds that a proxy may take to start, and to draw an avatar."""
MITMDUMP = "from mitmproxy.tools.main import mitmdump; mitmdump()"
AVATANIME = "from addon.cli import main; main()"


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the result: a front, the way its answers take, the protocol, and how quick that is."""

    front: str
    path: str
    protocol: str
    req_per_s: float
    p50_ms: float
    p99_ms: float
    ratio: float


@dataclass(slots=True)
class Cell:
    """What is measured for one row: its open connections, and what each round gave."""

    front: str
    path: str
    protocol: str
    load: "Load"
    rates: list[float] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)

    def run(self, seconds: float) -> None:
        """One slice."""
        rate, latencies = self.load.run(seconds)
        self.rates.append(rate)
        self.seconds += latencies

    def row(self, plain: "Cell") -> Row:
        """The outcome, against plain mitmdump's on the same protocol."""
        cuts = statistics.quantiles(self.seconds, n=100)
        ratio = statistics.median(a / b for a, b in zip(self.rates, plain.rates, strict=True))
        rate = statistics.median(self.rates)
        p50, p99 = cuts[49] * 1e3, cuts[98] * 1e3
        return Row(self.front, self.path, self.protocol, round(rate, 1), round(p50, 2), round(p99, 2), round(ratio, 2))


@dataclass(frozen=True, slots=True)
class Front:
    """A proxy's process, its log, and the public CA it is trusted by."""

    name: str
    port: int
    ca: Path
    process: subprocess.Popen[bytes]
    log: Path

    def await_start(self) -> None:
        """Wait until it listens. Raises AvatanimeError with what it said if it does not."""
        until = time.monotonic() + PATIENCE
        while not (_listens(self.port) and self.ca.exists()):
            if self.process.poll() is not None or time.monotonic() > until:
                said = self.log.read_text(errors="replace")[-2000:]
                raise AvatanimeError(f"The proxy {self.name!r} did not start for the benchmark. It said:\n{said}")
            time.sleep(0.05)


def proxy(
    rounds: Annotated[int, typer.Option(min=1, help="Turns that each proxy takes.")] = 4,
    seconds: Annotated[float, typer.Option(min=0.05, max=10, help="Length of a turn.")] = 0.4,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Requests a second and latency of cached avatars, against plain mitmdump; on loopback, about half a minute."""
    with TemporaryDirectory(prefix="avatanime-bench-") as folder, contextlib.ExitStack() as stack:
        rows = _measure(_cells(Path(folder), stack), rounds, seconds)
    typer.echo(json.dumps({"rows": [asdict(row) for row in rows]}) if as_json else _table(rows))


def _measure(cells: Sequence[Cell], rounds: int, seconds: float) -> list[Row]:
    """Let the cells take turns, forwards and backwards; the first round only warms up."""
    for cell in cells:
        cell.load.run(seconds / 2)
    for number in range(rounds):
        for cell in cells if number % 2 else cells[::-1]:
            cell.run(seconds)
    plain = {cell.protocol: cell for cell in cells if cell.front == "plain"}
    return [cell.row(plain[cell.protocol]) for cell in cells]


def _cells(folder: Path, stack: contextlib.ExitStack) -> list[Cell]:
    """Set up everything and connect."""
    from addon.bench.load import Load, Protocol, Target
    from certs import authority

    pictures = _pictures(folder / "pictures")
    identity = authority.ensure(folder / "origin", [AVATARS, OTHER])
    origin = stack.enter_context(_origin(identity.leaf_pem, folder))
    fronts = [stack.enter_context(start(folder, origin, identity.ca_pem)) for start in (_plain, _mitmdump, _run)]
    for front in fronts:
        front.await_start()
    for front in fronts[1:]:
        _warm(front, pictures)

    cells = []
    protocols: tuple[Protocol, ...] = ("h1", "h2")
    for front in fronts:
        targets = {"passthrough": Target(front.port, AVATARS, pictures, front.ca, "image/jpeg")}
        if front.name != "plain":
            targets = {
                "cached": Target(front.port, AVATARS, pictures, front.ca, "image/png"),
                "opaque": Target(front.port, OTHER, pictures, identity.ca_pem, "image/jpeg"),
            }
        for path, target in targets.items():
            for protocol in protocols:
                load = Load(target, protocol)
                stack.callback(load.close)
                cells.append(Cell(front.name, path, protocol, load))
    return cells


def _pictures(folder: Path) -> list[str]:
    """Write the origin's pictures; gives the paths of those that are asked for."""
    from addon.bench import avatars

    asked = []
    for number in range(COUNT):
        for size in (*SIZES, "400x400"):
            path = f"/profile_images/{1000 + number}/astronaut_{size}.jpg"
            file = folder / path[1:]
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(avatars.encoded(number, size))
            if size in SIZES:
                asked.append(path)
    return asked


@contextlib.contextmanager
def _origin(leaf: Path, folder: Path) -> Iterator[int]:
    """The origin's process; gives its port."""
    command = [sys.executable, "-m", "addon.bench.origin", str(leaf), str(folder / "pictures")]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None  # noqa: S101
        try:
            line = process.stdout.readline()
            if not line:
                raise AvatanimeError("The benchmark's origin did not start; what it printed says why.")
            yield int(line)
        finally:
            process.kill()


def _plain(folder: Path, origin: int, origin_ca: Path) -> contextlib.AbstractContextManager[Front]:
    """Plain mitmdump, set up as the addon sets it up."""
    options = ["upstream_cert=false", "connection_strategy=lazy"]
    return _serving("plain", MITMDUMP, folder, origin, origin_ca, [], options)


def _mitmdump(folder: Path, origin: int, origin_ca: Path) -> contextlib.AbstractContextManager[Front]:
    """The addon in mitmdump."""
    import addon

    script = str(Path(addon.__path__[0]) / "anime.py")
    return _serving("mitmdump", MITMDUMP, folder, origin, origin_ca, ["-s", script], [f"anime_deadline={PATIENCE}"])


def _run(folder: Path, origin: int, origin_ca: Path) -> contextlib.AbstractContextManager[Front]:
    """`avatanime run`."""
    return _serving("run", AVATANIME, folder, origin, origin_ca, [], [f"anime_deadline={PATIENCE}"])


@contextlib.contextmanager
def _serving(
    name: str, program: str, folder: Path, origin: int, origin_ca: Path, script: list[str], options: list[str]
) -> Iterator[Front]:
    """A proxy's process, its state in a folder of its own."""
    own = folder / name
    own.mkdir()
    port = _free_port()
    options = [*options, f"ssl_verify_upstream_trusted_ca={origin_ca}"]
    if program == MITMDUMP:
        options += [f"confdir={own}", "termlog_verbosity=warn", "flow_detail=0"]
        head = [*script, "--listen-host", "127.0.0.1", "--listen-port", str(port)]
    else:
        head = ["run", "--port", str(port)]
    head += ["--mode", f"upstream:http://127.0.0.1:{origin}"]
    command = [sys.executable, "-c", program, *head, *(part for option in options for part in ("--set", option))]
    log = own / "log"
    env = {**os.environ, "AVATANIME_HOME": str(own)}
    with log.open("wb") as out:
        process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=out, stderr=subprocess.STDOUT, env=env, cwd=own
        )
    try:
        ca = own / ("mitmproxy-ca-cert.pem" if name == "plain" else "certs/ca.pem")
        yield Front(name, port, ca, process, log)
    finally:
        process.terminate()
        try:
            process.wait(5)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _warm(front: Front, paths: Sequence[str]) -> None:
    """Ask for every avatar twice: drawn the first time, cached the second. Raises AvatanimeError if one is neither."""
    import ssl

    import httpx

    proxy, context = f"http://127.0.0.1:{front.port}", ssl.create_default_context(cafile=str(front.ca))
    with httpx.Client(proxy=proxy, verify=context, trust_env=False, timeout=2 * PATIENCE) as client:
        for path in (*paths, *paths):
            answer = client.get(f"https://{AVATARS}{path}")
        if answer.headers["content-type"] != "image/png":
            said = front.log.read_text(errors="replace")[-2000:]
            raise AvatanimeError(f"The proxy {front.name!r} did not draw the benchmark's avatars. It said:\n{said}")


def _listens(port: int) -> bool:
    import socket

    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0


def _free_port() -> int:
    import socket

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _table(rows: Sequence[Row]) -> str:
    head = f"{'front':10} {'path':12} {'protocol':8} {'req/s':>9} {'p50 ms':>8} {'p99 ms':>8} {'ratio':>6}"
    lines = [
        f"{r.front:10} {r.path:12} {r.protocol:8} {r.req_per_s:9,.0f} {r.p50_ms:8.2f} {r.p99_ms:8.2f} {r.ratio:6.2f}"
        for r in rows
    ]
    return "\n".join([head, *lines])
