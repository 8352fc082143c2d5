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
from typing import Any, Protocol, TypeVar

from drctl.sim.clock import SimClock


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One API call as it arrived: boto3's names for service, operation and parameters."""

    service: str
    operation: str
    region: str
    account: str
    params: Mapping[str, Any]
    role: str = ""
    """The ARN of the role whose session it was made in; empty for a caller with a key of the account's own."""


class AwsError(Exception):
    """An error that the simulated service answers: the wire code of the service's own model, and a message."""

    def __init__(self, code: str, message: str, status: int = 400) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.status = status


class ConnectionLost(Exception):
    """No answer comes: the connection ends in a TCP reset, as when a Region or a load balancer is gone."""


class ConnectionHangs(Exception):
    """No answer comes: the connection stays open and silent until the caller gives up."""


Handler = Callable[[Call], Mapping[str, Any] | None]
Part = TypeVar("Part")


@dataclass(slots=True)
class World:
    """What all overlays of one simulated AWS share. One lock around every request makes it safe to change."""

    clock: SimClock
    durations: Mapping[str, timedelta]
    """Every configured lag by its name, such as `rds.restore`; see `drctl.sim.durations`."""
    accounts: Mapping[str, str] = field(default_factory=dict)
    """Account ids by name."""
    default_account: str | None = None
    """The account of a caller whose key is nobody's; moto's own where it is None."""
    lost_regions: set[str] = field(default_factory=set)
    loss_modes: dict[str, str] = field(default_factory=dict)
    """How a lost Region looks from outside, where it is not `reset`: `hang` or `503`."""
    lost_since: dict[str, datetime] = field(default_factory=dict)
    """When each Region that `lose` took was lost."""
    lost_zones: set[str] = field(default_factory=set)
    """Availability Zones, such as eu-central-1a, of which nothing answers; see `drctl.sim.lost_zones`."""
    full_zones: set[str] = field(default_factory=set)
    """Those in which no task can be started."""
    broken: dict[str, set[str]] = field(default_factory=dict)
    """Things a scenario makes fail from inside, by kind: `image` → image references that crash when started."""
    random: random.Random = field(default_factory=lambda: random.Random(42))
    parts: dict[Any, Any] = field(default_factory=dict)
    """What several overlays work on together, such as the health of targets; see `part`."""

    def part(self, kind: Callable[[World], Part]) -> Part:
        """The one `kind` of this world, made at the first asking: the same object for all that ask."""
        if kind not in self.parts:
            self.parts[kind] = kind(self)
        made: Part = self.parts[kind]
        return made

    def now(self) -> datetime:
        """The present virtual instant."""
        return self.clock.now()

    def lose(self, region: str, mode: str = "reset") -> None:
        """Have nothing that is in `region` answer any more."""
        self.lost_regions.add(region)
        self.loss_modes[region] = mode
        self.lost_since.setdefault(region, self.now())

    def heal(self, region: str) -> None:
        """Have `region` answer again, with everything it had."""
        self.lost_regions.discard(region)
        self.loss_modes.pop(region, None)
        self.lost_since.pop(region, None)

    def standing_zones(self, region: str) -> list[str]:
        """The zones of `region` in which something new can be made, in order; all of them where every one is lost."""
        zones = [f"{region}{letter}" for letter in "abc"]
        return [zone for zone in zones if zone not in self.lost_zones] or zones

    def reset(self, clock: SimClock) -> None:
        """Have nothing lost or broken, nothing due, and chance begin again. What overlays share stays theirs."""
        self.clock = clock
        self.lost_regions.clear()
        self.loss_modes.clear()
        self.lost_since.clear()
        self.lost_zones.clear()
        self.full_zones.clear()
        self.broken.clear()
        self.random.seed(42)

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
