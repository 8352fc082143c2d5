"""What a failover within a replication group is asked for, and what it looks at."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import Field

from drctl.actions.parameters import CLOSED, Region
from drctl.aws.elasticache import ReplicationGroup
from drctl.aws.elasticache_events import FailoverEvent

FAIL_OVER, PROMOTE, PAUSE, RESUME = "fail-over", "promote", "pause-failover", "resume-failover"
"""The names of the changes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Params:
    __pydantic_config__ = CLOSED

    region: Region
    replication_group: Annotated[str, Field(pattern=r"^[a-z](-?[a-z0-9])*$", max_length=40)]
    away_from: Annotated[str, Field(pattern=r"^[a-z]{2}(-[a-z]+)+-\d[a-z]$")] | None = None
    """The Availability Zone that must not have the primary. Without it, the primary is moved once, wherever it is."""
    method: Literal["test", "promote"] = "test"
    """`test` has ElastiCache fail over by itself, for drills: AWS may refuse it in an outage, and after 15 in a day.

    `promote` names the new primary, with automatic failover off meanwhile: for when ElastiCache does not move it.
    """


@dataclass(frozen=True, slots=True)
class Seen:
    group: ReplicationGroup | None
    failovers: tuple[FailoverEvent, ...] = ()
