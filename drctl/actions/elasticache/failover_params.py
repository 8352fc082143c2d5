"""What a cache's failover is asked for, and what it looks at."""

from __future__ import annotations

from dataclasses import dataclass

from drctl.actions.elasticache.group_params import GroupParams, GroupSeen
from drctl.aws.elasticache import GlobalDatastore


@dataclass(frozen=True, slots=True, kw_only=True)
class Params(GroupParams):
    global_datastore: str | None = None
    """Where it is given, its member in `region` is promoted; without it, a fresh, empty group is made."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen(GroupSeen):
    datastore: GlobalDatastore | None = None
