"""What a PostgreSQL should be like: the parameters of check.postgres."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Annotated

from pydantic import AfterValidator, Field

from drctl.actions.parameters import CLOSED, Duration, Region
from drctl.model.password import Password
from drctl.ports.postgres import Heartbeat, PostgresQuestion, SslMode

_READS = re.compile(r"\s*(select|with|show|table|values)\b", re.IGNORECASE)
_NAME = re.compile(r"[^.\x00]{1,63}(\.[^.\x00]{1,63})?")


def _reading(query: str) -> str:
    if not _READS.match(query):
        raise ValueError("a check only reads: expected one statement that begins with select, with, show or table")
    return query


def _table(name: str) -> str:
    if not _NAME.fullmatch(name):
        raise ValueError(f"expected a table such as subscriptions or billing.invoices, got {name!r}")
    return name


Table = Annotated[str, AfterValidator(_table)]
Percent = Annotated[float, Field(ge=0, le=100)]


@dataclass(frozen=True, slots=True, kw_only=True)
class HeartbeatTable:
    __pydantic_config__ = CLOSED

    table: Table
    column: Annotated[str, Field(min_length=1, max_length=63)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Params:
    __pydantic_config__ = CLOSED

    region: Region
    """That of the secret."""
    host: Annotated[str, Field(min_length=1)]
    port: Annotated[int, Field(ge=1, le=65535)] = 5432
    database: Annotated[str, Field(min_length=1)]
    user: Annotated[str, Field(min_length=1)]
    password_secret: Annotated[str, Field(min_length=1)]
    """A secret that holds the password as its text, or under `password` in a JSON object."""
    sslmode: SslMode = "verify-full"
    ca_file: str | None = None
    """The certificates that sign RDS's, as a file; those that the machine trusts if left out."""
    writable: bool = False
    """It takes writes: a transaction that writes is begun and taken back."""
    heartbeat: HeartbeatTable | None = None
    """A table into which the application writes the time; its newest row is the recovery point."""
    max_heartbeat_age: Duration | None = None
    query: Annotated[str, AfterValidator(_reading)] | None = None
    """One statement that reads; the first column of its first row is compared."""
    equals: bool | int | float | str | None = None
    tolerance: Percent = 0.0
    """By how many percent a number may differ from `equals`."""
    at_least: float | None = None
    at_most: float | None = None
    row_counts: Mapping[Table, Annotated[int, Field(ge=0)]] = field(default_factory=dict)
    """Table → how many rows it is known to have had."""
    row_tolerance: Percent = 0.0
    """By how many percent a count may differ."""
    sequences: bool = False
    """No sequence hands out a number that its column has already."""
    consecutive: Annotated[int, Field(ge=1, le=100)] = 1
    every: Duration = timedelta(seconds=20)

    def __post_init__(self) -> None:
        if self.max_heartbeat_age is not None and self.heartbeat is None:
            raise ValueError("`max_heartbeat_age` needs `heartbeat`: the table and column that hold it")
        compared = any(value is not None for value in (self.equals, self.at_least, self.at_most))
        if compared != (self.query is not None):
            raise ValueError("`query` goes with `equals`, `at_least` or `at_most`")

    def question(self, password: Password) -> PostgresQuestion:
        """What is asked to find all of this out."""
        heartbeat = self.heartbeat
        return PostgresQuestion(
            host=self.host,
            port=self.port,
            database=self.database,
            user=self.user,
            password=password,
            sslmode=self.sslmode,
            ca_file=self.ca_file,
            writable=self.writable,
            heartbeat=Heartbeat(table=heartbeat.table, column=heartbeat.column) if heartbeat is not None else None,
            query=self.query,
            counts=tuple(self.row_counts),
            sequences=self.sequences,
        )
