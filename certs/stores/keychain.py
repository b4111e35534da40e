"""The macOS login keychain: Safari, Chrome, Edge, curl, and Firefox since 120 (which takes it over by default)."""

from pathlib import Path

from certs.commands import Argv, Run
from certs.stores import Anchor, Plan, Store


class KeychainStore(Store):
    """The user's login keychain, through security(1). macOS itself asks for the user's password."""

    kind = "system"
    key = "keychain"

    def __init__(self, run: Run, home: Path) -> None:
        super().__init__(run)
        self.keychain = str(home / "Library/Keychains/login.keychain-db")
        self.label = f"the login keychain ({self.keychain})"

    def is_trusted(self, anchor: Anchor) -> bool:
        """Whether it is held and the user's trust settings name it."""
        settings = self.run(("security", "dump-trust-settings"))
        return self.holds(anchor) and anchor.name in settings.out

    def holds(self, anchor: Anchor) -> bool:
        """Whether the keychain has a certificate with its hash."""
        found = self.run(("security", "find-certificate", "-a", "-Z", "-c", anchor.name, self.keychain))
        return f"SHA-1 hash: {anchor.sha1}" in found.out

    def install_plan(self, anchor: Anchor) -> Plan:
        """Add it as a root for TLS only."""
        add: Argv = (
            *("security", "add-trusted-cert", "-r", "trustRoot", "-p", "ssl"),
            *("-k", self.keychain, str(anchor.pem)),
        )
        return Plan(f"Trust the certificate for web servers in {self.label}; macOS asks for your password.", (add,))

    def uninstall_plan(self, anchor: Anchor, made: tuple[str, ...] = ()) -> Plan:
        """Delete it together with its trust settings."""
        if not self.holds(anchor):
            return Plan(f"The certificate is gone from {self.label} already.")
        delete: Argv = ("security", "delete-certificate", "-t", "-Z", anchor.sha1, self.keychain)
        return Plan(f"Delete the certificate from {self.label}; macOS may ask for your password.", (delete,))
