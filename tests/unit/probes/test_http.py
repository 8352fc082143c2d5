"""The probe against real servers on loopback."""

from __future__ import annotations

import socket
import struct
import threading
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from drctl.errors import GuardRefused
from drctl.ports.http import HttpRequest
from drctl.probes.http import MOST_BODY, HttpxProbe

SHORT = timedelta(milliseconds=300)


class Server(ThreadingHTTPServer):
    """Answers by path, and remembers what it was asked."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.asked: list[tuple[str, dict[str, str]]] = []
        self.bodies: list[bytes] = []
        self.closing = threading.Event()

    @property
    def url(self) -> str:
        return f"http://{self.place}"

    @property
    def place(self) -> str:
        return f"127.0.0.1:{self.server_port}"

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that gives up is what some of these tests are about."""


class _Handler(BaseHTTPRequestHandler):
    server: Server

    def do_GET(self) -> None:
        self.server.asked.append((self.requestline, {name.lower(): value for name, value in self.headers.items()}))
        path = self.path.rpartition("/")[2]
        match path:
            case "moved":
                self._send(302, {"Location": f"{self.server.url}/fine"})
            case "broken":
                self._send(503, {}, b'{"status": "down"}')
            case "silent":
                self.server.closing.wait(10)
            case "trickle":
                self._trickle()
            case "reset":
                self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                self.connection.close()
            case "garbage":
                self.wfile.write(b"this is no HTTP\r\n\r\n")
                self.close_connection = True
            case "large":
                self._send(200, {}, b"x" * (MOST_BODY * 3))
            case "lost":
                self._send(502, {"x-drctl-sim-failure": "dns"}, b"no such name")
            case _:
                self._send(200, {"Content-Type": "text/plain"}, b"fine")

    def do_POST(self) -> None:
        self.server.bodies.append(self.rfile.read(int(self.headers["Content-Length"])))
        self.do_GET()

    do_PUT = do_POST  # noqa: N815 (the name is the standard library's)
    do_HEAD = do_GET  # noqa: N815 (the name is the standard library's)

    def _send(self, status: int, headers: dict[str, str], body: bytes = b"") -> None:
        self.send_response(status)
        for name, value in {**headers, "Content-Length": str(len(body))}.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def _trickle(self) -> None:
        self.send_response(200)
        self.send_header("Content-Length", "1000")
        self.end_headers()
        while not self.server.closing.wait(0.02):
            self.wfile.write(b"x")

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 (the name is the standard library's)
        """Nothing: a test that passes says nothing."""


@pytest.fixture
def server() -> Iterator[Server]:
    with Server() as running:
        thread = threading.Thread(target=running.serve_forever, args=(0.01,))
        thread.start()
        yield running
        running.closing.set()
        running.shutdown()
        thread.join()


def test_an_answer_is_told_as_it_came(server: Server) -> None:
    """Status, headers, body, and how long it took."""
    answer = HttpxProbe().fetch(HttpRequest(url=f"{server.url}/fine", headers={"X-Probe": "1"}))
    assert (answer.status, answer.body, answer.failure) == (200, b"fine", "")
    assert answer.headers["content-type"] == "text/plain"
    assert timedelta(0) < answer.took < timedelta(seconds=5)
    assert server.asked[0][1]["x-probe"] == "1"


def test_a_wrong_status_is_an_answer(server: Server) -> None:
    """A 503 is what the service says, not a failure to reach it."""
    answer = HttpxProbe().fetch(HttpRequest(url=f"{server.url}/broken"))
    assert (answer.status, answer.failure, answer.body) == (503, "", b'{"status": "down"}')


def test_a_redirect_is_not_followed(server: Server) -> None:
    """It could lead to the Region that is lost."""
    answer = HttpxProbe().fetch(HttpRequest(url=f"{server.url}/moved"))
    assert (answer.status, answer.headers["location"]) == (302, f"{server.url}/fine")
    assert len(server.asked) == 1


def test_the_dialled_host_is_asked_by_the_real_name(server: Server) -> None:
    """A load balancer can be checked before any record points to it."""
    request = HttpRequest(url="http://api.amply.example/health?deep=1", connect_to=server.place)
    assert HttpxProbe().fetch(request).status == 200
    line, headers = server.asked[0]
    assert line == "GET /health?deep=1 HTTP/1.1"
    assert headers["host"] == "api.amply.example"


@pytest.mark.parametrize("method", ["POST", "PUT"])
def test_a_body_is_sent_as_it_is(server: Server, method: str) -> None:
    """With the headers that it was given."""
    request = HttpRequest(
        url=f"{server.url}/fine", method=method, body=b'{"text": "1"}', headers={"content-type": "application/json"}
    )
    assert HttpxProbe().fetch(request).status == 200
    assert server.bodies == [b'{"text": "1"}']
    assert server.asked[0][1]["content-type"] == "application/json"


@pytest.mark.parametrize("path", ["reset", "broken", "moved", "silent"])
def test_what_was_sent_is_not_sent_again(server: Server, path: str) -> None:
    """Nobody knows whether it arrived, and it may tell people twice."""
    request = HttpRequest(url=f"{server.url}/{path}", method="POST", body=b"once", timeout=SHORT)
    HttpxProbe().fetch(request)
    assert server.bodies == [b"once"]


def test_a_request_does_not_show_what_may_be_secret() -> None:
    """Its URL, its headers and its body may all be."""
    request = HttpRequest(url="https://a/services/hidden", headers={"authorization": "hidden"}, body=b"hidden")
    assert "hidden" not in repr(request)


def test_the_method_is_the_one_that_was_asked_for(server: Server) -> None:
    """HEAD asks for no body."""
    assert HttpxProbe().fetch(HttpRequest(url=f"{server.url}/fine", method="HEAD")).body == b""
    assert server.asked[0][0].startswith("HEAD ")


def test_every_request_has_a_connection_of_its_own(server: Server) -> None:
    """A connection kept open would go on showing the side that traffic has left."""
    probe = HttpxProbe()
    for _ in range(2):
        probe.fetch(HttpRequest(url=f"{server.url}/fine"))
    assert [headers["connection"] for _, headers in server.asked] == ["close", "close"]


@pytest.mark.parametrize(
    ("path", "failure"),
    [("silent", "timeout"), ("trickle", "timeout"), ("reset", "connect"), ("garbage", "protocol")],
)
def test_no_answer_has_a_plain_reason(server: Server, path: str, failure: str) -> None:
    """A server that is silent, slow beyond measure, gone in the middle, or no server for HTTP."""
    answer = HttpxProbe().fetch(HttpRequest(url=f"{server.url}/{path}", timeout=SHORT))
    assert (answer.status, answer.failure) == (0, failure)
    assert answer.detail
    assert answer.took < timedelta(seconds=5)


def test_no_listener_is_a_connect_failure() -> None:
    """Nothing listens on the port that the kernel has just given back."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    answer = HttpxProbe().fetch(HttpRequest(url=f"http://127.0.0.1:{port}/"))
    assert (answer.status, answer.failure) == (0, "connect")


def test_no_tls_is_a_tls_failure(server: Server) -> None:
    """A plain server behind an https URL."""
    answer = HttpxProbe().fetch(HttpRequest(url=f"https://{server.place}/", timeout=SHORT))
    assert (answer.status, answer.failure) == (0, "tls")


def test_an_unknown_name_is_a_dns_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    """The resolver is stood in for: this test asks no name server."""

    def unknown(*asked: Any, **options: Any) -> Any:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    answer = HttpxProbe().fetch(HttpRequest(url="http://gone.amply.example/"))
    assert (answer.status, answer.failure) == (0, "dns")


@pytest.mark.parametrize("url", ["http://[::1/", "gopher://127.0.0.1/", "http://127.0.0.1:99999/", "http:///x"])
def test_an_impossible_url_is_an_answer_too(url: str) -> None:
    """Never raises, whatever a runbook's reference has put into the URL."""
    assert HttpxProbe().fetch(HttpRequest(url=url)).failure in ("protocol", "connect", "dns")


def test_a_large_body_is_cut_off(server: Server) -> None:
    """A check looks at a page; it does not fetch files."""
    assert len(HttpxProbe().fetch(HttpRequest(url=f"{server.url}/large")).body) == MOST_BODY


def test_the_proxies_of_the_machine_have_no_say(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    """A laptop's proxy would check the wrong thing, or nothing."""
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    assert HttpxProbe().fetch(HttpRequest(url=f"{server.url}/fine")).status == 200


def test_a_simulated_world_is_asked_as_a_proxy(server: Server) -> None:
    """https becomes plain http; the dialled name is in the request line, and Host stays the URL's."""
    request = HttpRequest(url="https://api.amply.example:8443/health?deep=1", connect_to="alb.amazonaws.com")
    assert HttpxProbe(server.url).fetch(request).status == 200
    line, headers = server.asked[0]
    assert line == "GET http://alb.amazonaws.com:8443/health?deep=1 HTTP/1.1"
    assert headers["host"] == "api.amply.example:8443"


def test_a_simulated_world_is_all_that_a_simulated_probe_reaches(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever the URL and the machine's settings say, the simulation gets the request, unresolved."""
    monkeypatch.setenv("NO_PROXY", "*")
    with Server() as elsewhere:
        for url in (f"{elsewhere.url}/fine", "http://169.254.169.254/latest/", "https://example.org/"):
            assert HttpxProbe(server.url).fetch(HttpRequest(url=url, timeout=SHORT)).status == 200
        assert elsewhere.asked == []
    assert [line.split()[1] for line, _ in server.asked] == [
        f"{elsewhere.url}/fine",
        "http://169.254.169.254/latest/",
        "http://example.org/",
    ]


def test_a_simulated_world_can_say_that_a_name_is_gone(server: Server) -> None:
    """Its header stands for what a network would have done; from a real server it means nothing."""
    answer = HttpxProbe(server.url).fetch(HttpRequest(url="http://api.amply.example/lost"))
    assert (answer.status, answer.failure, answer.detail) == (0, "dns", "no such name")
    assert HttpxProbe().fetch(HttpRequest(url=f"{server.url}/lost")).status == 502


@pytest.mark.parametrize(
    "url", ["http://10.0.0.1:5000", "http://localhost:5000", "https://example.org", "http://0.0.0.0:1", "nonsense"]
)
def test_a_simulated_world_is_on_loopback_or_refused(url: str) -> None:
    """A name does not count: it can be made to lead anywhere."""
    with pytest.raises(GuardRefused):
        HttpxProbe(url)


def test_an_answer_says_whether_a_simulated_world_gave_it(server: Server) -> None:
    """That world has no TLS, so an https URL comes without a certificate there."""
    simulated = HttpxProbe(simulated=server.url).fetch(HttpRequest(url="https://api.amply.example/fine"))
    assert (simulated.status, simulated.simulated, simulated.certificate) == (200, True, None)
    real = HttpxProbe().fetch(HttpRequest(url=f"{server.url}/fine"))
    assert (real.status, real.simulated, real.certificate) == (200, False, None)


def test_secret_headers_are_sent_and_not_shown(server: Server) -> None:
    request = HttpRequest(url=f"{server.url}/fine", secret_headers={"Authorization": "Bearer abc123"})
    HttpxProbe().fetch(request)
    assert server.asked[-1][1]["authorization"] == "Bearer abc123"
    assert "abc123" not in repr(request)
