"""Each event as one line that a person understands."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

from drctl.model import events as e
from drctl.model.duration import format_duration
from drctl.model.events import Event
from drctl.model.instant import format_instant
from drctl.model.inventory import InventoryTime
from drctl.report.wording import counted, printable


class Tone(StrEnum):
    PLAIN = "plain"
    GOOD = "good"
    CAREFUL = "careful"
    BAD = "bad"


@dataclass(frozen=True, slots=True)
class EventLine:
    """What happened, and to what: a step's id, or `run`."""

    subject: str
    text: str
    tone: Tone = Tone.PLAIN


def event_line(event: Event) -> EventLine:
    """`event` in one sentence, on one line."""
    line = _told(event)
    return replace(line, text=printable(line.text))


def _told(event: Event) -> EventLine:
    match event:
        case (
            e.StepStarted()
            | e.StepWaiting()
            | e.StepSucceeded()
            | e.StepFailed()
            | e.StepHeld()
            | e.StepSkipped()
            | e.StepFellBack()
        ):
            return _of_step(event)
        case e.ChangeIntended() | e.ChangeReturned() | e.ChangeFailed():
            return _of_change(event)
        case e.UndoStarted() | e.StepUndone() | e.StepUndoFailed():
            return _of_undo(event)
        case (
            e.StepRetried()
            | e.ApprovalAsked()
            | e.AnswerGiven()
            | e.AnswersVoided()
            | e.RunAborted()
            | e.PlanAmended()
            | e.NoteTaken()
            | e.OrderRefused()
            | e.StopIgnored()
        ):
            return _of_decision(event)
        case _:
            return _of_run(event)


def _of_step(
    event: e.StepStarted | e.StepWaiting | e.StepSucceeded | e.StepFailed | e.StepHeld | e.StepSkipped | e.StepFellBack,
) -> EventLine:
    match event:
        case e.StepStarted():
            return EventLine(event.step, "started" if event.epoch < 2 else f"started again (attempt {event.epoch})")
        case e.StepWaiting():
            percent = f" ({event.percent:.0f} %)" if event.percent is not None else ""
            return EventLine(event.step, f"waiting for {event.until}{percent}")
        case e.StepSucceeded():
            return EventLine(event.step, f"succeeded: {event.evidence.fact or event.because}", Tone.GOOD)
        case e.StepFailed():
            return EventLine(event.step, _hinted(f"FAILED: {event.because}", event.hint), Tone.BAD)
        case e.StepHeld():
            return EventLine(event.step, _hinted(f"HELD: {event.because}", event.hint), Tone.BAD)
        case e.StepSkipped():
            by = f" by {event.by}" if event.by else ""
            return EventLine(event.step, f"skipped{by}: {event.reason}", Tone.CAREFUL if event.by else Tone.PLAIN)
        case e.StepFellBack():
            return EventLine(event.step, f"gave up, {event.to} takes its place: {event.because}", Tone.CAREFUL)


def _of_change(event: e.ChangeIntended | e.ChangeReturned | e.ChangeFailed) -> EventLine:
    match event:
        case e.ChangeIntended():
            return EventLine(event.step, f"{event.summary} ({event.operation})")
        case e.ChangeReturned():
            return EventLine(event.step, f"{event.name}: accepted")
        case e.ChangeFailed():
            return EventLine(event.step, f"{event.name}: not accepted ({event.kind}): {event.because}", Tone.CAREFUL)


def _of_undo(event: e.UndoStarted | e.StepUndone | e.StepUndoFailed) -> EventLine:
    match event:
        case e.UndoStarted():
            return EventLine("run", f"undoing what was changed: {event.reason}", Tone.CAREFUL)
        case e.StepUndone():
            return EventLine(event.step, f"undone: {event.because}")
        case e.StepUndoFailed():
            return EventLine(event.step, _hinted(f"NOT UNDONE: {event.because}", event.hint), Tone.BAD)


def _of_decision(
    event: e.StepRetried
    | e.ApprovalAsked
    | e.AnswerGiven
    | e.AnswersVoided
    | e.RunAborted
    | e.PlanAmended
    | e.NoteTaken
    | e.OrderRefused
    | e.StopIgnored,
) -> EventLine:
    match event:
        case e.StepRetried():
            return EventLine(event.step, f"to be tried again, by {event.by}{_why(event.why)}", Tone.CAREFUL)
        case e.ApprovalAsked() | e.AnswerGiven() | e.AnswersVoided():
            return _of_approval(event)
        case e.RunAborted():
            undo = ", with undo" if event.undo else ""
            return EventLine("run", f"ABORTED by {event.by}{undo}{_why(event.why)}", Tone.BAD)
        case e.PlanAmended():
            return EventLine("run", f"amended by {event.by}{_why(event.why)}", Tone.CAREFUL)
        case e.NoteTaken():
            return EventLine(event.step or "run", f"note by {event.by}: {event.text}")
        case e.OrderRefused():
            what = f"{event.kind} by {event.by} was refused: {event.because}"
            return EventLine(event.step or "run", what, Tone.CAREFUL)
        case e.StopIgnored():
            what = f"stop condition {event.condition} is ignored, by {event.by}{_why(event.why)}"
            return EventLine("run", what, Tone.CAREFUL)


def _of_approval(event: e.ApprovalAsked | e.AnswerGiven | e.AnswersVoided) -> EventLine:
    match event:
        case e.ApprovalAsked():
            many = f"{event.approvers} of " if event.approvers > 1 else ""
            until = f", until {format_instant(event.until)}" if event.until is not None else ""
            return EventLine(event.step, f"asked {many}{event.role} on the evidence {event.sha256[:12]}{until}")
        case e.AnswerGiven():
            word, tone = ("approved", Tone.GOOD) if event.approved else ("REJECTED", Tone.BAD)
            via = " by token" if event.via == "token" else ""
            return EventLine(event.step, f"{word} by {event.by}{via}{_why(event.comment)}", tone)
        case e.AnswersVoided():
            return EventLine(event.step, f"void is what {', '.join(event.by)} answered: {event.because}", Tone.CAREFUL)


def _why(text: str) -> str:
    return f": {text}" if text else ""


def _of_run(
    event: e.RunStarted
    | e.HistoryRead
    | e.LeaseTaken
    | e.Marked
    | e.MarkAmended
    | e.SustainBegan
    | e.SustainLooked
    | e.SustainEnded
    | e.FindingRecorded
    | e.FindingAssigned
    | e.RunHeld
    | e.RunPaused
    | e.RunResumed
    | e.StopTripped
    | e.InventoryTaken
    | e.CostEstimated
    | e.DeletionIntended
    | e.CleanupEnded
    | e.RunFinished,
) -> EventLine:
    match event:
        case e.RunStarted():
            scenario = f", scenario {event.scenario}" if event.scenario else ""
            kind = f"SIMULATED {event.mode}" if event.simulated else str(event.mode)
            return EventLine("run", f"{kind} of {event.runbook} began in {event.environment}{scenario}")
        case e.LeaseTaken():
            return EventLine("run", f"driven by {event.holder}{f': {event.reason}' if event.reason else ''}")
        case e.Marked() | e.MarkAmended() | e.SustainBegan() | e.SustainLooked() | e.SustainEnded():
            return _of_clock(event)
        case e.FindingAssigned():
            return _of_assignment(event)
        case e.FindingRecorded():
            step = f"{event.finding.step}: " if event.finding.step else ""
            return EventLine("run", f"finding ({event.finding.severity}): {step}{event.finding.what}", Tone.CAREFUL)
        case e.RunHeld():
            return EventLine("run", f"HELD: {event.because}", Tone.BAD)
        case e.RunPaused():
            return EventLine("run", f"paused{_by(event.by)}{_why(event.why)}", Tone.CAREFUL)
        case e.RunResumed():
            return EventLine("run", f"resumed{_by(event.by)}")
        case e.StopTripped():
            return EventLine("run", f"stop condition {event.condition} TRIPPED: {event.because}", Tone.BAD)
        case e.HistoryRead() | e.InventoryTaken() | e.CostEstimated() | e.DeletionIntended() | e.CleanupEnded():
            return _of_stock(event)
        case e.RunFinished():
            tone = Tone.GOOD if event.verdict.objectives_met else Tone.BAD
            return EventLine("run", f"finished: {event.verdict}. {' '.join(event.reasons)}".rstrip(), tone)


def _of_stock(
    event: e.HistoryRead | e.InventoryTaken | e.CostEstimated | e.DeletionIntended | e.CleanupEnded,
) -> EventLine:
    match event:
        case e.HistoryRead():
            unread = f"; {counted(event.unread, 'journal')} left out" if event.unread else ""
            known = f"{counted(len(event.times), 'step')} known from {counted(event.runs, 'run')}"
            return EventLine("run", f"history: the times of {known}{unread}")
        case e.InventoryTaken():
            count = len(event.seen) if event.when is InventoryTime.BEFORE else len(event.resources)
            whose = "there" if event.when is InventoryTime.BEFORE else "of this drill"
            unread = f"; {len(event.unread)} looks failed" if event.unread else ""
            tone = Tone.BAD if event.leftover and event.resources else Tone.PLAIN
            return EventLine("run", f"inventory ({event.when}): {count} resources {whose}{unread}", tone)
        case e.CostEstimated():
            return EventLine("run", f"cost: about {event.cost.usd:.2f} USD, by prices of {event.cost.prices_of}")
        case e.DeletionIntended():
            return EventLine("run", f"cleanup deletes {event.arn} ({event.operation}){_by(event.by)}", Tone.CAREFUL)
        case e.CleanupEnded():
            if event.left or event.unread:
                left = f"{len(event.left)} resources left, {len(event.unread)} looks failed"
                return EventLine("run", f"cleanup ended: {left}", Tone.BAD)
            return EventLine("run", "cleanup ended: nothing is left", Tone.GOOD)


def _of_clock(
    event: e.Marked | e.MarkAmended | e.SustainBegan | e.SustainLooked | e.SustainEnded,
) -> EventLine:
    match event:
        case e.Marked():
            return _of_mark(event)
        case e.MarkAmended():
            what = f"{event.mark} amended to {format_instant(event.instant)} by {event.by}{_why(event.why)}"
            return EventLine("run", what, Tone.CAREFUL)
        case e.SustainBegan():
            checks = ", ".join(event.checks)
            return EventLine("run", f"sustain window of {format_duration(event.lasts)}: {checks} have to stay green")
        case e.SustainLooked():
            word, tone = ("green", Tone.PLAIN) if event.green else ("RED", Tone.BAD)
            return EventLine(event.check, f"{word}: {event.because}", tone)
        case e.SustainEnded():
            word, tone = ("sustained", Tone.GOOD) if event.held else ("NOT SUSTAINED", Tone.BAD)
            return EventLine("run", f"{word}: {event.because}", tone)


def _of_assignment(event: e.FindingAssigned) -> EventLine:
    owner = f" to {event.owner}" if event.owner else ""
    due = f", due {event.due:%Y-%m-%d}" if event.due is not None else ""
    return EventLine("run", f"finding {event.finding} assigned{owner}{due} by {event.by}{_why(event.why)}")


def _of_mark(event: e.Marked) -> EventLine:
    source = f" ({event.source})" if event.source else ""
    # A mark set for another instant than now was set afterwards, and has to say so.
    dated = "" if event.instant == event.at else f" at {format_instant(event.instant)}"
    if event.instant < event.at:
        dated += f", {format_duration(event.at - event.instant)} before this was recorded"
    return EventLine("run", f"{event.mark}{dated}{source}", Tone.GOOD)


def _hinted(text: str, hint: str | None) -> str:
    return f"{text} (hint: {hint})" if hint else text


def _by(name: str) -> str:
    return f" by {name}" if name else ""
