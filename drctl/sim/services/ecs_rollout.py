"""The service scheduler of ECS: a rolling deployment, one look after the other.

Every look compares what runs with what is wanted, and starts or stops tasks within the limits that the service
sets for a deployment; whatever ends later (a start, a health check, a drain) leads to another look. So a scale-out,
a deployment on top of another and a rollback are the same thing with another goal ("Amazon ECS Developer Guide,
Deploy Amazon ECS services by replacing tasks").
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from functools import partial

from drctl.sim.overlay import World
from drctl.sim.services.ecs_mirror import show_moto
from drctl.sim.services.ecs_service import Deployment, Service, Task
from drctl.sim.services.ecs_services import Services
from drctl.sim.services.ecs_tasks import TaskLife
from drctl.sim.services.service_events import ServiceEvents, named

_FIRST_PAUSE = timedelta(seconds=15)
_LONGEST_PAUSE = timedelta(minutes=27)
"""How far apart the attempts to start failing tasks get ("Amazon ECS Developer Guide, Service throttle logic")."""
_BY_SCHEDULER = "ServiceSchedulerInitiated"


class Rollout:
    """Brings every service to where its newest deployment wants it."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._services = world.part(Services)
        self._events = ServiceEvents(world)
        self._tasks = TaskLife(world, self)
        self._looking: set[int] = set()
        self._look_again: set[int] = set()

    def begin(self, service: Service, definition: str) -> Deployment:
        """A new PRIMARY deployment of `definition`; nothing moves before the next `changed`."""
        now = self._world.now()
        deployment = Deployment(
            id=f"ecs-svc/{self._world.random.randrange(10**18, 10**19)}",
            definition=definition,
            network=service.settings.get("networkConfiguration") or {},
            created_at=now,
            updated_at=now,
        )
        self._put_first(service, deployment, f"ECS deployment {deployment.id} in progress.")
        return deployment

    def stop_task(self, service: Service, task: Task, code: str, reason: str) -> None:
        """Have one task stop; the service starts another in its place."""
        self._tasks.stop(service, task, code, reason)
        self.changed(service)

    def lose_zone(self, zone: str) -> None:
        """Every task in that Availability Zone is gone, and its service starts another one elsewhere."""
        for service in self._services.every():
            lost = [task for task in service.tasks if task.zone == zone and task.last_status != "STOPPED"]
            for task in lost:
                self._tasks.lose(service, task)
            if lost:
                service.steady = False
                self.changed(service)

    def close(self, service: Service) -> None:
        """The service is DRAINING until its last task has stopped, then INACTIVE."""
        service.status, service.desired = "DRAINING", 0
        self._stop_all(service, [task for task in service.tasks if task.alive])
        self.changed(service)

    def changed(self, service: Service) -> None:
        """Look at the service: start and stop what the moment allows. May be called from within a look."""
        key = id(service)
        self._look_again.add(key)
        if key in self._looking:
            return
        self._looking.add(key)
        try:
            while key in self._look_again:
                self._look_again.discard(key)
                self._look(service)
        finally:
            self._looking.discard(key)
        show_moto(self._services, service)

    def became_ready(self, service: Service, deployment: Deployment) -> None:
        """A task of the deployment takes requests: its failures so far were not for good."""
        deployment.setbacks = 0
        if service.breaker.get("resetOnHealthyTask", True):
            deployment.failed = 0

    def failed(self, service: Service, deployment: Deployment, because: str) -> None:
        """A task did not start. Many in a row trip the circuit breaker; without one, attempts get rarer."""
        deployment.failed += 1
        deployment.updated_at = self._world.now()
        self._events.add(service, f"was unable to place a task. Reason: {because}.")
        breaks = bool(service.breaker) and deployment.rollout_state == "IN_PROGRESS"
        if breaks and deployment is service.primary and deployment.failed >= service.breaker_threshold:
            self._trip(service, deployment)
        elif not deployment.paused:
            deployment.paused = True
            pause = min(_FIRST_PAUSE * 2**deployment.setbacks, _LONGEST_PAUSE)
            deployment.setbacks = min(deployment.setbacks + 1, 10)
            if deployment.setbacks > 1:
                self._events.add(service, "is unable to consistently start tasks successfully.")
            self._world.clock.after(pause, partial(self._try_again, service, deployment))
        self.changed(service)

    def _try_again(self, service: Service, deployment: Deployment) -> None:
        deployment.paused = False
        self.changed(service)

    def _trip(self, service: Service, deployment: Deployment) -> None:
        """The circuit breaker: the deployment has failed, and starts no task any more."""
        deployment.rollout_state = "FAILED"
        deployment.rollout_reason = "ECS deployment circuit breaker: tasks failed to start."
        self._events.add(service, f"(deployment {deployment.id}) deployment failed: tasks failed to start.")
        for task in service.tasks_of(deployment):
            if not task.running:
                self._tasks.stop(service, task, _BY_SCHEDULER, f"Deployment {deployment.id} failed")
        back_to = service.completed
        # Without anything that ever worked there is nothing to go back to, and a rollback is not rolled back.
        if not service.breaker.get("rollback") or back_to is None or deployment.rolling_back:
            return
        if back_to not in service.deployments:
            back_to = self.begin(service, back_to.definition)
        back_to.rolling_back = True
        reason = f"ECS deployment circuit breaker: rolling back to deploymentId {back_to.id}."
        self._put_first(service, back_to, reason)
        self._events.add(service, f"rolling back to deployment {back_to.id}.")

    def _put_first(self, service: Service, deployment: Deployment, reason: str) -> None:
        deployment.rollout_state, deployment.rollout_reason = "IN_PROGRESS", reason
        deployment.settling, deployment.updated_at = False, self._world.now()
        service.deployments = [deployment, *(one for one in service.deployments if one is not deployment)]
        service.steady = False

    def _look(self, service: Service) -> None:
        if service.status == "ACTIVE":
            self._stop_surplus(service)
            self._replace_old(service)
            self._start_missing(service)
            self._check_complete(service)
        elif all(task.last_status == "STOPPED" for task in service.tasks):
            service.status, service.deployments = "INACTIVE", []

    def _start_missing(self, service: Service) -> None:
        primary = service.primary
        if primary.rollout_state == "FAILED" or primary.paused:
            return
        missing = service.desired - len(service.tasks_of(primary))
        room = service.most - sum(1 for task in service.tasks if task.alive)
        created = [self._tasks.create(service, primary) for _ in range(min(missing, room))]
        if created:
            service.steady = False
            self._events.add(service, f"has started {len(created)} tasks: {named(created)}.")
        for task in created:
            self._tasks.start(service, primary, task)

    def _stop_surplus(self, service: Service) -> None:
        """What an older deployment was about to start, and what is more than wanted, is stopped at once."""
        for task in service.tasks:
            if task.last_status == "PROVISIONING" and task.deployment != service.primary.id:
                self._tasks.stop(service, task, _BY_SCHEDULER, _scaling(service))
        self._stop_all(service, service.tasks_of(service.primary)[service.desired :])

    def _replace_old(self, service: Service) -> None:
        """Tasks of older deployments go, as far as enough ready ones stay."""
        if service.primary.rollout_state == "FAILED":
            return
        old = [task for task in service.tasks if task.running and task.deployment != service.primary.id]
        ready = sum(1 for task in service.tasks if task.running and task.ready)
        spare = max(ready - service.least, 0)
        unready = [task for task in old if not task.ready]
        self._stop_all(service, [*unready, *[task for task in old if task.ready][:spare]])

    def _stop_all(self, service: Service, tasks: Sequence[Task]) -> None:
        if not tasks:
            return
        service.steady = False
        self._events.add(service, f"has stopped {len(tasks)} running tasks: {named(tasks)}.")
        for task in tasks:
            self._tasks.stop(service, task, _BY_SCHEDULER, _scaling(service))

    def _check_complete(self, service: Service) -> None:
        primary = service.primary
        if primary.rollout_state == "IN_PROGRESS":
            if service.desired == 0:
                # Nothing has to run, so it is complete at once: this proves nothing about the definition.
                self._complete(service, primary)
            elif not primary.settling and _is_settled(service):
                primary.settling = True
                self._world.after("ecs.deployment_settle", partial(self._settle, service, primary))
        elif primary.rollout_state == "COMPLETED":
            _forget_replaced(service)
            if not service.steady and _is_settled(service):
                service.steady = True
                self._events.add(service, "has reached a steady state.")

    def _settle(self, service: Service, deployment: Deployment) -> None:
        deployment.settling = False
        current = service.status == "ACTIVE" and deployment is service.primary
        if current and deployment.rollout_state == "IN_PROGRESS" and _is_settled(service):
            self._complete(service, deployment)
        self.changed(service)

    def _complete(self, service: Service, deployment: Deployment) -> None:
        deployment.rollout_state, deployment.rolling_back = "COMPLETED", False
        deployment.rollout_reason = f"ECS deployment {deployment.id} completed."
        deployment.updated_at = self._world.now()
        service.completed, service.steady = deployment, True
        self._events.add(service, f"(deployment {deployment.id}) deployment completed.")
        self._events.add(service, "has reached a steady state.")
        _forget_replaced(service)


def _is_settled(service: Service) -> bool:
    """As many tasks of the newest deployment as wanted are ready, and no other task is left."""
    left = [task for task in service.tasks if task.last_status != "STOPPED"]
    ours = all(task.ready and task.deployment == service.primary.id for task in left)
    return ours and len(left) == service.desired


def _forget_replaced(service: Service) -> None:
    """A deployment that is completely replaced is INACTIVE, and not told of any more."""
    busy = {task.deployment for task in service.tasks if task.last_status != "STOPPED"}
    service.deployments = [one for one in service.deployments if one is service.primary or one.id in busy]


def _scaling(service: Service) -> str:
    by = f"(deployment {service.primary.id})" if service.deployments else f"(service {service.name})"
    return f"Scaling activity initiated by {by}"
