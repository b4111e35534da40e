"""Ledger and stores together: what was done is noted, and exactly that is undone."""

import json
from pathlib import Path
from typing import Any

import pytest

from avatanime.errors import TrustError
from certs import authority, trust
from certs.commands import Outcome, run
from certs.stores import Anchor, Plan, Store, keychain, nss, windows
from certs.stores.nss import NssStore

HOSTS = ("pbs.twimg.com", "avatanime.internal")


class Shelf(Store):
    """A trust store that is a list; its commands are strings that it acts on."""

    def __init__(self, kind: str, key: str) -> None:
        super().__init__(self._act)
        self.kind, self.key, self.label = kind, key, f"shelf {key}"
        self.names: list[str] = ["somebody else's"]
        self.broken = False

    def _act(self, argv: tuple[str, ...]) -> Outcome:
        verb, name = argv
        if self.broken:
            return Outcome(1, err="the shelf is broken")
        getattr(self.names, verb)(name)
        return Outcome(0)

    def holds(self, anchor: Anchor) -> bool:
        return anchor.name in self.names

    def is_trusted(self, anchor: Anchor) -> bool:
        return self.holds(anchor)

    def install_plan(self, anchor: Anchor) -> Plan:
        return Plan("put it there", (("append", anchor.name),))

    def uninstall_plan(self, anchor: Anchor, made: tuple[str, ...] = ()) -> Plan:
        return Plan("take it away", (("remove", anchor.name),) if self.holds(anchor) else ())


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    authority.ensure(tmp_path, HOSTS)
    return tmp_path


@pytest.fixture
def shelves() -> list[Shelf]:
    return [Shelf("system", "one"), Shelf("chrome", "two")]


@pytest.fixture
def trusting(folder: Path, shelves: list[Shelf]) -> trust.Trust:
    return trust.Trust(folder, shelves)


def current(folder: Path) -> Anchor:
    return trust.anchor(authority.read(folder))


def test_round_trip(trusting: trust.Trust, shelves: list[Shelf], folder: Path) -> None:
    anchor = current(folder)
    assert [step.trouble for step in trusting.install(anchor)] == ["", ""]
    assert [shelf.names for shelf in shelves] == [["somebody else's", anchor.name]] * 2
    assert trusting.kinds_installed() == ["chrome", "system"]
    assert [step.plan.says for step in trusting.uninstall()] == ["take it away"] * 2
    assert [shelf.names for shelf in shelves] == [["somebody else's"]] * 2
    assert not trusting.ledger.path.exists()
    assert list(trusting.uninstall()) == []


def test_dry_runs_do_nothing(trusting: trust.Trust, shelves: list[Shelf], folder: Path) -> None:
    anchor = current(folder)
    assert [step.plan.commands for step in trusting.install(anchor, dry=True)] == [(("append", anchor.name),)] * 2
    assert shelves[0].names == ["somebody else's"]
    list(trusting.install(anchor))
    assert [step.plan.commands for step in trusting.uninstall(dry=True)] == [(("remove", anchor.name),)] * 2
    assert all(shelf.holds(anchor) for shelf in shelves)
    assert len(trusting.ledger.entries()) == 2


def test_only_the_kinds_that_are_named(trusting: trust.Trust, shelves: list[Shelf], folder: Path) -> None:
    anchor = current(folder)
    list(trusting.install(anchor, ["chrome"]))
    assert [shelf.holds(anchor) for shelf in shelves] == [False, True]
    list(trusting.install(anchor))
    list(trusting.uninstall(["system"]))
    assert [shelf.holds(anchor) for shelf in shelves] == [False, True]


def test_what_was_trusted_by_hand_is_not_ours_to_undo(
    trusting: trust.Trust, shelves: list[Shelf], folder: Path
) -> None:
    anchor = current(folder)
    shelves[0].names.append(anchor.name)
    assert "already" in next(iter(trusting.install(anchor))).plan.says
    list(trusting.uninstall())
    assert shelves[0].holds(anchor)


def test_renewal_replaces_the_old_one_everywhere(trusting: trust.Trust, shelves: list[Shelf], folder: Path) -> None:
    old = current(folder)
    list(trusting.install(old))
    authority.renew(folder, HOSTS)
    new = current(folder)
    list(trusting.install(new, ["chrome"]))
    assert not any(shelf.holds(old) for shelf in shelves)  # in the other store too: its key is gone
    assert [shelf.holds(new) for shelf in shelves] == [False, True]
    assert [entry.name for entry in trusting.ledger.entries()] == [new.name]


def test_one_broken_store_does_not_keep_the_others(trusting: trust.Trust, shelves: list[Shelf], folder: Path) -> None:
    anchor = current(folder)
    shelves[0].broken = True
    troubles = [step.trouble for step in trusting.install(anchor)]
    assert "the shelf is broken" in troubles[0]
    assert troubles[1] == ""
    assert shelves[1].holds(anchor)
    assert [entry.store for entry in trusting.ledger.entries()] == ["two"]


def test_what_cannot_be_undone_stays_noted(trusting: trust.Trust, shelves: list[Shelf], folder: Path) -> None:
    anchor = current(folder)
    list(trusting.install(anchor))
    shelves[0].broken = True
    assert [bool(step.trouble) for step in trusting.uninstall()] == [True, False]
    assert [entry.store for entry in trusting.ledger.entries()] == ["one"]
    shelves[0].broken = False
    assert [step.trouble for step in trusting.uninstall()] == [""]
    assert shelves[0].names == ["somebody else's"]


def test_an_interrupted_install_is_known_to_uninstall(
    trusting: trust.Trust, shelves: list[Shelf], folder: Path
) -> None:
    anchor = current(folder)

    def interrupted(argv: tuple[str, ...]) -> Outcome:
        shelves[0].names.append(anchor.name)
        raise KeyboardInterrupt

    shelves[0].run = interrupted
    with pytest.raises(KeyboardInterrupt):
        list(trusting.install(anchor))
    shelves[0].run = shelves[0]._act
    list(trusting.uninstall())
    assert shelves[0].names == ["somebody else's"]


def test_a_profile_that_is_no_longer_listed_is_still_cleaned(folder: Path, tmp_path: Path) -> None:
    anchor = current(folder)
    store = NssStore(run, tmp_path / "profile", "firefox", "Firefox profile")
    list(trust.Trust(folder, [store]).install(anchor))
    assert store.is_trusted(anchor)
    steps = list(trust.Trust(folder, []).uninstall())
    assert [step.trouble for step in steps] == [""]
    assert not (tmp_path / "profile").exists()


def test_a_profile_that_was_deleted_is_forgotten(folder: Path, tmp_path: Path) -> None:
    import shutil

    store = NssStore(run, tmp_path / "profile", "firefox", "Firefox profile")
    trusting = trust.Trust(folder, [store])
    list(trusting.install(current(folder)))
    shutil.rmtree(tmp_path / "profile")
    assert [step.trouble for step in trusting.uninstall()] == [""]
    assert trusting.ledger.entries() == ()


def test_a_store_that_is_not_here_is_told(trusting: trust.Trust, folder: Path) -> None:
    list(trusting.install(current(folder)))
    with pytest.raises(TrustError, match="not found on this computer"):
        list(trust.Trust(folder, []).uninstall())
    assert len(trusting.ledger.entries()) == 2


def test_renewal_keeps_a_database_that_we_made_until_the_end(folder: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    trusting = trust.Trust(folder, list(nss.find(run, home)))
    list(trusting.install(current(folder)))
    authority.renew(folder, HOSTS)
    steps = list(trusting.install(current(folder)))
    assert not any(command[0] in ("rm", "rmdir", "mkdir") for step in steps for command in step.plan.commands)
    assert trusting.stores[0].is_trusted(current(folder))
    list(trusting.uninstall())
    assert list(home.iterdir()) == []


@pytest.mark.parametrize(
    ("platform", "kind"), [("darwin", keychain.KeychainStore), ("win32", windows.WindowsStore), ("linux", NssStore)]
)
def test_each_platform_has_its_stores(
    platform: str, kind: type[Store], recorder: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.platform", platform)
    stores = trust.find(recorder, tmp_path)
    assert isinstance(stores[-1], kind)
    assert {store.kind for store in stores} <= set(trust.KINDS)
    assert recorder.commands == []


def test_an_unreadable_ca_is_told(folder: Path) -> None:
    identity = authority.read(folder)
    identity.ca_pem.write_text("nothing")
    with pytest.raises(TrustError, match="cannot be read"):
        trust.anchor(identity)


def test_a_damaged_ledger_is_told_and_not_overwritten(trusting: trust.Trust, folder: Path) -> None:
    trusting.ledger.path.write_text(json.dumps({"version": 7}))
    with pytest.raises(TrustError, match="remove them by hand"):
        list(trusting.install(current(folder)))
    assert json.loads(trusting.ledger.path.read_text()) == {"version": 7}
