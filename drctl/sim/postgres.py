"""PostgreSQL as the world has it: what the instance behind an address would answer.

There is no server. An answer follows from the instance's state, its security groups, its password and what the
estate says is in it; what the estate does not say is `not-simulated`, and never made up.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from drctl.model.beacon import Survivor
from drctl.ports.postgres import PostgresAnswer, PostgresQuestion
from drctl.sim.dns import Dns
from drctl.sim.lost_zones import lost_zone_of_instance
from drctl.sim.moto_resources import everywhere
from drctl.sim.overlay import World
from drctl.sim.reach import no_connection
from drctl.sim.services.rds_contents import Contents, contents_of, newest_beacon, newest_data
from drctl.sim.services.rds_damage import Damages

_ANSWERS_SQL = frozenset({"available", "backing-up", "modifying", "storage-optimization"})
"""(Amazon RDS User Guide, "Viewing Amazon RDS DB instance status")"""


class Databases:
    def __init__(self, world: World) -> None:
        self._world = world
        self._dns = Dns(world)

    def ask(self, question: PostgresQuestion) -> PostgresAnswer:
        host = question.host.lower().rstrip(".")
        found = _at(host) or _at(self._dns.destination(host) or "")
        if found is None:
            return _failed("dns", f"the name {question.host} does not exist")
        account, region, instance = found
        groups = list(instance.vpc_security_group_ids)
        refused = no_connection(self._world, account, region, groups, int(instance.port), question.port)
        if refused is not None:
            return _failed(*refused)
        if instance.status not in _ANSWERS_SQL:
            return _failed("connect", f"the instance is {instance.status}")
        if (zone := lost_zone_of_instance(self._world, instance)) is not None:
            return _failed("connect", f"the instance is served from {zone}, which is lost")
        return _not_opened(question, instance) or self._answer(question, instance)

    def _answer(self, question: PostgresQuestion, instance: Any) -> PostgresAnswer:
        contents = contents_of(instance)
        if unknown := _not_described(question, contents):
            return _failed("not-simulated", f"the estate does not describe {unknown}")
        newest, replica = newest_data(instance, self._world), bool(instance.is_replica)
        damage = self._world.part(Damages).in_instance(instance)
        answers = {**contents.answers, **damage.answers} if damage is not None else contents.answers
        return PostgresAnswer(
            server_version=str(instance.engine_version),
            now=self._world.now(),
            in_recovery=replica,
            lsn=_lsn(newest),
            writable=not replica if question.writable else None,
            write_failure="it is a replica: it is in recovery" if question.writable and replica else "",
            heartbeat_at=newest if question.heartbeat is not None else None,
            survivor=_survivor(question, contents, newest),
            replayed_at=newest if replica and question.beacons is not None else None,
            value=answers[question.query] if question.query is not None else None,
            counts={table: contents.tables[_plain(table)] for table in question.counts},
        )


def _survivor(question: PostgresQuestion, contents: Contents, newest: datetime) -> Survivor | None:
    """The newest beacon; None where the estate has none in that table, of that environment."""
    asked, written = question.beacons, contents.beacons
    if asked is None or written is None or _plain(asked.table) != written.table:
        return None
    if asked.environment not in (None, written.environment):
        return None
    return newest_beacon(contents, asked.store, newest)


def _at(host: str) -> tuple[str, str, Any] | None:
    for account, region, rds in everywhere("rds"):
        for instance in rds.databases.values():
            if str(instance.address).lower() == host:
                return account, region, instance
    return None


def _not_opened(question: PostgresQuestion, instance: Any) -> PostgresAnswer | None:
    password = question.password.text if question.password is not None else ""
    # moto keeps the password and does not hand it out.
    if question.user != instance.master_username or password != vars(instance)["_master_user_password"]:
        return _failed("auth", f'password authentication failed for user "{question.user}"')
    if question.database not in (instance.db_name, "postgres"):
        return _failed("denied", f'database "{question.database}" does not exist')
    return None


def _not_described(question: PostgresQuestion, contents: Contents) -> str:
    heartbeat = question.heartbeat
    if heartbeat is not None:
        known = contents.heartbeat
        if known is None or (known.table, known.column) != (_plain(heartbeat.table), heartbeat.column):
            return f"the heartbeat {heartbeat.table}.{heartbeat.column}"
    for table in question.counts:
        if _plain(table) not in contents.tables:
            return f"the table {table}"
    if question.query is not None and question.query not in contents.answers:
        return f"an answer to: {question.query}"
    return ""


def _plain(table: str) -> str:
    return table.removeprefix("public.")


def _lsn(newest: datetime) -> str:
    """A place in the log that grows with the data."""
    written = int(newest.timestamp() * 1000) * 64
    return f"{written >> 32:X}/{written & 0xFFFFFFFF:X}"


def _failed(kind: str, detail: str) -> PostgresAnswer:
    return PostgresAnswer(failure=kind, detail=detail)
