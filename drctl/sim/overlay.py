"""What a simulated service adds to moto, and what its handlers are given.

moto keeps the resources; an overlay gives them the behaviour that a recovery meets:
states that lag, checks that AWS makes, and operations that moto lacks. Handlers take
and return boto3-shaped dictionaries; the server speaks each protocol for them.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Protocol

from drctl.sim.clock import SimClock


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One API call as it arrived: boto3's names for service, operation and parameters."""

    service: str
    operation: str
    region: str
    account: str
    params: Mapping[str, Any]


class AwsError(Exception):
    """An error that the simulated service answers: the wire code of the service's own model, and a message."""

    def __init__(self, code: str, message: str, status: int = 400) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.status = status


Handler = Callable[[Call], Mapping[str, Any] | None]


@dataclass(slots=True)
class World:
    """What all overlays of one simulated AWS share. One lock around every request makes it safe to change."""

    clock: SimClock
    durations: Mapping[str, timedelta]
    """Every configured lag by its name, such as `rds.restore`; see `drctl.sim.durations`."""
    accounts: Mapping[str, str] = field(default_factory=dict)
    """Account ids by name."""
    lost_regions: set[str] = field(default_factory=set)
    broken: dict[str, set[str]] = field(default_factory=dict)
    """Things a scenario makes fail from inside, by kind: `image` → image references that crash when started."""
    random: random.Random = field(default_factory=lambda: random.Random(42))

    def now(self) -> datetime:
        """The present virtual instant."""
        return self.clock.now()

    def after(self, duration: str, happens: Callable[[], None]) -> None:
        """Have `happens` called when the lag of that name has gone by. KeyError for a name nobody configured."""
        self.clock.after(self.durations[duration], happens)


class ServiceOverlay(Protocol):
    """One simulated service.

    For a call, `before` handlers may raise AwsError; then a `replaces` handler answers, or moto does and an
    `after` handler may change moto's resources and (where it returns something) the answer.
    """

    service: str
    """boto3's name of the service."""
    replaces: Mapping[str, Handler]
    before: Mapping[str, Handler]
    after: Mapping[str, Handler]

    def reset(self) -> None:
        """Forget everything; moto's own resources are reset by the server."""

    def state(self) -> Mapping[str, Any]:
        """What this overlay holds beside moto, as plain data: for comparing two worlds in a test."""
