"""What `ecs.scale` is told, and what it sees."""

from __future__ import annotations

from dataclasses import dataclass

from drctl.actions.ecs.parameters import Autoscaling, Count
from drctl.actions.parameters import CLOSED, Region
from drctl.aws.autoscaling import ScalingLimits
from drctl.aws.ecs import Service, StoppedTask


@dataclass(frozen=True, slots=True, kw_only=True)
class OtherService:
    __pydantic_config__ = CLOSED

    region: Region
    cluster: str
    service: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Params:
    __pydantic_config__ = CLOSED

    region: Region
    cluster: str
    service: str
    desired_count: Count
    autoscaling: Autoscaling | None = None
    """The bounds that automatic scaling is given first; without them, its present ones have to allow the count."""
    singleton: bool = False
    """Whether the service must never run twice, as Celery beat: one task at most, and not while `not_while` runs."""
    not_while: OtherService | None = None
    """The service that must have stopped before this one starts. One that does not answer is not taken to have."""

    def __post_init__(self) -> None:
        if self.singleton and self.desired_count > 1:
            raise ValueError("a `singleton` runs once at most; `desired_count` is 0 or 1")
        if self.singleton and self.desired_count and self.not_while is None:
            raise ValueError("a `singleton` starts only while another does not run; name that one in `not_while`")


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    service: Service | None
    limits: ScalingLimits | None = None
    """None where nothing scales the service."""
    stopped: tuple[StoppedTask, ...] = ()
    other: Service | None = None
    """The service of `not_while`; None where there is none."""
    other_stopping: int = 0
    """How many tasks of that one were told to stop and may still be at work."""
