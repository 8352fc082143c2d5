"""What every report says of the clock, the sustain window, and the findings."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from xml.etree import ElementTree as ET

import pytest
from rich.console import Console

from drctl.model import events as e
from drctl.model.events import Event
from drctl.model.finding import Finding, FindingKind, Severity
from drctl.model.plan import Sustain
from drctl.model.timing import Mark
from drctl.model.verdict import Verdict
from drctl.report.document import run_document
from drctl.report.event_line import event_line
from drctl.report.junit import junit_xml
from drctl.report.live_view import live_view
from drctl.report.markdown import escaped, report_markdown
from drctl.report.shape import RunDocument
from drctl.report.status import status_text
from drctl.report.text import report_text
from tests.fakes.sample_run import PLAN, at, begun, database_restored, passed, run_of, service_switched

CHECKS = ("check-health",)
WINDOW = replace(PLAN, sustain=Sustain(lasts=timedelta(minutes=15), every=timedelta(minutes=5), checks=CHECKS))
BEGAN = e.SustainBegan(at=at(36), lasts=timedelta(minutes=15), every=timedelta(minutes=5), checks=CHECKS)


def looked(after: float, *, green: bool = True, why: str = "200") -> e.SustainLooked:
    return e.SustainLooked(at=at(after), check="check-health", green=green, because=why)


def verified(*events: Event) -> list[Event]:
    return [*begun(), *database_restored(), *service_switched(), *events]


def sustained() -> list[Event]:
    return verified(
        BEGAN,
        *(looked(after) for after in (36, 41, 46, 51)),
        e.SustainEnded(at=at(51), held=True, because="check-health stayed green for 15m, by 4 looks"),
        e.Marked(at=at(51), mark=Mark.SUSTAINED, instant=at(51), source="the sustain window"),
    )


RED = "check check-health was green at 04:18, red at 04:23: 503"


def red() -> list[Event]:
    return verified(
        BEGAN,
        looked(36),
        looked(41, green=False, why="503"),
        e.SustainEnded(at=at(41), held=False, because=RED),
        e.FindingRecorded(at=at(41), finding=Finding(FindingKind.NOT_SUSTAINED, Severity.SERIOUS, RED, "check-health")),
        e.RunFinished(at=at(42), verdict=Verdict.FAILED, reasons=(f"Not sustained: {RED}.",)),
    )


def document(events: list[Event]) -> RunDocument:
    return run_document(run_of(events), WINDOW)


def text(made: RunDocument) -> str:
    return " ".join(report_text(made, width=100, colour=False).split())


def test_the_document_has_the_window_as_far_as_it_has_got() -> None:
    assert document(verified())["sustain"] == {
        "for_s": 900,
        "every_s": 300,
        "checks": ["check-health"],
        "from": None,
        "until": None,
        "held": None,
        "because": "",
    }
    begun_window = document(verified(BEGAN))["sustain"]
    assert begun_window is not None
    assert (begun_window["from"], begun_window["until"]) == ("2026-11-14T04:18:00Z", "2026-11-14T04:33:00Z")
    ended = document(red())["sustain"]
    assert ended is not None
    assert (ended["until"], ended["held"]) == ("2026-11-14T04:23:00Z", False)
    assert run_document(run_of(passed()), PLAN)["sustain"] is None


@pytest.mark.parametrize(
    ("events", "told"),
    [
        (sustained(), "sustained: check-health stayed green for 15m, by 4 looks"),
        (red(), f"NOT SUSTAINED: {RED}"),
        (verified(BEGAN), "sustain window of 15m, looked at every 5m: since 2026-11-14 04:18:00Z"),
    ],
    ids=["green", "red", "under way"],
)
def test_every_report_for_people_says_whether_it_was_sustained(events: list[Event], told: str) -> None:
    made = document(events)
    assert told in text(made)
    assert escaped(told) in report_markdown(made)
    assert told in " ".join(status_text(made, width=200, colour=False).split())


def test_where_there_is_no_window_the_report_says_that_nothing_more_was_proven() -> None:
    made = run_document(run_of(passed()), PLAN)
    for shown in (text(made), report_markdown(made)):
        assert "no sustain window: nothing was proven after verified" in shown


@pytest.mark.parametrize(("events", "ending"), [(sustained(), None), (red(), "failure"), (verified(BEGAN), "skipped")])
def test_junit_has_a_case_for_the_window(events: list[Event], ending: str | None) -> None:
    suite = ET.fromstring(junit_xml(document(events)).encode())  # noqa: S314
    (case,) = (case for case in suite.iter("testcase") if case.get("name") == "sustained")
    assert [child.tag for child in case] == ([ending] if ending else [])


def test_a_finding_is_told_with_its_owner_its_day_and_its_retest() -> None:
    made = document(red())
    shown = text(made)
    assert "F1 serious 2026-11-28 ops@bastion check-health: check check-health was green" in shown
    assert "drctl drill --runbook orders-failover --scenario region-down" in shown
    assert "| F1 | serious |" in report_markdown(made)


def test_an_amendment_is_told_with_its_author_and_its_reason_and_stays_text() -> None:
    amended = e.MarkAmended(at=at(60), mark=Mark.ONSET, instant=at(-5), by="<b>ana</b>", why="the log\nof `x`")
    made = run_document(run_of([*passed(), amended]), PLAN)
    told = "onset was amended from 2026-11-14 03:42:00Z to 2026-11-14 03:37:00Z by <b>ana</b>, after the verdict"
    assert f"{told} was recorded: the log of `x`" in text(made)
    assert "<b>" not in report_markdown(made)
    assert "By what was amended since, the verdict would be the same." in text(made)


def test_the_live_view_says_until_when_checks_have_to_stay_green() -> None:
    console = Console(width=120, record=True, file=None, quiet=True)
    shown: Callable[[list[Event]], str] = lambda events: _rendered(console, events)  # noqa: E731
    assert "has to stay green until 04:33:00Z: check-health (1 look)" in shown(verified(BEGAN, looked(36)))
    assert "has to stay green" not in shown(sustained())


def _rendered(console: Console, events: list[Event]) -> str:
    with console.capture() as captured:
        console.quiet = False
        console.print(live_view(WINDOW, run_of(events), at(40), height=24))
    return captured.get()


@pytest.mark.parametrize(
    ("event", "line"),
    [
        (BEGAN, "sustain window of 15m: check-health have to stay green"),
        (looked(41), "green: 200"),
        (looked(41, green=False, why="503"), "RED: 503"),
        (e.SustainEnded(at=at(41), held=False, because=RED), f"NOT SUSTAINED: {RED}"),
        (
            e.MarkAmended(at=at(41), mark=Mark.ONSET, instant=at(-5), by="ana", why="the log"),
            "onset amended to 2026-11-14T03:37:00Z by ana: the log",
        ),
        (
            e.FindingAssigned(at=at(41), finding="F1", by="ana", why="theirs", owner="bo", due=at(0)),
            "finding F1 assigned to bo, due 2026-11-14 by ana: theirs",
        ),
    ],
)
def test_each_event_of_the_clock_is_a_line(event: Event, line: str) -> None:
    assert event_line(event).text == line
