"""A look at the running proxy from outside: whether it answers, where, and with which certificate."""

import base64
import hashlib
import http.client
import socket
import ssl

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from addon import pac
from addon.sites import STATUS_HOST

PATIENCE = 5.0
"""Seconds to wait for an answer from this same computer."""
SOMEWHERE = ("192.0.2.1", 9)
"""An address of no network (RFC 5737): asking for the way there tells this computer's own address; nothing is sent."""


class Probe:
    """Asks the proxy on a port of this computer."""

    def __init__(self, port: int) -> None:
        self.port = port

    def pac(self) -> str:
        """The PAC file it serves; empty if nothing answers, or something else does."""
        try:
            connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
            try:
                connection.request("GET", pac.PATH)
                answer = connection.getresponse()
                body = answer.read(1 << 20).decode("utf-8", "replace")
                kind = (answer.getheader("content-type") or "").partition(";")[0].strip()
            finally:
                connection.close()
        except (OSError, http.client.HTTPException):
            return ""
        return body if answer.status == 200 and kind == pac.TYPE else ""

    def spki(self) -> str:
        """Base64 SHA-256 of the public key it shows for the status host; empty if it shows none."""
        try:
            connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
            try:
                connection.set_tunnel(STATUS_HOST, 443)
                connection.connect()
                # Which key it shows is the question: nothing is sent over this connection that would need trust.
                context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
                context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
                with context.wrap_socket(connection.sock, server_hostname=STATUS_HOST) as tls:
                    der = tls.getpeercert(binary_form=True) or b""
            finally:
                connection.close()
            key = x509.load_der_x509_certificate(der).public_key()
        except (OSError, http.client.HTTPException, ValueError):
            return ""
        info = key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        return base64.b64encode(hashlib.sha256(info).digest()).decode()

    def reachable_at(self) -> str:
        """An address other than loopback at which the port answers, so that others reach it; or empty."""
        address = own_address()
        if not address:
            return ""
        try:
            with socket.create_connection((address, self.port), PATIENCE):
                return address
        except OSError:
            return ""


def own_address() -> str:
    """The address of this computer on its network; empty if it has none but loopback."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as way:
        try:
            way.connect(SOMEWHERE)
        except OSError:
            return ""
        address = str(way.getsockname()[0])
    return "" if address.startswith("127.") else address
