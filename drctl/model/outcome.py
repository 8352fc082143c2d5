"""What a run has come to: both objectives as measured, and the verdict. A pure function of the run and its plan."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from drctl.model.beacon import METHODS, READS_BEACON
from drctl.model.duration import format_duration
from drctl.model.events import Mode, RunAborted
from drctl.model.evidence import RecoveryPoint
from drctl.model.inventory import InventoryTime
from drctl.model.plan import AfterDrill, Plan, PlannedStep, Store
from drctl.model.run import Run, StepRun, StepState
from drctl.model.timing import Mark, RecoveryPointLoss, RecoveryTime, StoreLoss, loss_vector, recovery_time, store_loss
from drctl.model.verdict import Judgement, judge


@dataclass(frozen=True, slots=True)
class Outcome:
    """The two numbers and what they mean. The judgement counts only of a run in which nothing more will happen."""

    rto: RecoveryTime
    rpo: RecoveryPointLoss
    judgement: Judgement


def outcome(run: Run, plan: Plan) -> Outcome:
    """The outcome of `run` as far as it is recorded."""
    rto = recovery_time(plan.objectives.rto, run.marks, end_mark(plan))
    rpo = loss_vector(plan.objectives.rpo, store_losses(run, plan))
    judgement = judge(
        rto=rto,
        rpo=rpo,
        failed_steps={id: run.step(id).failure or run.step(id).because for id in failed_steps(run, plan)},
        skipped_critical=skipped_critical(run, plan),
        left=left_behind(run, plan),
        not_sustained=not_sustained(run),
        never_sustained=never_sustained(run, plan),
        findings=run.findings,
        aborted=said_of_abort(run.aborted) if run.aborted is not None else "",
    )
    return Outcome(rto, rpo, judgement)


def leaves_no_trace(run: Run, plan: Plan) -> bool:
    """Whether a drill was to take back all that it has changed: by its plan, as it failed, or on request."""
    if run.started is None or run.started.mode is not Mode.DRILL:
        return False
    asked = run.aborted is not None and run.aborted.undo
    return plan.after_drill is AfterDrill.UNDO or bool(run.undo_reason) or asked


def left_behind(run: Run, plan: Plan) -> tuple[str, ...]:
    """What a drill that was to leave nothing has left: a sentence for each."""
    after = run.inventories.get(InventoryTime.AFTER)
    if after is not None and after.leftover and after.resources:
        return tuple(f"{one.arn} was left, which this drill has made." for one in after.resources)
    if run.started is None or run.started.mode is not Mode.DRILL or plan.after_drill is not AfterDrill.UNDO:
        return ()
    undone = ((step.id, run.step(step.id).undo_failed) for step in plan.steps)
    return tuple(f"What step {id} has made was left: {because}" for id, because in undone if because)


def not_sustained(run: Run) -> str:
    """Which check turned red in the sustain window, and when; empty where none did."""
    return f"Not sustained: {run.sustain.because}." if run.sustain is not None and run.sustain.held is False else ""


def never_sustained(run: Run, plan: Plan) -> str:
    """That the sustain window of the plan did not come to its end; empty where it did, or there is none."""
    if plan.sustain is None or (run.sustain is not None and run.sustain.held is not None):
        return ""
    what = "began" if run.sustain is None else "came to its end"
    return f"The sustain window of {format_duration(plan.sustain.lasts)} never {what}."


def said_of_abort(aborted: RunAborted) -> str:
    """Who has aborted the run, and why."""
    return f"{aborted.by} has aborted the run{f': {aborted.why}' if aborted.why else ''}"


def end_mark(plan: Plan) -> Mark:
    """Where the recovery time ends: at `verified` if a step of the plan marks it, else at `serving`."""
    return Mark.VERIFIED if any(step.marks is Mark.VERIFIED for step in plan.steps) else Mark.SERVING


def reference_mark(run: Run) -> Mark:
    """What data loss is counted against: the onset; the declaration, which is later and so never flatters, without."""
    return Mark.ONSET if Mark.ONSET in run.marks else Mark.DECLARED


def store_losses(run: Run, plan: Plan) -> tuple[StoreLoss, ...]:
    """One loss for each store of the plan, in the plan's order.

    Where several steps recover parts of one store, its oldest recovery point counts,
    and one part that was not read leaves the whole store unread.
    """
    reference = run.marks.get(reference_mark(run))
    stores: dict[str, tuple[Store, list[PlannedStep]]] = {}
    for step in plan.steps:
        if step.store is not None:
            stores.setdefault(step.store.name, (step.store, []))[1].append(step)
    return tuple(_loss(run, store, steps, reference) for store, steps in stores.values())


def _loss(run: Run, store: Store, steps: list[PlannedStep], reference: datetime | None) -> StoreLoss:
    counting = [step for step in steps if _recovers(step, run.step(step.id))]
    beacons = [_recovery_point(run.step(step.id)) for step in counting if step.uses == READS_BEACON]
    parts = [_recovery_point(run.step(step.id)) for step in counting if step.uses != READS_BEACON]
    oldest = _oldest(_deciding(beacons, parts))
    if oldest is None:
        return store_loss(store.name, None, "", reference, ephemeral=store.ephemeral)
    return store_loss(
        store.name, oldest.at, oldest.method, reference, ephemeral=store.ephemeral, precision=oldest.precision
    )


def _deciding(beacons: list[RecoveryPoint | None], parts: list[RecoveryPoint | None]) -> list[RecoveryPoint | None]:
    """The points that a store stands on.

    A beacon is the data itself, and counts in the place of what AWS says of its copy. One that was not found leaves
    that standing; and fewer beacons than parts do not speak for all of these.
    """
    if not parts:
        return beacons
    found = [point for point in beacons if point is not None and point.method in METHODS.values()]
    return beacons if len(found) == len(beacons) >= len(parts) else [*found, *parts]


def _oldest(points: list[RecoveryPoint | None]) -> RecoveryPoint | None:
    """The oldest point; None where one of them was not read, or there is none."""
    read = [point for point in points if point is not None]
    return min(read, key=lambda point: point.at) if read and len(read) == len(points) else None


def _recovers(planned: PlannedStep, step: StepRun) -> bool:
    """Whether the store stands on this step: not on one that gave up, was left out, or waits in reserve."""
    in_reserve = planned.dormant and step.started_at is None
    return not in_reserve and step.state not in (StepState.FELL_BACK, StepState.SKIPPED)


def _recovery_point(step: StepRun) -> RecoveryPoint | None:
    # Evidence of an earlier epoch says nothing of a step that has failed since.
    if step.evidence is None or not step.evidence.holds or step.failure:
        return None
    return step.evidence.recovery_point


def failed_steps(run: Run, plan: Plan) -> tuple[str, ...]:
    """The critical steps that failed or were held, and that neither a retry nor a fallback made good.

    A `finally` step or one in the lost Region is not among them: those are findings, of whatever severity.
    """
    return tuple(step.id for step in plan.steps if _counts(step) and _failed(run, run.step(step.id)))


def _counts(step: PlannedStep) -> bool:
    return step.critical and not step.final and not step.source_side


def _failed(run: Run, step: StepRun) -> bool:
    if step.state is not StepState.FELL_BACK:
        return bool(step.failure)
    last = _last_resort(run, step)
    return bool(last.failure) or last.evidence is None


def _last_resort(run: Run, step: StepRun) -> StepRun:
    """The end of a chain of fallbacks; where a journal has them go in a circle, the step itself."""
    seen: set[str] = set()
    last = step
    while last.state is StepState.FELL_BACK and last.fell_back_to is not None and last.id not in seen:
        seen.add(last.id)
        last = run.step(last.fell_back_to)
    return last


def skipped_critical(run: Run, plan: Plan) -> tuple[str, ...]:
    """The critical steps that a person skipped or that never came to an end.

    A step that the runbook's own condition left out is not among them: leaving it out is the plan.
    `finally` steps are not either: a run is judged by what it recovered.
    """
    return tuple(
        step.id
        for step in plan.steps
        if step.critical and not step.final and _left_out(run.step(step.id), dormant=step.dormant)
    )


def _left_out(step: StepRun, *, dormant: bool) -> bool:
    if step.state is StepState.SKIPPED:
        return bool(step.skipped_by)
    if step.state is StepState.UNDONE:
        return step.evidence is None and not step.failure
    return step.state is StepState.RUNNING or (step.state is StepState.PENDING and not dormant)
