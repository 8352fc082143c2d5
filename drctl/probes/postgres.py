"""PostgreSQL for checks: a connection of its own for each look, and nothing written.

What reads, does so in one read-only transaction. The write is a transaction that takes a number,
as every transaction that writes has to, and is taken back (PostgreSQL documentation, "System
Information Functions", txid_current). The settings of the machine's libpq have no say.
"""

from __future__ import annotations

import os
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from drctl.model.beacon import Survivor
from drctl.ports.postgres import BeaconRows, Heartbeat, PostgresAnswer, PostgresQuestion, Scalar
from drctl.probes.postgres_beacons import newest_beacon
from drctl.probes.postgres_failures import failure_to_ask, failure_to_connect
from drctl.probes.postgres_sequences import late_sequences

if TYPE_CHECKING:
    import psycopg

_LONGEST = 4
"""A look may take that many times its timeout, before a connection that says nothing is cut."""
_ABOUT = """
select current_setting('server_version'), now(), pg_is_in_recovery(),
       case when pg_is_in_recovery() then pg_last_wal_replay_lsn() else pg_current_wal_lsn() end::text
"""
_OF_NO_SAY = ("passfile", "sslcert", "sslkey", "sslcrl", "requirepeer")
"""What libpq would otherwise take from its variables or from files in the home folder."""


class PsycopgProbe:
    """Asks with psycopg 3."""

    def ask(self, question: PostgresQuestion) -> PostgresAnswer:
        return answered(question, _ask)


def answered(
    question: PostgresQuestion, ask: Callable[[psycopg.Connection[Any], PostgresQuestion], PostgresAnswer]
) -> PostgresAnswer:
    """What `ask` makes of a connection of its own, which is closed again; or why there is no answer."""
    # Imported here: a command that asks no database should not pay for loading it.
    import psycopg

    try:
        addresses = _addresses(question.host, question.port)
    except OSError as error:
        return PostgresAnswer(failure="dns", detail=str(error))
    try:
        connection = psycopg.connect(**_connection(question, addresses))
    except psycopg.Error as error:
        return failure_to_connect(error)
    try:
        with connection, _cut_after(connection, question.timeout.total_seconds() * _LONGEST):
            return ask(connection, question)
    except psycopg.Error as error:
        return failure_to_ask(error)


def _ask(connection: psycopg.Connection[Any], question: PostgresQuestion) -> PostgresAnswer:
    writable, write_failure = _try_to_write(connection) if question.writable else (None, "")
    connection.execute("begin isolation level repeatable read read only")
    version, now, in_recovery, lsn = _row(connection, _ABOUT)
    heartbeat = _newest(connection, question.heartbeat) if question.heartbeat is not None else None
    survivor, replayed_at = _survivor(connection, question.beacons) if question.beacons is not None else (None, None)
    counts = {table: _count(connection, table) for table in question.counts}
    late = tuple(late_sequences(connection)) if question.sequences else ()
    # The runbook's own statement comes last: whatever it is, nothing of ours is asked after it.
    value = _value(connection, question.query) if question.query is not None else None
    return PostgresAnswer(
        server_version=str(version).split(" ", 1)[0],
        now=now,
        in_recovery=in_recovery,
        lsn=lsn or "",
        writable=writable,
        write_failure=write_failure,
        heartbeat_at=heartbeat,
        survivor=survivor,
        replayed_at=replayed_at,
        value=value,
        counts=counts,
        late_sequences=late,
    )


def _try_to_write(connection: psycopg.Connection[Any]) -> tuple[bool, str]:
    """Whether a transaction as the application would begin it may write, and what stands against it."""
    import psycopg

    connection.execute("begin")
    try:
        read_only, recovering = _row(
            connection, "select current_setting('transaction_read_only') = 'on', pg_is_in_recovery()"
        )
        if recovering:
            return False, "it is a replica: it is in recovery"
        if read_only:
            return False, "default_transaction_read_only is on"
        connection.execute("select txid_current()")
    except psycopg.OperationalError:
        raise
    except psycopg.Error as error:
        return False, error.diag.message_primary or type(error).__name__
    finally:
        if not connection.closed:
            connection.execute("rollback")
    return True, ""


def _newest(connection: psycopg.Connection[Any], heartbeat: Heartbeat) -> datetime | None:
    from psycopg import sql

    # A column without a time zone is taken to hold UTC, as an application that cares about it writes it.
    connection.execute("set local timezone to 'UTC'")
    asked = sql.SQL("select max({})::timestamptz from {}").format(
        sql.Identifier(heartbeat.column), sql.Identifier(*heartbeat.table.split("."))
    )
    newest: datetime | None = _row(connection, asked)[0]
    return newest


def _survivor(connection: psycopg.Connection[Any], beacons: BeaconRows) -> tuple[Survivor | None, datetime | None]:
    """The newest beacon, and the last commit that was replayed."""
    connection.execute("set local timezone to 'UTC'")
    replayed_at: datetime | None = _row(connection, "select pg_last_xact_replay_timestamp()")[0]
    return newest_beacon(connection, beacons), replayed_at


def _count(connection: psycopg.Connection[Any], table: str) -> int:
    from psycopg import sql

    return int(_row(connection, sql.SQL("select count(*) from {}").format(sql.Identifier(*table.split("."))))[0])


def _value(connection: psycopg.Connection[Any], query: str) -> Scalar:
    # Prepared, so that the server takes one statement and no second one after a semicolon.
    row = connection.execute(query.encode(), prepare=True).fetchone()
    if not row:
        return None
    value = row[0]
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if value is None or isinstance(value, bool | int | float | str):
        return value
    return value.isoformat() if isinstance(value, datetime) else str(value)


def _row(connection: psycopg.Connection[Any], query: Any) -> tuple[Any, ...]:
    found: tuple[Any, ...] = connection.execute(query).fetchone() or ()
    return found


def _addresses(host: str, port: int) -> list[str]:
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(address[4][0]) for address in found))


def _connection(question: PostgresQuestion, addresses: list[str]) -> dict[str, Any]:
    seconds = max(1, round(question.timeout.total_seconds()))
    return {
        **dict.fromkeys(_OF_NO_SAY, ""),
        "host": ",".join([question.host] * len(addresses)),
        "hostaddr": ",".join(addresses),
        "port": question.port,
        "dbname": question.database,
        "user": question.user,
        "password": question.password.text if question.password is not None else "",
        "sslmode": question.sslmode,
        "sslrootcert": _trusted(question),
        "gssencmode": "disable",
        "require_auth": "scram-sha-256,md5,password,none",
        "target_session_attrs": "any",
        "application_name": "drctl",
        "client_encoding": "utf8",
        "connect_timeout": seconds,
        "tcp_user_timeout": seconds * 1000,
        "options": f"-c statement_timeout={seconds * 1000} -c lock_timeout={seconds * 1000}",
        "autocommit": True,
    }


def _trusted(question: PostgresQuestion) -> str:
    if not question.sslmode.startswith("verify"):
        return ""
    return question.ca_file or ssl.get_default_verify_paths().cafile or "system"


@contextmanager
def _cut_after(connection: psycopg.Connection[Any], seconds: float) -> Iterator[None]:
    """Cut the connection when that time is over: a server that stands still keeps to no statement_timeout."""
    line = socket.socket(fileno=os.dup(connection.fileno()))
    timer = threading.Timer(seconds, lambda: line.shutdown(socket.SHUT_RDWR))
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
        timer.join()
        line.close()
