"""The report as GitHub's Markdown: for the summary of a job, an issue, a wiki.

What a file, AWS or a person has said is text here and nothing else: no markup, no link, no mention of anybody.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from drctl.report.shape import RunDocument
from drctl.report.text_steps import state_of
from drctl.report.wording import (
    UNKNOWN,
    amended_in_words,
    cost_in_words,
    date_and_time,
    met,
    printable,
    reassessed_in_words,
    since,
    span,
    spent_in_words,
    sustained_in_words,
    time_of_day,
)

_MARKUP = re.compile(r"[\\`*_\[\]<>&|~$]")
# GitHub makes mentions, references and links of these whatever stands around them; nobody sees the space in between.
_LINKING = re.compile(r"[@#]|(?<=\b[Gg][Hh])-|(?<=http)s?:|(?<=www)\.", re.IGNORECASE)


def report_markdown(document: RunDocument) -> str:
    """The verdict, both objectives, each store's loss, the steps, what went wrong, and where proof ends."""
    parts = (
        _head,
        _reasons,
        _objectives,
        _clock,
        _stores,
        _steps,
        _went_wrong,
        _findings,
        _not_proven,
        _decisions,
        _foot,
    )
    return "\n".join(line for part in parts for line in part(document)) + "\n"


def escaped(text: str) -> str:
    """`text` on one line, so that Markdown shows it as it is."""
    marked = _MARKUP.sub(lambda found: f"&#{ord(found[0])};", printable(text))
    return _LINKING.sub(lambda found: f"{found[0]}&#8203;", marked.replace("&#", "\0")).replace("\0", "&#")


def _head(document: RunDocument) -> Iterator[str]:
    stamp = "SIMULATED " if document["simulated"] else ""
    result = document["verdict"] or document["state"]
    yield f"## {stamp}{document['mode']} of {escaped(document['runbook'])}: {result}"
    yield ""
    if document["notice"]:
        yield f"> **{escaped(document['notice'])}**"
        yield ""
    facts = [f"Run {escaped(document['run'])}", f"environment {escaped(document['environment'])}"]
    facts += [f"scenario {escaped(document['scenario'])}"] if document["scenario"] else []
    facts += [f"Region lost: {escaped(', '.join(document['lost_regions']))}"] if document["lost_regions"] else []
    facts += [f"began {date_and_time(document['started_at'])}"]
    facts += [f"ended {date_and_time(document['ended_at'])}"] if document["ended_at"] else []
    facts += [f"by {escaped(document['started_by'])}"] if document["started_by"] else []
    yield ", ".join(facts)
    yield ""
    if document["cost"] is not None:
        yield escaped(cost_in_words(document["cost"]))
        yield ""


def _reasons(document: RunDocument) -> Iterator[str]:
    held = document["held"]
    yield from _list(
        [
            *document["reasons"],
            *filter(None, [reassessed_in_words(document)]),
            *([f"Held: {held['because']}"] if held else []),
        ]
    )


def _objectives(document: RunDocument) -> Iterator[str]:
    rto, rpo = document["rto"], document["rpo"]
    rows = [("RTO", span(rto["objective_s"]), span(rto["actual_s"]), met(rto["met"]))]
    if rpo["objective_s"] is not None:
        rows.append(("RPO", span(rpo["objective_s"]), span(rpo["actual_s"]), met(rpo["met"])))
    yield from _table("Objectives", ("objective", "allowed", "measured", "result"), rows)


def _clock(document: RunDocument) -> Iterator[str]:
    marks, sources = document["rto"]["marks"], document["rto"]["mark_sources"]
    start = min(marks.values(), default="")
    rows = [(mark, date_and_time(at), since(at, start), sources.get(mark, "")) for mark, at in marks.items()]
    yield from _table("The clock", ("mark", "at", "since the first", "from"), rows)
    told = [spent_in_words(document["rto"]), sustained_in_words(document)]
    yield from _list([*filter(None, told), *(amended_in_words(one) for one in document["rto"]["amendments"])])


def _stores(document: RunDocument) -> Iterator[str]:
    rows = [
        (
            store["store"],
            date_and_time(store["recovery_point"]) if store["recovery_point"] else UNKNOWN,
            "can be rebuilt" if store["ephemeral"] else span(store["loss_s"]),
            store["method"],
        )
        for store in document["rpo"]["stores"]
    ]
    yield from _table("Loss of data", ("store", "recovery point", "lost", "known by"), rows)
    yield from _list([store["says"] for store in document["rpo"]["stores"]])


def _steps(document: RunDocument) -> Iterator[str]:
    rows = [
        (
            step["id"],
            state_of(step),
            time_of_day(step["started_at"]),
            span(step["duration_s"]) if step["duration_s"] is not None else "",
            span(step["expected_s"]),
        )
        for step in document["steps"]
        if not (step["dormant"] and step["state"] == "pending")
    ]
    yield from _table("Steps", ("step", "state", "started", "took", "expected"), rows)


def _went_wrong(document: RunDocument) -> Iterator[str]:
    told = [
        f"{step['id']}: {because}" + (f" (hint: {step['hint']})" if step["hint"] else "")
        for step in document["steps"]
        for because in (step["failure"], step["undo_failed"])
        if because
    ]
    if told:
        yield from ("### What went wrong", "")
    yield from _list(told)


def _findings(document: RunDocument) -> Iterator[str]:
    rows = [(f["id"], f["severity"], f["what"], f["owner"], f["due"] or "", f["retest"]) for f in document["findings"]]
    yield from _table("Findings", ("", "severity", "what", "owner", "due", "retest"), rows)


def _not_proven(document: RunDocument) -> Iterator[str]:
    if document["not_proven"]:
        yield from ("### What this run did not prove", "")
    yield from _list(document["not_proven"])


def _decisions(document: RunDocument) -> Iterator[str]:
    rows = [
        (date_and_time(one["at"]), one["what"], one["step"] or "", one["by"], one["why"])
        for one in document["decisions"]
    ]
    yield from _table("Decisions", ("at", "what", "step", "by", "why"), rows)


def _foot(document: RunDocument) -> Iterator[str]:
    journal = document["journal"]
    yield f"drctl {escaped(document['drctl'])}, {journal['events']} events, newest <code>{journal['head_hash']}</code>"


def _table(title: str, head: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    if not rows:
        return
    yield from (f"### {title}", "", f"| {' | '.join(head)} |", f"|{' --- |' * len(head)}")
    for row in rows:
        yield f"| {' | '.join(escaped(cell) for cell in row)} |"
    yield ""


def _list(items: Sequence[str]) -> Iterator[str]:
    yield from (f"- {escaped(item)}" for item in items)
    if items:
        yield ""
