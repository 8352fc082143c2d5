"""Who else may restore a snapshot."""

from __future__ import annotations

from typing import Any

from drctl.aws.failures import absent

EVERYBODY = "all"
"""Stands in the attribute `restore` of a public snapshot (Amazon RDS API Reference, DescribeDBSnapshotAttributes)."""


def is_public(rds: Any, snapshot: str) -> bool:
    """Whether every account may restore it; not one that has gone meanwhile."""
    with absent("DBSnapshotNotFound"):
        told = rds.describe_db_snapshot_attributes(DBSnapshotIdentifier=snapshot)["DBSnapshotAttributesResult"]
        shared = [one for one in told.get("DBSnapshotAttributes", ()) if one["AttributeName"] == "restore"]
        return any(EVERYBODY in one.get("AttributeValues", ()) for one in shared)
    return False
