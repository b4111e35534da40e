import tomllib
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest

from addon import checks
from addon.checks import NEEDS, Finding, State
from addon.sites import CERTIFIED
from avatanime.errors import TrustError
from avatanime.home import Home
from certs import authority, trust
from certs.commands import run
from certs.stores.nss import NssStore

PORT = 9  # "discard": nobody listens there


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    """A home with a certificate, and one empty trust store beside it."""
    home = Home(tmp_path / "home")
    authority.ensure(home.certs, CERTIFIED)
    monkeypatch.setattr(checks, "_engine", lambda: iter(()))  # loading it takes long
    monkeypatch.setattr(trust, "find", lambda: [NssStore(run, tmp_path / "nssdb", "chrome", "Chrome")])
    return home


def of(home: Home, check: str) -> list[Finding]:
    return [finding for finding in checks.examine(home, PORT) if finding.check == check]


def test_needs_are_those_of_the_package() -> None:
    project = tomllib.loads((Path(__file__).parents[2] / "pyproject.toml").read_text())["project"]
    written = {
        name: f">={'.'.join(map(str, least))}" + (f",<{'.'.join(map(str, end))}" if end else "")
        for name, (least, end) in NEEDS.items()
    }
    assert project["requires-python"] == written["python"]
    assert f"mitmproxy{written['mitmproxy']}" in project["dependencies"]


def test_every_finding_that_is_bad_says_how_to_mend_it(home: Home) -> None:
    findings = list(checks.examine(home, PORT))
    assert {f.check for f in findings} >= {"python", "packages", "disk", "certificate", "trust", "proxy"}
    for finding in findings:
        assert finding.says
        assert finding.mend or finding.state is not State.BAD
    (proxy,) = (f for f in findings if f.check == "proxy")
    assert (proxy.state, proxy.mend.startswith("Start it: `avatanime run`")) == (State.BAD, True)


@pytest.mark.parametrize(
    ("names", "bad"),
    [
        (["onnxruntime", "opencv-python-headless"], ""),
        (["onnxruntime-gpu", "opencv_python", "onnx", "opencv-stuff"], ""),
        (["onnxruntime", "onnxruntime-gpu", "opencv-python"], "onnxruntime, onnxruntime-gpu"),
        (["onnxruntime", "opencv-python", "OpenCV-contrib-Python-headless"], "opencv-contrib-python-headless"),
        (["onnxruntime"], "no OpenCV"),
    ],
)
def test_distributions_that_overwrite_each_other(
    home: Home, monkeypatch: pytest.MonkeyPatch, names: list[str], bad: str
) -> None:
    monkeypatch.setattr("importlib.metadata.distributions", lambda: [SimpleNamespace(name=name) for name in names])
    found = [f.says for f in of(home, "packages") if f.state is State.BAD]
    assert [bad in says for says in found] == ([True] if bad else [])


@pytest.mark.parametrize(
    ("version", "state"),
    [("12.2.3", State.GOOD), ("12.2.10", State.GOOD), ("12.2.2", State.BAD), ("12.3.1", State.BAD)],
)
def test_the_version_of_mitmproxy(home: Home, monkeypatch: pytest.MonkeyPatch, version: str, state: State) -> None:
    monkeypatch.setattr("importlib.metadata.version", lambda name: version)
    assert [f.state for f in of(home, "mitmproxy")] == [state]


def test_models_of_the_diffusion_engine(home: Home) -> None:
    from engine.instantid.parts import PARTS

    folder = home.models / "instantid"
    assert [f.state for f in of(home, "diffusion")] == [State.NOTE]
    for part in (part for part in PARTS if part.needed):
        folder.mkdir(parents=True, exist_ok=True)
        (finding,) = of(home, "diffusion")
        assert finding.state is State.BAD
        assert part.name in finding.says
        for pattern in part.files:
            file = folder / part.folder / pattern.split("|")[0].replace("*", "x")
            file.parent.mkdir(parents=True, exist_ok=True)
            file.touch()
    assert [f.state for f in of(home, "diffusion")] == [State.GOOD]


def test_models_and_engine(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    from engine.cel import runtime

    assert [(f.check, f.state) for f in checks._engine()] == [("models", State.GOOD), ("engine", State.GOOD)]
    monkeypatch.setattr(runtime, "FOLDER", tmp_path)
    (finding,) = checks._engine()
    assert (finding.state, "missing or altered" in finding.says) == (State.BAD, True)


def test_a_full_disk(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shutil.disk_usage", lambda place: SimpleNamespace(free=1023 << 20))
    (finding,) = of(home, "disk")
    assert finding.state is State.BAD
    assert "only 1023 MiB" in finding.says


def test_the_disk_of_a_home_that_is_not_made_yet(tmp_path: Path) -> None:
    assert next(checks._disk(tmp_path / "a/b/c")).check == "disk"


def test_a_certificate_of_every_age(home: Home) -> None:
    def finding_after(days: int) -> Finding:
        authority.renew(home.certs, CERTIFIED, now=datetime.now(UTC) - timedelta(days=days))
        (finding,) = of(home, "certificate")
        return finding

    assert finding_after(0).state is State.GOOD
    ending = finding_after(380)
    assert (ending.state, ending.mend) == (State.NOTE, "avatanime certs renew")
    assert finding_after(400).state is State.BAD


def test_no_certificate_yet(tmp_path: Path) -> None:
    findings = list(checks.examine(Home(tmp_path), PORT))
    (finding,) = (f for f in findings if f.check == "certificate")
    assert (finding.state, "there was none yet" in finding.says) == (State.BAD, True)
    assert not [f for f in findings if f.check == "trust"]
    assert list(tmp_path.iterdir()) == []


def test_a_readable_key(home: Home) -> None:
    (home.certs / "leaf.pem").chmod(0o644)
    (finding,) = of(home, "certificate")
    assert (finding.state, "could be read by other users" in finding.says) == (State.BAD, True)


def test_trust_in_each_store(home: Home) -> None:
    (finding,) = of(home, "trust")
    assert (finding.state, finding.mend.endswith("--store chrome")) == (State.NOTE, True)
    anchor = trust.anchor(authority.read(home.certs))
    list(trust.Trust(home.certs, trust.find()).install(anchor))
    (finding,) = of(home, "trust")
    assert finding.state is State.GOOD


def test_a_check_that_stumbles_is_a_finding(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    def stumble(failure: Exception) -> Callable[[], list[Finding]]:
        def find() -> list[Finding]:
            raise failure

        return find

    for failure in (TrustError("certutil is needed"), PermissionError(13, "Permission denied"), ImportError("no x")):
        monkeypatch.setattr("addon.browsers.find", stumble(failure))
        (finding,) = of(home, "browsers")
        assert (finding.state, str(failure) in finding.says) == (State.BAD, True)


def test_passwords_of_a_proxy_are_not_printed(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("https_proxy", "http://ann:secret@proxy.corp:3128")
    says = " ".join(f.says for f in of(home, "system proxy"))
    assert "proxy.corp:3128" in says
    assert "secret" not in says
