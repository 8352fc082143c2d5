"""What the targets of a group make of a check: how many are healthy, and what ails the others. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from drctl.aws.targets import HEALTHY, OTHERS, UNHEALTHY, Target

TOLD = 3
"""How many different ailments are told; a group may have hundreds of targets."""


def count_healthy(targets: Sequence[Target]) -> int:
    """How many answer their health checks."""
    return sum(1 for target in targets if target.state == HEALTHY)


def count_unhealthy(targets: Sequence[Target]) -> int:
    """How many were asked and did not answer as they should."""
    return sum(1 for target in targets if target.state in UNHEALTHY)


def unknown_states(targets: Sequence[Target]) -> tuple[str, ...]:
    """States that Elastic Load Balancing does not document."""
    return tuple(sorted({target.state for target in targets} - UNHEALTHY - OTHERS - {HEALTHY}))


def ailments(targets: Sequence[Target]) -> str:
    """What ails those that are not healthy, the most common first, as one phrase; empty where all are healthy."""
    found = Counter(_ailment(target) for target in targets if target.state != HEALTHY)
    told = [f"{count} {what}" for what, count in found.most_common(TOLD)]
    more = sum(count for _, count in found.most_common()[TOLD:])
    return ", ".join([*told, *([f"{more} others"] if more else [])])


def _ailment(target: Target) -> str:
    why = ": ".join(part for part in (target.reason, target.description) if part)
    return f"{target.state} ({why})" if why else target.state
