"""A certificate authority that can vouch for the avatar hosts and nothing else, and then for nothing at all.

The authority is made in memory, signs one leaf, and its key is dropped: it never touches a disk. Two files stay:
`ca.pem`, the public certificate that browsers are asked to trust, and `leaf.pem`, what the proxy serves (private key,
leaf, authority's certificate; mode 0600). Whoever steals `leaf.pem` can play the avatar hosts until it expires, and
no other host: no key that could sign another certificate exists, and were there one, the name constraints in the
trusted certificate refuse it. (A name constraint covers a host *and its subdomains*: `pbs.twimg.com` would also allow
`a.pbs.twimg.com`, RFC 5280 section 4.2.1.10. There is no way to write "this host only".)
"""

import base64
import hashlib
import os
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Self

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)
from cryptography.x509.oid import NameOID

from avatanime.errors import TrustError
from certs import files
from certs.signer import Authority, Leaf

CA_FILE = "ca.pem"
LEAF_FILE = "leaf.pem"

WARN_AHEAD = timedelta(days=30)
"""From when on `Identity.warning` speaks."""

DAMAGE = (
    *(ValueError, TypeError, LookupError, InvalidSignature, UnsupportedAlgorithm),
    *(x509.InvalidVersion, x509.DuplicateExtension, x509.ExtensionNotFound, x509.UnsupportedGeneralNameType),
)
"""All that cryptography raises on bytes that are no key or no certificate."""
LABEL = re.compile(r"(?!-)[a-z0-9-]{1,63}(?<!-)")


@dataclass(frozen=True, slots=True)
class Identity:
    """What the proxy is to the browser: the files, and what stands in them."""

    ca_pem: Path
    leaf_pem: Path
    name: str
    """The authority's common name, as trust stores list it."""
    fingerprint: str
    """SHA-256 of the authority's certificate (DER), as browsers show it: `AB:CD:...`."""
    spki: str
    """Base64 SHA-256 of the leaf's public key (RFC 7469), which Chromium can be told to accept."""
    not_after: datetime
    hosts: tuple[str, ...]
    renewed: bool
    """True if this call made it: no trust store knows it yet."""
    reason: str
    """Why it was made; empty if it was there already."""

    def warning(self, now: datetime | None = None) -> str:
        """A line for the user (without its full stop) from 30 days before the end on; empty before that."""
        left = self.not_after - (now or datetime.now(UTC))
        if left > WARN_AHEAD:
            return ""
        when = f"{self.not_after:%Y-%m-%d}"
        says = f"expires on {when}, in {left.days} days" if left > timedelta() else f"expired on {when}"
        return (
            f"The certificate {says}: run `avatanime certs renew`, which makes a new one and replaces the old in"
            " every trust store"
        )


def ensure(folder: Path, hosts: Sequence[str], *, now: datetime | None = None) -> Identity:
    """The identity in `folder` for exactly `hosts`; made anew if missing, damaged, expired or for other hosts.

    Pass every host that is to be decrypted, the status host included. Raises TrustError if a host is no DNS name, or
    the folder cannot be read or written.
    """
    return _ensure(folder, _checked(hosts), now or datetime.now(UTC), forced="")


def renew(folder: Path, hosts: Sequence[str], *, now: datetime | None = None) -> Identity:
    """A new identity whatever `folder` holds. Raises TrustError like `ensure`."""
    return _ensure(folder, _checked(hosts), now or datetime.now(UTC), forced="a renewal was asked for")


def read(folder: Path) -> Identity:
    """The identity in `folder` as it stands, expired or not; writes nothing.

    Raises TrustError if there is none or it is damaged.
    """
    try:
        return _Files.read(folder).identity(folder)
    except FileNotFoundError:
        raise TrustError(f"There is no certificate in {folder} yet: `avatanime run` makes it.") from None
    except OSError as e:
        raise _unreachable(folder, e) from e


def stale(folder: Path, hosts: Sequence[str], *, now: datetime | None = None) -> str:
    """Why `ensure` would make a new identity; empty if it would not. Writes nothing. Raises TrustError like it."""
    try:
        return _why_anew(folder, _checked(hosts), now or datetime.now(UTC))
    except OSError as e:
        raise _unreachable(folder, e) from e


def store(folder: Path, authority: Authority, leaf: Leaf, reason: str) -> Identity:
    """Write `ca.pem` and `leaf.pem`. Raises OSError, and TrustError if the file system can't keep a key private."""
    leaf_pem = folder / LEAF_FILE
    parts = _Files(leaf.key, leaf.certificate, authority.certificate)
    files.write(leaf_pem, parts.pem, files.PRIVATE)
    if _exposed(leaf_pem):
        leaf_pem.unlink()
        raise TrustError(
            f"The file system of {folder} shows every file to all users, so no key can be kept there:"
            " set AVATANIME_HOME to a folder that belongs to you alone."
        )
    files.write(folder / CA_FILE, _pem(authority.certificate), files.PUBLIC)
    return parts.identity(folder, reason)


@dataclass(frozen=True, slots=True)
class _Files:
    """What `leaf.pem` holds. `ca.pem` is a copy of its last part."""

    key: ec.EllipticCurvePrivateKey
    leaf: x509.Certificate
    ca: x509.Certificate

    @classmethod
    def read(cls, folder: Path) -> Self:
        """Raises TrustError if `leaf.pem` is not what `store` wrote, OSError if it can't be read."""
        content = (folder / LEAF_FILE).read_bytes()
        try:
            key = load_pem_private_key(content, password=None)
            leaf, ca = x509.load_pem_x509_certificates(content)
            for certificate in (leaf, ca):
                certificate.verify_directly_issued_by(ca)
            parts = cls(key, leaf, ca)  # type: ignore[arg-type]  # checked on the next line
            if not isinstance(key, ec.EllipticCurvePrivateKey) or key.public_key() != leaf.public_key():
                raise ValueError("the key is not the certificate's")
            if set(parts.hosts) != set(_permitted(ca)):
                raise ValueError("the authority is not limited to the certificate's hosts")
        except DAMAGE as e:
            raise TrustError(f"{folder / LEAF_FILE} is damaged ({e or type(e).__name__}).") from e
        return parts

    @property
    def hosts(self) -> tuple[str, ...]:
        names = self.leaf.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
        return tuple(names.get_values_for_type(x509.DNSName))

    @property
    def pem(self) -> bytes:
        key = self.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        return key + _pem(self.leaf) + _pem(self.ca)

    def identity(self, folder: Path, reason: str = "") -> Identity:
        spki = self.leaf.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        return Identity(
            ca_pem=folder / CA_FILE,
            leaf_pem=folder / LEAF_FILE,
            name=str(self.ca.subject.get_attributes_for_oid(NameOID.COMMON_NAME)[0].value),
            fingerprint=self.ca.fingerprint(hashes.SHA256()).hex(":").upper(),
            spki=base64.b64encode(hashlib.sha256(spki).digest()).decode(),
            not_after=self.leaf.not_valid_after_utc,
            hosts=self.hosts,
            renewed=bool(reason),
            reason=reason,
        )


def _ensure(folder: Path, hosts: tuple[str, ...], now: datetime, forced: str) -> Identity:
    try:
        with files.locked(folder):
            reason = forced or _why_anew(folder, hosts, now)
            if reason:
                authority = Authority(hosts, now)
                return store(folder, authority, authority.issue(hosts), reason)
            parts = _Files.read(folder)
            if not _holds(folder / CA_FILE, _pem(parts.ca)):
                files.write(folder / CA_FILE, _pem(parts.ca), files.PUBLIC)
            return parts.identity(folder)
    except OSError as e:
        raise _unreachable(folder, e) from e


def _why_anew(folder: Path, hosts: tuple[str, ...], now: datetime) -> str:
    """Why the identity in `folder` cannot serve; empty if it can."""
    leaf_pem = folder / LEAF_FILE
    try:
        parts = _Files.read(folder)
    except FileNotFoundError:
        return "there was none yet"
    except TrustError as e:
        return str(e).rstrip(".")
    if _exposed(leaf_pem):
        return f"{leaf_pem} could be read by other users, so its key may be known"
    if now > parts.leaf.not_valid_after_utc:
        return f"the old one expired on {parts.leaf.not_valid_after_utc:%Y-%m-%d}"
    if now < parts.leaf.not_valid_before_utc:
        begins = f"{parts.leaf.not_valid_before_utc:%Y-%m-%d}"
        return f"the old one is valid only from {begins} on, and this clock says {now:%Y-%m-%d}"
    if set(parts.hosts) != set(hosts):
        return f"the hosts changed from {', '.join(parts.hosts)} to {', '.join(hosts)}"
    return ""


def _checked(hosts: Sequence[str]) -> tuple[str, ...]:
    """Lower-case, in order, each once. Raises TrustError for what is no full DNS host name (wildcards, addresses)."""
    names = tuple(dict.fromkeys(host.lower() for host in hosts))
    for name in names:
        labels = name.split(".")
        if len(name) > 253 or len(labels) < 2 or labels[-1].isdigit() or not all(map(LABEL.fullmatch, labels)):
            raise TrustError(
                f"{name!r} is no host name that a certificate can be limited to: give one like pbs.twimg.com."
            )
    if not names:
        raise TrustError("A certificate needs at least one host: name the sites whose avatars are rewritten.")
    return names


def _permitted(ca: x509.Certificate) -> list[str]:
    constraints = ca.extensions.get_extension_for_class(x509.NameConstraints).value
    return [name.value for name in constraints.permitted_subtrees or () if isinstance(name, x509.DNSName)]


def _exposed(path: Path) -> bool:
    """Whether group or others may touch the file. Windows keeps modes in access lists, inherited from the profile."""
    return os.name != "nt" and bool(path.stat().st_mode & 0o077)


def _holds(path: Path, content: bytes) -> bool:
    return path.is_file() and path.read_bytes() == content


def _unreachable(folder: Path, error: OSError) -> TrustError:
    return TrustError(
        f"The certificates in {folder} cannot be read or written ({error.strerror or error}):"
        " make the folder yours, or set AVATANIME_HOME to another."
    )


def _pem(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(Encoding.PEM)
