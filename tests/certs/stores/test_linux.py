"""Debian's own updater, in a folder of its own; the other distributions by what would be run."""

import os
import shutil
from pathlib import Path
from typing import Any

import pytest

from avatanime.errors import TrustError
from certs import trust
from certs.commands import Outcome, run
from certs.stores import linux
from certs.stores.linux import LAYOUTS, Layout, LinuxStore


@pytest.fixture
def anchor(signed: Any) -> Any:
    return trust.anchor(signed.identity)


@pytest.fixture
def debian(tmp_path: Path) -> Layout:
    for name in ("local", "shared", "etc", "hooks"):
        (tmp_path / name).mkdir()
    (tmp_path / "conf").write_text("# none\n")
    places = {
        "certsconf": "conf",
        "certsdir": "shared",
        "localcertsdir": "local",
        "etccertsdir": "etc",
        "hooksdir": "hooks",
    }
    options = (word for option, name in places.items() for word in (f"--{option}", str(tmp_path / name)))
    update = ("update-ca-certificates", *options)
    return Layout(tmp_path / "local", update, tmp_path / "etc/ca-certificates.crt", (*update, "--fresh"))


def content(folder: Path) -> dict[str, bytes | str]:
    return {
        str(path.relative_to(folder)): str(path.readlink()) if path.is_symlink() else path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_symlink() or path.is_file()
    }


@pytest.mark.skipif(
    shutil.which("update-ca-certificates") is None or os.geteuid() != 0, reason="needs Debian's updater and root"
)
def test_round_trip_with_the_real_updater(debian: Layout, anchor: Any, signed: Any, tmp_path: Path) -> None:
    for number in range(2):
        (debian.anchors / f"theirs-{number}.crt").write_bytes(other_ca())
    run(debian.update)
    before = content(tmp_path)
    store = LinuxStore(run, debian)
    assert not store.is_trusted(anchor)
    store.install(anchor)
    assert store.is_trusted(anchor)
    assert signed.identity.ca_pem.read_text().strip() in debian.bundle.read_text()
    store.uninstall(anchor)
    assert not store.is_trusted(anchor)
    assert content(tmp_path) == before


def other_ca() -> bytes:
    from datetime import UTC, datetime

    from cryptography.hazmat.primitives.serialization import Encoding

    from certs.signer import Authority

    return Authority(["example.com"], datetime.now(UTC)).certificate.public_bytes(Encoding.PEM)


@pytest.mark.parametrize("layout", LAYOUTS)
def test_commands_of_each_distribution(
    layout: Layout, anchor: Any, recorder: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    store = LinuxStore(recorder, layout)
    plan = store.install(anchor)
    file = f"{layout.anchors}/avatanime-{anchor.sha256[:16].lower()}.crt"
    expected = [
        ("sudo", "install", "-m", "644", str(anchor.pem), file),
        ("sudo", *layout.update),
    ]
    assert recorder.commands == list(plan.commands) == expected


def test_root_needs_no_sudo(debian: Layout, anchor: Any, recorder: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    assert [command[0] for command in LinuxStore(recorder, debian).install_plan(anchor).commands] == [
        "install",
        "update-ca-certificates",
    ]


def test_a_refused_sudo_is_told_and_nothing_stays_noted(
    debian: Layout, anchor: Any, recorder: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    recorder.answers[("sudo",)] = Outcome(1, err="sudo: a password is required")
    trusting = trust.Trust(tmp_path / "ledger", [LinuxStore(recorder, debian)])
    step = next(trusting.install(anchor))
    assert "a password is required" in step.trouble
    assert trusting.ledger.entries() == ()


def test_nothing_is_removed_where_nothing_is(debian: Layout, anchor: Any, recorder: Any) -> None:
    plan = LinuxStore(recorder, debian).uninstall(anchor)
    assert plan.commands == ()
    assert "gone" in plan.says
    assert recorder.commands == []


def test_this_distribution_is_found_by_its_folder(
    monkeypatch: pytest.MonkeyPatch, debian: Layout, recorder: Any
) -> None:
    monkeypatch.setattr(linux, "LAYOUTS", (LAYOUTS[3], debian) if not LAYOUTS[3].anchors.is_dir() else (debian,))
    found = linux.find(recorder)
    assert found is not None
    assert found.layout == debian
    monkeypatch.setattr(linux, "LAYOUTS", ())
    assert linux.find(recorder) is None


def test_a_store_that_takes_but_does_not_trust_is_told(
    debian: Layout, anchor: Any, recorder: Any, tmp_path: Path
) -> None:
    trusting = trust.Trust(tmp_path / "ledger", [LinuxStore(recorder, debian)])  # the recorder does nothing
    step = next(trusting.install(anchor))
    assert "does not trust it" in step.trouble
    assert len(trusting.ledger.entries()) == 1  # so that uninstall finds it
    with pytest.raises(TrustError, match="no firefox trust store here"):
        trusting.select(["firefox"])
