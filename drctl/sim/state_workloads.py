"""What is left of a run in workloads and in DNS, as plain data."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, TypeAlias

from drctl.sim.moto_used import used

Plain: TypeAlias = dict[str, Any]


def task_definitions() -> Iterator[tuple[str, Plain]]:
    """The newest revision of each family, and how many there are of it."""
    for account, region, ecs in used("ecs", "ecs_backends"):
        for family, revisions in ecs.task_definitions.items():
            newest = revisions[max(revisions)]
            yield (
                f"{account}/{region}/{family}",
                {
                    "revisions": len(revisions),
                    "containers": [
                        {
                            "name": container.get("name"),
                            "image": container.get("image"),
                            "environment": {item["name"]: item["value"] for item in container.get("environment", ())},
                            "secrets": {item["name"]: item["valueFrom"] for item in container.get("secrets", ())},
                        }
                        for container in newest.container_definitions
                    ],
                },
            )


def ecs_services() -> Iterator[tuple[str, Plain]]:
    """ECS services; what is deployed of them is told by their overlay."""
    for account, region, ecs in used("ecs", "ecs_backends"):
        for found in ecs.services.values():
            yield (
                f"{account}/{region}/{found.cluster_name}/{found.name}",
                {
                    "desired": found.desired_count,
                    "running": found.running_count,
                    "task_definition": found.task_definition.rsplit("/", 1)[-1] if found.task_definition else None,
                },
            )


def record_sets() -> Iterator[tuple[str, Plain]]:
    """Record sets of every zone."""
    for account, _, route53 in used("route53", "route53_backends"):
        for zone in route53.zones.values():
            for found in zone.rrsets:
                name = f"{account}/{zone.name}/{found.name} {found.type} {found.set_identifier or ''}".rstrip()
                alias = found.alias_target or {}
                yield (
                    name,
                    {
                        "values": sorted(found.records or ()),
                        "ttl": found.ttl,
                        "weight": found.weight,
                        "alias": alias.get("DNSName"),
                        "evaluate_target_health": alias.get("EvaluateTargetHealth"),
                    },
                )
