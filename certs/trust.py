"""Into and out of the trust stores of this computer; says what it will do, undoes all of it."""

import contextlib
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from avatanime.errors import TrustError
from certs import files
from certs.authority import Identity
from certs.commands import Run, run
from certs.ledger import Entry, Ledger
from certs.stores import Anchor, Plan, Store, keychain, linux, nss, windows

KINDS = ("system", "chrome", "firefox")
"""What `--store` may name. macOS and Windows have one store for all, `system`."""


@dataclass(frozen=True, slots=True)
class Step:
    """What one store has before it, or just went through."""

    store: Store
    plan: Plan


def anchor(identity: Identity) -> Anchor:
    """What the stores are asked to trust. Raises TrustError if `ca.pem` cannot be read."""
    try:
        return Anchor.at(identity.ca_pem, identity.name)
    except (OSError, ValueError) as e:
        raise TrustError(f"{identity.ca_pem} cannot be read ({e}): start `avatanime run`, which writes it anew.") from e


def find(runner: Run = run, home: Path | None = None) -> list[Store]:
    """The trust stores of this computer and user."""
    home = home or Path.home()
    if sys.platform == "darwin":
        return [keychain.KeychainStore(runner, home)]
    if sys.platform == "win32":
        return [windows.WindowsStore(runner)]
    system = linux.find(runner)
    return [*([system] if system else []), *nss.find(runner, home)]


class Trust:
    """The stores and the ledger of what we did to them."""

    def __init__(self, folder: Path, stores: Sequence[Store], runner: Run = run) -> None:
        self.folder = folder
        self.ledger = Ledger(folder)
        self.stores = stores
        self.runner = runner

    def select(self, kinds: Sequence[str] = ()) -> list[Store]:
        """The stores of these kinds; all if none is named. Raises TrustError if a kind has no store here."""
        for kind in kinds:
            if kind not in {store.kind for store in self.stores}:
                here = ", ".join(sorted({store.kind for store in self.stores})) or "none"
                raise TrustError(f"There is no {kind} trust store here (there is: {here}).")
        return [store for store in self.stores if not kinds or store.kind in kinds]

    def install(self, anchor: Anchor, kinds: Sequence[str] = (), *, dry: bool = False) -> Iterator[Step]:
        """Trust `anchor` in the stores of these kinds (all, if none is named); older ones of ours go from every store.

        Yields each step once it is done (with `dry`: instead of doing it); nothing happens unless it is iterated.
        Raises TrustError.
        """
        stores = self.select(kinds)
        yield from self._withdraw([e for e in self.ledger.entries() if e.anchor(anchor.pem).der != anchor.der], dry)
        for store in stores:
            if store.is_trusted(anchor):
                yield Step(store, Plan(f"Trusted already in {store.label}."))
            else:
                yield Step(store, store.install_plan(anchor) if dry else self._install(anchor, store))

    def uninstall(self, kinds: Sequence[str] = (), *, dry: bool = False) -> Iterator[Step]:
        """Undo what the ledger says was done to the stores of these kinds. Yields and raises like `install`."""
        yield from self._withdraw([e for e in self.ledger.entries() if not kinds or e.kind in kinds], dry)

    def kinds_installed(self) -> list[str]:
        """The kinds of store that the ledger says hold a certificate of ours, old or new."""
        return sorted({entry.kind for entry in self.ledger.entries()})

    def _install(self, anchor: Anchor, store: Store) -> Plan:
        with files.locked(self.folder):
            # Noted before it is done: whatever interrupts this, `uninstall` still knows of it.
            entry = Entry.of(store, anchor, store.install_plan(anchor).makes)
            self.ledger.add(entry)
            try:
                plan = store.install(anchor)
            except TrustError:
                with contextlib.suppress(TrustError):  # what can't be undone now stays in the ledger
                    store.uninstall(anchor, entry.made)
                    self.ledger.remove(entry)
                raise
        if not store.is_trusted(anchor):
            raise TrustError(
                f"{store.label} took the certificate but does not trust it: undo that with `avatanime certs uninstall`."
            )
        return plan

    def _withdraw(self, entries: Sequence[Entry], dry: bool) -> Iterator[Step]:
        for entry in entries:
            anchor, store = entry.anchor(self.folder), self._store(entry)
            if dry:
                yield Step(store, store.uninstall_plan(anchor, entry.made))
                continue
            with files.locked(self.folder):
                plan = store.uninstall(anchor, entry.made)
                self.ledger.remove(entry)
            yield Step(store, plan)

    def _store(self, entry: Entry) -> Store:
        """The store of an entry, also if it is no longer among those found (a profile taken off Firefox's list)."""
        for store in self.stores:
            if store.key == entry.store:
                return store
        kind, _, place = entry.store.partition(":")
        if kind == "nss":
            return nss.NssStore(self.runner, Path(place), entry.kind, "a former profile")
        raise TrustError(
            f"The certificate {entry.name!r} was added to the trust store {entry.store!r}, which is not found on this"
            f" computer: remove it there by hand, then delete {self.ledger.path}."
        )
