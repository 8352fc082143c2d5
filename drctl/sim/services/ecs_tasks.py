"""The life of one task of a service: PROVISIONING, RUNNING, DEACTIVATING, STOPPED.

A running task takes requests once it is healthy in every target group, and drains from them before it stops
("Amazon ECS Developer Guide, Task lifecycle").
"""

from __future__ import annotations

from functools import partial
from typing import Protocol

from drctl.sim.moto_resources import resources
from drctl.sim.overlay import World
from drctl.sim.services.ecs_service import Deployment, Service, Task
from drctl.sim.services.ecs_services import Services
from drctl.sim.services.service_events import ServiceEvents
from drctl.sim.services.target_health import TargetHealth
from drctl.sim.services.task_placement import place
from drctl.sim.services.task_start import Obstacle, find_obstacle

_TERMINATED = 143
"""The exit code of a container that was told to stop and did."""


class Scheduler(Protocol):
    """Who is told what becomes of a task."""

    def changed(self, service: Service) -> None: ...
    def became_ready(self, service: Service, deployment: Deployment) -> None: ...
    def failed(self, service: Service, deployment: Deployment, because: str) -> None: ...


class TaskLife:
    """Starts and stops tasks, and tells `scheduler` when they get anywhere."""

    def __init__(self, world: World, scheduler: Scheduler) -> None:
        self._world = world
        self._scheduler = scheduler
        self._services = world.part(Services)
        self._targets = world.part(TargetHealth)
        self._events = ServiceEvents(world)

    def create(self, service: Service, deployment: Deployment) -> Task:
        """A task that is PROVISIONING; `start` lets it go on."""
        where = place(self._services, service)
        task = Task(
            id=self._services.new_id(),
            definition=deployment.definition,
            deployment=deployment.id,
            created_at=self._world.now(),
            address=where.ip,
            subnet=where.subnet,
            zone=where.zone,
        )
        service.tasks.append(task)
        return task

    def start(self, service: Service, deployment: Deployment, task: Task) -> None:
        self._world.after("ecs.task_start", partial(self._started, service, deployment, task))

    def _started(self, service: Service, deployment: Deployment, task: Task) -> None:
        if task.last_status != "PROVISIONING":
            return
        definition = resources("ecs", service.account, service.region).describe_task_definition(task.definition)
        obstacle = find_obstacle(self._world, service.account, service.region, definition, zone=task.zone)
        if obstacle is not None:
            self._fail(service, deployment, task, obstacle)
            return
        task.last_status, task.started_at = "RUNNING", self._world.now()
        groups = service.target_groups
        if not groups:
            task.ready = True
            self._scheduler.became_ready(service, deployment)
        for arn, port in groups:
            self._events.add(service, f"registered 1 targets in (target-group {arn})")
            self._targets.register(arn, task.address, port, partial(self._passed_check, service, deployment, task))
        self._scheduler.changed(service)

    def _passed_check(self, service: Service, deployment: Deployment, task: Task) -> None:
        found = [self._targets.find(arn, task.address, port) for arn, port in service.target_groups]
        if task.running and all(target is not None and target.state == "healthy" for target in found):
            task.ready = True
            self._scheduler.became_ready(service, deployment)
            self._scheduler.changed(service)

    def _fail(self, service: Service, deployment: Deployment, task: Task, obstacle: Obstacle) -> None:
        task.exit_code = obstacle.exit_code
        task.container_reason = obstacle.container
        self._stopped(task, obstacle.stop_code, obstacle.reason)
        self._scheduler.failed(service, deployment, obstacle.reason)

    def stop(self, service: Service, task: Task, code: str, reason: str) -> None:
        """A task that is still starting is STOPPED at once; a running one drains from its target groups first."""
        if task.last_status == "PROVISIONING":
            self._stopped(task, code, reason)
            return
        if not task.running:
            return
        task.last_status, task.ready = "DEACTIVATING", False
        task.stop_code, task.stopped_reason = code, reason
        groups = service.target_groups
        if not groups:
            self._world.after("ecs.task_stop", partial(self._ended, service, task))
            return
        self._events.add(service, "has begun draining connections on 1 tasks.")
        for arn, port in groups:
            self._events.add(service, f"deregistered 1 targets in (target-group {arn})")
            self._targets.deregister(arn, task.address, port, partial(self._drained, service, task))

    def lose(self, service: Service, task: Task) -> None:
        """The task ends with the zone that it is in: nothing of it answers any more."""
        for arn, port in service.target_groups:
            self._targets.deregister(arn, task.address, port)
        self._stopped(task, "ServiceSchedulerInitiated", f"Nothing in the Availability Zone {task.zone} answers.")

    def _drained(self, service: Service, task: Task) -> None:
        if all(self._targets.find(arn, task.address, port) is None for arn, port in service.target_groups):
            self._ended(service, task)

    def _ended(self, service: Service, task: Task) -> None:
        if task.last_status == "DEACTIVATING":
            task.exit_code = _TERMINATED
            self._stopped(task, task.stop_code or "", task.stopped_reason or "")
            self._scheduler.changed(service)

    def _stopped(self, task: Task, code: str, reason: str) -> None:
        task.last_status, task.stopped_at, task.ready = "STOPPED", self._world.now(), False
        task.stop_code, task.stopped_reason = code, reason
