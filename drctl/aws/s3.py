"""Buckets and their replication rules as frozen types."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from drctl.aws.failures import absent
from drctl.model.values import Json


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplicationRule:
    id: str
    destination: str
    """The name of the bucket that receives the copies."""
    enabled: bool
    whole_bucket: bool
    delete_markers: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Replication:
    """A bucket's replication: one role and its rules. AWS knows it only as a whole."""

    role: str
    rules: tuple[ReplicationRule, ...]
    document: Mapping[str, Json]
    """The configuration as AWS gave it, for the undo ledger and for writing others' rules back unchanged."""

    def rule(self, id: str) -> ReplicationRule | None:
        """The rule of that id."""
        return next((rule for rule in self.rules if rule.id == id), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Bucket:
    name: str
    region: str
    versioned: bool
    replication: Replication | None = None


def find_bucket(s3: Any, name: str) -> Bucket | None:
    """The bucket of that name, or None where there is none."""
    # HEAD answers have no body to hold an error code, so botocore gives the status for one.
    with absent("404", "NoSuchBucket"):
        return Bucket(
            name=name,
            region=str(s3.head_bucket(Bucket=name).get("BucketRegion", "")),
            versioned=s3.get_bucket_versioning(Bucket=name).get("Status") == "Enabled",
            replication=find_replication(s3, name),
        )
    return None


def find_replication(s3: Any, bucket: str) -> Replication | None:
    """The bucket's replication configuration, or None where it has none."""
    with absent("ReplicationConfigurationNotFoundError"):
        raw = s3.get_bucket_replication(Bucket=bucket)["ReplicationConfiguration"]
        return Replication(role=raw["Role"], rules=tuple(map(read_rule, raw["Rules"])), document=raw)
    return None


def holds_objects(s3: Any, bucket: str) -> bool:
    """Whether there is anything in the bucket that can be listed."""
    return bool(s3.list_objects_v2(Bucket=bucket, MaxKeys=1).get("KeyCount", 0))


def bucket_arn(name: str) -> str:
    """The ARN of a bucket; buckets have neither Region nor account in it."""
    return f"arn:aws:s3:::{name}"


def read_rule(raw: Mapping[str, Any]) -> ReplicationRule:
    """One rule of a configuration as AWS writes it."""
    # A rule of the older form has its prefix beside the filter's place; either may be empty for all objects.
    chosen = raw.get("Filter", {})
    narrowed = raw.get("Prefix") or chosen.get("Prefix") or chosen.get("Tag") or chosen.get("And")
    return ReplicationRule(
        id=raw.get("ID", ""),
        destination=raw["Destination"]["Bucket"].rpartition(":")[2],
        enabled=raw["Status"] == "Enabled",
        whole_bucket=not narrowed,
        delete_markers=raw.get("DeleteMarkerReplication", {}).get("Status") == "Enabled",
    )
