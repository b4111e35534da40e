"""The Linux system store: curl, wget, GNOME Web and most command-line tools; not Chrome, not Firefox."""

from dataclasses import dataclass
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from certs.commands import Argv, Run, as_root
from certs.stores import Anchor, Plan, Store


@dataclass(frozen=True, slots=True)
class Layout:
    """Where a family of distributions keeps extra anchors, its updater, and the bundle that makes of them."""

    anchors: Path
    update: Argv
    bundle: Path
    refresh: Argv
    """`update` after a removal: update-ca-certificates leaves dangling links behind unless told to start afresh."""


# The places are those of mkcert (github.com/FiloSottile/mkcert, truststore_linux.go) and of the distributions' manuals:
# update-ca-trust(8), update-ca-certificates(8).
LAYOUTS = (
    Layout(
        Path("/etc/pki/ca-trust/source/anchors"),  # Fedora, RHEL
        ("update-ca-trust", "extract"),
        Path("/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem"),
        ("update-ca-trust", "extract"),
    ),
    Layout(
        Path("/usr/local/share/ca-certificates"),  # Debian, Ubuntu, Alpine
        ("update-ca-certificates",),
        Path("/etc/ssl/certs/ca-certificates.crt"),
        ("update-ca-certificates", "--fresh"),
    ),
    Layout(
        Path("/etc/ca-certificates/trust-source/anchors"),  # Arch
        ("update-ca-trust", "extract"),
        Path("/etc/ca-certificates/extracted/tls-ca-bundle.pem"),
        ("update-ca-trust", "extract"),
    ),
    Layout(
        Path("/etc/pki/trust/anchors"),  # openSUSE
        ("update-ca-certificates",),
        Path("/etc/ssl/ca-bundle.pem"),
        ("update-ca-certificates", "--fresh"),
    ),
)


class LinuxStore(Store):
    """The bundle that OpenSSL and GnuTLS read, through the distribution's own updater."""

    kind = "system"
    key = "system"

    def __init__(self, run: Run, layout: Layout) -> None:
        super().__init__(run)
        self.layout = layout
        self.label = f"the system's certificates ({layout.anchors})"

    def is_trusted(self, anchor: Anchor) -> bool:
        """Whether the bundle names it."""
        return self.layout.bundle.is_file() and _base64(anchor) in "".join(
            self.layout.bundle.read_text("latin-1").split()
        )

    def holds(self, anchor: Anchor) -> bool:
        """Whether its file lies among the anchors."""
        return self._file(anchor).exists()

    def install_plan(self, anchor: Anchor) -> Plan:
        """Copy the certificate to the anchors and have the bundle made again."""
        copy = as_root(("install", "-m", "644", str(anchor.pem), str(self._file(anchor))))
        says = f"Add the certificate to {self.label} and rebuild their bundle."
        return Plan(says, (copy, as_root(self.layout.update)))

    def uninstall_plan(self, anchor: Anchor, made: tuple[str, ...] = ()) -> Plan:
        """Remove that file and have the bundle made again."""
        if not self.holds(anchor) and not self.is_trusted(anchor):
            return Plan(f"The certificate is gone from {self.label} already.")
        remove = as_root(("rm", "-f", str(self._file(anchor))))
        says = f"Remove the certificate from {self.label} and rebuild their bundle."
        return Plan(says, (remove, as_root(self.layout.refresh)))

    def _file(self, anchor: Anchor) -> Path:
        # Debian's updater takes up names that end in .crt only; the others take any.
        return self.layout.anchors / f"avatanime-{anchor.sha256[:16].lower()}.crt"


def find(run: Run) -> LinuxStore | None:
    """The system store of this distribution; None if it is none we know."""
    return next((LinuxStore(run, layout) for layout in LAYOUTS if layout.anchors.is_dir()), None)


def _base64(anchor: Anchor) -> str:
    """The body of its PEM form without line breaks."""
    lines = x509.load_der_x509_certificate(anchor.der).public_bytes(Encoding.PEM).decode().splitlines()
    return "".join(lines[1:-1])
