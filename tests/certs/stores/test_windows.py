"""What would be run on Windows, and how its answers are read."""

from typing import Any

import pytest

from certs import trust
from certs.commands import Outcome
from certs.stores.windows import WindowsStore

CERTUTIL = r"C:\Windows\System32\certutil.exe"


@pytest.fixture
def anchor(signed: Any) -> Any:
    return trust.anchor(signed.identity)


def test_commands(anchor: Any, recorder: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SYSTEMROOT", r"C:\Windows")
    store = WindowsStore(recorder)
    store.install(anchor)
    store.uninstall(anchor)
    assert recorder.commands == [
        (CERTUTIL, "-user", "-addstore", "Root", str(anchor.pem)),
        (CERTUTIL, "-user", "-store", "Root", anchor.sha1),
        (CERTUTIL, "-user", "-delstore", "Root", anchor.sha1),
    ]


def test_not_found_is_not_trusted(anchor: Any, recorder: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SYSTEMROOT", r"C:\Windows")
    recorder.answers[(CERTUTIL, "-user", "-store")] = Outcome(0x80090011, "Object was not found.")
    store = WindowsStore(recorder)
    assert not store.is_trusted(anchor)
    assert store.uninstall_plan(anchor).commands == ()
