"""The AWS state that a run leaves, as plain data: equal for two runs that did the same, however they got there.

Instants and identifiers that AWS makes up are left out, or named by what they are names of.
"""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from drctl.sim.overlay import ServiceOverlay

Plain = dict[str, Any]

RUN_TAGS = frozenset({"drctl:run-id"})
"""Tags whose values name the run: shown, without the value."""


def state_of(overlays: Iterable[ServiceOverlay]) -> Plain:
    """Everything a recovery is judged by, in every account and Region. Imports no service that nobody has used."""
    found: Plain = {name: dict(sorted(read())) for name, read in _READERS.items()}
    found["overlays"] = {overlay.service: dict(held) for overlay in overlays if (held := overlay.state())}
    return found


def _backends(service: str, catalogue: str) -> Iterator[tuple[str, str, Any]]:
    """(account, Region, moto's backend) of a service, where anybody has used it."""
    module = sys.modules.get(f"moto.{service}.models")
    if module is not None:
        yield from sorted(getattr(module, catalogue).iter_backends(), key=lambda found: found[:2])


def _tags(tags: Iterable[Mapping[str, str]]) -> Plain:
    read = {tag.get("Key") or tag["key"]: tag.get("Value", tag.get("value", "")) for tag in tags}
    return {key: "(run)" if key in RUN_TAGS else value for key, value in sorted(read.items())}


def _rds_instances() -> Iterator[tuple[str, Plain]]:
    for account, region, rds in _backends("rds", "rds_backends"):
        for name, found in rds.databases.items():
            yield (
                f"{account}/{region}/{name}",
                {
                    "status": found.status,
                    "engine": f"{found.engine} {found.engine_version}",
                    "class": found.db_instance_class,
                    "multi_az": found.multi_az,
                    "storage": f"{found.allocated_storage} GB {found.storage_type}",
                    "kms_key": _key_name(account, found.kms_key_id),
                    "subnet_group": group.name if (group := getattr(found, "db_subnet_group", None)) else None,
                    "security_groups": sorted(_group_name(account, region, id) for id in found.vpc_security_group_ids),
                    "parameter_groups": [group.name for group in found.db_parameter_groups()],
                    "backup_days": found.backup_retention_period,
                    "deletion_protection": found.deletion_protection,
                    "replica_of": found.source_db_instance_identifier,
                    "tags": _tags(found.tags),
                },
            )


def _rds_snapshots() -> Iterator[tuple[str, Plain]]:
    for account, region, rds in _backends("rds", "rds_backends"):
        for name, found in rds.database_snapshots.items():
            yield (
                f"{account}/{region}/{name}",
                {
                    "status": found.status,
                    "type": found.snapshot_type,
                    "instance": found.db_instance_identifier,
                    "source": getattr(found, "source_db_snapshot_identifier", None),
                    "kms_key": _key_name(account, found.kms_key_id),
                    "tags": _tags(found.tags),
                },
            )


def _buckets() -> Iterator[tuple[str, Plain]]:
    for account, _, s3 in _backends("s3", "s3_backends"):
        for name, found in s3.buckets.items():
            keys = sorted(found.keys)
            yield (
                f"{account}/{name}",
                {
                    "region": found.region_name,
                    "versioning": found.versioning_status,
                    "replication": _rules(getattr(found, "replication", None)),
                    "objects": len(keys),
                    "keys": hashlib.sha256("\n".join(keys).encode()).hexdigest()[:16],
                },
            )


def _rules(replication: Mapping[str, Any] | None) -> list[Plain]:
    if not replication:
        return []
    rules = replication.get("Rule", [])
    return [
        {
            "to": rule.get("Destination", {}).get("Bucket"),
            "status": rule.get("Status"),
            "priority": rule.get("Priority"),
        }
        for rule in (rules if isinstance(rules, list) else [rules])
    ]


def _parameters() -> Iterator[tuple[str, Plain]]:
    for account, region, ssm in _backends("ssm", "ssm_backends"):
        for name, versions in ssm._parameters.items():  # noqa: SLF001 (moto has no public name for them)
            if versions:
                newest = versions[-1]
                yield f"{account}/{region}/{name}", {"value": newest.value, "type": newest.parameter_type}


def _secrets() -> Iterator[tuple[str, Plain]]:
    for account, region, manager in _backends("secretsmanager", "secretsmanager_backends"):
        for found in dict.values(manager.secrets):
            source = getattr(found, "source", None)
            yield (
                f"{account}/{region}/{found.name}",
                {
                    "replica_of": source.region if source is not None else None,
                    "replicas": sorted(replica.region for replica in getattr(found, "replicas", ())),
                },
            )


def _task_definitions() -> Iterator[tuple[str, Plain]]:
    for account, region, ecs in _backends("ecs", "ecs_backends"):
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


def _ecs_services() -> Iterator[tuple[str, Plain]]:
    for account, region, ecs in _backends("ecs", "ecs_backends"):
        for found in ecs.services.values():
            yield (
                f"{account}/{region}/{found.cluster_name}/{found.name}",
                {
                    "desired": found.desired_count,
                    "running": found.running_count,
                    "task_definition": found.task_definition.rsplit("/", 1)[-1] if found.task_definition else None,
                    "deployments": [(item["status"], item.get("rolloutState")) for item in found.deployments],
                },
            )


def _record_sets() -> Iterator[tuple[str, Plain]]:
    for account, _, route53 in _backends("route53", "route53_backends"):
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


def _key_name(account: str, arn: str | None) -> str | None:
    """The alias of a key, which two runs have in common, instead of the id that AWS made up."""
    kms = sys.modules.get("moto.kms.models")
    if arn is None or kms is None or not arn.startswith("arn:"):
        return arn
    key = kms.kms_backends[account][arn.split(":")[3]].keys.get(arn.rsplit("/", 1)[-1])
    aliases = sorted(key.aliases) if key is not None else []
    return aliases[0] if aliases else "(a key without an alias)"


def _group_name(account: str, region: str, id: str) -> str:
    group = sys.modules["moto.ec2.models"].ec2_backends[account][region].get_security_group_from_id(id)
    return str(group.name) if group is not None else "(an unknown group)"


_READERS: Mapping[str, Callable[[], Iterator[tuple[str, Plain]]]] = {
    "rds_instances": _rds_instances,
    "rds_snapshots": _rds_snapshots,
    "buckets": _buckets,
    "parameters": _parameters,
    "secrets": _secrets,
    "task_definitions": _task_definitions,
    "ecs_services": _ecs_services,
    "record_sets": _record_sets,
}
