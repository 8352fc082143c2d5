"""What takes messages out of queues, minute by minute, and how many wait there, as CloudWatch is told.

A task that runs takes some messages a minute, and handles each of them well. One that hangs takes none.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from drctl.model.estate import Estate
from drctl.model.estate_services import Consumer
from drctl.sim.moto_resources import everywhere, resources
from drctl.sim.overlay import World
from drctl.sim.services.ecs_services import Services

NAMESPACE = "AWS/SQS"
_VISIBLE = "ApproximateNumberOfMessagesVisible"
_MINUTE = timedelta(minutes=1)

_Place = tuple[str, str, str]
"""Account, Region, and the name of a queue."""


@dataclass(frozen=True, slots=True)
class _Waiting:
    at: datetime
    messages: int


class QueueConsumers:
    """The services that take messages, and the metric of every queue since they began to."""

    namespace = NAMESPACE

    def __init__(self, world: World) -> None:
        self._world = world
        self._services = world.part(Services)
        self._consumers: dict[_Place, Consumer] = {}
        self._told: dict[_Place, list[_Waiting]] = {}

    def play(self, estate: Estate) -> None:
        """From now on the consumers of `estate` take messages, and every queue has its metric, if there are any."""
        self._told = {}
        self._consumers = {
            (estate.account_id(account), region, name): queue.consumer
            for account, region, place in estate.each_place()
            for name, queue in place.queues.items()
            if queue.consumer is not None
        }
        if self._consumers:
            self._tell()

    def unit(self, name: str) -> str | None:
        """The unit of the metric of that name; None where it is none of these."""
        return "Count" if name == _VISIBLE and self._consumers else None

    def listed(self, account: str, region: str) -> list[dict[str, Any]]:
        """The metrics that the account has in `region`, as ListMetrics tells them."""
        names = sorted({name for *place, name in self._told if place == [account, region]})
        return [
            {"Namespace": NAMESPACE, "MetricName": _VISIBLE, "Dimensions": [{"Name": "QueueName", "Value": name}]}
            for name in names
        ]

    def series(
        self, account: str, region: str, name: str, dimensions: Mapping[str, str]
    ) -> Callable[[datetime], float | None]:
        """How many messages waited at a minute; None before anybody was told."""
        del name
        told = self._told.get((account, region, dimensions.get("QueueName", "")), []) if len(dimensions) == 1 else []

        def value_at(minute: datetime) -> float | None:
            known = [waiting for waiting in told if waiting.at <= minute]
            return float(known[-1].messages) if known else None

        return value_at

    def _minute(self) -> None:
        for (account, region, name), consumer in sorted(self._consumers.items()):
            if region not in self._world.lost_regions:
                self._consume(account, region, name, consumer)
        self._tell()

    def _consume(self, account: str, region: str, name: str, consumer: Consumer) -> None:
        cluster, _, service_name = consumer.service.partition("/")
        service = self._services.find(account, region, cluster, service_name)
        queue = resources("sqs", account, region).queues.get(name)
        if service is None or queue is None:
            return
        hanging = self._world.broken.get("task", ())
        busy = sum(1 for task in service.tasks if task.running and task.id not in hanging)
        for message in list(queue.messages)[: busy * consumer.per_minute]:
            queue._messages.remove(message)  # noqa: SLF001 (moto has no public way to take a message out)

    def _tell(self) -> None:
        for account, region, sqs in everywhere("sqs"):
            for queue in sqs.queues.values():
                waiting = _Waiting(self._world.now(), len(queue.messages))
                self._told.setdefault((account, region, queue.name), []).append(waiting)
        self._world.clock.after(_MINUTE, self._minute)
