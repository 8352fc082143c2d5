"""A trend for people, made from its document."""

from __future__ import annotations

from typing import Any

from drctl.report.page import Page
from drctl.report.trend_document import sparkline
from drctl.report.wording import counted, span

_MEASURES = {"rto": "RTO(total)", "rto-exec": "RTO(exec)", "loss": "worst loss"}


def trend_text(document: dict[str, Any], *, width: int, colour: bool) -> str:
    """The runs as a table, their curve, and what the newest one has changed."""
    page = Page(width=width, colour=colour, simulated=document["simulated"])
    stamp = "SIMULATED " if document["simulated"] else ""
    which = f"{document['mode']}s" if document["mode"] else "runs"
    page.line(f"{stamp}{which} of {document['runbook']} in {document['environment']}, oldest first", style="bold")
    page.heading("Runs")
    rows = [_run(run) for run in document["runs"]]
    page.table(["run", "began", "verdict", "RTO(total)", "RTO(exec)", "worst loss", "head-room"], rows)
    if len(document["runs"]) > 1:
        totals = [run["rto_s"] for run in document["runs"]]
        known = [total for total in totals if total is not None]
        reach = f"  {span(min(known))} to {span(max(known))}" if known else ""
        page.item(f"RTO(total)  {sparkline(totals)}{reach}")
    _changes(document, page)
    if document["unread"]:
        page.line(f"left out, as it could not be read: {counted(document['unread'], 'journal')} (drctl runs)")
    return page.text


def _run(run: dict[str, Any]) -> list[str]:
    return [
        run["run"],
        run["started_at"][:10],
        run["verdict"],
        *(
            span(run[name]) if run[name] is not None else "-"
            for name in ("rto_s", "rto_exec_s", "loss_s", "headroom_s")
        ),
    ]


def _changes(document: dict[str, Any], page: Page) -> None:
    page.heading("The newest against the median of those before")
    if document["nothing_to_compare"] is not None:
        page.item(f"Nothing to compare: {document['nothing_to_compare']}.")
        return
    page.item(f"{document['compared']} against {counted(len(document['with']), 'run')}")
    page.table(
        ["", "before", "now", "change", "", ""],
        [
            [
                change["step"] or _MEASURES[change["what"]],
                span(change["before_s"]) if change["before_s"] is not None else "new",
                span(change["now_s"]),
                signed(change["change_s"]),
                percent(change["change_percent"]),
                "REGRESSED" if change["regressed"] else "",
            ]
            for change in document["changes"]
        ],
    )
    if document["max_regression_percent"] is None:
        return
    limit = f"more than {document['max_regression_percent']:g} % and {span(document['floor_s'])} over the median"
    page.line(f"Regressions ({limit}): {'none' if not document['regressions'] else ''}".rstrip())
    for sentence in document["regressions"]:
        page.item(sentence)


def signed(seconds: float | None) -> str:
    """A change as `+1m5s`; nothing where there is none to tell."""
    if seconds is None or abs(seconds) < 0.5:
        return "" if seconds is None else "0s"
    return f"+{span(seconds)}" if seconds > 0 else span(seconds)


def percent(change: float | None) -> str:
    return "" if change is None else f"{change:+.0f} %"
