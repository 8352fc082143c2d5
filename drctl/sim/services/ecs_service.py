"""An ECS service with its deployments and tasks, as the simulated AWS keeps it."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

_THRESHOLD_LEAST = 3
_THRESHOLD_MOST = 200


@dataclass(slots=True, kw_only=True, eq=False)
class Task:
    """A task of a service. `last_status` goes PROVISIONING, RUNNING, DEACTIVATING, STOPPED."""

    id: str
    definition: str
    deployment: str
    created_at: datetime
    address: str
    subnet: str
    zone: str
    last_status: str = "PROVISIONING"
    ready: bool = False
    """Running, and healthy in every target group of its service."""
    started_at: datetime | None = None
    stopped_at: datetime | None = None
    stop_code: str | None = None
    stopped_reason: str | None = None
    container_reason: str | None = None
    exit_code: int | None = None

    @property
    def alive(self) -> bool:
        """Starting or running, and not being stopped."""
        return self.last_status in ("PROVISIONING", "RUNNING")

    @property
    def running(self) -> bool:
        return self.last_status == "RUNNING"


@dataclass(slots=True, kw_only=True, eq=False)
class Deployment:
    id: str
    definition: str
    network: Mapping[str, Any]
    created_at: datetime
    updated_at: datetime
    failed: int = 0
    """Tasks that have failed, one after the other."""
    rollout_state: str = "IN_PROGRESS"
    rollout_reason: str = ""
    rolling_back: bool = False
    settling: bool = False
    """All is as it should be, and ECS is making sure of it."""
    setbacks: int = 0
    """How many times starting tasks had to be put off after failures."""
    paused: bool = False
    """Waiting before the next attempt to start tasks."""


@dataclass(slots=True, kw_only=True, eq=False)
class Service:
    """One service. Its deployments are the newest first; the first one is PRIMARY."""

    account: str
    region: str
    cluster: str
    name: str
    created_at: datetime
    desired: int
    settings: dict[str, Any]
    """The parameters of CreateService, changed by every UpdateService."""
    deployments: list[Deployment] = field(default_factory=list)
    tasks: list[Task] = field(default_factory=list)
    events: list[dict[str, Any]] = field(default_factory=list)
    """The newest first."""
    completed: Deployment | None = None
    """The last deployment that was COMPLETED: what a rollback goes back to."""
    status: str = "ACTIVE"
    steady: bool = False
    """Whether it has said that it reached a steady state, and nothing has changed since."""

    @property
    def arn(self) -> str:
        return f"arn:aws:ecs:{self.region}:{self.account}:service/{self.cluster}/{self.name}"

    @property
    def cluster_arn(self) -> str:
        return f"arn:aws:ecs:{self.region}:{self.account}:cluster/{self.cluster}"

    def task_arn(self, task: Task) -> str:
        return f"arn:aws:ecs:{self.region}:{self.account}:task/{self.cluster}/{task.id}"

    @property
    def primary(self) -> Deployment:
        return self.deployments[0]

    @property
    def target_groups(self) -> list[tuple[str, int]]:
        """(ARN, container port) of the target groups that the tasks are registered in."""
        return [
            (str(one["targetGroupArn"]), int(one.get("containerPort") or 80))
            for one in self.settings.get("loadBalancers") or ()
            if one.get("targetGroupArn")
        ]

    def tasks_of(self, deployment: Deployment) -> list[Task]:
        """Its tasks that are starting or running."""
        return [task for task in self.tasks if task.deployment == deployment.id and task.alive]

    def count(self, deployment: Deployment | None, status: str) -> int:
        """How many tasks of one deployment, or of all, have that last status."""
        return sum(
            1 for task in self.tasks
            if task.last_status == status and (deployment is None or task.deployment == deployment.id)
        )  # fmt: skip

    @property
    def most(self) -> int:
        """How many tasks may be starting or running at once: `maximumPercent`, rounded down."""
        return math.floor(self.desired * self._percent("maximumPercent", 200) / 100)

    @property
    def least(self) -> int:
        """How many tasks must stay ready while others are replaced: `minimumHealthyPercent`, rounded up."""
        return math.ceil(self.desired * self._percent("minimumHealthyPercent", 100) / 100)

    def _percent(self, name: str, default: int) -> int:
        value = (self.settings.get("deploymentConfiguration") or {}).get(name)
        return default if value is None else int(value)

    @property
    def breaker(self) -> Mapping[str, Any]:
        """The settings of its deployment circuit breaker; empty where there is none."""
        found = (self.settings.get("deploymentConfiguration") or {}).get("deploymentCircuitBreaker") or {}
        return found if found.get("enable") else {}

    @property
    def breaker_threshold(self) -> int:
        """How many failed tasks in a row fail a deployment.

        Half of the desired count, at least 3 and at most 200, where nothing else is configured
        ("Amazon ECS Developer Guide, How the deployment circuit breaker detects failures").
        """
        asked = self.breaker.get("thresholdConfiguration") or {"type": "BOUNDED_PERCENT", "value": 50}
        if asked["type"] == "COUNT":
            return int(asked["value"])
        share = math.ceil(self.desired * int(asked["value"]) / 100)
        return share if asked["type"] == "UNBOUNDED_PERCENT" else min(max(share, _THRESHOLD_LEAST), _THRESHOLD_MOST)
