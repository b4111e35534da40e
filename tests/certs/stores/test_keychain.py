"""What would be run on macOS, and how its answers are read."""

from pathlib import Path
from typing import Any

import pytest

from certs import trust
from certs.commands import Outcome
from certs.stores.keychain import KeychainStore

HOME = Path("/Users/ann")
KEYCHAIN = "/Users/ann/Library/Keychains/login.keychain-db"


@pytest.fixture
def anchor(signed: Any) -> Any:
    return trust.anchor(signed.identity)


def test_commands(anchor: Any, recorder: Any) -> None:
    store = KeychainStore(recorder, HOME)
    store.install(anchor)
    add = ("security", "add-trusted-cert", "-r", "trustRoot", "-p", "ssl", "-k", KEYCHAIN, str(anchor.pem))
    assert recorder.commands == [add]

    recorder.commands.clear()
    recorder.answers[("security", "find-certificate")] = Outcome(0, f"SHA-1 hash: {anchor.sha1}\nkeychain: ...")
    store.uninstall(anchor)
    assert recorder.commands[-1] == ("security", "delete-certificate", "-t", "-Z", anchor.sha1, KEYCHAIN)


def test_trusted_is_held_and_in_the_trust_settings(anchor: Any, recorder: Any) -> None:
    store = KeychainStore(recorder, HOME)
    assert not store.is_trusted(anchor)
    recorder.answers[("security", "find-certificate")] = Outcome(0, f"SHA-256 hash: X\nSHA-1 hash: {anchor.sha1}\n")
    assert store.holds(anchor)
    assert not store.is_trusted(anchor)
    recorder.answers[("security", "dump-trust-settings")] = Outcome(
        0, f"Number of trusted certs = 1\nCert 0: {anchor.name}\n"
    )
    assert store.is_trusted(anchor)


def test_another_certificate_of_the_name_is_not_ours(anchor: Any, recorder: Any) -> None:
    recorder.answers[("security", "find-certificate")] = Outcome(0, f"SHA-1 hash: {'0' * 40}\n")
    store = KeychainStore(recorder, HOME)
    assert not store.holds(anchor)
    assert store.uninstall_plan(anchor).commands == ()
