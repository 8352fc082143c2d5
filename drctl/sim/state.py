"""The AWS state that a run leaves, as plain data: equal for two runs that did the same, however they got there.

Instants and identifiers that AWS makes up are left out, or named by what they are names of.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from drctl.sim import state_operations, state_stores, state_workloads
from drctl.sim.overlay import ServiceOverlay

_READERS: Mapping[str, Callable[[], Iterator[tuple[str, dict[str, Any]]]]] = {
    "rds_instances": state_stores.rds_instances,
    "rds_snapshots": state_stores.rds_snapshots,
    "buckets": state_stores.buckets,
    "parameters": state_stores.parameters,
    "secrets": state_stores.secrets,
    "task_definitions": state_workloads.task_definitions,
    "ecs_services": state_workloads.ecs_services,
    "record_sets": state_workloads.record_sets,
    "queues": state_operations.queues,
    "alarms": state_operations.alarms,
}


def state_of(overlays: Iterable[ServiceOverlay]) -> dict[str, Any]:
    """Everything a recovery is judged by, in every account and Region. Imports no service that nobody has used."""
    found: dict[str, Any] = {name: dict(sorted(read())) for name, read in _READERS.items()}
    found["overlays"] = {overlay.service: dict(held) for overlay in overlays if (held := overlay.state())}
    return found
