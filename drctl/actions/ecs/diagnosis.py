"""Why tasks have stopped, in the words of ECS, for the operator who has to mend it. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from drctl.aws.ecs import Deployment, StoppedTask

LONGEST = 400
"""Characters of one reason that are told; some of them hold a whole chain of errors."""


def why_stopped(stopped: Sequence[StoppedTask], deployment: Deployment) -> str:
    """Why the tasks of `deployment` have stopped; where none are known, what ECS says of the deployment itself."""
    told = most_common([task for task in stopped if task.started_by == deployment.id])
    return told or deployment.reason or "ECS gives no reason"


def most_common(stopped: Sequence[StoppedTask]) -> str:
    """The two most common reasons, with how many tasks had them; empty where nothing has stopped."""
    # What the scheduler stops by itself is a consequence; the others tell the cause.
    causes = [task for task in stopped if task.code != "ServiceSchedulerInitiated"] or stopped
    reasons = Counter(_cut(task.reason) for task in causes)
    return "; ".join(f"{reason} ({count}×)" if count > 1 else reason for reason, count in reasons.most_common(2))


def _cut(reason: str) -> str:
    return reason if len(reason) <= LONGEST else f"{reason[: LONGEST - 1]}…"
