"""ECS task definitions: revisions that are never changed, only followed by another one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from drctl.aws.failures import absent
from drctl.aws.tags import lower_tag_list, tags_of

_READ_ONLY = frozenset({
    "taskDefinitionArn", "revision", "status", "requiresAttributes", "compatibilities", "registeredAt",
    "registeredBy", "deregisteredAt", "deleteRequestedAt",
})  # fmt: skip
"""What DescribeTaskDefinition tells and RegisterTaskDefinition does not take (Amazon ECS API Reference)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskDefinition:
    arn: str
    status: str
    content: Mapping[str, Any] = field(repr=False)
    """Everything that can be registered again, as ECS wrote it."""
    tags: Mapping[str, str] = field(default_factory=dict)

    @property
    def family(self) -> str:
        """What the revisions have in common."""
        return str(self.content["family"])


def find_task_definition(ecs: Any, name: str) -> TaskDefinition | None:
    """The revision of that ARN, or the newest active one of that family; None where there is none."""
    # ECS answers a plain ClientException for one that is not there.
    with absent("ClientException"):
        found = ecs.describe_task_definition(taskDefinition=name, include=["TAGS"])
        raw = found["taskDefinition"]
        return TaskDefinition(
            arn=raw["taskDefinitionArn"],
            status=raw.get("status", "ACTIVE"),
            content={key: value for key, value in raw.items() if key not in _READ_ONLY},
            tags=tags_of(found.get("tags")),
        )
    return None


def family_of(arn: str) -> str:
    """The family that the revision of that ARN is of: arn:aws:ecs:eu-west-1:111111111111:task-definition/api:7."""
    return arn.rpartition("/")[2].rpartition(":")[0]


def register_task_definition(ecs: Any, content: Mapping[str, Any], tags: Mapping[str, str]) -> str:
    """Register a new revision; the answer is its ARN. Every call makes one, whether or not it is like the last."""
    answer = ecs.register_task_definition(**content, tags=lower_tag_list(tags))
    return str(answer["taskDefinition"]["taskDefinitionArn"])


def deregister_task_definition(ecs: Any, arn: str) -> None:
    """Afterwards no new task starts from that revision; it is harmless to ask again."""
    ecs.deregister_task_definition(taskDefinition=arn)
