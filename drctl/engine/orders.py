"""What becomes of an operator's order: one event, and findings where the run is worth less for it. Pure.

The runner that drives a run and the command that finds it undriven go through the same rules.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from drctl.engine.finding_orders import assign
from drctl.engine.mark_orders import amend_mark
from drctl.errors import DrctlError
from drctl.model import events as e
from drctl.model.amendment import beyond_steps, touched_steps
from drctl.model.approval_request import request_now
from drctl.model.finding import Finding, FindingKind, Severity
from drctl.model.order import Order, OrderKind
from drctl.model.plan import Plan
from drctl.model.quorum import does_not_count, verdict
from drctl.model.run import Run, RunState, StepRun, StepState


@dataclass(frozen=True, slots=True)
class Rules:
    """What the rules for orders have to ask about."""

    asks_person: Callable[[str], bool]
    """Whether the action of that kind waits for a person's answer."""
    replan: Callable[[Mapping[str, str]], Plan]
    """The plan in the texts of a runbook, with the inputs that the run began with. Raises InputInvalid."""


_OPEN = (StepState.PENDING, StepState.RUNNING, StepState.FAILED, StepState.HELD)


def carry_out(order: Order, run: Run, plan: Plan, rules: Rules, now: datetime) -> tuple[e.Event, ...]:
    """The events of `order`: what it asks for, or why that is refused. A note is always taken, and a mark is
    amended and a finding assigned after the end, too.

    Afterwards an amended run follows `rules.replan` of the order's sources.
    """
    if order.kind is OrderKind.NOTE:
        return (e.NoteTaken(at=now, by=order.by, text=order.why, step=order.step, order=order.id),)
    if order.kind in (OrderKind.MARK, OrderKind.ASSIGN):
        told = amend_mark(order, run, plan, now) if order.kind is OrderKind.MARK else assign(order, run, now)
        return (_refusal(order, told, now),) if isinstance(told, str) else told
    touched: tuple[str, ...] = ()
    because = _refused(order, run, plan, rules)
    if not because and order.kind in (OrderKind.APPROVE, OrderKind.REJECT):
        return _answered(order, run, plan, now)
    if not because and order.kind is OrderKind.AMEND:
        touched, because = _amends(order, run, plan, rules)
    if because:
        return (_refusal(order, because, now),)
    return _obeyed(order, plan, touched, now)


def _refusal(order: Order, because: str, now: datetime) -> e.OrderRefused:
    return e.OrderRefused(
        at=now,
        order=order.id,
        kind=order.kind,
        by=order.by,
        because=because,
        step=order.step,
        why=order.why,
    )


def _answered(order: Order, run: Run, plan: Plan, now: datetime) -> tuple[e.Event, ...]:
    """One more answer to a request; where the evidence is another by now, to the request as it has to be asked then."""
    recorded = run.step(order.step)
    if recorded.asked is None:
        return (_refusal(order, _asks_nothing(order, recorded), now),)
    asked = request_now(recorded.asked, run, plan, now)
    answers = recorded.answers if asked is recorded.asked else ()
    answer = e.AnswerGiven(
        at=now,
        step=order.step,
        approved=order.kind is OrderKind.APPROVE,
        by=order.by,
        comment=order.why,
        order=order.id,
        evidence=order.evidence or asked.sha256,
        # An order is a person's, whatever it says: what a policy gives never comes through the inbox.
        via="token" if order.via == "token" else "order",
        typed_by=order.typed_by,
    )
    because = _decided(asked, answers) or does_not_count(asked, answers, answer, now)
    if because:
        return (_refusal(order, because, now),)
    if asked is recorded.asked:
        return (answer,)
    by = tuple(given.by for given in recorded.answers)
    void = e.AnswersVoided(
        at=now, step=order.step, because="the evidence has changed", by=by, sha256=recorded.asked.sha256
    )
    return (*((void,) if by else ()), asked, answer)


def _decided(asked: e.ApprovalAsked, answers: Sequence[e.AnswerGiven]) -> str:
    decided = verdict(asked, answers)
    if decided is None:
        return ""
    return f"it is {'approved' if decided else 'rejected'} already, by {', '.join(a.by for a in answers)}"


def _asks_nothing(order: Order, recorded: StepRun) -> str:
    if recorded.state is StepState.RUNNING:
        return f"{order.step} has not asked yet; order it again in a moment"
    return f"{order.step} is {recorded.state.value} and asks nobody at present; drctl retry has it ask anew"


def _obeyed(order: Order, plan: Plan, touched: tuple[str, ...], now: datetime) -> tuple[e.Event, ...]:
    by, why, step = order.by, order.why, order.step
    match order.kind:
        case OrderKind.PAUSE:
            return (e.RunPaused(at=now, by=by, why=why, order=order.id),)
        case OrderKind.ABORT:
            return (e.RunAborted(at=now, by=by, why=why, undo=order.undo, order=order.id),)
        case OrderKind.RETRY:
            return (e.StepRetried(at=now, step=step, by=by, why=why, order=order.id),)
        case OrderKind.SKIP:
            severity = Severity.SERIOUS if plan.step(step).critical else Severity.WARNING
            skipped = e.StepSkipped(at=now, step=step, reason=why, by=by, order=order.id)
            return skipped, _finding(now, FindingKind.STEP_SKIPPED, severity, f"{by} skipped {step}: {why}", step)
        case OrderKind.AMEND:
            amended = e.PlanAmended(
                at=now, by=by, why=why, sources=order.sources, difference=order.difference, order=order.id
            )
            what = f"{by} amended {_listed(touched)}: {why}"
            return amended, _finding(now, FindingKind.AMENDED, Severity.WARNING, what, None)
        case OrderKind.NOTE | OrderKind.APPROVE | OrderKind.REJECT | OrderKind.MARK | OrderKind.ASSIGN:
            raise AssertionError("notes, answers, marks and assignments are taken before")


def _refused(order: Order, run: Run, plan: Plan, rules: Rules) -> str:
    """Why the order cannot be obeyed; empty where it can."""
    if run.state is RunState.FINISHED:
        return "the run has ended"
    if order.kind is OrderKind.ABORT:
        return f"{run.aborted.by} has aborted the run already" if run.aborted is not None else ""
    if order.kind is OrderKind.PAUSE:
        return "it is paused already" if run.state is RunState.PAUSED else ""
    if order.kind is OrderKind.AMEND:
        return _ending(run)
    if order.step not in plan.ids:
        return f"there is no step {order.step!r} in this run"
    return _ending(run) or _refused_for_step(order, run, plan, rules.asks_person(plan.step(order.step).uses))


def _amends(order: Order, run: Run, plan: Plan, rules: Rules) -> tuple[tuple[str, ...], str]:
    """The steps that an amendment changes, and why it is refused; empty where it is not."""
    try:
        after = rules.replan(order.sources)
    except DrctlError as error:
        return (), "; ".join((error.what, *error.context))
    if beyond := beyond_steps(plan, after):
        return (), f"it changes {', '.join(beyond)}, and only steps can be amended"
    touched = touched_steps(plan, after)
    if not touched:
        return (), "it changes no step"
    if started := [id for id in touched if run.step(id).state is not StepState.PENDING or run.step(id).epoch]:
        return (), f"{_listed(started)} {'have' if len(started) > 1 else 'has'} started, and what has started stays"
    final = {step.id for step in (*plan.steps, *after.steps) if step.final}
    if _at_its_end(run, plan) and (late := [id for id in touched if id not in final]):
        return (), f"it changes {_listed(late)}, and the run is at its `finally` steps"
    return touched, ""


def _ending(run: Run) -> str:
    if run.aborted is not None:
        return f"{run.aborted.by} has aborted the run"
    return "the run is taking back what it did" if run.undo_reason else ""


def _refused_for_step(order: Order, run: Run, plan: Plan, asks_person: bool) -> str:
    recorded = run.step(order.step)
    state, step = recorded.state, plan.step(order.step)
    match order.kind:
        case OrderKind.RETRY:
            if not step.final and _at_its_end(run, plan):
                return "the run is at its `finally` steps"
            if state in (StepState.FAILED, StepState.HELD) or (state is StepState.SKIPPED and recorded.skipped_by):
                return ""
            return f"{order.step} is {state.value}; what has failed, is held or was skipped can be tried again"
        case OrderKind.SKIP:
            if asks_person:
                return f"{order.step} asks a person: approve it or reject it"
            return "" if state in _OPEN else f"{order.step} is {state.value}; there is nothing to skip"
        case _:
            if not asks_person:
                return f"{order.step} asks nobody; it is {step.uses}"
            if state is StepState.PENDING:
                return f"{order.step} has not been reached, so that there is no evidence yet to decide on"
            return "" if state in _OPEN else f"{order.step} is {state.value}"


def _at_its_end(run: Run, plan: Plan) -> bool:
    return any(step.final and run.step(step.id).started_at is not None for step in plan.steps)


def _listed(ids: Sequence[str]) -> str:
    return ", ".join(ids)


def _finding(now: datetime, kind: FindingKind, severity: Severity, what: str, step: str | None) -> e.FindingRecorded:
    return e.FindingRecorded(at=now, finding=Finding(kind, severity, what, step))
