"""Turn routing controls on and off, through the data plane alone.

All states of a step are set in one call, so that never all of them are off in between.
The cluster's endpoints are tried in turn: each attempt begins with another one, and a
look goes on to the next where one does not answer.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated, Any

from pydantic import Field

from drctl.actions.parameters import CLOSED, Region
from drctl.aws.routing_control import ClusterEndpoint, ControlStates, is_silence, read_states, set_states
from drctl.model.decision import Change, Decision, Done, Refuse
from drctl.model.evidence import Evidence
from drctl.model.failure import FailureKind
from drctl.model.past import ChangeState, Past, PastChange
from drctl.model.values import Json, ValueKind
from drctl.ports.action import ActionSpec, Permission, StepContext

SET = "set"
SET_BACK = "set-back"

_PANEL = r"^arn:aws:route53-recovery-control::\d{12}:controlpanel/[0-9a-zA-Z]+"
Control = Annotated[str, Field(pattern=rf"{_PANEL}/routingcontrol/[0-9a-zA-Z]+$")]
Rule = Annotated[str, Field(pattern=rf"{_PANEL}/safetyrule/[0-9a-zA-Z]+$")]


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    __pydantic_config__ = CLOSED

    region: Region
    url: Annotated[str, Field(pattern=r"^https://[a-z0-9.-]+(/v1)?/?$")]
    """As DescribeCluster tells it; written down here, because that call is what may not work in a disaster."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Params:
    __pydantic_config__ = CLOSED

    endpoints: Annotated[tuple[Endpoint, ...], Field(min_length=1, max_length=5)]
    """Those of the cluster; it has five."""
    turn_on: tuple[Control, ...] = ()
    """ARNs of routing controls."""
    turn_off: tuple[Control, ...] = ()
    override_safety_rules: tuple[Rule, ...] = ()
    """ARNs of safety rules that do not count this time: for a person to decide, and none by itself."""

    def __post_init__(self) -> None:
        every = (*self.turn_on, *self.turn_off)
        if not every:
            raise ValueError("give `turn_on`, `turn_off`, or both")
        if len(set(every)) < len(every):
            raise ValueError("a routing control is turned on or off once")
        if len({endpoint.region for endpoint in self.endpoints}) < len(self.endpoints):
            raise ValueError("the endpoints of a cluster are in different Regions")

    @property
    def wanted(self) -> dict[str, str]:
        """States by ARN."""
        return dict.fromkeys(self.turn_on, "On") | dict.fromkeys(self.turn_off, "Off")


class ArcRoutingControl:
    """Afterwards the routing controls are on and off as asked for, and a second endpoint that answers says so too.

    Health checks follow within seconds, resolvers after the records' TTL
    (ARC Developer Guide, "About routing control").
    """

    spec = ActionSpec(
        kind="arc.routing_control",
        summary="Turn routing controls on and off, all at once",
        params=Params,
        outputs={"endpoint": ValueKind.REGION, "confirmed_by": ValueKind.REGION},
        expect=timedelta(seconds=10),
        deadline=timedelta(minutes=10),
        operations=(
            "route53-recovery-cluster:GetRoutingControlState",
            "route53-recovery-cluster:UpdateRoutingControlStates",
        ),
        mutating=True,
        example="""\
- id: standby-takes-over
  uses: arc.routing_control
  marks: serving
  with:
    endpoints:
      - { region: us-west-2, url: "https://1a2b3c4d.route53-recovery-cluster.us-west-2.amazonaws.com/v1" }
      - { region: eu-west-1, url: "https://5e6f7a8b.route53-recovery-cluster.eu-west-1.amazonaws.com/v1" }
    turn_on: ["arn:aws:route53-recovery-control::111111111111:controlpanel/0a1b2c/routingcontrol/2d3e4f"]
    turn_off: ["arn:aws:route53-recovery-control::111111111111:controlpanel/0a1b2c/routingcontrol/5a6b7c"]
""",
    )

    def observe(self, params: Params, ctx: StepContext) -> ControlStates:
        return _read(params, ctx, _endpoints(params, ctx.epoch - 1))

    def decide(self, params: Params, seen: ControlStates, past: Past) -> Decision:
        if refused := _unusable(params, seen):
            return refused
        if seen.states == params.wanted:
            return Done("the routing controls are as wanted")
        if refused := _forbidden(past.last(SET), past):
            return refused
        return _set(SET, params, seen, params.wanted, past)

    def act(self, params: Params, change: Change, ctx: StepContext) -> Mapping[str, Json]:
        endpoint, wanted = change.detail
        set_states(_client(ctx, endpoint), wanted, params.override_safety_rules)
        return {"endpoint": endpoint.region}

    def verify(self, params: Params, seen: ControlStates, past: Past, ctx: StepContext) -> Evidence:
        confirmed = _read_elsewhere(params, ctx, seen)
        if confirmed.states != params.wanted:
            return Evidence.missing(f"the endpoint in {confirmed.told_by.region} to say so too")
        regions = seen.told_by.region, confirmed.told_by.region
        told_by = " and ".join(dict.fromkeys(regions))
        return Evidence.of(
            f"{len(params.turn_on)} routing controls are on and {len(params.turn_off)} off, as {told_by} says",
            outputs={"endpoint": regions[0], "confirmed_by": regions[1]},
        )

    def decide_undo(self, params: Params, seen: ControlStates, past: Past) -> Decision:
        if not (made := past.made(SET)):
            return Done("no routing control was set by this run")
        before = _journaled(made[0])
        if seen.states == before:
            return Done("the routing controls are as they were")
        if seen.states != params.wanted:
            return Refuse("the routing controls were set by somebody else since; left alone", "put them right by hand")
        return _forbidden(past.last(SET_BACK), past) or _set(SET_BACK, params, seen, before, past)

    def permissions(self, params: Params, region: str, account: str) -> tuple[Permission, ...]:
        why = "set the routing controls, and back"
        if params.override_safety_rules:
            why += "; a condition on route53-recovery-cluster:AllowSafetyRulesOverrides must not be in the way"
        return (Permission(self.spec.operations, tuple(params.wanted), why),)


def _endpoints(params: Params, turn: int) -> list[ClusterEndpoint]:
    """The endpoints in turn, beginning with another one each time."""
    every = [ClusterEndpoint(one.region, one.url) for one in params.endpoints]
    first = turn % len(every)
    return every[first:] + every[:first]


def _client(ctx: StepContext, endpoint: ClusterEndpoint) -> Any:
    # Sent once: where one endpoint does not answer, the next one is better than the same again.
    return ctx.aws.client("route53-recovery-cluster", endpoint.region, flip=True, endpoint=endpoint.url)


def _read(params: Params, ctx: StepContext, endpoints: Sequence[ClusterEndpoint]) -> ControlStates:
    return read_states(lambda endpoint: _client(ctx, endpoint), endpoints, tuple(params.wanted))


def _read_elsewhere(params: Params, ctx: StepContext, seen: ControlStates) -> ControlStates:
    """What another endpoint says; what has been seen where no other one answers, which is no reason to wait."""
    others = [one for one in _endpoints(params, ctx.epoch - 1) if one != seen.told_by and one not in seen.silent]
    try:
        return _read(params, ctx, others) if others else seen
    except Exception as error:
        if not is_silence(error):
            raise
        return seen


def _unusable(params: Params, seen: ControlStates) -> Refuse | None:
    if missing := [arn for arn in params.wanted if arn not in seen.states]:
        return Refuse(f"there is no routing control {missing[0]}", "set the step's `account`, or the ARN")
    if odd := next((state for state in seen.states.values() if state not in ("On", "Off")), None):
        return Refuse(f"a routing control is {odd!r}, which is neither on nor off", "look at the control panel")
    return None


def _forbidden(last: PastChange | None, past: Past) -> Refuse | None:
    """A refusal where a safety rule stood against the change in this epoch; asking again changes nothing."""
    if last is None or last.epoch < past.epoch or last.state is not ChangeState.FAILED:
        return None
    if last.failure_kind != FailureKind.STATE:
        return None
    hint = "set other controls in the same step, or have a person name the rule in `override_safety_rules`"
    return Refuse(f"a safety rule stands against it: {last.failure}", hint)


def _set(name: str, params: Params, seen: ControlStates, wanted: Mapping[str, str], past: Past) -> Change:
    # An endpoint that has just not answered, or refused an earlier attempt, comes last.
    tried = sum(1 for change in past.changes if change.name == name and change.epoch == past.epoch)
    in_turn = _endpoints(params, past.epoch - 1 + tried)
    endpoint = next((one for one in in_turn if one not in seen.silent), in_turn[0])
    on = sum(1 for state in wanted.values() if state == "On")
    back = " back" if name == SET_BACK else ""
    return Change(
        name=name,
        summary=f"turn {on} routing controls on and {len(wanted) - on} off{back}, at {endpoint.region}",
        operation="route53-recovery-cluster:UpdateRoutingControlStates",
        target=next(iter(wanted)),
        detail=(endpoint, dict(wanted)),
        undo={"states": dict(seen.states)},
    )


def _journaled(change: PastChange) -> dict[str, str]:
    states = change.undo["states"]
    if not isinstance(states, Mapping):
        raise TypeError(f"states by ARN were journaled, not {states!r}")
    return {arn: str(state) for arn, state in states.items()}
