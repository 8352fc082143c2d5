"""SQS: tasks that move the messages of dead-letter queues, which moto lacks, and the minute between two deletions.

Source: Amazon SQS API Reference, StartMessageMoveTask, CreateQueue (QueueDeletedRecently) and PurgeQueue
(PurgeQueueInProgress).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from drctl.sim.moto_resources import resources
from drctl.sim.overlay import AwsError, Call, Handler, World

_MINUTE = timedelta(seconds=60)
_NO_QUEUE = "The resource that you specified for the SourceArn parameter doesn't exist."


@dataclass(slots=True)
class _Task:
    """One task; `source` and `to` are ARNs, `to` is empty where messages go back to where they came from."""

    source: str
    to: str
    to_move: int
    started_ms: int
    handle: str
    status: str = "RUNNING"
    moved: int = 0

    def told(self) -> dict[str, Any]:
        return {
            "Status": self.status,
            "SourceArn": self.source,
            "ApproximateNumberOfMessagesMoved": self.moved,
            "ApproximateNumberOfMessagesToMove": self.to_move,
            "StartedTimestamp": self.started_ms,
            **({"DestinationArn": self.to} if self.to else {}),
            **({"TaskHandle": self.handle} if self.status == "RUNNING" else {}),
        }


class SqsOverlay:
    service = "sqs"

    def __init__(self, world: World) -> None:
        self._world = world
        self._tasks: list[_Task] = []
        self._deleted: dict[tuple[str, str, str], datetime] = {}
        self._purged: dict[tuple[str, str, str], datetime] = {}
        self.before: Mapping[str, Handler] = {"CreateQueue": self._may_create, "PurgeQueue": self._may_purge}
        self.replaces: Mapping[str, Handler] = {
            "StartMessageMoveTask": self._start,
            "ListMessageMoveTasks": self._list,
            "CancelMessageMoveTask": self._cancel,
        }
        self.after: Mapping[str, Handler] = {"DeleteQueue": self._note_deleted, "PurgeQueue": self._note_purged}

    def reset(self) -> None:
        self._tasks.clear()
        self._deleted.clear()
        self._purged.clear()

    def state(self) -> Mapping[str, Any]:
        """The tasks without their instants, which two equal runs do not share."""
        tasks = sorted((task.source, task.to, task.status, task.moved) for task in self._tasks)
        return {"move_tasks": tasks} if tasks else {}

    def _may_create(self, call: Call) -> None:
        if self._recent(self._deleted, _key(call, str(call.params["QueueName"]))):
            said = "You must wait 60 seconds after deleting a queue before you can create another with the same name."
            raise AwsError("AWS.SimpleQueueService.QueueDeletedRecently", said)

    def _may_purge(self, call: Call) -> None:
        if self._recent(self._purged, _named_by_url(call)):
            said = "Only one PurgeQueue operation is allowed every 60 seconds."
            raise AwsError("AWS.SimpleQueueService.PurgeQueueInProgress", said, 403)

    def _recent(self, noted: Mapping[tuple[str, str, str], datetime], key: tuple[str, str, str]) -> bool:
        at = noted.get(key)
        return at is not None and self._world.now() < at + _MINUTE

    def _note_deleted(self, call: Call) -> None:
        self._deleted[_named_by_url(call)] = self._world.now()

    def _note_purged(self, call: Call) -> None:
        self._purged[_named_by_url(call)] = self._world.now()

    def _start(self, call: Call) -> Mapping[str, Any]:
        arn, to = str(call.params["SourceArn"]), str(call.params.get("DestinationArn") or "")
        queue = _queue(call, arn)
        if not _sources(call, arn):
            raise AwsError("InvalidParameterValue", "Source queue must be configured as a Dead Letter Queue.")
        if any(task.source == arn and task.status == "RUNNING" for task in self._tasks):
            raise AwsError("AWS.SimpleQueueService.UnsupportedOperation", "There is already a task running.")
        if to:
            _queue(call, to)
        task = _Task(
            source=arn,
            to=to,
            to_move=len(queue.messages),
            started_ms=int(self._world.now().timestamp() * 1000),
            handle=f"task-{len(self._tasks) + 1}",
        )
        self._tasks.append(task)
        self._world.after("sqs.move", partial(_move, call, task))
        return {"TaskHandle": task.handle}

    def _list(self, call: Call) -> Mapping[str, Any]:
        arn = str(call.params["SourceArn"])
        _queue(call, arn)
        newest_first = [task.told() for task in reversed(self._tasks) if task.source == arn]
        return {"Results": newest_first[: int(call.params.get("MaxResults") or 1)]}

    def _cancel(self, call: Call) -> Mapping[str, Any]:
        for task in self._tasks:
            if task.handle == call.params["TaskHandle"] and task.status == "RUNNING":
                task.status = "CANCELLED"
                return {"ApproximateNumberOfMessagesMoved": task.moved}
        raise AwsError("ResourceNotFoundException", "The task doesn't exist, or has ended.", 404)


def _move(call: Call, task: _Task) -> None:
    """Everything that is visible goes, and what is in flight stays. A task whose queues are gone by then fails."""
    if task.status != "RUNNING":
        return
    try:
        queue = _queue(call, task.source)
        targets = [_queue(call, task.to)] if task.to else _sources(call, task.source)[:1]
    except AwsError:
        targets = []
    if not targets:
        task.status = "FAILED"
        return
    for message in queue.messages:
        queue._messages.remove(message)  # noqa: SLF001 (moto has no public way to take a message out)
        # It begins anew where it goes, or the first look would send it straight back.
        message.approximate_receive_count = 0
        targets[0].add_message(message)
        task.moved += 1
    task.status = "COMPLETED"


def _queue(call: Call, arn: str) -> Any:
    for queue in _all(call):
        if queue.queue_arn == arn:
            return queue
    raise AwsError("ResourceNotFoundException", _NO_QUEUE, 404)


def _sources(call: Call, arn: str) -> list[Any]:
    """The queues whose dead letters go to the one of that ARN."""
    return [queue for queue in _all(call) if (queue.redrive_policy or {}).get("deadLetterTargetArn") == arn]


def _all(call: Call) -> list[Any]:
    return list(resources("sqs", call.account, call.region).queues.values())


def _named_by_url(call: Call) -> tuple[str, str, str]:
    return _key(call, str(call.params["QueueUrl"]).rsplit("/", 1)[-1])


def _key(call: Call, name: str) -> tuple[str, str, str]:
    return call.account, call.region, name
