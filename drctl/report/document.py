"""The run document: everything a report says, computed from the run and its plan alone."""

from __future__ import annotations

from datetime import datetime

from drctl.model.cost import NOT_COUNTED, Cost
from drctl.model.events import RunStarted
from drctl.model.evidence import Evidence, RecoveryPoint
from drctl.model.instant import format_instant
from drctl.model.outcome import Outcome, outcome
from drctl.model.past import PastChange
from drctl.model.plan import Plan, PlannedStep
from drctl.model.run import Run, RunState, StepRun, StepState
from drctl.report.approvals import approval_sections
from drctl.report.clock_sections import (
    finding_sections,
    participant_sections,
    reassessed_section,
    sustain_section,
)
from drctl.report.controls import control_sections
from drctl.report.critical_path import Link, critical_path, predicted_path
from drctl.report.decisions import amendment_sections, decision_sections
from drctl.report.forecast_section import forecast_section
from drctl.report.measure import rpo_section, rto_section
from drctl.report.next_commands import next_commands
from drctl.report.not_proven import not_proven
from drctl.report.plain_json import Plain, instant_or_none, plain, seconds, seconds_or_none
from drctl.report.shape import (
    ChangeSection,
    CostPartSection,
    CostSection,
    EvidenceSection,
    HeldSection,
    HeldStepSection,
    JournalSection,
    Objectives,
    PathSection,
    PredictedSection,
    RecoveryPointSection,
    RunDocument,
    StepSection,
)
from drctl.report.shape_values import Facts

SIMULATED = "SIMULATED: AWS and the time it takes were simulated; this is no evidence of a real recovery"


def run_document(run: Run, plan: Plan, now: datetime | None = None) -> RunDocument:
    """The document of `run` as far as it is recorded; its forecast as of `now`, or else of the newest event.

    Raises ValueError where not even event 1 is recorded.
    """
    if run.started is None:
        raise ValueError("a run begins with its first event, and nothing is recorded of this one")
    document = _document(run, run.started, plan, outcome(run, plan), now or run.last_at or run.started.at)
    # Both are read from what the rest of the document says, and from nothing else.
    document["not_proven"] = not_proven(document)
    document["controls"] = control_sections(document)
    return document


def _document(run: Run, started: RunStarted, plan: Plan, measured: Outcome, now: datetime) -> RunDocument:
    predicted = predicted_path(plan)
    return RunDocument(
        schema_version=1,
        run=started.run,
        runbook=started.runbook,
        title=plan.title,
        mode=started.mode,
        environment=started.environment,
        incident=started.incident or None,
        simulated=started.simulated,
        notice=SIMULATED if started.simulated else None,
        scenario=started.scenario,
        lost_regions=list(started.lost_regions),
        inputs=_facts(plain(started.inputs)),
        approve=started.approve,
        started_by=started.started_by,
        driven_by=run.holder,
        drctl=started.drctl,
        state=run.state,
        started_at=format_instant(started.at),
        ended_at=instant_or_none(run.ended_at),
        last_event_at=format_instant(run.last_at or started.at),
        verdict=run.verdict,
        reasons=list(run.reasons),
        reassessed=reassessed_section(run, measured),
        objectives=Objectives(rto_s=seconds(plan.objectives.rto), rpo_s=seconds_or_none(plan.objectives.rpo)),
        rto=rto_section(run, measured),
        rpo=rpo_section(run, measured),
        sustain=sustain_section(run, plan),
        steps=[_step(planned, run.step(planned.id)) for planned in plan.steps],
        critical_path=[_link(link) for link in critical_path(run, plan)],
        predicted=PredictedSection(duration_s=seconds(predicted.took), steps=list(predicted.steps)),
        forecast=forecast_section(run, plan, now),
        findings=finding_sections(run, plan),
        participants=participant_sections(run),
        cost=_cost(run.cost) if run.cost is not None else None,
        decisions=decision_sections(run),
        approvals=approval_sections(run, plan),
        amendments=amendment_sections(run),
        held=_held(run, plan),
        undo_reason=run.undo_reason,
        not_proven=[],
        controls=[],
        next=next_commands(run, plan, started.run),
        journal=JournalSection(events=run.events, head_hash=run.head_hash),
    )


def _step(planned: PlannedStep, step: StepRun) -> StepSection:
    ended = step.ended_at - step.started_at if step.ended_at is not None and step.started_at is not None else None
    return StepSection(
        id=planned.id,
        title=planned.title,
        uses=planned.uses,
        state=step.state,
        started_at=instant_or_none(step.started_at),
        ended_at=instant_or_none(step.ended_at),
        duration_s=seconds_or_none(ended),
        expected_s=seconds(planned.expect),
        attempts=step.epoch,
        needs=list(planned.needs),
        critical=planned.critical,
        final=planned.final,
        dormant=planned.dormant,
        irreversible=planned.irreversible,
        store=planned.store.name if planned.store is not None else None,
        marks=planned.marks,
        waiting_for=step.waiting_for,
        because=step.because,
        failure=step.failure,
        hint=step.hint,
        skipped_by=step.skipped_by,
        fell_back_to=step.fell_back_to,
        undo_failed=step.undo_failed,
        evidence=_evidence(step.evidence) if step.evidence is not None else None,
        changes=[_change(change) for change in step.changes],
    )


def _evidence(evidence: Evidence) -> EvidenceSection:
    point = evidence.recovery_point
    return EvidenceSection(
        holds=evidence.holds,
        fact=evidence.fact,
        outputs=_facts(plain(evidence.outputs)),
        recovery_point=_recovery_point(point) if point is not None else None,
    )


def _recovery_point(point: RecoveryPoint) -> RecoveryPointSection:
    precision = seconds_or_none(point.precision)
    return RecoveryPointSection(at=format_instant(point.at), method=point.method, precision_s=precision)


def _change(change: PastChange) -> ChangeSection:
    return ChangeSection(
        name=change.name,
        summary=change.summary,
        operation=change.operation,
        target=change.target,
        state=change.state,
        intended_at=format_instant(change.intended_at),
        undoing=change.undoing,
        facts=_facts(plain(change.facts)),
        failure_kind=change.failure_kind,
        failure=change.failure,
    )


def _link(link: Link) -> PathSection:
    return PathSection(
        step=link.step,
        started_at=format_instant(link.started_at),
        ended_at=instant_or_none(link.ended_at),
        duration_s=seconds(link.took),
        expected_s=seconds(link.expected),
        waited_s=seconds(link.waited),
    )


def _cost(cost: Cost) -> CostSection:
    return CostSection(
        usd=round(cost.usd, 6),
        parts=[CostPartSection(what=part.what, usd=round(part.usd, 6)) for part in cost.parts],
        no_price_for=list(cost.missing),
        not_counted=NOT_COUNTED,
        prices_of=cost.prices_of,
    )


def _held(run: Run, plan: Plan) -> HeldSection | None:
    if run.state is not RunState.HELD:
        return None
    stopped = [step for planned in plan.steps if (step := run.step(planned.id)).state in _STOPPED]
    steps = [HeldStepSection(step=step.id, because=step.because, hint=step.hint) for step in stopped]
    return HeldSection(because=run.held_because, steps=steps)


_STOPPED = (StepState.HELD, StepState.FAILED)


def _facts(value: Plain) -> Facts:
    return value if isinstance(value, dict) else {}
