"""What the simulated AWS can do, known before a run: `validate` says what a drill would stumble on."""

from __future__ import annotations

import functools
from datetime import UTC, datetime

from drctl.sim.clock import SimClock
from drctl.sim.durations import DEFAULTS
from drctl.sim.moto_reflection import implements
from drctl.sim.overlay import World
from drctl.sim.routing import has_operation
from drctl.sim.services.catalogue import overlays


def is_simulated(operation: str) -> bool:
    """Whether a call such as `rds:DescribeDBInstances` (boto3's names) is carried out by an overlay or by moto.

    Imports the services it is asked about, and no others. ValueError for a text of another form.
    """
    service, _, name = operation.partition(":")
    if not service or not name:
        raise ValueError(f"expected service:Operation, such as rds:DescribeDBInstances, got {operation!r}")
    if not has_operation(service, name):
        return False
    return (service, name) in _replaced() or implements(service, name)


@functools.cache
def _replaced() -> frozenset[tuple[str, str]]:
    world = World(clock=SimClock(datetime(2000, 1, 1, tzinfo=UTC)), durations=DEFAULTS)
    return frozenset((overlay.service, name) for overlay in overlays(world) for name in overlay.replaces)
