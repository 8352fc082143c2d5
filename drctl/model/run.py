"""A run: the fold of its events. The fold of any prefix of a journal is a valid run."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

from drctl.model import events as e
from drctl.model.cost import Cost
from drctl.model.evidence import Evidence
from drctl.model.finding import Finding, FindingKind
from drctl.model.inventory import InventoryTime
from drctl.model.mark_amendment import MarkAmendment
from drctl.model.past import ChangeState, PastChange
from drctl.model.recorded import Recorded
from drctl.model.sustain import SustainWindow, begun_window, window_after
from drctl.model.time_spent import TimeSpent
from drctl.model.timing import Mark
from drctl.model.values import Json
from drctl.model.verdict import Verdict


class RunState(StrEnum):
    RUNNING = "running"
    PAUSED = "paused"
    HELD = "held"
    UNDOING = "undoing"
    ABORTING = "aborting"
    FINISHED = "finished"


class StepState(StrEnum):
    PENDING = "pending"
    RUNNING = "running"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    HELD = "held"
    SKIPPED = "skipped"
    FELL_BACK = "fell-back"
    UNDONE = "undone"

    @property
    def ended(self) -> bool:
        return self not in (StepState.PENDING, StepState.RUNNING)


@dataclass(frozen=True, slots=True, kw_only=True)
class StepRun:
    """One step as recorded so far."""

    id: str
    state: StepState = StepState.PENDING
    epoch: int = 0
    started_at: datetime | None = None
    epoch_at: datetime | None = None
    """When the present epoch began; `started_at` is when the first one did."""
    ended_at: datetime | None = None
    waiting_for: str = ""
    percent: float | None = None
    because: str = ""
    failure: str = ""
    """Why it failed or was held, for as long as nothing has made that good; it outlives the undo."""
    hint: str | None = None
    evidence: Evidence | None = None
    params: Mapping[str, Json] = field(default_factory=dict)
    changes: tuple[PastChange, ...] = ()
    fell_back_to: str | None = None
    skipped_by: str = ""
    undo_failed: str = ""
    asked: e.ApprovalAsked | None = None
    """What it asks people, until it has failed for that, or is tried again."""
    answers: tuple[e.AnswerGiven, ...] = ()
    """What they have answered to that, in order."""


Decided = (
    e.RunPaused
    | e.RunResumed
    | e.RunAborted
    | e.StepRetried
    | e.StepSkipped
    | e.AnswerGiven
    | e.AnswersVoided
    | e.NoteTaken
    | e.PlanAmended
    | e.MarkAmended
    | e.FindingAssigned
    | e.StopIgnored
    | e.OrderRefused
)
"""What people, or a policy in their place, have decided."""


class Run:
    """Everything a journal says about a run. `apply` folds one more event in; nothing else changes it."""

    def __init__(self) -> None:
        self.started: e.RunStarted | None = None
        self.history: e.HistoryRead | None = None
        """How long the steps took in earlier runs, as it was known when this one began."""
        self.approve = e.Approve.ASK
        self.state = RunState.RUNNING
        self.steps: dict[str, StepRun] = {}
        self.marks: dict[Mark, datetime] = {}
        self.mark_sources: dict[Mark, str] = {}
        self.mark_amendments: list[MarkAmendment] = []
        self.sustain: SustainWindow | None = None
        self.time_spent = TimeSpent()
        self.findings: list[Finding] = []
        self.assigned: dict[str, list[e.FindingAssigned]] = {}
        """What was changed of a finding's owner and due date, by its id."""
        self.verdict: Verdict | None = None
        self.reasons: tuple[str, ...] = ()
        self.held_because = ""
        self.undo_reason = ""
        self.aborted: e.RunAborted | None = None
        self.amended: list[e.PlanAmended] = []
        self.decisions: list[Decided] = []
        self.tripped: e.StopTripped | None = None
        """The stop condition that has stopped the run, until it goes on."""
        self.ignored_stops: dict[str, e.StopIgnored] = {}
        self.inventories: dict[InventoryTime, e.InventoryTaken] = {}
        self.cost: Cost | None = None
        self.cleaned: e.CleanupEnded | None = None
        """How the newest `drctl cleanup` has ended."""
        self.journal_lost_at: datetime | None = None
        """When an operator went on although the newest events were lost: calls from before it may be unrecorded."""
        self._looked_at_since: set[str] = set()
        self.ended_at: datetime | None = None
        self.last_at: datetime | None = None
        self.events = 0
        self.fence = 0
        self.holder = ""
        self.leases: list[e.LeaseTaken] = []
        self.head_hash = ""

    @classmethod
    def of(cls, records: Iterable[Recorded]) -> Run:
        """The run that `records` tell of, in their order."""
        run = cls()
        for record in records:
            run.apply(record)
        return run

    def step(self, id: str) -> StepRun:
        """The step of that id; one that has not started yet where nothing was recorded of it."""
        return self.steps.get(id) or StepRun(id=id)

    def journal_lost_for(self, id: str) -> datetime | None:
        """Until when calls of that step may have been made that no event tells of; None once a person has looked."""
        return None if id in self._looked_at_since else self.journal_lost_at

    def apply(self, record: Recorded) -> None:
        """Fold one more event in."""
        self.events, self.fence, self.head_hash = record.seq, record.fence, record.hash
        event = record.event
        if self.last_at is not None and event.at < self.last_at:
            # A clock was set back between two runners. What was recorded later happened later: no span is negative.
            event = replace(event, at=self.last_at)
        waits = self.state in (RunState.HELD, RunState.PAUSED)
        self.time_spent.until(event, self.last_at, waits_for_operator=waits)
        self.last_at = event.at
        if isinstance(event, Decided) and (not isinstance(event, e.StepSkipped) or event.by):
            self.decisions.append(event)
        if isinstance(event, e.StepRetried):
            self._looked_at_since.add(event.step)
        match event:
            case e.RunStarted():
                self.started, self.approve = event, event.approve
            case e.LeaseTaken():
                self.holder = event.holder
                self.leases.append(event)
            case e.Marked() | e.MarkAmended() | e.SustainBegan() | e.SustainLooked() | e.SustainEnded():
                self._clock(event)
            case e.FindingRecorded() | e.FindingAssigned():
                self._note(event)
            case (
                e.UndoStarted()
                | e.RunHeld()
                | e.RunPaused()
                | e.RunResumed()
                | e.RunAborted()
                | e.StopTripped()
                | e.RunFinished()
            ):
                self._steer(event)
            case e.PlanAmended():
                self.amended.append(event)
            case e.StopIgnored():
                self.ignored_stops[event.condition] = event
            case (
                e.HistoryRead()
                | e.InventoryTaken()
                | e.CostEstimated()
                | e.DeletionIntended()
                | e.CleanupEnded()
                | e.NoteTaken()
                | e.OrderRefused()
            ):
                self._take_stock(event)
            case _:
                self.steps[event.step] = _step_after(self.step(event.step), event)

    def _clock(self, event: e.Marked | e.MarkAmended | e.SustainBegan | e.SustainLooked | e.SustainEnded) -> None:
        match event:
            case e.Marked() | e.MarkAmended():
                self._mark(event)
            case e.SustainBegan():
                self.sustain = begun_window(event)
            case e.SustainLooked() | e.SustainEnded():
                self.sustain = window_after(self.sustain, event) if self.sustain is not None else None

    def _mark(self, event: e.Marked | e.MarkAmended) -> None:
        if isinstance(event, e.Marked):
            source = event.source
        else:
            source = f"amended by {event.by}"
            amendment = MarkAmendment(
                at=event.at,
                mark=event.mark,
                before=self.marks.get(event.mark),
                after=event.instant,
                by=event.by,
                why=event.why,
                after_end=self.ended_at is not None,
            )
            self.mark_amendments.append(amendment)
        self.marks[event.mark], self.mark_sources[event.mark] = event.instant, source

    def _take_stock(
        self,
        event: e.HistoryRead
        | e.InventoryTaken
        | e.CostEstimated
        | e.DeletionIntended
        | e.CleanupEnded
        | e.NoteTaken
        | e.OrderRefused,
    ) -> None:
        match event:
            case e.HistoryRead():
                self.history = event
            case e.InventoryTaken():
                self.inventories[event.when] = event
            case e.CostEstimated():
                self.cost = event.cost
            case e.CleanupEnded():
                self.cleaned = event

    def _note(self, event: e.FindingRecorded | e.FindingAssigned) -> None:
        if isinstance(event, e.FindingAssigned):
            self.assigned.setdefault(event.finding, []).append(event)
            return
        self.findings.append(event.finding)
        if event.finding.kind is FindingKind.JOURNAL_LOST:
            # Any step can be among what was lost: also one that, by what is left, has not begun.
            self.journal_lost_at, self._looked_at_since = event.at, set()

    def _steer(
        self,
        event: e.UndoStarted | e.RunHeld | e.RunPaused | e.RunResumed | e.RunAborted | e.StopTripped | e.RunFinished,
    ) -> None:
        match event:
            case e.UndoStarted():
                self.state, self.undo_reason = RunState.UNDOING, event.reason
            case e.RunHeld():
                self.state, self.held_because = RunState.HELD, event.because
            case e.RunPaused():
                self.state = RunState.PAUSED
            case e.RunResumed():
                self.state = self._under_way()
                self.held_because, self.tripped = "", None
                self.approve = event.approve or self.approve
            case e.RunAborted():
                self.aborted, self.state, self.held_because = event, RunState.ABORTING, ""
            case e.StopTripped():
                self.tripped = event
            case e.RunFinished():
                self.state, self.ended_at = RunState.FINISHED, event.at
                self.verdict, self.reasons = event.verdict, event.reasons

    def _under_way(self) -> RunState:
        if self.undo_reason:
            return RunState.UNDOING
        return RunState.RUNNING if self.aborted is None else RunState.ABORTING


StepEvent = (
    e.StepStarted
    | e.StepWaiting
    | e.ChangeIntended
    | e.ChangeReturned
    | e.ChangeFailed
    | e.StepSucceeded
    | e.StepFailed
    | e.StepHeld
    | e.StepSkipped
    | e.StepRetried
    | e.ApprovalAsked
    | e.AnswerGiven
    | e.AnswersVoided
    | e.StepFellBack
    | e.StepUndone
    | e.StepUndoFailed
)


def _step_after(step: StepRun, event: StepEvent) -> StepRun:
    match event:
        case e.StepStarted():
            # The first start stands: a second epoch is part of the same wait for the same thing.
            return replace(
                step,
                state=StepState.RUNNING,
                epoch=event.epoch,
                started_at=step.started_at or event.at,
                epoch_at=event.at,
                ended_at=None,
                params=event.params,
                because="",
                failure="",
                hint=None,
                waiting_for="",
                percent=None,
                # Answers that came in while nobody drove the run are what it was taken up for.
                asked=step.asked if step.answers else None,
            )
        case e.StepWaiting():
            return replace(step, waiting_for=event.until, percent=event.percent)
        case e.ChangeIntended() | e.ChangeReturned() | e.ChangeFailed():
            return replace(step, changes=_changes_after(step.changes, event, max(step.epoch, 1)))
        case e.StepSucceeded():
            return replace(
                step,
                state=StepState.SUCCEEDED,
                ended_at=event.at,
                because=event.because,
                failure="",
                evidence=event.evidence,
                waiting_for="",
                percent=None,
            )
        case e.StepFailed() | e.StepHeld():
            state = StepState.FAILED if isinstance(event, e.StepFailed) else StepState.HELD
            return replace(
                step,
                state=state,
                ended_at=event.at,
                because=event.because,
                failure=event.because,
                hint=event.hint,
                waiting_for="",
                asked=step.asked if isinstance(event, e.StepHeld) else None,
                answers=(),
            )
        case e.StepRetried():
            return replace(
                step,
                state=StepState.PENDING,
                ended_at=None,
                because="",
                hint=None,
                skipped_by="",
                waiting_for="",
                changes=tuple(replace(change, doubt_settled=True) for change in step.changes),
                asked=None,
                answers=(),
            )
        case e.ApprovalAsked() | e.AnswerGiven() | e.AnswersVoided():
            return _step_after_asking(step, event)
        case e.StepSkipped():
            return replace(
                step,
                state=StepState.SKIPPED,
                started_at=step.started_at or event.at,
                ended_at=event.at,
                because=event.reason,
                failure="",
                skipped_by=event.by,
                waiting_for="",
            )
        case e.StepFellBack():
            return replace(
                step,
                state=StepState.FELL_BACK,
                ended_at=event.at,
                because=event.because,
                failure="",
                fell_back_to=event.to,
                waiting_for="",
            )
        case e.StepUndone():
            # One that was to be tried again had no end any more; this is one.
            ended_at = step.ended_at or event.at
            return replace(step, state=StepState.UNDONE, ended_at=ended_at, because=event.because, undo_failed="")
        case e.StepUndoFailed():
            return replace(step, undo_failed=event.because, hint=event.hint)


def _step_after_asking(step: StepRun, event: e.ApprovalAsked | e.AnswerGiven | e.AnswersVoided) -> StepRun:
    match event:
        case e.ApprovalAsked():
            return replace(step, asked=event, answers=())
        case e.AnswerGiven():
            return replace(step, answers=(*step.answers, event))
        case e.AnswersVoided():
            return replace(step, answers=())


def _changes_after(
    changes: tuple[PastChange, ...], event: e.ChangeIntended | e.ChangeReturned | e.ChangeFailed, epoch: int
) -> tuple[PastChange, ...]:
    if isinstance(event, e.ChangeIntended):
        intended = PastChange(
            name=event.name,
            summary=event.summary,
            state=ChangeState.INTENDED,
            intended_at=event.at,
            operation=event.operation,
            target=event.target,
            flip=event.flip,
            settle=event.settle,
            undo=event.undo,
            undoing=event.undoing,
            epoch=epoch,
        )
        return (*changes, intended)
    # An answer belongs to the newest intent of that name; there is never more than one in flight.
    for place in range(len(changes) - 1, -1, -1):
        if changes[place].name == event.name and changes[place].state is ChangeState.INTENDED:
            if isinstance(event, e.ChangeReturned):
                answered = replace(changes[place], state=ChangeState.RETURNED, facts=event.facts)
            else:
                answered = replace(
                    changes[place], state=ChangeState.FAILED, failure_kind=event.kind, failure=event.because
                )
            return (*changes[:place], answered, *changes[place + 1 :])
    return changes
