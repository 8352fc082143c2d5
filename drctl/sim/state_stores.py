"""What is left of a run in data stores and settings, as plain data."""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, TypeAlias

from drctl.sim.moto_used import used

Plain: TypeAlias = dict[str, Any]

RUN_TAGS = frozenset({"drctl:run-id"})
"""Tags whose values name the run: shown, without the value."""


def rds_instances() -> Iterator[tuple[str, Plain]]:
    """RDS instances, with how they were restored and who owns them."""
    for account, region, rds in used("rds", "rds_backends"):
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


def rds_snapshots() -> Iterator[tuple[str, Plain]]:
    """RDS snapshots, with what each is a copy of."""
    for account, region, rds in used("rds", "rds_backends"):
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


def buckets() -> Iterator[tuple[str, Plain]]:
    """Buckets, with moto's replication rules and policy, and digests of the objects that are present in them."""
    for account, _, s3 in used("s3", "s3_backends"):
        for name, found in s3.buckets.items():
            present = {key: etag for key, version in found.keys.items() if (etag := getattr(version, "etag", None))}
            keys = sorted(present)
            yield (
                f"{account}/{name}",
                {
                    "region": found.region_name,
                    "versioning": found.versioning_status,
                    "replication": _rules(getattr(found, "replication", None)),
                    "objects": len(keys),
                    "keys": hashlib.sha256("\n".join(keys).encode()).hexdigest()[:16],
                    "contents": hashlib.sha256("\n".join(f"{k} {present[k]}" for k in keys).encode()).hexdigest()[:16],
                    "policy": found.policy.decode() if isinstance(found.policy, bytes) else found.policy,
                    "lifecycle": {str(rule.id): rule.status for rule in found.rules},
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


def parameters() -> Iterator[tuple[str, Plain]]:
    """SSM parameters with their values: nothing in a simulated world is secret."""
    for account, region, ssm in used("ssm", "ssm_backends"):
        for name, versions in ssm._parameters.items():  # noqa: SLF001 (moto has no public name for them)
            if versions:
                newest = versions[-1]
                yield f"{account}/{region}/{name}", {"value": newest.value, "type": newest.parameter_type}


def secrets() -> Iterator[tuple[str, Plain]]:
    """Secrets, and where they are replicated from and to."""
    for account, region, manager in used("secretsmanager", "secretsmanager_backends"):
        for found in dict.values(manager.secrets):
            source = getattr(found, "source", None)
            yield (
                f"{account}/{region}/{found.name}",
                {
                    "replica_of": source.region if source is not None else None,
                    "replicas": sorted(replica.region for replica in getattr(found, "replicas", ())),
                    "versions": len(found.versions),
                },
            )


def _tags(tags: Iterable[Mapping[str, str]]) -> Plain:
    read = {tag.get("Key") or tag["key"]: tag.get("Value", tag.get("value", "")) for tag in tags}
    return {key: "(run)" if key in RUN_TAGS else value for key, value in sorted(read.items())}


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
