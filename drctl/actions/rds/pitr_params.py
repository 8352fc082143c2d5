"""What a restore to a point in time is asked for, and what it looks at."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from drctl.actions.parameters import CLOSED, Duration, Instant
from drctl.actions.rds.new_instance import Creation, NewInstance, RetentionDays, Surroundings
from drctl.aws.rds_backups import AutomatedBackup


@dataclass(frozen=True, slots=True, kw_only=True)
class Params(NewInstance):
    """`kms_key` is the one that the backups must be encrypted with: a restore keeps it."""

    __pydantic_config__ = CLOSED

    source: str
    """The instance whose automated backups are restored; it need not exist any more, nor its Region answer."""
    restore_time: Instant | None = None
    """The moment to go back to. Without it and `before_onset` the latest there is, chosen once by the first attempt."""
    before_onset: Duration | None = None
    """How long before the incident's onset that moment is, where no `restore_time` says it."""
    backup_retention_days: RetentionDays = 7


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    around: Surroundings
    backups: tuple[AutomatedBackup, ...] = ()


@dataclass(frozen=True, slots=True)
class PointInTime:
    """What `act` needs beyond the parameters."""

    creation: Creation
    backup: AutomatedBackup
    at: datetime
