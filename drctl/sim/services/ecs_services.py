"""Every ECS service of a world."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any

from drctl.sim.overlay import World
from drctl.sim.services.ecs_service import Service


class Services:
    """Every service of a world."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._services: dict[tuple[str, str, str, str], Service] = {}
        self._hosts: dict[str, int] = {}

    def find(self, account: str, region: str, cluster: str, name: str) -> Service | None:
        return self._services.get((account, region, cluster, name))

    def add(self, service: Service) -> None:
        self._services[service.account, service.region, service.cluster, service.name] = service

    def every(self) -> list[Service]:
        return [service for _, service in sorted(self._services.items())]

    def is_lost(self, zone: str) -> bool:
        """Whether nothing in that Availability Zone answers."""
        return zone in self._world.lost_zones

    def in_cluster(self, account: str, region: str, cluster: str) -> list[Service]:
        return [one for key, one in sorted(self._services.items()) if key[:3] == (account, region, cluster)]

    def behind(self, target_group: str) -> Iterator[Service]:
        """The services whose tasks are the targets of that group."""
        for _, service in sorted(self._services.items()):
            if any(arn == target_group for arn, _ in service.target_groups):
                yield service

    def called(self, names: Collection[str]) -> Iterator[Service]:
        """The services whose `cluster/service` is among `names`, in every account and Region."""
        for (_, _, cluster, name), service in sorted(self._services.items()):
            if f"{cluster}/{name}" in names:
                yield service

    def new_id(self, length: int = 32) -> str:
        """A hexadecimal id that no task or deployment has yet."""
        return "".join(self._world.random.choice("0123456789abcdef") for _ in range(length))

    def next_host(self, subnet: str) -> int:
        """A number that no task in that subnet has had yet."""
        self._hosts[subnet] = self._hosts.get(subnet, -1) + 1
        return self._hosts[subnet]

    def reset(self) -> None:
        self._services.clear()
        self._hosts.clear()

    def state(self) -> list[dict[str, Any]]:
        return [
            {
                "service": "/".join(key),
                "status": service.status,
                "desired": service.desired,
                "running": service.count(None, "RUNNING"),
                "pending": service.count(None, "PROVISIONING"),
                "deployments": [
                    (one.definition, one.rollout_state, one.failed, len(service.tasks_of(one)))
                    for one in service.deployments
                ],
            }
            for key, service in sorted(self._services.items())
        ]
