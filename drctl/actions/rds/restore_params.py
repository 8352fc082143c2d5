"""What a restore from a snapshot is asked for, and what it looks at."""

from __future__ import annotations

from dataclasses import dataclass

from drctl.actions.parameters import CLOSED
from drctl.actions.rds.new_instance import NewInstance, RetentionDays, Surroundings
from drctl.aws.rds import DbSnapshot


@dataclass(frozen=True, slots=True, kw_only=True)
class Params(NewInstance):
    """`kms_key` is the one that the snapshot must be encrypted with: a restore keeps the snapshot's key."""

    __pydantic_config__ = CLOSED

    snapshot: str
    backup_retention_days: RetentionDays = 7


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    around: Surroundings
    snapshot: DbSnapshot | None = None
