"""The Windows user's Root store: Edge, Chrome, and Firefox since 120 (which takes it over by default)."""

import os
from pathlib import PureWindowsPath

from certs.commands import Argv
from certs.stores import Anchor, Plan, Store


class WindowsStore(Store):
    """The user's Root, through Windows' certutil (not NSS's program of the same name). Windows asks to confirm."""

    kind = "system"
    key = "windows-root"
    label = "your Windows trusted root certificates"

    def is_trusted(self, anchor: Anchor) -> bool:
        """Being in Root is being trusted."""
        return self.holds(anchor)

    def holds(self, anchor: Anchor) -> bool:
        """Whether the store has a certificate with its hash."""
        return self.run(self._certutil("-store", "Root", anchor.sha1)).code == 0

    def install_plan(self, anchor: Anchor) -> Plan:
        """Add it to the user's roots."""
        add = self._certutil("-addstore", "Root", str(anchor.pem))
        return Plan(f"Add the certificate to {self.label}; Windows asks you to confirm.", (add,))

    def uninstall_plan(self, anchor: Anchor, made: tuple[str, ...] = ()) -> Plan:
        """Delete it from the user's roots."""
        if not self.holds(anchor):
            return Plan(f"The certificate is gone from {self.label} already.")
        delete = self._certutil("-delstore", "Root", anchor.sha1)
        return Plan(f"Delete the certificate from {self.label}; Windows asks you to confirm.", (delete,))

    def _certutil(self, *arguments: str) -> Argv:
        system = PureWindowsPath(os.environ.get("SYSTEMROOT", r"C:\Windows")) / "System32"
        return (str(system / "certutil.exe"), "-user", *arguments)
