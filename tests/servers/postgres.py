"""A real PostgreSQL: a primary with TLS that archives its log, and a standby that replays it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest

from tests.servers import processes
from tests.servers.certificates import Authority

PASSWORD = "a-password-of-tests"
PLACES = "/usr/lib/postgresql/*/bin"
PACKAGE = "postgresql"
SETTINGS = {
    "listen_addresses": processes.LOOPBACK,
    "unix_socket_directories": "",
    "fsync": "off",
    "shared_buffers": "16MB",
    "max_connections": "20",
    "logging_collector": "off",
}


@dataclass(frozen=True)
class PostgresServer:
    port: int
    standby_port: int
    ca_file: str
    other_ca_file: str
    """An authority that has signed nothing here."""
    place: Path
    """The folder of all of it; the log is archived in `archive`."""

    def admin(self) -> psycopg.Connection[tuple[object, ...]]:
        """A connection that may do everything; each statement is committed."""
        return psycopg.connect(
            host="127.0.0.1", port=self.port, user="admin", password=PASSWORD, dbname="amply", autocommit=True
        )


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    """A primary and its standby, up, with the database amply."""
    postgres = processes.program("postgres", PACKAGE, PLACES)
    with ExitStack() as stack:
        place = stack.enter_context(processes.folder())
        ca_file, other_ca_file = _authorities(place)
        port, standby_port = processes.free_port(), processes.free_port()
        data, standby = place / "data", place / "standby"
        _create(place, data)
        archive = place / "archive"
        archive.mkdir()
        processes.own(archive)
        secured = {"ssl": "on", "ssl_cert_file": str(place / "server.crt"), "ssl_key_file": str(place / "server.key")}
        archiving = {"archive_mode": "on", "archive_command": f"cp %p {archive}/%f"}
        _serve(stack, postgres, data, port, {**secured, **archiving})
        _copy(port, standby)
        _serve(stack, postgres, standby, standby_port, secured)
        server = PostgresServer(port, standby_port, ca_file, other_ca_file, place)
        yield server


@contextmanager
def restored_to(server: PostgresServer, point: str, base: Path) -> Iterator[int]:
    """The port of a second server: the base backup, and the archived log replayed up to the restore point."""
    postgres, port = processes.program("postgres", PACKAGE, PLACES), processes.free_port()
    signal = base / "recovery.signal"
    signal.touch()
    processes.own(signal)
    secured = {
        "ssl": "on",
        "ssl_cert_file": str(server.place / "server.crt"),
        "ssl_key_file": str(server.place / "server.key"),
        "restore_command": f"cp {server.place}/archive/%f %p",
        "recovery_target_name": point,
        "recovery_target_action": "promote",
    }
    with ExitStack() as stack:
        _serve(stack, postgres, base, port, secured)
        yield port


def base_backup(server: PostgresServer, base: Path) -> None:
    """A copy of the primary's files in `base`, as a backup job makes it."""
    program = processes.program("pg_basebackup", PACKAGE, PLACES)
    where = f"host=127.0.0.1 port={server.port} user=admin password={PASSWORD}"
    processes.run([program, "-D", str(base), "--no-sync", "--checkpoint=fast", "-X", "none", "-d", where])


def dump_and_restore(server: PostgresServer, restored: str) -> None:
    """Dump the database amply, and restore the dump into a new database of that name."""
    dump, psql = (processes.program(name, PACKAGE, PLACES) for name in ("pg_dump", "psql"))
    file, where = server.place / f"{restored}.sql", f"host=127.0.0.1 port={server.port} user=admin"
    processes.run([dump, "--no-owner", "-f", str(file), "-d", f"{where} dbname=amply"], PGPASSWORD=PASSWORD)
    with server.admin() as admin:
        admin.execute(f"create database {restored}")
    processes.run(
        [psql, "-q", "-v", "ON_ERROR_STOP=1", "-f", str(file), "-d", f"{where} dbname={restored}"], PGPASSWORD=PASSWORD
    )


def _authorities(place: Path) -> tuple[str, str]:
    authority = Authority.new("the authority of this test")
    authority.issue(place)
    other = Authority.new("somebody else's authority")
    return str(authority.write(place / "ca.crt")), str(other.write(place / "other-ca.crt"))


def _create(place: Path, data: Path) -> None:
    password_file = place / "password"
    password_file.write_text(PASSWORD)
    processes.own(password_file)
    initdb = processes.program("initdb", PACKAGE, PLACES)
    processes.run(
        [
            initdb, "-D", str(data), "-U", "admin", "--auth=scram-sha-256", f"--pwfile={password_file}",
            "--no-sync", "--no-instructions", "--locale=C", "--encoding=UTF8",
        ]
    )  # fmt: skip


def _copy(port: int, standby: Path) -> None:
    with psycopg.connect(
        host="127.0.0.1", port=port, user="admin", password=PASSWORD, dbname="postgres", autocommit=True
    ) as admin:
        admin.execute("create database amply")
    basebackup = processes.program("pg_basebackup", PACKAGE, PLACES)
    processes.run(
        [
            basebackup, "-D", str(standby), "-R", "--no-sync", "--checkpoint=fast",
            "-d", f"host=127.0.0.1 port={port} user=admin password={PASSWORD}",
        ]
    )  # fmt: skip


def _serve(stack: ExitStack, postgres: str, data: Path, port: int, secured: dict[str, str]) -> None:
    settings = {**SETTINGS, **secured, "port": str(port)}
    command = [postgres, "-D", str(data), *(f"--{name}={value}" for name, value in settings.items())]
    stack.enter_context(processes.serving(command, data.with_suffix(".log"), lambda: _is_ready(port)))


def _is_ready(port: int) -> bool:
    try:
        psycopg.connect(host="127.0.0.1", port=port, user="admin", password=PASSWORD, dbname="postgres").close()
    except psycopg.OperationalError:
        return False
    return True
