"""Which targets of which target groups are healthy: what the load balancer knows, and nobody else decides.

The states and reasons are those of "Elastic Load Balancing API Reference, TargetHealth".
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any

from drctl.sim.overlay import World

_WORDS = {
    "Elb.RegistrationInProgress": "Target registration is in progress",
    "Target.DeregistrationInProgress": "Target deregistration is in progress",
    "Target.NotInUse": "Target group is not configured to receive traffic from the load balancer",
    "Target.ResponseCodeMismatch": "Health checks failed with these codes: [500]",
    "Target.NotRegistered": "Target is not registered to the target group",
}


@dataclass(slots=True, kw_only=True)
class Target:
    """One registered target; `state` is initial, healthy, unhealthy or draining."""

    id: str
    port: int
    state: str = "initial"
    reason: str | None = "Elb.RegistrationInProgress"


class TargetHealth:
    """The targets of every target group of a world, by the group's ARN."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._targets: dict[str, dict[tuple[str, int], Target]] = {}

    def register(self, group: str, id: str, port: int, then: Callable[[], None] | None = None) -> None:
        """`initial` at once, `healthy` after a while, and then `then` is called; a healthy target stays as it is."""
        known = self._targets.setdefault(group, {}).get((id, port))
        if known is not None and known.state != "draining":
            return
        target = Target(id=id, port=port)
        self._targets[group][id, port] = target
        self._world.after("elb.target_healthy", lambda: self._passed(group, target, then))

    def fail(self, names: Collection[str]) -> None:
        """Have the targets of the groups of those names fail their checks from now on."""
        self._world.broken["targets"] = set(names)
        for group, targets in self._targets.items():
            if group.rsplit("/", 2)[1] in names:
                for target in targets.values():
                    if target.state == "healthy":
                        target.state, target.reason = "unhealthy", "Target.ResponseCodeMismatch"

    def _passed(self, group: str, target: Target, then: Callable[[], None] | None) -> None:
        if not self._is_current(group, target) or target.state not in ("initial", "unhealthy"):
            return
        # Groups that are broken as `targets` have targets that answer with errors, and are asked again and again.
        if group.rsplit("/", 2)[1] in self._world.broken.get("targets", ()):
            target.state, target.reason = "unhealthy", "Target.ResponseCodeMismatch"
            self._world.after("elb.target_healthy", lambda: self._passed(group, target, then))
        else:
            target.state, target.reason = "healthy", None
            if then is not None:
                then()

    def deregister(self, group: str, id: str, port: int, then: Callable[[], None] | None = None) -> None:
        """`draining` at once, gone after a while, and then `then` is called."""
        target = self._targets.get(group, {}).get((id, port))
        if target is not None and target.state != "draining":
            target.state, target.reason = "draining", "Target.DeregistrationInProgress"
            self._world.after("elb.drain", lambda: self._drained(group, target, then))
        elif then is not None:
            then()

    def _drained(self, group: str, target: Target, then: Callable[[], None] | None) -> None:
        if self._is_current(group, target):
            del self._targets[group][target.id, target.port]
        if then is not None:
            then()

    def _is_current(self, group: str, target: Target) -> bool:
        # It may have been registered anew while it drained.
        return self._targets.get(group, {}).get((target.id, target.port)) is target

    def of(self, group: str) -> list[Target]:
        """All targets of the group, in the order of their registration."""
        return list(self._targets.get(group, {}).values())

    def find(self, group: str, id: str, port: int) -> Target | None:
        return self._targets.get(group, {}).get((id, port))

    def healthy(self, group: str) -> list[Target]:
        """Those that get requests."""
        return [target for target in self.of(group) if target.state == "healthy"]

    def reset(self) -> None:
        self._targets.clear()

    def state(self) -> dict[str, list[str]]:
        """Group name → the states of its targets; the ids of groups and targets differ from run to run."""
        return {
            "/".join(group.split(":")[3:5]) + "/" + group.split("/")[1]: sorted(
                target.state for target in targets.values()
            )
            for group, targets in sorted(self._targets.items())
            if targets
        }


def shown(id: str, port: int, target: Target | None, *, in_use: bool, health_port: str | None) -> dict[str, Any]:
    """One target as DescribeTargetHealth tells it; None for one that is not registered."""
    state: str
    reason: str | None
    if target is None:
        state, reason = "unused", "Target.NotRegistered"
    elif not in_use and target.state != "draining":
        state, reason = "unused", "Target.NotInUse"
    else:
        state, reason = target.state, target.reason
    health: dict[str, Any] = {"State": state}
    if reason is not None:
        health |= {"Reason": reason, "Description": _WORDS[reason]}
    return {"Target": {"Id": id, "Port": port}, "HealthCheckPort": str(health_port or port), "TargetHealth": health}
