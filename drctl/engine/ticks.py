"""One tick: a look or an act. Short, on the pool, with no clock and no journal.

A tick is what a remote worker could run: everything it needs is in its arguments,
everything it found is in its answer. It never raises.
"""

from __future__ import annotations

import traceback
from collections.abc import Mapping
from dataclasses import dataclass, replace

from drctl.engine.live import Goal, Live
from drctl.errors import Refused
from drctl.model.decision import Change, Decision, Done, Refuse
from drctl.model.evidence import Evidence
from drctl.model.failure import CallFailure, FailureKind
from drctl.model.past import Past
from drctl.model.values import Json
from drctl.ports.action import StepContext
from drctl.ports.aws import AwsAccess, AwsCall


@dataclass(frozen=True, slots=True, kw_only=True)
class Looked:
    step: str
    decision: Decision
    evidence: Evidence | None
    calls: tuple[AwsCall, ...]
    adopted: bool = False
    """Whether it is done only because the step may adopt what this run has not made."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Acted:
    step: str
    change: Change
    facts: Mapping[str, Json]
    calls: tuple[AwsCall, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LookFailed:
    step: str
    failure: CallFailure
    calls: tuple[AwsCall, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ActFailed:
    step: str
    change: Change
    failure: CallFailure
    calls: tuple[AwsCall, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Broke:
    """The action itself is wrong: an exception that is no answer of AWS."""

    step: str
    change: Change | None
    error: str
    trace: str
    calls: tuple[AwsCall, ...]


Tick = Looked | Acted | LookFailed | ActFailed | Broke


def look(live: Live, past: Past, ctx: StepContext, aws: AwsAccess) -> Tick:
    """Observe, decide, and where the world is as wanted, verify."""
    action, params, step = live.bound.action, live.bound.params, live.step.id
    aws.recorded_calls()  # what an earlier tick on this thread left behind is not ours
    try:
        seen = action.observe(params, ctx)
        if live.goal is Goal.UNDO:
            return Looked(
                step=step,
                decision=action.decide_undo(params, seen, past),
                evidence=None,
                calls=aws.recorded_calls(),
            )
        decision = action.decide(params, seen, past)
        if not isinstance(decision, Done):
            return Looked(step=step, decision=decision, evidence=None, calls=aws.recorded_calls())
        evidence = action.verify(params, seen, past, ctx)
        # `decide` is pure: what it says without leave to adopt tells whether that leave was needed.
        adopted = past.adopt and isinstance(action.decide(params, seen, replace(past, adopt=False)), Refuse)
        return Looked(step=step, decision=decision, evidence=evidence, calls=aws.recorded_calls(), adopted=adopted)
    except Exception as error:
        failure = _failure_of(error, aws)
        calls = aws.recorded_calls()
        if failure is None:
            return _broke(step, None, error, aws, calls)
        return LookFailed(step=step, failure=failure, calls=calls)


def act(live: Live, change: Change, ctx: StepContext, aws: AwsAccess) -> Tick:
    """Make the one call that `change` names."""
    step = live.step.id
    aws.recorded_calls()
    try:
        facts = live.bound.action.act(live.bound.params, change, ctx)
        return Acted(step=step, change=change, facts=facts, calls=aws.recorded_calls())
    except Exception as error:
        failure = _failure_of(error, aws)
        calls = aws.recorded_calls()
        if failure is None:
            return _broke(step, change, error, aws, calls)
        return ActFailed(step=step, change=change, failure=failure, calls=calls)


def never_sent(live: Live, change: Change) -> Tick:
    """The answer of an act that was not begun, because the lease had run out before it."""
    failure = CallFailure(FailureKind.UNREACHABLE, "LeaseRanOut", "the lease ran out before the call was made")
    return ActFailed(step=live.step.id, change=change, failure=failure, calls=())


def _failure_of(error: Exception, aws: AwsAccess) -> CallFailure | None:
    if isinstance(error, Refused):
        return CallFailure(FailureKind.GUARD, error.name, error.what)
    return aws.classify(error)


def _broke(step: str, change: Change | None, error: Exception, aws: AwsAccess, calls: tuple[AwsCall, ...]) -> Broke:
    said = aws.without_secrets(f"{type(error).__name__}: {error}")
    return Broke(step=step, change=change, error=said, trace=aws.without_secrets(traceback.format_exc()), calls=calls)
