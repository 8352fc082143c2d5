"""Automated backups of RDS as frozen types: those of the Region itself, and those replicated to it.

`RestoreWindow` says how far they reach. Replicated ones are read and restored in their own Region, so they can be
used when the Region of their source is gone (Amazon RDS User Guide, "Replicating automated backups").
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

BACKUP_USABLE = frozenset({"active", "retained", "replicating"})
BACKUP_SETTLING = frozenset({"creating"})


@dataclass(frozen=True, slots=True, kw_only=True)
class AutomatedBackup:
    instance: str
    region: str
    """Where its source is or was."""
    status: str
    arn: str | None
    """Only replicated backups are restored by it."""
    source_id: str
    """The resource id of the source, which stays when the instance is gone or renamed."""
    kms_key: str | None
    earliest: datetime | None
    latest: datetime | None
    """The newest moment that can be restored to; None before the first backup."""


def list_automated_backups(rds: Any, instance: str) -> tuple[AutomatedBackup, ...]:
    """The automated backups of `instance` that the client's Region holds, wherever their source is."""
    pages = rds.get_paginator("describe_db_instance_automated_backups").paginate(DBInstanceIdentifier=instance)
    return tuple(_backup(raw) for page in pages for raw in page["DBInstanceAutomatedBackups"])


def _backup(raw: Mapping[str, Any]) -> AutomatedBackup:
    window = raw.get("RestoreWindow") or {}
    return AutomatedBackup(
        instance=raw["DBInstanceIdentifier"],
        region=raw["Region"],
        status=raw.get("Status", ""),
        arn=raw.get("DBInstanceAutomatedBackupsArn"),
        source_id=raw["DbiResourceId"],
        kms_key=raw.get("KmsKeyId") if raw.get("Encrypted") else None,
        earliest=_utc(window.get("EarliestTime")),
        latest=_utc(window.get("LatestTime")),
    )


def _utc(at: datetime | None) -> datetime | None:
    return at.astimezone(UTC) if at is not None else None
