"""A real Redis: a master with TLS and a password, and a replica that takes no writes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass

import pytest

from tests.servers import processes
from tests.servers.certificates import Authority

PASSWORD = "a-password-of-tests"


@dataclass(frozen=True)
class RedisServer:
    port: int
    """Without TLS."""
    tls_port: int
    replica_port: int
    ca_file: str
    other_ca_file: str


@pytest.fixture(scope="session")
def redis_server() -> Iterator[RedisServer]:
    """A master and its replica, up."""
    redis = processes.program("redis-server", "redis-server")
    with ExitStack() as stack:
        place = stack.enter_context(processes.folder())
        authority = Authority.new("the authority of this test")
        certificate, key = authority.issue(place)
        ca_file = authority.write(place / "ca.crt")
        other = Authority.new("somebody else's authority").write(place / "other-ca.crt")
        port, tls_port, replica_port = (processes.free_port() for _ in range(3))
        usual = [
            redis, "--bind", processes.LOOPBACK, "--dir", str(place), "--save", "", "--appendonly", "no",
            "--requirepass", PASSWORD, "--masterauth", PASSWORD, "--repl-diskless-sync-delay", "0",
        ]  # fmt: skip
        secured = [
            "--tls-port", str(tls_port), "--tls-cert-file", str(certificate), "--tls-key-file", str(key),
            "--tls-ca-cert-file", str(ca_file), "--tls-auth-clients", "no",
        ]  # fmt: skip
        master = [*usual, "--port", str(port), *secured]
        replica = [*usual, "--port", str(replica_port), "--replicaof", f"{processes.LOOPBACK} {port}"]
        stack.enter_context(processes.serving(master, place / "master.log", lambda: processes.listens(tls_port)))
        stack.enter_context(processes.serving(replica, place / "replica.log", lambda: processes.listens(replica_port)))
        yield RedisServer(port, tls_port, replica_port, str(ca_file), str(other))
