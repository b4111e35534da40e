"""The signer: makes a name-constrained certificate authority, signs with it, and is forgotten."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import ip_network

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

VALIDITY = timedelta(days=397)
"""How long authority and leaf live. The CA/Browser Forum's shorter limits bind only the roots that browsers ship, and
every renewal asks the user for trust anew, so this is the longest period that Apple recommends for any server
(https://support.apple.com/102028: at most 398 days, 397 recommended)."""
BACKDATED = timedelta(days=1)
"""Valid from a day ago: a clock that runs behind, or in the wrong time zone, still accepts it. Counts into VALIDITY."""
NOWHERE = "avatanime.invalid"
"""A domain that cannot exist (RFC 6761 section 6.4): permitting e-mail and URI names there alone permits none."""
ORGANISATION = x509.NameAttribute(NameOID.ORGANIZATION_NAME, "avatanime")
"""The first part of every subject of ours; the constraints permit no other."""


@dataclass(frozen=True, slots=True)
class Leaf:
    """A server certificate and its private key."""

    key: ec.EllipticCurvePrivateKey
    certificate: x509.Certificate


class Authority:
    """A name-constrained certificate authority, alive in memory only.

    Path length 0 (it signs servers, not authorities); serverAuth only; critical name constraints (RFC 5280 section
    4.2.1.10) that permit the given hosts and our own subjects, no IP address, no e-mail address and no URI.
    """

    def __init__(self, hosts: Sequence[str], now: datetime) -> None:
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._from = now.replace(microsecond=0) - BACKDATED
        # A name of its own: a trust store may hold an older authority beside this one until that is removed.
        name = _name(f"avatanime avatars-only CA {now:%Y-%m-%d} {secrets.token_hex(4)}")
        constraints = x509.NameConstraints(
            permitted_subtrees=[
                *(x509.DNSName(host) for host in hosts),
                x509.DirectoryName(x509.Name([ORGANISATION])),
                x509.RFC822Name(NOWHERE),
                x509.UniformResourceIdentifier(NOWHERE),
            ],
            excluded_subtrees=[x509.IPAddress(ip_network("0.0.0.0/0")), x509.IPAddress(ip_network("::/0"))],
        )
        builder = self._builder(name, self._key.public_key(), name)
        builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        builder = builder.add_extension(_usage(key_cert_sign=True, crl_sign=True), critical=True)
        self.certificate = builder.add_extension(constraints, critical=True).sign(self._key, hashes.SHA256())

    def issue(self, hosts: Sequence[str]) -> Leaf:
        """A leaf for exactly these hosts. It is the trusting side that refuses hosts outside the constraints."""
        key = ec.generate_private_key(ec.SECP256R1())
        builder = self._builder(
            _name("avatanime proxy (this computer only)"), key.public_key(), self.certificate.subject
        )
        builder = builder.add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        builder = builder.add_extension(_usage(digital_signature=True), critical=True)
        builder = builder.add_extension(x509.SubjectAlternativeName([x509.DNSName(h) for h in hosts]), critical=False)
        return Leaf(key, builder.sign(self._key, hashes.SHA256()))

    def _builder(
        self, subject: x509.Name, key: ec.EllipticCurvePublicKey, issuer: x509.Name
    ) -> x509.CertificateBuilder:
        # RFC 5280 counts both ends of the period in: a second less than the whole.
        until = self._from + VALIDITY - timedelta(seconds=1)
        return (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(issuer)
            .public_key(key)
            .serial_number(x509.random_serial_number())
            .not_valid_before(self._from)
            .not_valid_after(until)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
            .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(self._key.public_key()), critical=False)
            .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        )


def _name(common: str) -> x509.Name:
    return x509.Name([ORGANISATION, x509.NameAttribute(NameOID.COMMON_NAME, common)])


def _usage(**used: bool) -> x509.KeyUsage:
    none = dict.fromkeys(
        (
            "digital_signature",
            "content_commitment",
            "key_encipherment",
            "data_encipherment",
            "key_agreement",
            "key_cert_sign",
            "crl_sign",
            "encipher_only",
            "decipher_only",
        ),
        False,
    )
    return x509.KeyUsage(**none | used)
