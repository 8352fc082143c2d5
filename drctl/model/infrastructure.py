"""What of an estate's place an infrastructure tool builds, and what of it stands on what.

Data, images, secrets and keys are not of it: those are recovered, replicated or made by people.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum


class Infrastructure(StrEnum):
    """Sections of a place, in the order in which they can be built."""

    NETWORKS = "networks"
    DATABASE_SUBNET_GROUPS = "database_subnet_groups"
    DATABASE_PARAMETER_GROUPS = "database_parameter_groups"
    CACHE_SUBNET_GROUPS = "cache_subnet_groups"
    BUCKETS = "buckets"
    LOAD_BALANCERS = "load_balancers"
    PARAMETERS = "parameters"
    QUEUES = "queues"
    LOG_GROUPS = "log_groups"
    TOPICS = "topics"
    ALARMS = "alarms"
    TASK_DEFINITIONS = "task_definitions"
    CLUSTERS = "clusters"


_I = Infrastructure
STANDS_ON: Mapping[str, tuple[Infrastructure, ...]] = {
    "database_subnet_groups": (_I.NETWORKS,),
    "databases": (_I.NETWORKS, _I.DATABASE_SUBNET_GROUPS, _I.DATABASE_PARAMETER_GROUPS),
    "cache_subnet_groups": (_I.NETWORKS,),
    "caches": (_I.NETWORKS, _I.CACHE_SUBNET_GROUPS),
    "load_balancers": (_I.NETWORKS,),
    "alarms": (_I.TOPICS,),
    "clusters": (_I.NETWORKS, _I.LOAD_BALANCERS, _I.TASK_DEFINITIONS),
}
"""Section of a place → the sections that have to be there before it."""
