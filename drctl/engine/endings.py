"""How a step ends: well, given up, held at a deadline or in doubt, or handed to its fallback. Pure."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from drctl.engine.live import Goal, Live, Move
from drctl.model import events as e
from drctl.model.duration import format_duration
from drctl.model.evidence import Evidence
from drctl.model.finding import Finding, FindingKind, Severity
from drctl.model.past import Past
from drctl.model.plan import OnDeadline, PlannedStep


def ended_well(live: Live, because: str, evidence: Evidence, now: datetime) -> Move:
    """The goal is reached: the step succeeded (and sets its mark), or is undone."""
    step = live.step
    if live.goal is Goal.UNDO:
        return Move(live=None, events=(e.StepUndone(at=now, step=step.id, because=because),))
    succeeded = e.StepSucceeded(at=now, step=step.id, because=because, evidence=evidence)
    events: tuple[e.Event, ...] = (succeeded,)
    if evidence.warning:
        # Of no weight in the verdict: a run is as good as what it recovered, whoever heard of it.
        finding = Finding(FindingKind.NOT_TOLD, Severity.INFO, evidence.warning, step.id)
        events += (e.FindingRecorded(at=now, finding=finding),)
    if step.marks is not None:
        events += (e.Marked(at=now, mark=step.marks, instant=now, source=step.id),)
    return Move(live=None, events=events)


def with_adoption(move: Move, step: PlannedStep, because: str, now: datetime) -> Move:
    """`move` with a finding, where it ends a step that stands on what this run has not made."""
    if not any(isinstance(event, e.StepSucceeded) for event in move.events):
        return move
    what = f"{step.id} adopted what this run did not make: {because}"
    finding = Finding(FindingKind.OVERRIDE, Severity.WARNING, what, step.id)
    return replace(move, events=(*move.events, e.FindingRecorded(at=now, finding=finding)))


def gave_up(live: Live, because: str, hint: str | None, past: Past, now: datetime) -> Move:
    """The step cannot reach its goal: it starts over, or else its fallback takes over, or it has failed."""
    if live.goal is Goal.UNDO:
        return _undo_failed(live, because, hint, now)
    step = live.step
    if past.epoch < step.retry.attempts:
        failed = e.StepFailed(at=now, step=step.id, because=because, hint=hint)
        return Move(live=live, events=(failed,), restart_at=now + step.retry.delay)
    return Move(live=None, events=given_up(step, because, hint, now))


def given_up(step: PlannedStep, because: str, hint: str | None, now: datetime) -> tuple[e.Event, ...]:
    """What is recorded of a step that is not tried again: its fallback takes over, or it has failed."""
    if step.fallback is not None:
        return _fell_back(step, because, now)
    return (e.StepFailed(at=now, step=step.id, because=because, hint=hint), *_tolerated(step, because, now))


def held(live: Live, because: str, hint: str | None, past: Past, now: datetime) -> Move:
    """A person has to decide; until then nothing more happens to the step."""
    if live.goal is Goal.UNDO:
        return _undo_failed(live, because, hint, now)
    held_event = e.StepHeld(at=now, step=live.step.id, because=because, hint=hint)
    return Move(live=None, events=(held_event, *_tolerated(live.step, because, now)))


def deadline_passed(live: Live, waiting_for: str, deadline: timedelta, past: Past, now: datetime) -> Move:
    """The step's time is up; what it was waiting for goes on in AWS, and nothing is deleted."""
    because = f"still waiting for {waiting_for} after {format_duration(deadline)}"
    hint = f"give it longer with: drctl resume {past.run}"
    if live.goal is Goal.RECOVER and live.step.on_deadline is OnDeadline.HOLD:
        return held(live, because, hint, past, now)
    if live.goal is Goal.RECOVER and live.step.on_deadline is OnDeadline.FALLBACK:
        # Another attempt would take as long again; the fallback is there because there is no time for that.
        return Move(live=None, events=given_up(live.step, because, hint, now))
    return gave_up(live, because, hint, past, now)


def _fell_back(step: PlannedStep, because: str, now: datetime) -> tuple[e.Event, ...]:
    late = Finding(FindingKind.LATE, Severity.WARNING, f"{step.id} gave up and {step.fallback} took its place", step.id)
    fell_back = e.StepFellBack(at=now, step=step.id, to=str(step.fallback), because=because)
    return (fell_back, e.FindingRecorded(at=now, finding=late))


def _tolerated(step: PlannedStep, because: str, now: datetime) -> tuple[e.Event, ...]:
    """A finding where the run goes on without the step."""
    if step.source_side:
        # Expected while the Region is gone; worth knowing, nothing to mend.
        finding = Finding(
            FindingKind.STEP_FAILED, Severity.INFO, f"{step.id} needs the lost Region: {because}", step.id
        )
    elif not step.critical or step.final:
        finding = Finding(FindingKind.STEP_FAILED, Severity.WARNING, f"{step.id} failed: {because}", step.id)
    else:
        return ()
    return (e.FindingRecorded(at=now, finding=finding),)


def _undo_failed(live: Live, because: str, hint: str | None, now: datetime) -> Move:
    step = live.step.id
    leftover = Finding(FindingKind.LEFTOVER, Severity.SERIOUS, f"{step} could not be undone: {because}", step)
    failed = e.StepUndoFailed(at=now, step=step, because=because, hint=hint)
    return Move(live=None, events=(failed, e.FindingRecorded(at=now, finding=leftover)))
