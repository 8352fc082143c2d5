"""RunTask as ECS checks it: the same client token starts the same task for a day, and no other."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from drctl.sim.moto_resources import resources
from drctl.sim.overlay import AwsError, Call, World
from drctl.sim.services.ecs_services import Services
from drctl.sim.services.single_tasks import SingleTask, SingleTasks, shown_single
from drctl.sim.services.task_placement import place_in

_TOKEN_KEPT = timedelta(hours=24)
"""("Amazon ECS API Reference, Ensuring idempotency")"""
_NO_ROOM = "Capacity is unavailable at this time. Please try again later or in a different availability zone"
"""What is answered, with HTTP 200, in Regions that are broken as `fargate`."""
_STARTED_BY = re.compile(r"[A-Za-z0-9/_-]{0,128}")


@dataclass(frozen=True, slots=True)
class _Answered:
    params: Mapping[str, Any]
    tasks: tuple[SingleTask, ...]
    at: datetime


@dataclass(slots=True)
class RunTask:
    """The operation, with the tokens it knows."""

    world: World
    definition_of: Callable[[Call, str | None], str]
    _answered: dict[tuple[str, str, str, str], _Answered] = field(default_factory=dict)

    def reset(self) -> None:
        self._answered.clear()

    def run(self, call: Call, cluster: str) -> Mapping[str, Any]:
        """Start the tasks, or tell those that the same call has started before."""
        token = call.params.get("clientToken")
        key = (call.account, call.region, cluster, str(token))
        if token is not None and (before := self._answered.get(key)) and self.world.now() - before.at < _TOKEN_KEPT:
            if before.params != call.params:
                raise AwsError("ConflictException", "The clientToken was used before with other parameters.")
            return self._told(call, before.tasks)
        if call.region in self.world.broken.get("fargate", ()):
            return {"tasks": [], "failures": [{"reason": _NO_ROOM}]}
        tasks = self._start(call, cluster)
        if token is not None:
            self._answered[key] = _Answered(call.params, tasks, self.world.now())
        return self._told(call, tasks)

    def _start(self, call: Call, cluster: str) -> tuple[SingleTask, ...]:
        params = call.params
        definition = self.definition_of(call, params.get("taskDefinition"))
        moto = resources("ecs", call.account, call.region).describe_task_definition(definition)
        subnets = _check(call, moto)
        services = self.world.part(Services)
        single = self.world.part(SingleTasks)
        tasks = tuple(
            SingleTask(
                account=call.account,
                region=call.region,
                cluster=cluster,
                id=services.new_id(),
                definition=definition,
                asked=params,
                created_at=self.world.now(),
                place=place_in(services, call.account, call.region, subnets, turn),
            )
            for turn in range(int(params.get("count") or 1))
        )
        for task in tasks:
            single.start(task)
        return tasks

    def _told(self, call: Call, tasks: tuple[SingleTask, ...]) -> Mapping[str, Any]:
        moto = resources("ecs", call.account, call.region)
        told = [shown_single(task, moto.describe_task_definition(task.definition)) for task in tasks]
        return {"tasks": told, "failures": []}


def _check(call: Call, definition: Any) -> list[str]:
    """The subnets that the call names; AwsError for what ECS does not take."""
    params = call.params
    if _STARTED_BY.fullmatch(str(params.get("startedBy") or "")) is None:
        raise AwsError("InvalidParameterException", "startedBy is longer than 128, or has characters not allowed.")
    containers = {container["name"] for container in definition.container_definitions}
    for override in (params.get("overrides") or {}).get("containerOverrides") or ():
        if override.get("name") not in containers:
            raise AwsError(
                "InvalidParameterException",
                f"Override for container named {override.get('name')} is not a container in the TaskDefinition.",
            )
    network = (params.get("networkConfiguration") or {}).get("awsvpcConfiguration") or {}
    subnets = [str(subnet) for subnet in network.get("subnets") or ()]
    if definition.network_mode == "awsvpc" and not subnets:
        raise AwsError(
            "InvalidParameterException",
            "Network Configuration must be provided when networkMode 'awsvpc' is specified.",
        )
    ec2 = resources("ec2", call.account, call.region)
    for subnet in subnets:
        if not any(subnet in zone for zone in ec2.subnets.values()):
            raise AwsError(
                "InvalidParameterException", f"Error retrieving subnet information for [{subnet}]: it does not exist."
            )
    return subnets
