"""An estate's workloads in one account and Region, with what they read, write and are watched by."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Literal


@dataclass(frozen=True, slots=True, kw_only=True)
class Repository:
    """An ECR repository with the tags of its images."""

    tags: tuple[str, ...] = ()
    replicate_to: tuple[str, ...] = ()
    """The Regions that have the same repository with the same images."""
    not_replicated: tuple[str, ...] = ()
    """Tags of which only this Region has the image."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Container:
    image: str
    """`repository:tag` of a repository in the same place, or a full image reference with its registry."""
    port: int | None = None
    environment: Mapping[str, str] = field(default_factory=dict)
    """Text, or `${{ databases.NAME.endpoint }}`, `${{ caches.NAME.endpoint }}`; in front of either may stand a Region
    and a dot, for what is in another Region of the same account."""
    secrets: Mapping[str, str] = field(default_factory=dict)
    """Environment name → the name of a secret that is in the same Region."""
    log_group: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskDefinition:
    containers: Mapping[str, Container]
    cpu: int = 256
    memory: int = 512
    execution_role: str | None = None
    task_role: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """An ECS service on Fargate."""

    task: str
    count: int = field(default=1, metadata={"ge": 0, "le": 1_000})
    subnets: tuple[str, ...]
    security_groups: tuple[str, ...]
    target_group: str | None = None
    container: str | None = None
    """The container behind the target group; the task's only one if left out."""
    autoscaling: Autoscaling | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Autoscaling:
    least: int = field(metadata={"alias": "min"})
    most: int = field(metadata={"alias": "max"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Cluster:
    services: Mapping[str, Service] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Secret:
    """A secret of Secrets Manager. Its value is made up: a simulation is never given a real one."""

    replicate_to: tuple[str, ...] = ()
    key: str | None = None
    value: str | None = None
    """A value for what has to have a certain form, such as the URL of a webhook; it opens nothing, like the one that
    is made up if this is left out."""

    def value_as(self, name: str) -> str:
        """What a secret of that name holds."""
        # No password of RDS may hold a slash or a blank, and this may be one.
        return f"simulated-value-of-{name}".replace("/", ".") if self.value is None else self.value


@dataclass(frozen=True, slots=True, kw_only=True)
class Function:
    """A Lambda function, as the simulation plays it: it runs nothing, and answers what is said here."""

    answer: Mapping[str, Any] = field(default_factory=dict)
    """What it answers to every invocation."""
    error: str | None = None
    """The message it fails with instead."""
    timeout: timedelta = timedelta(seconds=30)
    """The longest it may run."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Consumer:
    """An ECS service of the same place whose tasks take the messages of a queue, and handle them well."""

    service: str
    """`cluster/service`."""
    per_minute: int = field(default=30, metadata={"ge": 1})
    """How many messages each of its tasks takes in a minute."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Queue:
    """An SQS queue. A FIFO queue's name ends in `.fifo`."""

    dead_letter: str | None = None
    """The queue that takes what could not be processed; it is made too, where it is not described itself."""
    max_receives: int = 5
    visibility: timedelta = timedelta(seconds=30)
    retention: timedelta = timedelta(days=4)
    messages: int = field(default=0, metadata={"ge": 0, "le": 1_000})
    """Messages that wait in it at the start."""
    consumer: Consumer | None = None
    """Who takes them; they stay where they are if left out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LogGroup:
    retention_days: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Dashboard:
    """A CloudWatch dashboard: one graph for each metric."""

    metrics: tuple[str, ...] = ()
    """`namespace/name`, such as AWS/RDS/CPUUtilization."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic:
    emails: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Alarm:
    """A CloudWatch alarm on one metric."""

    metric: str
    """`namespace/name`, such as AWS/RDS/CPUUtilization."""
    threshold: float
    dimensions: Mapping[str, str] = field(default_factory=dict)
    compare: Literal[">", ">=", "<", "<="] = ">"
    statistic: Literal["Average", "Maximum", "Minimum", "Sum", "SampleCount"] = "Average"
    period: timedelta = timedelta(minutes=1)
    periods: int = 5
    topic: str | None = None
