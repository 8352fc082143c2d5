"""What a run has found besides, once nothing more will happen in it: by what is recorded of all of it. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from drctl.model import events as e
from drctl.model.duration import format_duration
from drctl.model.finding import Finding, FindingKind, Severity
from drctl.model.outcome import outcome
from drctl.model.plan import Plan, PlannedStep
from drctl.model.run import Run, StepRun, StepState


def closing_findings(run: Run, plan: Plan) -> tuple[Finding, ...]:
    """Retries, answers that came late or lapsed, and recovery points that nobody read; none that it has already."""
    found = [
        *_retried(run, plan),
        *(late for step in plan.steps for late in _answered_late(step, run.step(step.id))),
        *_lapsed(run),
        *_unread(run, plan),
    ]
    return tuple(finding for finding in dict.fromkeys(found) if finding not in run.findings)


def _retried(run: Run, plan: Plan) -> Iterator[Finding]:
    for event in run.decisions:
        if isinstance(event, e.StepRetried):
            why = f": {event.why}" if event.why else ""
            what = f"{event.by} had {event.step} tried again{why}"
            yield Finding(FindingKind.RETRIED, Severity.WARNING, what, event.step)
    ordered = {event.step for event in run.decisions if isinstance(event, e.StepRetried)}
    for step in plan.steps:
        attempts = run.step(step.id).epoch
        # Asking again is no second attempt: that somebody took his time is told by itself.
        if attempts > 1 and step.id not in ordered and run.step(step.id).asked is None:
            # The runbook allows for a few; more than those means that somebody has resumed a run that was stuck.
            severity = Severity.INFO if attempts <= step.retry.attempts else Severity.WARNING
            yield Finding(FindingKind.RETRIED, severity, f"{step.id} took {attempts} attempts", step.id)


def _answered_late(planned: PlannedStep, step: StepRun) -> Iterator[Finding]:
    """Later than the step was expected to take, counted from the moment at which people were asked."""
    if step.state is not StepState.SUCCEEDED or step.asked is None or not step.answers:
        return
    took = step.answers[-1].at - step.asked.at
    if took > planned.expect:
        what = f"{step.id} was answered {format_duration(took)} after it had asked, {_expected(planned)}"
        yield Finding(FindingKind.LATE_ANSWER, Severity.WARNING, what, step.id)


def _expected(planned: PlannedStep) -> str:
    return f"and {format_duration(planned.expect)} were expected"


def _lapsed(run: Run) -> Iterator[Finding]:
    for event in run.decisions:
        if isinstance(event, e.AnswersVoided):
            what = f"what {', '.join(event.by)} had answered to {event.step} lapsed: {event.because}"
            yield Finding(FindingKind.LAPSED_ANSWER, Severity.WARNING, what, event.step)


def _unread(run: Run, plan: Plan) -> Iterator[Finding]:
    measured = outcome(run, plan)
    if plan.objectives.rpo is None or measured.rto.total is None:
        return
    for store in measured.rpo.unread:
        what = f"nobody read how much of {store.store} was lost"
        yield Finding(FindingKind.RECOVERY_POINT_UNREAD, Severity.SERIOUS, what)
