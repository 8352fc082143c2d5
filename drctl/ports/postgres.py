"""PostgreSQL as a check sees it: one connection, the questions that were asked, and their answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal, Protocol, TypeAlias

from drctl.model.beacon import Survivor
from drctl.model.password import Password

SslMode: TypeAlias = Literal["disable", "require", "verify-ca", "verify-full"]
"""How a connection is protected, in libpq's words; modes that fall back to plain text are left out."""
Scalar: TypeAlias = bool | int | float | str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Heartbeat:
    """A table into which the application writes an instant every few seconds, and the column that holds it."""

    table: str
    column: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BeaconRows:
    """The beacons of one store: the table that they are in, and of which environment, where that matters."""

    table: str
    store: str
    environment: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PostgresQuestion:
    """What is asked over one connection. Table names may have a schema in front; they are quoted, never run."""

    host: str
    port: int = 5432
    database: str
    user: str
    password: Password | None = None
    sslmode: SslMode = "verify-full"
    ca_file: str | None = None
    """The certificates that the server's must be signed by; those of the machine where it is None."""
    timeout: timedelta = timedelta(seconds=5)
    """For the connection, and for each statement."""
    writable: bool = False
    """Whether to begin a transaction that would write, and to take it back."""
    heartbeat: Heartbeat | None = None
    beacons: BeaconRows | None = None
    """Where to look for the newest beacon."""
    query: str | None = None
    """One statement that reads; the answer is the first column of its first row."""
    counts: tuple[str, ...] = ()
    """Tables whose rows are counted."""
    sequences: bool = False
    """Whether to compare every sequence that a column owns with what the column holds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PostgresAnswer:
    """The answers, or why there are none.

    `failure` says dns, connect, tls, auth, timeout, protocol, denied (the server refuses: no such database, no
    such right), query (a statement failed) or not-simulated.
    """

    failure: str = ""
    detail: str = ""
    server_version: str = ""
    now: datetime | None = None
    """The server's own time, so that ages are not told by two clocks."""
    in_recovery: bool = False
    """Whether it is a replica, which replays and takes no writes."""
    lsn: str = ""
    """How far its log goes: written where it takes writes, replayed where it does not."""
    writable: bool | None = None
    """Whether a write went through and was taken back; None where nobody asked."""
    write_failure: str = ""
    """What the server said to the write."""
    heartbeat_at: datetime | None = None
    """The newest heartbeat; None where there is none, or nobody asked."""
    survivor: Survivor | None = None
    """The newest beacon; None where there is none, or nobody asked."""
    replayed_at: datetime | None = None
    """When the last transaction was committed that it has replayed, as a replica or while it was restored; asked for
    together with beacons."""
    value: Scalar = None
    counts: Mapping[str, int] = field(default_factory=dict)
    late_sequences: tuple[str, ...] = ()
    """Sequences that will hand out numbers that are taken already, each with the two numbers."""


class PostgresProbe(Protocol):
    def ask(self, question: PostgresQuestion) -> PostgresAnswer:
        """The answer to `question`. Never raises for what the other side does."""
