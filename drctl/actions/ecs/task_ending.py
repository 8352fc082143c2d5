"""How a task that runs once has ended, in one sentence. Pure."""

from __future__ import annotations

from drctl.aws.ecs import short_name
from drctl.aws.ecs_tasks import SETTLING, STOPPED, Ended, Task
from drctl.model.decision import Decision, Done, Refuse, Wait
from drctl.model.past import Past

_BY_ITSELF = "EssentialContainerExited"
_NEVER_RAN = "TaskFailedToStart"
_STOPPED_BY_OTHERS = {
    "UserInitiated": "somebody stopped it",
    "ServiceSchedulerInitiated": "the scheduler of ECS stopped it",
    "SpotInterruption": "Fargate Spot took its place away",
    "TerminationNotice": "its host was taken away",
    "InfrastructureHealth": "its host was unhealthy",
}
"""Stop codes of tasks that did not end by themselves (Amazon ECS API Reference, Task)."""


def judge_task(container: str, task: Task, past: Past) -> Decision:
    """Whether the task has done its work: it has if `container` ended by itself with exit code 0."""
    if task.status in SETTLING:
        return Wait(f"task {task.id} of {short_name(task.task_definition)} to end; it is {task.status}")
    hint = f"read its log and mend what it needs; to run it once more: drctl resume {past.run}"
    if task.status not in STOPPED:
        return Refuse(f"task {task.id} is {task.status!r}, which drctl does not know", "look at it in the ECS console")
    ended = task.containers.get(container, Ended(None))
    if task.code == _BY_ITSELF and ended.exit_code == 0:
        return Done(f"task {task.id} has ended with exit code 0")
    return Refuse(f"task {task.id} {_why(container, task, ended)}", hint)


def _why(container: str, task: Task, ended: Ended) -> str:
    told = "; ".join(dict.fromkeys(reason for reason in (task.reason, ended.reason) if reason)) or "no reason given"
    if task.code == _NEVER_RAN:
        return f"never started: {told}"
    if task.code in _STOPPED_BY_OTHERS:
        return f"did not end by itself, {_STOPPED_BY_OTHERS[task.code]}: {told}"
    if task.code != _BY_ITSELF:
        return f"stopped for {task.code or 'no code'!r}, which drctl does not know: {told}"
    if ended.exit_code is None:
        return f"has stopped, and its container {container} has no exit code, so it never ran: {told}"
    return f"failed: its container {container} ended with exit code {ended.exit_code}: {told}"
