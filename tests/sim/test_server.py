"""The server listens on loopback alone, speaks HTTP/1.1, and ends with everything it began."""

from __future__ import annotations

import http.client
import socket
import threading
from collections.abc import Iterable

import pytest

from drctl.sim.overlay import ConnectionHangs, ConnectionLost
from drctl.sim.server import serve
from drctl.sim.wsgi import Answer, Environ, StartResponse, Wsgi, read_body


def echo(environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
    """Answers what arrived: method, path, where it was dialled, whom it was for, and the body."""
    told = "\n".join(
        [
            environ["REQUEST_METHOD"],
            environ["RAW_URI"],
            environ.get("drctl.target", "-"),
            environ["drctl.host"],
            read_body(environ).decode(),
        ]
    )
    return Answer(200, (("Content-Type", "text/plain"),), told.encode()).send(start_response)


def raises(error: Exception) -> Wsgi:
    def app(environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        raise error

    return app


def test_nothing_but_loopback_is_bound() -> None:
    with serve(echo) as serving:
        assert serving.url == f"http://127.0.0.1:{serving.port}"
        outside = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        with outside:
            # No packet is sent: this only asks which address of this machine would be used.
            outside.connect(("192.0.2.1", 9))
            address = outside.getsockname()[0]
        if address.startswith("127."):
            pytest.skip("this machine has no other address")
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection((address, serving.port), timeout=2)


def test_a_connection_is_kept_for_the_next_request() -> None:
    with serve(echo) as serving:
        connection = http.client.HTTPConnection("127.0.0.1", serving.port, timeout=5)
        seen = set()
        for _ in range(3):
            connection.request("POST", "/", b"body")
            assert connection.getresponse().read().endswith(b"body")
            assert connection.sock is not None
            seen.add(connection.sock.getsockname())
        connection.close()
    assert len(seen) == 1


def test_a_chunked_body_arrives_whole() -> None:
    with serve(echo) as serving:
        connection = http.client.HTTPConnection("127.0.0.1", serving.port, timeout=5)
        connection.request("PUT", "/b/k", iter([b"one ", b"two ", b"three"]), encode_chunked=True)
        assert connection.getresponse().read().endswith(b"one two three")
        connection.close()


def test_an_absolute_target_is_where_it_was_dialled_and_host_is_whom_it_is_for() -> None:
    with serve(echo) as serving, socket.create_connection(("127.0.0.1", serving.port), timeout=5) as proxy:
        proxy.sendall(
            b"GET http://alb.eu-west-1.elb.amazonaws.com/health/deep?x=1 HTTP/1.1\r\n"
            b"Host: api.amply.example\r\nConnection: close\r\n\r\n"
        )
        answer = proxy.makefile("rb").read().decode()
    assert answer.endswith("GET\n/health/deep?x=1\nalb.eu-west-1.elb.amazonaws.com\napi.amply.example\n")


def test_a_path_that_holds_an_address_is_a_path() -> None:
    with serve(echo) as serving:
        connection = http.client.HTTPConnection("127.0.0.1", serving.port, timeout=5)
        connection.request("GET", "/bucket/http://elsewhere/key")
        assert b"GET\n/bucket/http://elsewhere/key\n-\n" in connection.getresponse().read()
        connection.close()


def test_a_lost_connection_ends_in_a_reset() -> None:
    lost = raises(ConnectionLost())
    with serve(lost) as serving, socket.create_connection(("127.0.0.1", serving.port), timeout=5) as caller:
        caller.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        with pytest.raises(ConnectionResetError):
            caller.recv(1)


@pytest.mark.parametrize(
    "half", [b"Content-Length: 100\r\n\r\nhalf", b"Transfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n"]
)
def test_half_a_request_is_not_carried_out(half: bytes) -> None:
    carried_out = threading.Event()

    def app(environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        carried_out.set()
        return echo(environ, start_response)

    with serve(app) as serving, socket.create_connection(("127.0.0.1", serving.port), timeout=5) as caller:
        caller.sendall(b"POST / HTTP/1.1\r\nHost: x\r\n" + half)
        caller.shutdown(socket.SHUT_WR)
        assert caller.recv(1) == b""
    assert not carried_out.is_set()


def test_closing_ends_connections_that_hang() -> None:
    hanging = threading.Event()

    def app(environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        hanging.set()
        raise ConnectionHangs

    serving = serve(app)
    with socket.create_connection(("127.0.0.1", serving.port), timeout=10) as caller:
        caller.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        assert hanging.wait(5)
        serving.close()
        assert caller.recv(1) == b""


def test_a_crash_of_the_application_is_an_answer_and_not_the_end() -> None:
    with serve(raises(RuntimeError("a bug"))) as serving:
        for _ in range(2):
            connection = http.client.HTTPConnection("127.0.0.1", serving.port, timeout=5)
            connection.request("GET", "/")
            assert connection.getresponse().status == 500
            connection.close()
