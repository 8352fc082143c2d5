"""Invert or disable a health check, so that failover records answer the other way.

The control plane of Route 53 is in us-east-1: what must work without it is a stop
switch (`route53.stop_switch`). The update is a compare-and-set on the check's version.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from drctl.actions.parameters import CLOSED
from drctl.aws.health_checks import HealthCheck, find_health_check, health_check_arn, update_health_check
from drctl.aws.route53 import HOME
from drctl.model.decision import Change, Decision, Done, Refuse
from drctl.model.evidence import Evidence
from drctl.model.failure import FailureKind
from drctl.model.past import ChangeState, Past
from drctl.model.values import Json, ValueKind
from drctl.ports.action import ActionSpec, Permission, StepContext

TOGGLE = "toggle"
TOGGLE_BACK = "toggle-back"

Switches = tuple[bool, bool]
"""Whether a check is inverted, and whether it is disabled."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Params:
    __pydantic_config__ = CLOSED

    health_check: str
    """Its id."""
    inverted: bool | None = None
    """Whether it says the opposite of what it measures; left as it is where it is not given."""
    disabled: bool | None = None
    """Whether it always counts as healthy (unhealthy, if inverted); left as it is where it is not given."""

    def __post_init__(self) -> None:
        if self.inverted is None and self.disabled is None:
            raise ValueError("give `inverted`, `disabled`, or both")


class Route53ToggleHealthCheck:
    """Afterwards Route 53 reads the health check as it is asked to, inverted or disabled or neither."""

    spec = ActionSpec(
        kind="route53.toggle_health_check",
        summary="Invert or disable a health check of Route 53",
        params=Params,
        outputs={"version": ValueKind.INTEGER, "counts_as": ValueKind.STRING},
        expect=timedelta(seconds=10),
        deadline=timedelta(minutes=10),
        operations=("route53:GetHealthCheck", "route53:UpdateHealthCheck"),
        mutating=True,
        example="""\
- id: fail-primary
  uses: route53.toggle_health_check
  account: shared-services
  with: { health_check: 6d3c1a2b-0f4e-4a57-9c1d-2b8f5e7a9c10, disabled: true, inverted: true }
""",
    )

    def observe(self, params: Params, ctx: StepContext) -> HealthCheck | None:
        return find_health_check(ctx.aws.client("route53", HOME), params.health_check)

    def decide(self, params: Params, seen: HealthCheck | None, past: Past) -> Decision:
        if seen is None:
            return Refuse(f"there is no health check {params.health_check}", "set the step's `account`, or the id")
        if seen.managed_by:
            hint = f"have {seen.managed_by} change it, or name a health check of your own"
            return Refuse(f"the health check {seen.id} belongs to {seen.managed_by}", hint)
        wanted = _wanted(params, seen)
        if _switches(seen) == wanted:
            return Done(f"the health check counts as {seen.counts_as}")
        return _lost_race(seen, past) or _set(TOGGLE, seen, wanted)

    def act(self, params: Params, change: Change, ctx: StepContext) -> Mapping[str, Json]:
        check, (inverted, disabled) = change.detail
        route53 = ctx.aws.client("route53", HOME)
        return {"version": update_health_check(route53, check, inverted=inverted, disabled=disabled)}

    def verify(self, params: Params, seen: HealthCheck | None, past: Past, ctx: StepContext) -> Evidence:
        if seen is None or _switches(seen) != _wanted(params, seen):
            return Evidence.missing(f"the health check {params.health_check} is not as wanted")
        return Evidence.of(
            f"Route 53 takes {seen.id} in version {seen.version} for {seen.counts_as}",
            outputs={"version": seen.version, "counts_as": seen.counts_as},
        )

    def decide_undo(self, params: Params, seen: HealthCheck | None, past: Past) -> Decision:
        if not (made := past.made(TOGGLE)):
            return Done("the health check was not changed by this run")
        if seen is None:
            return Refuse(f"there is no health check {params.health_check} any more", "nothing is left to set back")
        before, after = _entry(made[0].undo["old"]), _entry(made[-1].undo["new"])
        if _switches(seen) == before:
            return Done("the health check is as it was")
        if _switches(seen) != after:
            hint = "put it right by hand"
            return Refuse(f"the health check {seen.id} was changed by somebody else since; left alone", hint)
        return _set(TOGGLE_BACK, seen, before)

    def permissions(self, params: Params, region: str, account: str) -> tuple[Permission, ...]:
        check = health_check_arn(params.health_check)
        return (Permission(self.spec.operations, (check,), "change the health check, and back"),)


def _switches(check: HealthCheck) -> Switches:
    return check.inverted, check.disabled


def _wanted(params: Params, check: HealthCheck) -> Switches:
    return (
        check.inverted if params.inverted is None else params.inverted,
        check.disabled if params.disabled is None else params.disabled,
    )


def _entry(entry: Json) -> Switches:
    if not isinstance(entry, Mapping):
        raise TypeError(f"a ledger entry is a mapping, not {entry!r}")
    return bool(entry["inverted"]), bool(entry["disabled"])


def _set(name: str, check: HealthCheck, wanted: Switches) -> Change:
    inverted, disabled = wanted
    told = f"{'inverted' if inverted else 'not inverted'}, {'disabled' if disabled else 'not disabled'}"
    return Change(
        name=name,
        summary=f"have the health check {check.id} {told}",
        operation="route53:UpdateHealthCheck",
        target=check.id,
        detail=(check, wanted),
        undo={
            "old": {"inverted": check.inverted, "disabled": check.disabled},
            "new": {"inverted": inverted, "disabled": disabled},
        },
    )


def _lost_race(check: HealthCheck, past: Past) -> Refuse | None:
    """A refusal where somebody else toggled the check while this epoch was about to; other edits of it stay."""
    last = past.last(TOGGLE)
    if last is None or last.state is not ChangeState.FAILED or last.failure_kind != FailureKind.PRECONDITION:
        return None
    if last.epoch < past.epoch or _switches(check) == _entry(last.undo["old"]):
        return None
    because = f"somebody else toggled the health check at the same time ({last.failure})"
    return Refuse(because, f"look at the health check, then: drctl resume {past.run}")
