"""Where a run stands, on one small screen."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from drctl.model.instant import parse_instant
from drctl.report.forecast_words import section_lines
from drctl.report.page import STYLES, Page
from drctl.report.shape import RunDocument, StepSection
from drctl.report.wording import counted, date_and_time, met, span, sustained_in_words

_OPEN = ("running", "held", "failed")


def status_text(document: RunDocument, *, width: int, colour: bool) -> str:
    """The state, the clocks, the steps that run or need somebody, and what to type next."""
    page = Page(width=width, colour=colour, simulated=document["simulated"])
    stamp = "SIMULATED " if document["simulated"] else ""
    page.line(f"{stamp}{document['mode']} of {document['runbook']}, run {document['run']}", style="bold")
    page.line(_state(document), style=STYLES.get(document["verdict"] or document["state"], "bold"))
    page.line(_rto(document))
    if document["rpo"]["objective_s"] is not None:
        page.line(_rpo(document))
    for told in section_lines(document["forecast"], document["rto"]["counted_to"], document["rto"]["objective_s"]):
        page.line(told)
    if document["sustain"] is not None and document["sustain"]["from"] is not None:
        page.line(sustained_in_words(document))
    page.line(_counts(document["steps"]))
    for step in document["steps"]:
        if step["state"] in _OPEN:
            page.item(f"{step['id']} ({step['state']}): {_about(step)}")
            if step["hint"]:
                page.item(f"  hint: {step['hint']}")
    for request in document["approvals"]:
        if request["open"]:
            for line in request["told"]:
                page.line(line)
    page.line("next:")
    for command in document["next"]:
        page.command(command)
    return page.text


def _state(document: RunDocument) -> str:
    if document["verdict"] is not None:
        return f"{document['state']}: {document['verdict']}. {' '.join(document['reasons'])}".rstrip()
    because = f": {document['held']['because']}" if document["held"] is not None else ""
    return f"{document['state']}{because} (last event {date_and_time(document['last_event_at'])})"


def _rto(document: RunDocument) -> str:
    rto = document["rto"]
    allowed = span(rto["objective_s"])
    if rto["actual_s"] is not None:
        return f"RTO {span(rto['actual_s'])} of {allowed} allowed: {met(rto['met'])}"
    if document["state"] == "finished":
        return f"RTO not known, of {allowed} allowed: {rto['counted_to']} was never reached"
    begun = rto["marks"].get(rto["counted_from"])
    if begun is None:
        return f"RTO {allowed} allowed, not counting yet"
    # As of the forecast: a simulated run has no other present than its last event.
    passed = (parse_instant(document["forecast"]["at"]) - parse_instant(begun)).total_seconds()
    left = rto["objective_s"] - passed
    told = f"{span(left)} left" if left >= 0 else f"{span(-left)} over"
    return f"RTO {span(passed)} of {allowed} allowed since {rto['counted_from']}, {told}"


def _rpo(document: RunDocument) -> str:
    rpo = document["rpo"]
    known = [store["loss_s"] for store in rpo["stores"] if store["loss_s"] is not None and not store["ephemeral"]]
    unread = [s["store"] for s in rpo["stores"] if s["loss_s"] is None and not s["ephemeral"]]
    worst = f"{span(max(known))} at worst" if known else "nothing read yet"
    waits = f", not read yet: {', '.join(unread)}" if unread else f": {met(rpo['met'])}"
    return f"RPO {worst} of {span(rpo['objective_s'])} allowed{waits}"


def _counts(steps: Sequence[StepSection]) -> str:
    shown = [step for step in steps if not (step["dormant"] and step["state"] == "pending")]
    by_state = Counter(str(step["state"]) for step in shown)
    return f"{counted(len(shown), 'step')}: " + ", ".join(f"{count} {state}" for state, count in by_state.items())


def _about(step: StepSection) -> str:
    if step["state"] == "running":
        return f"waiting for {step['waiting_for']}" if step["waiting_for"] else "at work"
    return step["because"]
