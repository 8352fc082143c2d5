"""The report in the terminal, made from the run document."""

from __future__ import annotations

from drctl.report.forecast_words import section_lines
from drctl.report.page import STYLES, Page
from drctl.report.shape import RunDocument
from drctl.report.text_steps import critical_path, evidence, steps, waiting, what_went_wrong
from drctl.report.wording import (
    UNKNOWN,
    amended_in_words,
    cost_in_words,
    counted,
    date_and_time,
    met,
    reassessed_in_words,
    since,
    span,
    spent_in_words,
    sustained_in_words,
)


def report_text(document: RunDocument, *, width: int, colour: bool) -> str:
    """The whole report, at most `width` columns wide; with colours only where asked for."""
    page = Page(width=width, colour=colour, simulated=document["simulated"])
    head(document, page)
    for section in (
        verdict,
        objectives,
        forecast,
        recovery_points,
        timeline,
        steps,
        waiting,
        evidence,
        critical_path,
        decisions,
        findings,
        not_proven,
        cost,
        what_went_wrong,
        what_next,
    ):
        section(document, page)
    return page.text


def head(document: RunDocument, page: Page) -> None:
    """What was run, where, when and by whom."""
    stamp = "SIMULATED " if document["simulated"] else ""
    page.line(f"{stamp}{document['mode']} of {document['runbook']}, run {document['run']}", style="bold")
    if document["title"]:
        page.line(document["title"])
    facts = [f"environment {document['environment']}"]
    facts += [f"incident {document['incident']}"] if document["incident"] else []
    facts += [f"scenario {document['scenario']}"] if document["scenario"] else []
    facts += [f"Region lost: {', '.join(document['lost_regions'])}"] if document["lost_regions"] else []
    page.line(", ".join(facts))
    by = f" by {document['started_by']}" if document["started_by"] else ""
    ended = f", ended {date_and_time(document['ended_at'])}" if document["ended_at"] else ""
    page.line(f"started {date_and_time(document['started_at'])}{by}{ended}")


def verdict(document: RunDocument, page: Page) -> None:
    """The verdict and the plain sentences why."""
    page.heading("Verdict")
    if document["verdict"] is not None:
        page.line(document["verdict"], style=STYLES[document["verdict"]])
    else:
        page.line(f"none yet: the run is {document['state']}", style="bold")
    for reason in document["reasons"]:
        page.item(reason)
    if reassessed := reassessed_in_words(document):
        page.item(reassessed)
    if document["held"] is not None:
        page.item(f"Waiting for an operator: {document['held']['because']}")
    if document["undo_reason"]:
        page.item(f"What the run had changed is undone: {document['undo_reason']}")
    if document["notice"]:
        page.item(document["notice"])


def objectives(document: RunDocument, page: Page) -> None:
    """Both numbers, against what is allowed, and how they are counted."""
    rto, rpo = document["rto"], document["rpo"]
    page.heading("Objectives")
    from_first_act = f"; {span(rto['exec_s'])} from the first act" if rto["exec_s"] is not None else ""
    counted_from = f"{rto['counted_from']} to {rto['counted_to']}{from_first_act}"
    durable = [store for store in rpo["stores"] if not store["ephemeral"]]
    worst = f"worst of {counted(len(durable), 'store')}, against {rpo['measured_against']}"
    rows = [("RTO", span(rto["actual_s"]), span(rto["objective_s"]), met(rto["met"]), counted_from)]
    if rpo["objective_s"] is not None:
        rows.append(("RPO", span(rpo["actual_s"]), span(rpo["objective_s"]), met(rpo["met"]), worst))
    page.table(("", "actual", "allowed", "", "how it is counted"), rows)
    if rpo["objective_s"] is None:
        page.line("This runbook recovers no data: there is no RPO to measure.", style="dim")
    for told in filter(None, (spent_in_words(rto), sustained_in_words(document))):
        page.item(told)


def forecast(document: RunDocument, page: Page) -> None:
    """How a run that is not over is expected to go on."""
    told = section_lines(document["forecast"], document["rto"]["counted_to"], document["rto"]["objective_s"])
    if not told:
        return
    page.heading("Forecast")
    for line in told:
        page.item(line)
    source = document["forecast"]["source"]
    known = "nothing is known from earlier runs"
    if source["measured"]:
        known = f"{counted(source['measured'], 'step')} known from {counted(source['runs'], 'run')}"
    page.item(f"as of {date_and_time(document['forecast']['at'])}; {known}")


def recovery_points(document: RunDocument, page: Page) -> None:
    """What each store lost, and how that is known."""
    rows = []
    for store in document["rpo"]["stores"]:
        point = date_and_time(store["recovery_point"]) if store["recovery_point"] else UNKNOWN
        method = f"{store['method']} (ephemeral: not counted)" if store["ephemeral"] else store["method"]
        rows.append((store["store"], point, span(store["loss_s"]), method.strip()))
    if rows:
        page.heading("Recovery points")
        page.table(("store", "recovery point", "loss", "method"), rows)
    for store in document["rpo"]["stores"]:
        page.item(store["says"])


def timeline(document: RunDocument, page: Page) -> None:
    """The instants of the recovery, counted from the first of them."""
    marks, sources = document["rto"]["marks"], document["rto"]["mark_sources"]
    if marks:
        page.heading("Timeline")
        start = min(marks.values())
        rows = [(mark, date_and_time(at), since(at, start), sources.get(mark, "")) for mark, at in marks.items()]
        page.table(("mark", "at", "", "from"), rows)
    for amendment in document["rto"]["amendments"]:
        page.item(amended_in_words(amendment))


def decisions(document: RunDocument, page: Page) -> None:
    """What people have decided, and how they have changed the runbook on the way."""
    rows = [
        (date_and_time(made["at"]), made["what"], made["step"] or "", made["by"], made["why"])
        for made in document["decisions"]
    ]
    if rows:
        page.heading("Decisions")
        page.table(("at", "what", "step", "by", "why"), rows)
    for amended in document["amendments"]:
        page.heading(f"Amended by {amended['by']}: {amended['why']}")
        for line in amended["difference"].splitlines():
            page.line(line)


def findings(document: RunDocument, page: Page) -> None:
    """What the next drill should not find again: whose each is, by when, and how it is looked for again."""
    rows = [
        (
            f["id"],
            f"{f['severity']}",
            f["due"] or "-",
            f["owner"] or "-",
            f"{f['step']}: {f['what']}" if f["step"] else f["what"],
        )
        for f in document["findings"]
    ]
    if rows:
        page.heading("Findings")
        page.table(("", "severity", "due", "owner", "what"), rows)
    for command in dict.fromkeys(f["retest"] for f in document["findings"]):
        page.command(command)


def not_proven(document: RunDocument, page: Page) -> None:
    """Where the proof of this run ends."""
    if document["not_proven"]:
        page.heading("Not proven")
    for limit in document["not_proven"]:
        page.item(limit)


def cost(document: RunDocument, page: Page) -> None:
    """What the drill has cost, about."""
    if document["cost"] is not None:
        page.heading("Cost")
        page.item(cost_in_words(document["cost"]))


def what_next(document: RunDocument, page: Page) -> None:
    """The commands to type next, and where the journal stands."""
    journal = document["journal"]
    page.heading("Next")
    for command in document["next"]:
        page.command(command)
    page.line(f"journal: {counted(journal['events'], 'event')}, head {journal['head_hash'][:16]}", style="dim")
