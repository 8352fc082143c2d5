"""What a swap of two instances' names is asked for, and what it looks at."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from pydantic import Field

from drctl.actions.parameters import CLOSED, Region
from drctl.actions.rds.new_instance import InstanceName
from drctl.aws.rds import DbInstance

ResourceId = Annotated[str, Field(pattern=r"^db-[A-Z0-9]+$")]


@dataclass(frozen=True, slots=True, kw_only=True)
class Params:
    __pydantic_config__ = CLOSED

    region: Region
    instance: InstanceName
    """The name that applications use: the damaged instance has it before, the candidate afterwards."""
    candidate: InstanceName
    """What the verified instance is called before."""
    old_name: InstanceName
    """What the damaged instance is called afterwards."""
    candidate_id: ResourceId | None = None
    """The `DbiResourceId` of the verified instance, such as the output `resource_id` of the step that restored it.
    Without it the candidate has to be of this run's making, or `adopt: true` be set on the step."""

    def __post_init__(self) -> None:
        if len({self.instance, self.candidate, self.old_name}) < 3:
            raise ValueError("`instance`, `candidate` and `old_name` have to be three different names")


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What is found under each of the three names."""

    live: DbInstance | None
    candidate: DbInstance | None
    old: DbInstance | None

    def find(self, resource_id: str) -> DbInstance | None:
        """The instance of that resource id, whichever of the names it has."""
        present = [one for one in (self.live, self.candidate, self.old) if one is not None]
        return next((one for one in present if one.resource_id == resource_id), None)
