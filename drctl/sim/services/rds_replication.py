"""How long an instance has replicated another one: for its metrics, and for what has reached it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

REPLICATION = "drctl_replication"
"""Where moto's instance keeps its Replication; None or nothing for one that never was a replica."""


@dataclass(slots=True)
class Replication:
    source_region: str
    since: datetime
    until: datetime | None = None
