"""What holds of a run whatever befell it, read from its journal alone, beside the world that it left behind."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from jsonschema import Draft202012Validator

from drctl.model import events as e
from drctl.model.finding import FindingKind, Severity
from drctl.model.past import ChangeState
from drctl.model.plan import AfterDrill, Plan, PlannedStep, UndoPolicy
from drctl.model.recorded import Recorded
from drctl.model.run import Run, RunState, StepState
from drctl.model.timing import Mark
from drctl.model.verdict import Verdict
from drctl.report.document import run_document
from drctl.report.schema import document_schema
from tests.fakes.trial import Trial

SCHEMA = Draft202012Validator(document_schema())

AFTER_THE_END = (e.NoteTaken, e.OrderRefused, e.MarkAmended, e.FindingAssigned)
OPEN = (StepState.PENDING, StepState.FAILED, StepState.HELD)


class Law:
    """Asserts with the run's journal behind, so that a failure can be read."""

    def __init__(self, trial: Trial) -> None:
        self._trial = trial

    def __call__(self, holds: object, law: str, record: Recorded | None = None) -> None:
        if not holds:
            at = f" (at event {record.seq}: {record.event})" if record is not None else ""
            raise AssertionError(f"{law}{at}\n" + "\n".join(_told(self._trial)))


def _told(trial: Trial) -> Iterator[str]:
    for record in trial.journal.read():
        if record.seq - 1 in trial.boundaries:
            yield "  ---"
        event = record.event
        more = getattr(event, "because", getattr(event, "reason", getattr(event, "summary", "")))
        yield f"  {record.seq:3} {event.at:%H:%M:%S} {type(event).__name__} {getattr(event, 'step', '')} {more}"


def check(trial: Trial, *, every: int = 1) -> None:
    """Every law of the engine. Of each `every`-th prefix the document is made and checked against its schema."""
    law = Law(trial)
    records = trial.journal.read()
    _check_events(trial, law, records)
    _check_documents(trial, law, records, every)
    run = trial.folded()
    _check_orders(trial, law, records)
    _check_ends(trial, law, run)
    _check_world(trial, law, run)
    _check_verdict(trial, law, run)
    law(not trial.troubled.without_lease, "a runner whose lease was taken makes no call")


def satisfied(id: str, plan: Plan, run: Run) -> bool:
    """Whether what needs that step may go on, said once more and in other words than the engine's."""
    state, step = run.step(id).state, plan.step(id)
    if state is StepState.FELL_BACK:
        return satisfied(str(run.step(id).fell_back_to), plan, run)
    if state in (StepState.FAILED, StepState.HELD):
        return step.source_side or not step.critical
    return state in (StepState.SUCCEEDED, StepState.SKIPPED)


def _check_events(trial: Trial, law: Law, records: Sequence[Recorded]) -> None:
    run, plan = Run(), trial.first
    starting_over = _spans_of_starting_over(trial, records)
    for record in records:
        event = record.event
        match event:
            case e.StepStarted():
                _check_start(law, record, event, plan, run)
                waits = [need for need in _stood_for(plan.step(event.step), run) if record.seq in starting_over[need]]
                law(not waits, f"a step that starts over has not ended, so nothing begins after it: {waits}", record)
            case e.ChangeIntended():
                _check_change(trial, law, record, event, plan, run)
                trial.intended_in[event.step] = record.seq
            case e.StepSucceeded() | e.StepFailed() | e.StepHeld() | e.StepFellBack():
                law(run.step(event.step).state is StepState.RUNNING, "only what runs ends", record)
            case e.StepUndone() | e.StepUndoFailed():
                law(run.undo_reason, "nothing is undone before undo has begun", record)
            case e.StepRetried():
                law(not run.undo_reason and run.aborted is None, "nothing is tried again after an abort", record)
            case e.PlanAmended(sources=sources):
                plan = trial.replan(sources)
        if run.state is RunState.FINISHED:
            law(isinstance(event, AFTER_THE_END), "a finished run does nothing more", record)
        before = dict(run.marks)
        run.apply(record)
        _check_fold(law, record, run, before)


def _stood_for(step: PlannedStep, run: Run) -> Iterator[str]:
    for need in step.needs:
        yield run.step(need).fell_back_to or need


def _check_start(law: Law, record: Recorded, event: e.StepStarted, plan: Plan, run: Run) -> None:
    step, recorded = plan.step(event.step), run.step(event.step)
    law(recorded.state in OPEN, f"what is {recorded.state} does not begin", record)
    law(event.epoch == recorded.epoch + 1, "each epoch follows the one before", record)
    waits = [need for need in step.needs if not satisfied(need, plan, run)]
    law(not waits, f"no step begins before everything it needs is satisfied: {waits}", record)
    if step.dormant:
        law(any(other.fell_back_to == step.id for other in run.steps.values()), "a stand-in waits in reserve", record)
    if not step.final:
        _check_may_begin(law, record, run)


def _check_may_begin(law: Law, record: Recorded, run: Run) -> None:
    law(run.aborted is None, "nothing begins after an abort but undo and `finally`", record)
    law(run.tripped is None, "nothing begins after a stop condition has tripped", record)
    law(not run.undo_reason, "nothing begins once undo has", record)


def _check_change(trial: Trial, law: Law, record: Recorded, event: e.ChangeIntended, plan: Plan, run: Run) -> None:
    step, recorded = plan.step(event.step), run.step(event.step)
    if event.undoing:
        law(run.undo_reason, "nothing is taken back before undo has begun", record)
        law(not step.irreversible and step.undo is not UndoPolicy.NEVER, "what stays is not taken back", record)
    else:
        law(recorded.state is StepState.RUNNING, "only a step that runs acts", record)
        if not step.final:
            _check_may_begin(law, record, run)
        _check_once(trial, law, record, event, run)


def _check_once(trial: Trial, law: Law, record: Recorded, event: e.ChangeIntended, run: Run) -> None:
    """At most one act of a step is in flight; and none is made again that has come home well."""
    earlier = [c for c in run.step(event.step).changes if not c.undoing]
    if not earlier:
        return
    last = earlier[-1]
    killed = any(place < record.seq - 1 and place >= trial.intended_in[event.step] for place in trial.boundaries)
    law(last.state is not ChangeState.INTENDED or killed, "at most one act of a step is in flight", record)
    again = last.epoch == run.step(event.step).epoch and last.name == event.name
    if again and last.state is ChangeState.RETURNED and event.step not in trial.troubled.meddled:
        law(last.doubt_settled, "what was accepted is not asked for again in the same epoch", record)


def _spans_of_starting_over(trial: Trial, records: Sequence[Recorded]) -> defaultdict[str, set[int]]:
    """For each step the events between its failure and its next attempt, where it starts over by itself."""
    found: defaultdict[str, set[int]] = defaultdict(set)
    failed: dict[str, int] = {}
    for record in records:
        match record.event:
            case e.StepFailed(step=id):
                failed[id] = record.seq
            case e.StepRetried(step=id) | e.StepSkipped(step=id):
                failed.pop(id, None)
            case e.RunResumed():
                failed.clear()
            case e.StepStarted(step=id) if id in failed:
                found[id] |= set(range(failed.pop(id) + 1, record.seq))
    return found


def _check_fold(law: Law, record: Recorded, run: Run, marks: Mapping[Mark, datetime]) -> None:
    for step in run.steps.values():
        if step.state.ended:
            law(step.ended_at is not None, f"what has ended says when: {step.id} is {step.state}", record)
            if step.started_at is not None and step.ended_at is not None:
                law(step.started_at <= step.ended_at, "nothing ends before it began", record)
        else:
            law(step.ended_at is None, f"what has not ended has no end: {step.id} is {step.state}", record)
        law(
            run.state is not RunState.FINISHED or step.state is not StepState.RUNNING,
            f"no step runs in a finished run: {step.id}",
            record,
        )
    for mark, instant in marks.items():
        law(run.marks[mark] >= instant, f"no mark goes back in time: {mark}", record)
    law(run.state is not RunState.HELD or run.held_because, "a held run says why", record)


def _check_documents(trial: Trial, law: Law, records: Sequence[Recorded], every: int) -> None:
    run, plan = Run(), trial.first
    for record in records:
        if isinstance(record.event, e.PlanAmended):
            plan = trial.replan(record.event.sources)
        run.apply(record)
        if record.seq % every == 0 or record is records[-1]:
            document = run_document(run, plan)
            wrong = next(SCHEMA.iter_errors(document), None)
            law(wrong is None, f"the document of every prefix is as published: {wrong}", record)
            if run.state is RunState.HELD:
                law(document["held"] is not None and document["held"]["because"], "a held run says why", record)


def _check_orders(trial: Trial, law: Law, records: Sequence[Recorded]) -> None:
    heeded = Counter(id for record in records if (id := getattr(record.event, "order", "")))
    for id, order in trial.given.items():
        law(heeded[id] == 1, f"every order becomes exactly one event: {order.kind} {id} became {heeded[id]}")
    law(set(heeded) <= set(trial.given), "nobody obeys what nobody has ordered")


def _check_ends(trial: Trial, law: Law, run: Run) -> None:
    law(run.state in (RunState.FINISHED, RunState.HELD, RunState.PAUSED), f"every drive ends; this run is {run.state}")
    for driven in trial.driven:
        law(
            driven.state in (RunState.FINISHED, RunState.HELD, RunState.PAUSED),
            f"every drive ends; one left the run {driven.state}",
        )
        if driven.state is not RunState.PAUSED:
            _check_nothing_left(trial, law, driven)
    if run.state is RunState.FINISHED:
        lines, writes = len(trial.journal.lines), trial.world.writes
        trial.drive()
        law((len(trial.journal.lines), trial.world.writes) == (lines, writes), "a finished run is not driven again")


def _check_nothing_left(trial: Trial, law: Law, run: Run) -> None:
    plan = trial.replan(run.amended[-1].sources) if run.amended else trial.first
    cut_short = run.aborted is not None or run.undo_reason or run.tripped is not None
    for step in plan.steps:
        if (cut_short and not step.final) or (run.state is RunState.HELD and step.final):
            continue
        reserve = step.dormant and not any(run.step(other.id).fell_back_to == step.id for other in plan.steps)
        left = run.step(step.id).state is StepState.PENDING and all(satisfied(n, plan, run) for n in step.needs)
        law(reserve or not left, f"nothing that could begin is left: {step.id}")
    if run.state is RunState.HELD and run.tripped is None:
        stuck = [s.id for s in plan.steps if not s.final and run.step(s.id).failure and not satisfied(s.id, plan, run)]
        law(stuck, "a held run has a step that cannot go on")
        law(all(id in run.held_because for id in stuck), f"a held run says what is open: {stuck}")


def _check_world(trial: Trial, law: Law, run: Run) -> None:
    retries = Counter(event.step for event in trial.journal.events() if isinstance(event, e.StepRetried))
    for step in trial.first.steps:
        if step.uses == "thing.flip":
            allowed = 1 + retries[step.id]
            law(trial.world.made[step.id] <= allowed, f"no flip is made twice: {step.id}")
        elif step.id not in trial.troubled.meddled and not retries[step.id]:
            # An operator who has a step tried again settles what was in doubt.
            law(trial.world.made[step.id] <= 1, f"no change is doubled: {step.id}")
    for name in trial.script.foreign:
        if name not in trial.troubled.meddled:
            law(name in trial.world.things, f"what somebody else made is left alone: {name}")
    if run.state is not RunState.FINISHED or not run.undo_reason:
        return
    if run.aborted is not None and not run.aborted.undo:
        return
    left = {f.step for f in run.findings if f.kind is FindingKind.LEFTOVER}
    kept = {s.id for s in trial.first.steps if s.final or s.undo is UndoPolicy.NEVER} | left
    ours = {name for name, thing in trial.world.things.items() if thing.owner == "dr-1"}
    law(ours <= kept, f"undo returns to the start, or says what is left: {sorted(ours - kept)}")


def _check_sustained(trial: Trial, law: Law, run: Run) -> None:
    looks = [event for event in trial.journal.events() if isinstance(event, e.SustainLooked)]
    ends = [event for event in trial.journal.events() if isinstance(event, e.SustainEnded)]
    began = sum(isinstance(event, e.SustainBegan) for event in trial.journal.events())
    law(began <= 1 and len(ends) <= began, "there is one sustain window at most, and it ends once")
    law(
        (Mark.SUSTAINED in run.marks) is any(end.held for end in ends),
        "sustained is what the window says, and no other",
    )
    if any(not look.green for look in looks):
        law(ends and not ends[0].held, "a check that was red is not sustained")
    if any(not end.held for end in ends) and run.state is RunState.FINISHED:
        law(run.verdict in (Verdict.FAILED, Verdict.ABORTED), "a run that was not sustained has failed")
    if run.verdict in (Verdict.PASSED, Verdict.PASSED_WITH_EXCEPTIONS) and trial.plan.sustain is not None:
        law(ends and ends[0].held, "what has passed was sustained")


def _check_verdict(trial: Trial, law: Law, run: Run) -> None:
    _check_sustained(trial, law, run)
    if run.state is RunState.FINISHED:
        law(run.verdict is not None and run.reasons, "a finished run has a verdict, and says why")
        law((run.aborted is not None) is (run.verdict is Verdict.ABORTED), "an aborted run is ABORTED, and no other")
    if run.verdict is not Verdict.PASSED:
        return
    plan = trial.plan
    skipped = [s.id for s in plan.steps if run.step(s.id).skipped_by]
    law(not skipped, f"nothing that a person skipped is PASSED: {skipped}")
    law(not run.ignored_stops, "a run that went on in spite of a stop condition is not PASSED")
    worse = [f for f in run.findings if f.severity is not Severity.INFO]
    law(not worse, f"a run with findings is not PASSED: {worse}")
    for step in plan.steps:
        recorded = run.step(step.id)
        if step.store is not None and not step.store.ephemeral and recorded.state is StepState.SUCCEEDED:
            point = recorded.evidence.recovery_point if recorded.evidence is not None else None
            law(point is not None, f"a run with an unread recovery point is not PASSED: {step.id}")
        failed = recorded.state in (StepState.FAILED, StepState.HELD, StepState.PENDING, StepState.RUNNING)
        unwell = failed and step.critical and not step.final and not step.source_side and not step.dormant
        law(not unwell, f"a run whose critical steps did not end well is not PASSED: {step.id}")
    kept = plan.after_drill is AfterDrill.KEEP or run.undo_reason
    law(kept or run.started is None or run.started.mode is e.Mode.RECOVER, "a drill that leaves no trace was undone")
