import os
import ssl
import stat
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address, ip_network
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_der_private_key,
    load_pem_private_key,
)
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from hypothesis import given, settings
from hypothesis import strategies as st

from avatanime.errors import TrustError
from certs import authority, files
from certs.signer import Authority

HOSTS = ("pbs.twimg.com", "avatanime.internal")
NOW = datetime(2027, 3, 14, 15, 9, 26, 535897, tzinfo=UTC)


def both(folder: Path) -> tuple[x509.Certificate, x509.Certificate]:
    leaf, ca = x509.load_pem_x509_certificates((folder / "leaf.pem").read_bytes())
    return leaf, ca


def test_files_and_their_modes_under_any_umask(tmp_path: Path) -> None:
    for number, umask in enumerate((0o000, 0o022, 0o077)):
        folder = tmp_path / str(number)
        before = os.umask(umask)
        try:
            identity = authority.ensure(folder, HOSTS)
        finally:
            os.umask(before)
        assert stat.S_IMODE(identity.leaf_pem.stat().st_mode) == 0o600
        assert stat.S_IMODE(identity.ca_pem.stat().st_mode) == 0o644
        assert sorted(p.name for p in folder.iterdir()) == [".lock", "ca.pem", "leaf.pem"]


def test_the_private_key_is_never_readable_by_others_while_it_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[int] = []
    fsync = os.fsync

    def watch(descriptor: int) -> None:
        seen.append(stat.S_IMODE(os.fstat(descriptor).st_mode))
        fsync(descriptor)

    monkeypatch.setattr(os, "fsync", watch)
    before = os.umask(0)
    try:
        authority.ensure(tmp_path, HOSTS)
    finally:
        os.umask(before)
    assert seen == [0o600, 0o600]


def test_authority_is_limited_in_every_way(tmp_path: Path) -> None:
    authority.ensure(tmp_path, HOSTS, now=NOW)
    _, ca = both(tmp_path)
    extensions = ca.extensions
    constraints = extensions.get_extension_for_class(x509.NameConstraints)
    assert constraints.critical
    assert constraints.value.permitted_subtrees == [
        x509.DNSName("pbs.twimg.com"),
        x509.DNSName("avatanime.internal"),
        x509.DirectoryName(x509.Name([x509.NameAttribute(NameOID.ORGANIZATION_NAME, "avatanime")])),
        x509.RFC822Name("avatanime.invalid"),
        x509.UniformResourceIdentifier("avatanime.invalid"),
    ]
    assert constraints.value.excluded_subtrees == [
        x509.IPAddress(ip_network("0.0.0.0/0")),
        x509.IPAddress(ip_network("::/0")),
    ]
    basic = extensions.get_extension_for_class(x509.BasicConstraints)
    assert basic.critical
    assert (basic.value.ca, basic.value.path_length) == (True, 0)
    usage = extensions.get_extension_for_class(x509.KeyUsage)
    assert usage.critical
    assert (usage.value.key_cert_sign, usage.value.digital_signature) == (True, False)
    assert list(extensions.get_extension_for_class(x509.ExtendedKeyUsage).value) == [ExtendedKeyUsageOID.SERVER_AUTH]


OURS = [x509.NameAttribute(NameOID.ORGANIZATION_NAME, "avatanime")]


@pytest.mark.parametrize(
    ("subject", "name", "verdict"),
    [
        (OURS, x509.DNSName("pbs.twimg.com"), "OK"),
        (OURS, x509.DNSName("a.pbs.twimg.com"), "OK"),  # as RFC 5280 has it: see the docstring of certs.authority
        (OURS, x509.DNSName("twimg.com"), "permitted subtree violation"),
        (OURS, x509.DNSName("xpbs.twimg.com"), "permitted subtree violation"),
        (OURS, x509.DNSName("*.twimg.com"), "permitted subtree violation"),
        (OURS, x509.IPAddress(ip_address("127.0.0.1")), "excluded subtree violation"),
        (OURS, x509.IPAddress(ip_address("::1")), "excluded subtree violation"),
        (OURS, x509.RFC822Name("ann@pbs.twimg.com"), "permitted subtree violation"),
        (OURS, x509.UniformResourceIdentifier("https://pbs.twimg.com/"), "permitted subtree violation"),
        ([x509.NameAttribute(NameOID.COMMON_NAME, "bank.example")], x509.DNSName("pbs.twimg.com"), "subtree violation"),
    ],
)
def test_what_openssl_makes_of_names_it_signed(
    tmp_path: Path, subject: list[x509.NameAttribute[str]], name: x509.GeneralName, verdict: str
) -> None:
    now = datetime.now(UTC)
    signer = Authority(HOSTS, now)
    leaf = (
        x509.CertificateBuilder()
        .subject_name(x509.Name(subject))
        .issuer_name(signer.certificate.subject)
        .public_key(ec.generate_private_key(ec.SECP256R1()).public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([name]), critical=False)
        .sign(signer._key, hashes.SHA256())
    )
    for certificate, file in ((signer.certificate, "ca.pem"), (leaf, "leaf.pem")):
        (tmp_path / file).write_bytes(certificate.public_bytes(Encoding.PEM))
    command = ["openssl", "verify", "-CAfile", str(tmp_path / "ca.pem"), str(tmp_path / "leaf.pem")]
    done = subprocess.run(command, capture_output=True, text=True, timeout=30, check=False)
    assert verdict in done.stdout + done.stderr


def test_leaf_names_exactly_the_hosts(tmp_path: Path) -> None:
    authority.ensure(tmp_path, HOSTS, now=NOW)
    leaf, ca = both(tmp_path)
    names = leaf.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert list(names) == [x509.DNSName(host) for host in HOSTS]
    assert list(leaf.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value) == [
        ExtendedKeyUsageOID.SERVER_AUTH
    ]
    assert not leaf.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    key = leaf.public_key()
    assert isinstance(key, ec.EllipticCurvePublicKey)
    assert isinstance(key.curve, ec.SECP256R1)
    leaf.verify_directly_issued_by(ca)


def test_lifetime_is_within_what_any_client_takes(tmp_path: Path) -> None:
    authority.ensure(tmp_path, HOSTS, now=NOW)
    for certificate in both(tmp_path):
        # Inclusive of both ends (RFC 5280 section 4.1.2.5).
        life = certificate.not_valid_after_utc - certificate.not_valid_before_utc + timedelta(seconds=1)
        assert timedelta(days=199) <= life <= timedelta(days=398)
        assert certificate.not_valid_before_utc <= NOW - timedelta(hours=14)  # any time zone taken for UTC


def test_no_private_key_but_the_leafs_is_anywhere(tmp_path: Path) -> None:
    """Every file below the home is searched for PEM and DER keys, after a first run and after a renewal."""
    authority.ensure(tmp_path / "certs", HOSTS)
    authority.renew(tmp_path / "certs", HOSTS)
    leaf, ca = both(tmp_path / "certs")
    keys = [key for path in tmp_path.rglob("*") if path.is_file() for key in private_keys(path.read_bytes())]
    assert keys == [leaf.public_key()]
    assert ca.public_key() not in keys


def private_keys(content: bytes) -> list[object]:
    """The public halves of all private keys in some bytes, PEM or DER at any offset."""
    found: list[object] = []
    parts = content.split(b"-----BEGIN ")
    for part in parts[1:]:
        if b"PRIVATE KEY-----" in part[:40]:
            found.append(load_pem_private_key(b"-----BEGIN " + part, None).public_key())
    for start in range(len(content)):
        if content[start] == 0x30:
            try:
                found.append(load_der_private_key(content[start:], None).public_key())
            except ValueError:
                continue
    return found


def test_the_search_for_keys_finds_der_too() -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    der = key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    assert private_keys(b"some bytes before" + der) == [key.public_key()]


def test_python_serves_the_file_as_it_is(tmp_path: Path) -> None:
    identity = authority.ensure(tmp_path, HOSTS)
    ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(identity.leaf_pem)
    leaf, ca = both(tmp_path)
    assert identity.fingerprint == ca.fingerprint(hashes.SHA256()).hex(":").upper()
    assert identity.not_after == leaf.not_valid_after_utc


def test_a_second_call_changes_nothing(tmp_path: Path) -> None:
    first = authority.ensure(tmp_path, HOSTS)
    content = identity_files(tmp_path)
    second = authority.ensure(tmp_path, [host.upper() for host in reversed(HOSTS)])
    assert (first.renewed, second.renewed) == (True, False)
    assert (first.reason, second.reason) == ("there was none yet", "")
    assert identity_files(tmp_path) == content
    assert authority.read(tmp_path) == second


def identity_files(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_other_hosts_are_a_reason_to_renew(tmp_path: Path) -> None:
    first = authority.ensure(tmp_path, HOSTS)
    second = authority.ensure(tmp_path, (*HOSTS, "cdn.bsky.app"))
    assert second.renewed
    assert "cdn.bsky.app" in second.reason
    assert second.fingerprint != first.fingerprint
    assert second.hosts == (*HOSTS, "cdn.bsky.app")


def test_renewal_makes_a_new_authority_of_another_name(tmp_path: Path) -> None:
    first, second = authority.ensure(tmp_path, HOSTS), authority.renew(tmp_path, HOSTS)
    assert first.name != second.name
    assert first.fingerprint != second.fingerprint
    assert first.spki != second.spki


@pytest.mark.parametrize(
    ("after", "renewed", "says"),
    [
        (timedelta(days=300), False, ""),
        (timedelta(days=365, hours=23), False, ""),
        (timedelta(days=366, seconds=1), False, "in 29 days"),
        (timedelta(days=395), False, "in 0 days"),
        (timedelta(days=396, seconds=1), True, ""),
    ],
)
def test_expiry_is_announced_thirty_days_ahead(tmp_path: Path, after: timedelta, renewed: bool, says: str) -> None:
    authority.ensure(tmp_path, HOSTS, now=NOW)
    identity = authority.ensure(tmp_path, HOSTS, now=NOW + after)
    assert identity.renewed is renewed
    warning = identity.warning(NOW + after)
    assert says in warning
    assert bool(warning) is bool(says)
    assert not warning or "avatanime certs renew" in warning


def test_an_expired_identity_can_still_be_shown(tmp_path: Path) -> None:
    authority.ensure(tmp_path, HOSTS, now=NOW)
    late = NOW + timedelta(days=400)
    assert "expired on 2028-04-" in authority.read(tmp_path).warning(late)
    assert "expired" in authority.stale(tmp_path, HOSTS, now=late)


def test_a_clock_set_back_is_told(tmp_path: Path) -> None:
    authority.ensure(tmp_path, HOSTS, now=NOW)
    identity = authority.ensure(tmp_path, HOSTS, now=NOW - timedelta(days=300))
    assert identity.renewed
    assert "this clock says 2026-05-18" in identity.reason


def test_a_missing_or_altered_ca_file_is_written_again(tmp_path: Path) -> None:
    identity = authority.ensure(tmp_path, HOSTS)
    original = identity.ca_pem.read_bytes()
    for damage in (identity.ca_pem.unlink, lambda: identity.ca_pem.write_bytes(b"not a certificate")):
        damage()
        assert not authority.ensure(tmp_path, HOSTS).renewed
        assert identity.ca_pem.read_bytes() == original


def test_a_key_that_others_could_read_is_replaced(tmp_path: Path) -> None:
    identity = authority.ensure(tmp_path, HOSTS)
    identity.leaf_pem.chmod(0o640)
    again = authority.ensure(tmp_path, HOSTS)
    assert again.renewed
    assert "could be read by other users" in again.reason
    assert stat.S_IMODE(again.leaf_pem.stat().st_mode) == 0o600


def test_a_file_system_without_modes_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "PRIVATE", 0o644)
    with pytest.raises(TrustError, match="no key can be kept there"):
        authority.ensure(tmp_path, HOSTS)
    assert not (tmp_path / "leaf.pem").exists()


def test_a_key_of_another_leaf_is_damage(tmp_path: Path) -> None:
    ours, theirs = tmp_path / "ours", tmp_path / "theirs"
    authority.ensure(ours, HOSTS)
    authority.ensure(theirs, HOSTS)
    key, _, certificates = (theirs / "leaf.pem").read_bytes().partition(b"-----BEGIN CERT")
    mixed = (ours / "leaf.pem").read_bytes().partition(b"-----BEGIN CERT")[0] + b"-----BEGIN CERT" + certificates
    (theirs / "leaf.pem").write_bytes(mixed)
    assert key not in mixed
    with pytest.raises(TrustError, match="the key is not the certificate's"):
        authority.read(theirs)
    assert "the key is not the certificate's" in authority.ensure(theirs, HOSTS).reason


def test_an_unconstrained_authority_is_damage(tmp_path: Path) -> None:
    wide = Authority((*HOSTS, "com.example"), NOW)
    authority.store(tmp_path, wide, wide.issue(HOSTS), "test")
    with pytest.raises(TrustError, match="not limited to"):
        authority.read(tmp_path)


@pytest.mark.filterwarnings("ignore::cryptography.utils.CryptographyDeprecationWarning")
@settings(deadline=None, max_examples=60)
@given(at=st.integers(0, 2100), junk=st.binary(max_size=40), cut=st.booleans())
def test_damaged_files_are_told_and_replaced(
    tmp_path_factory: pytest.TempPathFactory, at: int, junk: bytes, cut: bool
) -> None:
    folder = tmp_path_factory.mktemp("damaged")
    path = authority.ensure(folder, HOSTS, now=NOW).leaf_pem
    content = path.read_bytes()
    altered = content[:at] + junk + (b"" if cut else content[at + len(junk) :])
    path.write_bytes(altered)
    if reason := authority.stale(folder, HOSTS, now=NOW):
        assert "leaf.pem is damaged" in reason
        with pytest.raises(TrustError, match=r"leaf\.pem is damaged"):
            authority.read(folder)
        assert authority.ensure(folder, HOSTS, now=NOW).reason == reason
    else:  # white space, or nothing that matters, was hit
        assert authority.read(folder).hosts == HOSTS


@pytest.mark.parametrize(
    "host",
    [
        "*.twimg.com",
        "127.0.0.1",
        "::1",
        "localhost",
        "",
        "a..b",
        "-a.com",
        "a_b.com",
        "pbs.twimg.com:443",
        "ä.com",
        "a" * 64 + ".com",
        "a.com.",
    ],
)
def test_only_full_host_names_are_taken(tmp_path: Path, host: str) -> None:
    with pytest.raises(TrustError, match="is no host name"):
        authority.ensure(tmp_path, [host])
    assert not list(tmp_path.iterdir())


def test_no_hosts_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(TrustError, match="at least one host"):
        authority.ensure(tmp_path, [])


def test_reading_where_there_is_nothing(tmp_path: Path) -> None:
    with pytest.raises(TrustError, match=r"no certificate in .* yet"):
        authority.read(tmp_path)
    assert authority.stale(tmp_path, HOSTS) == "there was none yet"


def test_a_folder_that_is_a_file(tmp_path: Path) -> None:
    place = tmp_path / "certs"
    place.write_text("in the way")
    for call in (lambda: authority.ensure(place, HOSTS), lambda: authority.read(place)):
        with pytest.raises(TrustError, match="set AVATANIME_HOME"):
            call()


def test_starts_at_the_same_time_agree(tmp_path: Path) -> None:
    """Four processes, one identity: each sees what the first one made."""
    script = (
        "import sys; from pathlib import Path; from certs import authority;"
        f"print(authority.ensure(Path(sys.argv[1]), {HOSTS!r}).fingerprint)"
    )
    command = [sys.executable, "-c", script, str(tmp_path)]
    processes = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(4)]
    fingerprints = {process.communicate(timeout=60)[0].strip() for process in processes}
    assert fingerprints == {authority.read(tmp_path).fingerprint}
