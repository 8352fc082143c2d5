"""What people have decided in a run, or a policy in their place: who, when and why."""

from __future__ import annotations

from drctl.model import events as e
from drctl.model.instant import format_instant
from drctl.model.run import Decided, Run
from drctl.report.shape import AmendmentSection, DecisionSection


def decision_sections(run: Run) -> list[DecisionSection]:
    """Every decision, in the order in which it was recorded."""
    return [_section(event) for event in run.decisions]


def amendment_sections(run: Run) -> list[AmendmentSection]:
    """Every amendment of the runbook, with the lines that it changed."""
    return [AmendmentSection(at=format_instant(a.at), by=a.by, why=a.why, difference=a.difference) for a in run.amended]


def _section(event: Decided) -> DecisionSection:
    what, step, why = _told(event)
    return DecisionSection(at=format_instant(event.at), what=what, by=_by(event), step=step or None, why=why)


def _by(event: Decided) -> str:
    return "drctl" if isinstance(event, e.AnswersVoided) else event.by


def _told(event: Decided) -> tuple[str, str, str]:
    match event:
        case e.StepRetried(step=step, why=why):
            return "retry", step, why
        case e.StepSkipped(step=step, reason=why):
            return "skip", step, why
        case e.AnswerGiven(step=step, approved=approved, comment=why):
            return "approve" if approved else "reject", step, why
        case e.AnswersVoided(step=step, because=because, by=by):
            return "void", step, f"the answers of {', '.join(by)}: {because}"
        case e.NoteTaken(step=step, text=text):
            return "note", step, text
        case e.OrderRefused(kind=kind, step=step, because=because):
            return f"{kind} (refused)", step, because
        case _:
            return _told_of_run(event)


def _told_of_run(
    event: e.RunPaused
    | e.RunResumed
    | e.RunAborted
    | e.PlanAmended
    | e.MarkAmended
    | e.FindingAssigned
    | e.StopIgnored,
) -> tuple[str, str, str]:
    match event:
        case e.RunPaused(why=why):
            return "pause", "", why
        case e.RunResumed():
            return "resume", "", ""
        case e.RunAborted(why=why, undo=undo):
            return "abort with undo" if undo else "abort", "", why
        case e.PlanAmended(why=why):
            return "amend", "", why
        case e.MarkAmended(mark=mark, instant=instant, why=why):
            return f"mark {mark} {format_instant(instant)}", "", why
        case e.FindingAssigned(finding=finding, why=why):
            return f"assign {finding}", "", why
        case e.StopIgnored(condition=condition, why=why):
            return f"ignore stop condition {condition}", "", why
