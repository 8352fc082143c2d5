"""Write beacons into a PostgreSQL or a Redis, each over a connection of its own.

They are no probes: a probe writes nothing that stays.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from drctl.model.beacon import Beacon
from drctl.ports.postgres import PostgresAnswer, PostgresQuestion
from drctl.ports.redis import RedisAnswer, RedisQuestion
from drctl.probes import postgres, redis
from drctl.probes.postgres_beacons import write_beacon

if TYPE_CHECKING:
    import psycopg


def write_row(question: PostgresQuestion, table: str, beacon: Beacon, kept: timedelta) -> PostgresAnswer:
    """Add the beacon's row. The answer tells a failure; a `detail` without one is a warning."""

    def write(connection: psycopg.Connection[Any], _: PostgresQuestion) -> PostgresAnswer:
        return PostgresAnswer(detail=write_beacon(connection, table, beacon, kept))

    return postgres.answered(question, write)


def write_key(question: RedisQuestion, key: str, beacon: Beacon) -> RedisAnswer:
    """Have the key hold the beacon, for ever: a replica, or a snapshot, has the newest that reached it."""

    def write(client: Any) -> RedisAnswer:
        client.execute_command("SET", key, beacon.text)
        return RedisAnswer()

    return redis.answered(question, write)
