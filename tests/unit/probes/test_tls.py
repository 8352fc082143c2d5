"""The probe against real HTTPS servers on loopback, with a certificate authority of the test's own."""

from __future__ import annotations

import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from drctl.ports.http import HttpAnswer, HttpRequest
from drctl.probes.http import HttpxProbe

HOST = "api.amply.example"


def name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


class Authority:
    """Signs certificates, and is what a client may trust."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.key = folder, ec.generate_private_key(ec.SECP256R1())
        self.made = self._sign("the test's own authority", self.key.public_key(), timedelta(days=3650), ca=True)

    def trusting(self) -> ssl.SSLContext:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.load_verify_locations(cadata=self.made.public_bytes(serialization.Encoding.PEM).decode())
        return context

    def serving(self, host: str, lasts: timedelta) -> ssl.SSLContext:
        key = ec.generate_private_key(ec.SECP256R1())
        path = self.folder / f"{host}.pem"
        path.write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            )
            + self._sign(host, key.public_key(), lasts, ca=False).public_bytes(serialization.Encoding.PEM)
        )
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(path)
        return context

    def _sign(self, host: str, key: ec.EllipticCurvePublicKey, lasts: timedelta, *, ca: bool) -> x509.Certificate:
        now = datetime.fromtimestamp(int(time.time()), UTC)
        usage = x509.KeyUsage(True, False, False, False, False, ca, ca, False, False)
        return (
            x509.CertificateBuilder()
            .subject_name(name(host))
            .issuer_name(name("the test's own authority"))
            .public_key(key)
            .serial_number(x509.random_serial_number())
            .not_valid_before(min(now, now + lasts) - timedelta(days=1))
            .not_valid_after(now + lasts)
            .add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
            .add_extension(usage, critical=True)
            .add_extension(x509.SubjectAlternativeName([x509.DNSName(host)]), critical=False)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
            .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(self.key.public_key()), critical=False)
            .sign(self.key, hashes.SHA256())
        )


class _Fine(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Length", "4")
        self.end_headers()
        self.wfile.write(b"fine")

    def log_message(self, *_: object) -> None:
        """Nobody reads it."""


class _Quiet(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that does not trust us hangs up."""


@contextmanager
def serving(context: ssl.SSLContext) -> Iterator[str]:
    server = _Quiet(("127.0.0.1", 0), _Fine)
    server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("authority"))


def ask(authority: Authority, place: str, host: str = HOST, *, trusted: bool = True) -> HttpAnswer:
    probe = HttpxProbe(trust=authority.trusting()) if trusted else HttpxProbe()
    return probe.fetch(HttpRequest(url=f"https://{host}/", connect_to=place, timeout=timedelta(seconds=5)))


def test_the_certificate_that_a_server_shows_is_part_of_its_answer(authority: Authority) -> None:
    """Of the server that was dialled, in the name of the URL; and how long it lasts from now."""
    with serving(authority.serving(HOST, timedelta(days=20))) as place:
        answer = ask(authority, place)
    assert (answer.status, answer.body, answer.simulated) == (200, b"fine", False)
    assert answer.certificate is not None
    assert timedelta(days=19, hours=23) < answer.certificate.left < timedelta(days=20)
    assert answer.certificate.not_after.tzinfo is UTC


@pytest.mark.parametrize(
    ("host", "lasts", "trusted", "told"),
    [
        (HOST, timedelta(days=20), False, "certificate verify failed"),
        ("other.amply.example", timedelta(days=20), True, "mismatch"),
        (HOST, timedelta(days=-1), True, "expired"),
    ],
)
def test_what_is_not_trusted_not_in_the_name_or_over_is_no_answer(
    authority: Authority, host: str, lasts: timedelta, trusted: bool, told: str
) -> None:
    with serving(authority.serving(host, lasts)) as place:
        answer = ask(authority, place, trusted=trusted)
    assert (answer.status, answer.failure, answer.certificate) == (0, "tls", None)
    assert told in answer.detail
