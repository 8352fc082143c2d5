"""What `ecs.redeploy` is told, and what it sees."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Annotated

from pydantic import BeforeValidator, Field

from drctl.actions.parameters import CLOSED, Region
from drctl.aws.autoscaling import ScalingLimits
from drctl.aws.ecs import Network, Service, StoppedTask
from drctl.aws.task_definitions import TaskDefinition


def _as_text(value: object) -> object:
    # An environment holds text only, while the port of a database is recorded as a number.
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, int | float) else value


Count = Annotated[int, Field(ge=0)]
Text = Annotated[str, BeforeValidator(_as_text)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Autoscaling:
    __pydantic_config__ = CLOSED

    min: Count
    max: Count


@dataclass(frozen=True, slots=True, kw_only=True)
class Params:
    __pydantic_config__ = CLOSED

    region: Region
    cluster: str
    service: str
    container: str
    """The container that `environment`, `secrets` and `image` are for."""
    desired_count: Count
    environment: Mapping[str, Text] = field(default_factory=dict)
    """Variables that are set; the others stay."""
    secrets: Mapping[str, str] = field(default_factory=dict)
    """Variable → the name of a secret in `region`, or an ARN."""
    image: str | None = None
    min_healthy_targets: Count | None = None
    """`desired_count` if left out, for a service behind a load balancer."""
    autoscaling: Autoscaling | None = None
    """The bounds that automatic scaling is given first, so that it does not undo the count."""
    replace_tasks: bool = False
    """Whether tasks that run what is wanted already are replaced all the same: they may hang, or be on a bad host."""
    without_zone: Annotated[str, Field(pattern=r"^[a-z]{2}(-[a-z]+)+-\d[a-z]$")] | None = None
    """An Availability Zone, such as eu-central-1b, in whose subnets no task is started any more: it is lost, or has no
    capacity. The service keeps to its other subnets until undo, or somebody, gives it all of them again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    service: Service | None
    current: TaskDefinition | None = None
    """What the service uses now."""
    latest: TaskDefinition | None = None
    """The newest revision of the same family, which may be one that an earlier attempt registered."""
    secrets: Mapping[str, str | None] = field(default_factory=dict)
    """Variable → ARN; None where the Region has no such secret."""
    healthy: int | None = None
    """Healthy targets, of several target groups in the one that has fewest; None where there is no target group."""
    stopped: tuple[StoppedTask, ...] = ()
    scaling: ScalingLimits | None = None
    kept_subnets: tuple[str, ...] | None = None
    """The service's subnets that are not in `without_zone`; None where no zone is left out."""

    @property
    def wanted_network(self) -> Network | None:
        """Where the service is to be moved to; None where it is to stay."""
        network = self.service.network if self.service is not None else None
        if network is None or self.kept_subnets is None or network.subnets == self.kept_subnets:
            return None
        return replace(network, subnets=self.kept_subnets)
