"""Against certutil and real databases in a temporary home."""

import sqlite3
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from avatanime.errors import TrustError
from certs import trust
from certs.commands import Outcome, run
from certs.stores import nss
from certs.stores.nss import NssStore


@pytest.fixture
def anchor(signed: Any) -> Any:
    return trust.anchor(signed.identity)


def database(folder: Path, password: str = "") -> Path:
    folder.mkdir(parents=True)
    file = folder.parent / f"{folder.name}-password"
    file.write_text(password)
    protection = ["-f", str(file)] if password else ["--empty-password"]
    subprocess.run(["certutil", "-N", "-d", f"sql:{folder}", *protection], check=True)
    return folder


def dump(folder: Path) -> dict[str, list[str]]:
    """All that the databases say, row by row."""
    said = {}
    for name in ("cert9.db", "key4.db"):
        connection = sqlite3.connect(folder / name)
        said[name] = list(connection.iterdump())
        connection.close()
    said["pkcs11.txt"] = [(folder / "pkcs11.txt").read_text()]
    return said


def test_round_trip_leaves_a_database_as_it_was(tmp_path: Path, anchor: Any) -> None:
    folder = database(tmp_path / "profile")
    store = NssStore(run, folder, "firefox", "a profile")
    before = dump(folder)
    store.install(anchor)
    assert dump(folder) != before
    assert store.is_trusted(anchor)
    store.uninstall(anchor)
    assert not store.holds(anchor)
    assert dump(folder) == before


def test_trust_is_for_servers_only(tmp_path: Path, anchor: Any) -> None:
    folder = database(tmp_path / "profile")
    NssStore(run, folder, "firefox", "a profile").install(anchor)
    listing = run(("certutil", "-L", "-d", f"sql:{folder}")).out
    line = next(line for line in listing.splitlines() if line.startswith(anchor.name))
    assert line.split()[-1] == "C,,"


def test_a_certificate_without_trust_flags_is_not_trusted(tmp_path: Path, anchor: Any) -> None:
    folder = database(tmp_path / "profile")
    add = ["certutil", "-A", "-t", ",,", "-n", anchor.name, "-i", str(anchor.pem), "-d", f"sql:{folder}"]
    subprocess.run(add, check=True)
    store = NssStore(run, folder, "firefox", "a profile")
    assert store.holds(anchor)
    assert not store.is_trusted(anchor)


def test_a_database_we_made_goes_with_its_folders(tmp_path: Path, anchor: Any) -> None:
    store = NssStore(run, tmp_path / "home/.pki/nssdb", "chrome", "Chrome")
    (tmp_path / "home").mkdir()
    made = store.install(anchor).makes
    assert store.is_trusted(anchor)
    assert (tmp_path / "home/.pki").stat().st_mode & 0o777 == 0o700
    store.uninstall(anchor, made)
    assert list((tmp_path / "home").iterdir()) == []


def test_a_database_we_made_stays_if_somebody_else_uses_it(tmp_path: Path, anchor: Any, signed: Any) -> None:
    folder = tmp_path / ".pki/nssdb"
    store = NssStore(run, folder, "chrome", "Chrome")
    made = store.install(anchor).makes
    other = ["certutil", "-A", "-t", ",,", "-n", "theirs", "-i", str(signed.foreign), "-d", f"sql:{folder}"]
    subprocess.run(other, check=True)
    store.uninstall(anchor, made)
    assert not store.holds(anchor)
    assert "theirs" in run(("certutil", "-L", "-d", f"sql:{folder}")).out


def test_files_of_others_beside_our_database_stay(tmp_path: Path, anchor: Any) -> None:
    store = NssStore(run, tmp_path / ".pki/nssdb", "chrome", "Chrome")
    made = store.install(anchor).makes
    (tmp_path / ".pki/theirs").write_text("keep")
    store.uninstall(anchor, made)
    assert [p.name for p in (tmp_path / ".pki").iterdir()] == ["theirs"]


def test_a_password_is_not_asked_for_but_told_of(tmp_path: Path, anchor: Any) -> None:
    folder = database(tmp_path / "profile", "secret")
    trusting = trust.Trust(tmp_path / "ledger", [NssStore(run, folder, "firefox", "a profile")])
    step = next(trusting.install(anchor))
    assert "password" in step.trouble
    assert trusting.ledger.entries() == ()
    assert not trusting.stores[0].holds(anchor)


def test_a_damaged_database_is_told(tmp_path: Path, anchor: Any) -> None:
    folder = database(tmp_path / "profile")
    (folder / "cert9.db").write_bytes(b"no database" * 500)
    with pytest.raises(TrustError, match="cannot be read"):
        NssStore(run, folder, "firefox", "a profile").is_trusted(anchor)


def test_without_certutil(tmp_path: Path, anchor: Any, missing: Callable[[Any], Outcome]) -> None:
    store = NssStore(missing, tmp_path / "none", "chrome", "Chrome")
    assert not store.is_trusted(anchor)  # no database, no question
    database(tmp_path / "some")
    with pytest.raises(TrustError, match="certutil is needed"):
        NssStore(missing, tmp_path / "some", "chrome", "Chrome").install(anchor)


def test_finds_packaged_browsers_and_profiles(tmp_path: Path) -> None:
    roots = [
        ".mozilla/firefox",
        "snap/firefox/common/.mozilla/firefox",
        ".var/app/org.mozilla.firefox/.mozilla/firefox",
    ]
    for root in roots:
        database(tmp_path / root / "abc.default")
        (tmp_path / root / "profiles.ini").write_text("[Profile0]\nName=default\nIsRelative=1\nPath=abc.default\n")
    database(tmp_path / "snap/chromium/current/.pki/nssdb")
    database(tmp_path / ".var/app/com.google.Chrome/.pki/nssdb")
    found = {store.folder.relative_to(tmp_path).as_posix(): store.kind for store in nss.find(run, tmp_path)}
    assert found == {
        ".pki/nssdb": "chrome",
        "snap/chromium/current/.pki/nssdb": "chrome",
        ".var/app/com.google.Chrome/.pki/nssdb": "chrome",
        **{f"{root}/abc.default": "firefox" for root in roots},
    }


def test_profiles_as_firefox_writes_them(tmp_path: Path) -> None:
    text = """[Install4F96D1932A9F858E]
Default=abcd.default-release
Locked=1

[Profile1]
Name=default
IsRelative=1
Path=efgh.default
Default=1

[Profile0]
Name=50%; of = them
IsRelative=0
Path=/data/profiles/abcd.default-release

[General]
StartWithLastProfile=1
Version=2
"""
    assert nss.parse_profiles(text, tmp_path) == [
        tmp_path / "efgh.default",
        Path("/data/profiles/abcd.default-release"),
    ]


LINES = [
    "[Profile0]",
    "[General]",
    "[",
    "]",
    "Path=a",
    "Path=",
    "Path",
    " b",
    "Path=/x\0y",
    "Path=%(x)s",
    "[DEFAULT]",
    "=",
    ";",
]


@settings(deadline=None)
@given(st.lists(st.sampled_from(LINES) | st.text(max_size=20), max_size=12).map("\n".join))
def test_any_profiles_file_is_survived(text: str) -> None:
    for path in nss.parse_profiles(text, Path("/root")):
        assert "\0" not in str(path)


NICKNAME = st.text(st.characters(codec="utf-8", exclude_categories=("C", "Z")), min_size=1, max_size=40)
FLAGS = st.text("pPcCTuwg", max_size=4)


@settings(deadline=None)
@given(st.dictionaries(NICKNAME, st.tuples(FLAGS, FLAGS, FLAGS), max_size=5))
def test_listing_is_read_back(certificates: dict[str, tuple[str, str, str]]) -> None:
    head = "\nCertificate Nickname                                         Trust Attributes\n"
    head += "                                                             SSL,S/MIME,JAR/XPI\n\n"
    lines = (f"{name:60} {','.join(flags):<5}\n" for name, flags in certificates.items())
    assert nss.parse_listing(head + "".join(lines)) == {name: flags[0] for name, flags in certificates.items()}


@settings(deadline=None)
@given(st.text(max_size=300))
def test_any_listing_is_survived(text: str) -> None:
    assert all(name.strip() == name for name in nss.parse_listing(text))
