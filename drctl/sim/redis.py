"""Redis as the world has it: what the replication group behind an address would answer."""

from __future__ import annotations

from drctl.ports.redis import RedisAnswer, RedisQuestion
from drctl.sim.dns import Dns
from drctl.sim.lost_zones import lost_zone_of_group
from drctl.sim.overlay import World
from drctl.sim.reach import no_connection
from drctl.sim.services.replication_groups import ReplicationGroup, ReplicationGroups

_ANSWERS = frozenset({"available", "modifying", "snapshotting"})
"""("Amazon ElastiCache API Reference, ReplicationGroup")"""


class Caches:
    def __init__(self, world: World) -> None:
        self._world = world
        self._dns = Dns(world)
        self._groups = world.part(ReplicationGroups)

    def ask(self, question: RedisQuestion) -> RedisAnswer:
        host = question.host.lower().rstrip(".")
        group = self._groups.at_address(host) or self._groups.at_address(self._dns.destination(host) or "")
        if group is None:
            return RedisAnswer(failure="dns", detail=f"the name {question.host} does not exist")
        ids = group.settings.get("SecurityGroupIds") or ()
        refused = no_connection(self._world, group.account, group.region, ids, group.port, question.port)
        if refused is not None:
            return RedisAnswer(failure=refused[0], detail=refused[1])
        if group.status not in _ANSWERS:
            return RedisAnswer(failure="connect", detail=f"the replication group is {group.status}")
        if (zone := lost_zone_of_group(self._world, group)) is not None:
            return RedisAnswer(failure="connect", detail=f"the primary is in {zone}, which is lost")
        return _not_opened(question, group) or _answer(question, group)


def _not_opened(question: RedisQuestion, group: ReplicationGroup) -> RedisAnswer | None:
    if bool(group.settings.get("TransitEncryptionEnabled")) != question.tls:
        told = "it speaks no TLS" if question.tls else "it speaks TLS only"
        return RedisAnswer(failure="tls" if question.tls else "connect", detail=told)
    token = group.settings.get("AuthToken")
    given = question.password.text if question.password is not None else None
    if given == token:
        return None
    told = "NOAUTH Authentication required." if given is None else "WRONGPASS invalid username-password pair"
    return RedisAnswer(failure="auth", detail=told)


def _answer(question: RedisQuestion, group: ReplicationGroup) -> RedisAnswer:
    primary, asked = group.role == "PRIMARY", question.write_key is not None
    return RedisAnswer(
        role="master" if primary else "slave",
        server_version=str(group.settings.get("EngineVersion") or "7.1"),
        keys=group.keys,
        wrote=primary if asked else None,
        write_failure="READONLY You can't write against a read only replica." if asked and not primary else "",
    )
