"""What a promotion is asked for, and what it looks at."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from pydantic import Field

from drctl.actions.parameters import CLOSED, Duration, Region
from drctl.aws.rds import DbInstance
from drctl.aws.rds_lag import Lag


@dataclass(frozen=True, slots=True, kw_only=True)
class Params:
    __pydantic_config__ = CLOSED

    region: Region
    instance: str
    """The replica."""
    source: str
    """The name of the instance that it replicates; its Region need not answer."""
    backup_retention_days: Annotated[int, Field(ge=1, le=35)] = 7
    backup_window: Annotated[str, Field(pattern=r"^\d\d:\d\d-\d\d:\d\d$")] | None = None
    max_lag: Duration | None = None
    """Refuse where the replica was further behind at the newest measurement. With a dead source that grows with the
    clock, so leave it out of an unplanned failover."""


@dataclass(frozen=True, slots=True)
class Seen:
    instance: DbInstance | None
    lag: Lag | None = None
    """Read only while the instance is a replica."""
