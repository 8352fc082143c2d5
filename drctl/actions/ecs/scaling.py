"""The bounds of automatic scaling, which would otherwise move the count away again. Pure."""

from __future__ import annotations

from typing import Protocol

from drctl.actions.ecs.parameters import Autoscaling
from drctl.aws.autoscaling import ScalingLimits, resource_id
from drctl.model.decision import Change, Refuse
from drctl.model.past import Past
from drctl.model.values import Json


class Scaled(Protocol):
    """Parameters that name a service, its count and the bounds of that."""

    @property
    def cluster(self) -> str: ...
    @property
    def service(self) -> str: ...
    @property
    def desired_count(self) -> int: ...
    @property
    def autoscaling(self) -> Autoscaling | None: ...


SCALE, SCALE_BACK = "set-scaling-limits", "restore-scaling-limits"


def decide_limits(params: Scaled, present: ScalingLimits | None) -> Change | Refuse | None:
    """The change that gives automatic scaling the runbook's bounds; None where it has them, or none are asked for."""
    if params.autoscaling is None:
        return None
    wanted = ScalingLimits(params.autoscaling.min, params.autoscaling.max)
    if not wanted.least <= params.desired_count <= wanted.most:
        bounds = f"{wanted.least} to {wanted.most}"
        return Refuse(
            f"{params.desired_count} tasks are outside the bounds of autoscaling, {bounds}", "put either right"
        )
    if present == wanted:
        return None
    return Change(
        name=SCALE,
        summary=f"scale {params.service} between {wanted.least} and {wanted.most}",
        operation="application-autoscaling:RegisterScalableTarget",
        target=resource_id(params.cluster, params.service),
        detail=wanted,
        undo={"before": _document(present), "set": _document(wanted)},
    )


def decide_limits_back(params: Scaled, present: ScalingLimits | None, past: Past) -> Change | Refuse | None:
    """The change that gives automatic scaling its old bounds back; None where it has them."""
    if not (made := past.made(SCALE)):
        return None
    before, ours = made[0].undo["before"], made[-1].undo["set"]
    if (now := _document(present)) == before:
        return None
    if now != ours:
        return Refuse(f"somebody else changed how {params.service} scales since; left alone", f"it was {before} before")
    return Change(
        name=SCALE_BACK,
        summary=f"scale {params.service} as before",
        operation="application-autoscaling:RegisterScalableTarget",
        target=resource_id(params.cluster, params.service),
        detail=_limits(before),
    )


def _document(limits: ScalingLimits | None) -> Json:
    return {"min": limits.least, "max": limits.most} if limits else None


def _limits(document: Json) -> ScalingLimits | None:
    match document:
        case {"min": int(least), "max": int(most)}:
            return ScalingLimits(least, most)
    return None
