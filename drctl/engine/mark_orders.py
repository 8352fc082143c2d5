"""What becomes of an order to give a mark, or to correct one: also after the end of a run. Pure."""

from __future__ import annotations

from datetime import datetime

from drctl.model import events as e
from drctl.model.finding import Finding, FindingKind, Severity
from drctl.model.instant import format_instant
from drctl.model.order import Order
from drctl.model.plan import Plan
from drctl.model.run import Run
from drctl.model.timing import SETTABLE, Mark, out_of_order


def amend_mark(order: Order, run: Run, plan: Plan, now: datetime) -> tuple[e.Event, ...] | str:
    """The amendment and its finding; else why it is refused."""
    mark, instant = order.mark, order.instant
    if mark is None or instant is None:
        return "it names no mark and no time"
    if because := _refused(mark, instant, run, plan, now):
        return because
    amended = e.MarkAmended(at=now, mark=mark, instant=instant, by=order.by, why=order.why, order=order.id)
    before, after = run.marks.get(mark), format_instant(instant)
    if before is None:
        severity, what = Severity.INFO, f"{order.by} gave {mark} as {after}: {order.why}"
    else:
        # What people remember may be wrong; what a check has measured is not corrected without a very good reason.
        severity = Severity.SERIOUS if mark in SETTABLE else Severity.WARNING
        what = f"{order.by} amended {mark} from {format_instant(before)} to {after}: {order.why}"
    return amended, e.FindingRecorded(at=now, finding=Finding(FindingKind.MARK_AMENDED, severity, what))


def _refused(mark: Mark, instant: datetime, run: Run, plan: Plan, now: datetime) -> str:
    if mark is Mark.EXECUTING:
        return "executing is when the first call was made, which the journal itself says"
    if mark in SETTABLE and mark not in run.marks:
        by = next((f", and {step.id} sets it" for step in plan.steps if step.marks is mark), "")
        return f"the run has not reached {mark}{by}"
    if instant > now:
        return f"{format_instant(instant)} is still to come; it is {format_instant(now)}"
    if run.marks.get(mark) == instant:
        return f"{mark} is {format_instant(instant)} already"
    return out_of_order({**run.marks, mark: instant}, mark)
