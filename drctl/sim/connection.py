"""One HTTP/1.1 connection, with the two answers that WSGI has no words for: a reset, and silence.

The host that was dialled is told from the host that was asked for, because the simulated AWS
plays the whole internet of its estate: see `drctl.sim.application`.
"""

from __future__ import annotations

import io
import logging
import select
import socket
import struct
import threading
from collections.abc import Iterable
from datetime import timedelta
from http.server import BaseHTTPRequestHandler
from typing import Any, Protocol, cast
from urllib.parse import unquote_to_bytes, urlsplit

from moto.core.request import (
    PRESERVED_HEADER_NAMES_ENVIRON_KEY,
    environ_key_for_header,
    should_preserve_original_header_name,
)

from drctl.sim.overlay import ConnectionHangs, ConnectionLost
from drctl.sim.wsgi import Answer, Environ, Wsgi, collect

log = logging.getLogger(__name__)

LOOPBACK = "127.0.0.1"
_LONGEST_LINE = 65536
_LONGEST_SILENCE = timedelta(minutes=15)
_RESET_ON_CLOSE = struct.pack("ii", 1, 0)
# What this server says itself of each answer.
_OURS = frozenset({"connection", "content-length", "date", "keep-alive", "server", "transfer-encoding"})


class Listening(Protocol):
    """What a connection knows of the server it came to."""

    app: Wsgi
    server_address: Any
    closing: threading.Event
    resetting: set[socket.socket]


class Connection(BaseHTTPRequestHandler):
    """One connection to the simulated AWS; several requests one after the other."""

    protocol_version = "HTTP/1.1"
    # Nagle's algorithm would hold back the second segment of a small answer for 40 ms.
    disable_nagle_algorithm = True
    # Headers and body in one segment: what is written is sent when the answer is complete.
    wbufsize = 65536

    @property
    def _listening(self) -> Listening:
        return cast("Listening", self.server)

    def handle_expect_100(self) -> bool:
        """Say that the body may be sent, at once: its sender waits for that."""
        asked = super().handle_expect_100()
        self.wfile.flush()
        return asked

    def _answer(self) -> None:
        environ = self._environ()
        try:
            answer = collect(self._listening.app, environ)
        except ConnectionLost:
            self._reset()
        except ConnectionHangs:
            self._stay_silent()
        except Exception:
            log.exception("%s %s crashed the simulated AWS", self.command, self.path)
            answer = Answer(500, (("Content-Type", "text/plain"),), b"the simulated AWS crashed")
            self._send(answer)
        else:
            self._send(answer)

    # The standard library looks for these names.
    do_GET = do_HEAD = do_POST = do_PUT = do_DELETE = do_PATCH = do_OPTIONS = _answer  # noqa: N815

    def _environ(self) -> Environ:
        body = self._body()
        # A path begins with a slash; anything else is a whole address, as a proxy is given it.
        target = None if self.path.startswith("/") else urlsplit(self.path)
        raw = self.path if target is None else (target.path or "/") + (f"?{target.query}" if target.query else "")
        path, _, query = raw.partition("?")
        environ: Environ = {
            "REQUEST_METHOD": self.command,
            "SCRIPT_NAME": "",
            "PATH_INFO": unquote_to_bytes(path).decode("latin-1"),
            "QUERY_STRING": query,
            "RAW_URI": raw,
            "REQUEST_URI": raw,
            "REMOTE_ADDR": self.client_address[0],
            "SERVER_NAME": LOOPBACK,
            "SERVER_PORT": str(self._listening.server_address[1]),
            "SERVER_PROTOCOL": self.request_version,
            "wsgi.version": (1, 0),
            "wsgi.url_scheme": "http" if target is None else target.scheme,
            "wsgi.input": io.BytesIO(body),
            "wsgi.errors": io.StringIO(),
            "wsgi.multithread": True,
            "wsgi.multiprocess": False,
            "wsgi.run_once": False,
            "drctl.host": self.headers.get("Host", ""),
        }
        if target is not None:
            environ["drctl.target"] = target.netloc
        self._add_headers(environ)
        environ["CONTENT_LENGTH"] = str(len(body))
        # The body is whole by now, however it was sent.
        environ.pop("HTTP_TRANSFER_ENCODING", None)
        return environ

    def _add_headers(self, environ: Environ) -> None:
        spelled: dict[str, str] = {}
        for name, value in self.headers.items():
            if "_" in name and not should_preserve_original_header_name(name):
                continue
            key = environ_key_for_header(name)
            if "_" in name:
                spelled.setdefault(key, name)
            environ[key] = f"{environ[key]},{value}" if key in environ else value
        environ[PRESERVED_HEADER_NAMES_ENVIRON_KEY] = spelled

    def _body(self) -> bytes:
        if "chunked" in self.headers.get("Transfer-Encoding", "").lower():
            return b"".join(self._chunks())
        return self._exactly(int(self.headers.get("Content-Length") or 0))

    def _chunks(self) -> Iterable[bytes]:
        while size := int(self._line().split(b";", 1)[0], 16):
            yield self._exactly(size)
            self._line()
        # Trailers, up to the blank line.
        while self._line().strip():
            pass

    def _line(self) -> bytes:
        line = self.rfile.readline(_LONGEST_LINE)
        if not line.endswith(b"\n"):
            raise ConnectionError("the caller hung up in the middle of a line")
        return line

    def _exactly(self, size: int) -> bytes:
        # Half a request is no request: carrying it out would change what nobody asked for.
        body = self.rfile.read(size)
        if len(body) < size:
            raise ConnectionError(f"the caller hung up after {len(body)} of {size} bytes")
        return body

    def _send(self, answer: Answer) -> None:
        bodiless = self.command == "HEAD" or answer.status in (204, 304)
        told = [(name, value) for name, value in answer.headers if name.lower() not in _OURS]
        lengths = [value for name, value in answer.headers if name.lower() == "content-length"]
        # The answer to a HEAD tells the length of what a GET would get.
        told.append(("Content-Length", lengths[0] if bodiless and lengths else str(len(answer.body))))
        self.send_response_only(answer.status)
        dates = [value for name, value in answer.headers if name.lower() == "date"]
        self.send_header("Date", dates[0] if dates else self.date_time_string())
        for name, value in told:
            self.send_header(name, value)
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()
        if not bodiless:
            self.wfile.write(answer.body)

    def _reset(self) -> None:
        """End the connection as a dead peer would: with a reset, not with an orderly end."""
        self.close_connection = True
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET_ON_CLOSE)
        self._listening.resetting.add(self.connection)

    def _stay_silent(self) -> None:
        """Answer nothing until the caller hangs up, or the server is closed."""
        self.close_connection = True
        waited = timedelta(0)
        while waited < _LONGEST_SILENCE and not self._listening.closing.is_set():
            readable, _, _ = select.select([self.connection], [], [], 1)
            if readable:
                break
            waited += timedelta(seconds=1)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 (the name is the standard library's)
        log.debug(format, *args)
