"""A server on loopback for one WSGI application: a thread for each connection, all of them ended with it."""

from __future__ import annotations

import logging
import socket
import socketserver
import threading
from types import TracebackType
from typing import Any

from drctl.sim.connection import LOOPBACK, Connection
from drctl.sim.wsgi import Wsgi

log = logging.getLogger(__name__)

_SHUTDOWN_LATENCY_S = 0.1


class _Listener(socketserver.ThreadingMixIn, socketserver.TCPServer):
    """A thread for each connection; all of them end with the server."""

    allow_reuse_address = True
    daemon_threads = True
    request_queue_size = 256

    def __init__(self, app: Wsgi, port: int) -> None:
        self.app = app
        self.closing = threading.Event()
        self.resetting: set[socket.socket] = set()
        self._open: set[socket.socket] = set()
        self._guard = threading.Lock()
        super().__init__((LOOPBACK, port), Connection)

    def process_request(self, request: Any, client_address: Any) -> None:
        with self._guard:
            self._open.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        with self._guard:
            self._open.discard(request)
        if request in self.resetting:
            # No shutdown first: its orderly end would arrive before the reset.
            self.resetting.discard(request)
            self.close_request(request)
        else:
            super().shutdown_request(request)

    def handle_error(self, request: Any, client_address: Any) -> None:
        # A caller that hung up in the middle; what fails in the application is answered, not raised.
        log.debug("connection from %s ended early", client_address, exc_info=True)

    def hang_up(self) -> None:
        """End every connection that is open."""
        self.closing.set()
        with self._guard:
            for connection in self._open:
                try:
                    connection.shutdown(socket.SHUT_RDWR)
                except OSError:
                    log.debug("a connection had ended already")


class Serving:
    """A server that is running. Also a context manager that closes it."""

    def __init__(self, app: Wsgi, port: int) -> None:
        self._listener = _Listener(app, port)
        self.port: int = self._listener.server_address[1]
        self.url = f"http://{LOOPBACK}:{self.port}"
        self._thread = threading.Thread(
            target=self._listener.serve_forever, args=(_SHUTDOWN_LATENCY_S,), name="simulated-aws", daemon=True
        )
        self._thread.start()

    def close(self) -> None:
        """Stop listening and end every connection; nothing is answered afterwards."""
        self._listener.shutdown()
        self._thread.join()
        self._listener.hang_up()
        self._listener.server_close()

    def __enter__(self) -> Serving:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def serve(app: Wsgi, port: int = 0) -> Serving:
    """Serve `app` on 127.0.0.1 and nowhere else, in threads; port 0 takes a free one. OSError where it is taken."""
    return Serving(app, port)
