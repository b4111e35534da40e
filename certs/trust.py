"""Into and out of the trust stores of this computer; says what it will do, undoes all of it."""

import contextlib
import sys
from collections.abc import Container, Iterator, Sequence
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
    """What one store has before it, or just went through; `trouble` is why that failed, empty if it did not."""

    store: Store
    plan: Plan
    trouble: str = ""


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

        Yields each step once it is done (with `dry`: instead of doing it); nothing happens unless it is iterated. One
        store's failure is told in its step and does not keep the others from theirs. Raises TrustError for a kind that
        is not here and a ledger that cannot be kept.
        """
        stores = self.select(kinds)
        old = [e for e in self.ledger.entries() if e.anchor(anchor.pem).der != anchor.der]
        taken_over: set[str] = set()
        for store in stores:
            # The new certificate inherits what was made for the old one, and with its end that goes too.
            made = tuple(place for e in old if e.store == store.key for place in e.made)
            step = self._install(anchor, store, made, dry)
            if not step.trouble:
                taken_over.add(store.key)
            yield step
        yield from self._withdraw(old, dry, taken_over)

    def uninstall(self, kinds: Sequence[str] = (), *, dry: bool = False) -> Iterator[Step]:
        """Undo what the ledger says was done to the stores of these kinds. Yields and raises like `install`."""
        yield from self._withdraw([e for e in self.ledger.entries() if not kinds or e.kind in kinds], dry, set())

    def kinds_installed(self) -> list[str]:
        """The kinds of store that the ledger says hold a certificate of ours, old or new."""
        return sorted({entry.kind for entry in self.ledger.entries()})

    def _install(self, anchor: Anchor, store: Store, made: tuple[str, ...], dry: bool) -> Step:
        plan = Plan(f"Trust the certificate in {store.label}.")
        try:
            if store.is_trusted(anchor):
                return Step(store, Plan(f"Trusted already in {store.label}."))
            plan = store.install_plan(anchor)
            if not dry:
                self._carry_out(anchor, store, (*made, *plan.makes))
        except TrustError as e:
            return Step(store, plan, str(e))
        return Step(store, plan)

    def _carry_out(self, anchor: Anchor, store: Store, made: tuple[str, ...]) -> None:
        with files.locked(self.folder):
            # Noted before it is done: whatever interrupts this, `uninstall` still knows of it.
            entry = Entry.of(store, anchor, made)
            self.ledger.add(entry)
            try:
                store.install(anchor)
            except TrustError:
                with contextlib.suppress(TrustError):  # what can't be undone now stays in the ledger
                    store.uninstall(anchor, made)
                    self.ledger.remove(entry)
                raise
        if not store.is_trusted(anchor):
            raise TrustError(
                f"{store.label} took the certificate but does not trust it: undo that with `avatanime certs uninstall`."
            )

    def _withdraw(self, entries: Sequence[Entry], dry: bool, taken_over: Container[str]) -> Iterator[Step]:
        for entry in entries:
            anchor, store = entry.anchor(self.folder), self._store(entry)
            made = () if entry.store in taken_over else entry.made
            plan = Plan(f"Remove the certificate from {store.label}.")
            try:
                plan = store.uninstall_plan(anchor, made)
                if not dry:
                    with files.locked(self.folder):
                        store.uninstall(anchor, made)
                        self.ledger.remove(entry)
            except TrustError as e:
                yield Step(store, plan, str(e))
            else:
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
