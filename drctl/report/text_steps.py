"""The sections of the report that tell of single steps."""

from __future__ import annotations

from collections.abc import Sequence

from drctl.model.instant import parse_instant
from drctl.report.page import Page
from drctl.report.shape import PathSection, RunDocument, StepSection
from drctl.report.wording import span, time_of_day

PAGE = 18
"""Steps in one table: fewer than a small screen has lines, so that the stamp is on every screen."""


def steps(document: RunDocument, page: Page) -> None:
    """Every step: when it started, how long it took, how long it was expected to take."""
    shown = [step for step in document["steps"] if not (step["dormant"] and step["state"] == "pending")]
    for begin in range(0, len(shown), PAGE):
        part = shown[begin : begin + PAGE]
        whole = len(shown) <= PAGE
        page.heading("Steps" if whole else f"Steps {begin + 1} to {begin + len(part)} of {len(shown)}")
        page.table(("step", "state", "started", "took", "expected", "tries"), [_step_row(step) for step in part])


def _step_row(step: StepSection) -> tuple[str, ...]:
    return (
        step["id"],
        state_of(step),
        time_of_day(step["started_at"]),
        span(step["duration_s"]) if step["duration_s"] is not None else "",
        span(step["expected_s"]),
        str(step["attempts"]) if step["attempts"] > 1 else "",
    )


def state_of(step: StepSection) -> str:
    """The step's state; of an undone one also what it had come to before."""
    if step["state"] == "undone":
        return f"{'failed' if step['failure'] else 'succeeded' if step['evidence'] else 'stopped'}, undone"
    return f"{step['state']}, not critical" if step["failure"] and not step["critical"] else f"{step['state']}"


def evidence(document: RunDocument, page: Page) -> None:
    """What verification saw, step by step."""
    facts = [(step["id"], fact) for step in document["steps"] if (fact := _fact(step))]
    if facts:
        page.heading("Evidence")
        for step, fact in facts:
            page.item(f"{step}: {fact}")


def _fact(step: StepSection) -> str:
    if step["evidence"] is not None and not step["failure"]:
        return step["evidence"]["fact"]
    if step["state"] == "skipped":
        by = f" by {step['skipped_by']}" if step["skipped_by"] else ""
        return f"skipped{by}: {step['because']}"
    if step["state"] == "fell-back":
        return f"gave up, {step['fell_back_to']} took its place: {step['because']}"
    return ""


def waiting(document: RunDocument, page: Page) -> None:
    """What each running step waits for."""
    running = [step for step in document["steps"] if step["state"] == "running"]
    if running:
        page.heading("Running")
        for step in running:
            at = f"waiting for {step['waiting_for']}" if step["waiting_for"] else "at work"
            page.item(f"{step['id']}: {at}")


def critical_path(document: RunDocument, page: Page) -> None:
    """What the recovery time was spent on."""
    path = document["critical_path"]
    if path:
        page.heading("Critical path")
        page.table(("step", "took", "expected", "waited before"), [_link_row(link) for link in path])
        expected = span(document["predicted"]["duration_s"])
        page.item(f"{span(_length(path))} in all; the longest chain of the plan was expected to take {expected}")


def _link_row(link: PathSection) -> tuple[str, ...]:
    waited = span(link["waited_s"]) if link["waited_s"] >= 1 else ""
    return (link["step"], span(link["duration_s"]), span(link["expected_s"]), waited)


def _length(path: Sequence[PathSection]) -> float:
    begun, last = parse_instant(path[0]["started_at"]), path[-1]
    return (parse_instant(last["started_at"]) - begun).total_seconds() + last["duration_s"]


def what_went_wrong(document: RunDocument, page: Page) -> None:
    """Each step that failed, was held or could not be undone: why, and what may help."""
    wrong = [step for step in document["steps"] if step["failure"] or step["undo_failed"]]
    if wrong:
        page.heading("What went wrong")
    for step in wrong:
        for because in filter(None, (step["failure"], step["undo_failed"])):
            page.item(f"{step['id']}: {because}")
        if step["hint"]:
            page.item(f"  hint: {step['hint']}")
