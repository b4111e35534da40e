"""Trust stores, one file a kind. Each says what it would do before it does it, and does exactly that.

`store.install_plan(anchor)` and `store.uninstall_plan(anchor, made)` are lists of commands; `install` and `uninstall`
carry them out. Which stores exist on this computer is for `certs.trust` to know.
"""

import hashlib
from abc import ABC, abstractmethod
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from certs.commands import Argv, Run, carry_out


@dataclass(frozen=True, slots=True)
class Anchor:
    """A certificate that a store trusts or is to trust."""

    name: str
    """Its common name: unique, as each authority of ours has a random part in it."""
    der: bytes
    pem: Path
    """A file that holds it; needed for installing only."""

    @property
    def sha1(self) -> str:
        """Upper-case hex: how macOS and Windows address a certificate (not a matter of security there)."""
        return hashlib.sha1(self.der, usedforsecurity=False).hexdigest().upper()

    @property
    def sha256(self) -> str:
        """Upper-case hex: how we address it."""
        return hashlib.sha256(self.der).hexdigest().upper()

    @classmethod
    def at(cls, pem: Path, name: str) -> "Anchor":
        """The anchor in a PEM file. Raises OSError or ValueError."""
        return cls(name, x509.load_pem_x509_certificate(pem.read_bytes()).public_bytes(Encoding.DER), pem)


@dataclass(frozen=True, slots=True)
class Plan:
    """What will be done to one store: a sentence, the exact commands, and the folders they make."""

    says: str
    commands: tuple[Argv, ...] = ()
    makes: tuple[str, ...] = ()


class Store(ABC):
    """One trust store. `key` names it in the ledger, `kind` on the command line, `label` to people."""

    kind: str
    key: str
    label: str

    def __init__(self, run: Run) -> None:
        self.run = run

    @abstractmethod
    def is_trusted(self, anchor: Anchor) -> bool:
        """Whether the store trusts it for TLS servers. Raises TrustError if the store cannot be asked."""

    @abstractmethod
    def holds(self, anchor: Anchor) -> bool:
        """Whether the store holds it, trusted or not. Raises TrustError if the store cannot be asked."""

    @abstractmethod
    def install_plan(self, anchor: Anchor) -> Plan:
        """What `install` would do."""

    @abstractmethod
    def uninstall_plan(self, anchor: Anchor, made: tuple[str, ...] = ()) -> Plan:
        """What `uninstall` would do; `made` are the folders that `install` made."""

    def install(self, anchor: Anchor) -> Plan:
        """Trust it. Raises TrustError; what was begun then is for `uninstall` to undo."""
        plan = self.install_plan(anchor)
        carry_out(plan.commands, self.run)
        return plan

    def uninstall(self, anchor: Anchor, made: tuple[str, ...] = ()) -> Plan:
        """Undo what `install` did. Raises TrustError."""
        plan = self.uninstall_plan(anchor, made)
        carry_out(plan.commands, self.run)
        return plan
