"""What an ECS service tells of itself, newest first ("Amazon ECS Developer Guide, Service event messages")."""

from __future__ import annotations

from collections.abc import Iterable

from drctl.sim.overlay import World
from drctl.sim.services.ecs_service import Service, Task
from drctl.sim.services.ecs_services import Services

_KEPT = 100


class ServiceEvents:
    """Writes the events of every service."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._services = world.part(Services)

    def add(self, service: Service, text: str) -> None:
        """The service tells `text` from now on; the newest hundred events are kept."""
        event = {
            "id": f"{self._services.new_id(8)}-{self._services.new_id(12)}",
            "createdAt": self._world.now(),
            "message": f"(service {service.name}) {text}",
        }
        service.events = [event, *service.events][:_KEPT]


def named(tasks: Iterable[Task]) -> str:
    """The tasks as an event names them."""
    return " ".join(f"(task {task.id})" for task in tasks)
