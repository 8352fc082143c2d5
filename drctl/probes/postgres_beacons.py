"""Beacons in a PostgreSQL: one table, a row for each.

create table drctl_beacon (
    environment text not null,
    store text not null,
    at timestamptz not null,
    every_s double precision not null,
    stored_at timestamptz not null default clock_timestamp(),
    primary key (store, environment, at)
);
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from drctl.model.beacon import Beacon, Survivor
from drctl.ports.postgres import BeaconRows

if TYPE_CHECKING:
    import psycopg

_NEWEST = """
select environment, at, every_s, stored_at from {table}
where store = %(store)s and (%(environment)s::text is null or environment = %(environment)s::text)
order by at desc limit 1
"""
_WRITE = """
insert into {table} (environment, store, at, every_s) values (%(environment)s, %(store)s, %(at)s, %(every_s)s)
on conflict do nothing
"""
_PRUNE = "delete from {table} where store = %(store)s and environment = %(environment)s and at < %(oldest)s"


def newest_beacon(connection: psycopg.Connection[Any], beacons: BeaconRows) -> Survivor | None:
    """The newest beacon that is there; None where there is none, or not even the table."""
    from psycopg import sql

    table = sql.Identifier(*beacons.table.split("."))
    # In a transaction: what is not there has to be no error, or nothing else could be asked after it.
    there = connection.execute("select to_regclass(%s) is not null", (table.as_string(connection),)).fetchone()
    if there is None or not there[0]:
        return None
    wanted = {"store": beacons.store, "environment": beacons.environment}
    found = connection.execute(sql.SQL(_NEWEST).format(table=table), wanted).fetchone()
    if found is None:
        return None
    environment, at, every_s, stored_at = found
    beacon = Beacon(environment=environment, store=beacons.store, at=at, every=timedelta(seconds=every_s))
    return Survivor(beacon, stored_at)


def write_beacon(connection: psycopg.Connection[Any], table: str, beacon: Beacon, kept: timedelta) -> str:
    """Afterwards the row is committed, and those of its store that are older than `kept` are gone.

    What stands against the second, which is not worth losing the first for, is the answer; empty where nothing does.
    """
    import psycopg
    from psycopg import sql

    name = sql.Identifier(*table.split("."))
    values = {
        "environment": beacon.environment,
        "store": beacon.store,
        "at": beacon.at,
        "every_s": beacon.every.total_seconds(),
        "oldest": beacon.at - kept,
    }
    connection.execute(sql.SQL(_WRITE).format(table=name), values)
    try:
        connection.execute(sql.SQL(_PRUNE).format(table=name), values)
    except psycopg.Error as error:
        return error.diag.message_primary or type(error).__name__
    return ""
