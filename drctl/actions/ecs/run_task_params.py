"""What `ecs.run_task` is told, and what it sees."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated

from pydantic import Field

from drctl.actions.ecs.parameters import Text
from drctl.actions.parameters import CLOSED, Region
from drctl.aws.ecs import Network, Service
from drctl.aws.ecs_tasks import Task
from drctl.aws.task_definitions import TaskDefinition

SubnetId = Annotated[str, Field(pattern=r"^subnet-[0-9a-f]+$")]
GroupId = Annotated[str, Field(pattern=r"^sg-[0-9a-f]+$")]


@dataclass(frozen=True, slots=True, kw_only=True)
class Params:
    __pydantic_config__ = CLOSED

    region: Region
    cluster: str
    container: str
    """The container that the command is for, and whose exit code counts."""
    command: tuple[str, ...] = ()
    """What it runs; the image's own command if left out."""
    environment: Mapping[str, Text] = field(default_factory=dict)
    """Variables that are set; the others stay. They can be read in CloudTrail, so they are no place for secrets."""
    like_service: str | None = None
    """The service whose task definition, subnets and security groups are used."""
    task_definition: str | None = None
    """A family (its newest revision), `family:revision` or an ARN; the service's own if left out."""
    subnets: tuple[SubnetId, ...] = ()
    """The service's own if left out, as its security groups then are."""
    security_groups: tuple[GroupId, ...] = ()
    public_ip: bool = False
    """Whether the task gets a public address, where `subnets` are given."""

    def __post_init__(self) -> None:
        if self.like_service is None and (self.task_definition is None or not self.subnets):
            raise ValueError("needs `like_service`, or both `task_definition` and `subnets`")
        if self.security_groups and not self.subnets:
            raise ValueError("`security_groups` are those of `subnets`; give both or neither")


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    service: Service | None = None
    definition: TaskDefinition | None = None
    task: Task | None = None
    """The task that this step has started in this epoch."""
    at: datetime | None = None
    """When AWS told of tasks; None where there was nothing to ask for."""

    def network(self, params: Params) -> Network | None:
        """Where the task is to run; None where nothing says so."""
        if params.subnets:
            return Network(subnets=params.subnets, security_groups=params.security_groups, public_ip=params.public_ip)
        return self.service.network if self.service is not None else None
