"""A mark is given or corrected by a person: with a name and a reason, in an order that time allows."""

from __future__ import annotations

from datetime import timedelta

import pytest

from drctl.engine.orders import Rules, carry_out
from drctl.model import events as e
from drctl.model.finding import FindingKind, Severity
from drctl.model.order import OrderKind
from drctl.model.run import Run, RunState
from drctl.model.timing import Mark
from drctl.model.verdict import Verdict
from drctl.report.document import run_document
from tests.fakes.orders import order
from tests.fakes.runs import Bench, step
from tests.fakes.sample_run import PLAN, at, begun, database_restored, passed, recorded, run_of

RULES = Rules(lambda kind: False, lambda sources: PLAN)


def ordered(run: Run, mark: Mark, after: float, now: float = 60) -> tuple[e.Event, ...]:
    """What becomes of the order, so many minutes after the onset."""
    wanted = order(OrderKind.MARK, why="the log says so", mark=mark, instant=at(after))
    return carry_out(wanted, run, PLAN, RULES, at(now))


def amended(run: Run, mark: Mark, after: float) -> Run:
    """The run with the mark amended."""
    events = [record.event for record in recorded(passed())]
    return run_of([*events, *ordered(run, mark, after)])


@pytest.mark.parametrize(
    ("mark", "after", "because"),
    [
        (Mark.VERIFIED, -1, "verified cannot be before onset: 2026-11-14T03:41:00Z is before 2026-11-14T03:42:00Z"),
        (Mark.ONSET, 5, "declared cannot be before onset: 2026-11-14T03:46:00Z is before 2026-11-14T03:47:00Z"),
        (Mark.DETECTED, 5, "declared cannot be before detected"),
        (Mark.DETECTED, -5, "detected cannot be before onset"),
        (Mark.DECLARED, 5, "executing cannot be before declared"),
        (Mark.SERVING, 36.5, "verified cannot be before serving"),
        (Mark.ONSET, 61, "2026-11-14T04:43:00Z is still to come; it is 2026-11-14T04:42:00Z"),
        (Mark.ONSET, 0, "onset is 2026-11-14T03:42:00Z already"),
        (Mark.EXECUTING, 3, "executing is when the first call was made"),
        (Mark.FENCED, 5, "the run has not reached fenced"),
    ],
)
def test_what_cannot_be_is_refused_and_changes_nothing(mark: Mark, after: float, because: str) -> None:
    (refused,) = ordered(run_of(passed()), mark, after)
    assert isinstance(refused, e.OrderRefused)
    assert because in refused.because


def test_a_mark_that_a_step_has_yet_to_set_is_refused_and_names_the_step() -> None:
    (refused,) = ordered(run_of([*begun(), *database_restored()]), Mark.SERVING, 20)
    assert isinstance(refused, e.OrderRefused)
    assert refused.because == "the run has not reached serving, and switch-dns sets it"


@pytest.mark.parametrize(
    ("mark", "after", "severity", "what"),
    [
        (Mark.DETECTED, 2, Severity.INFO, "ana@ops gave detected as 2026-11-14T03:44:00Z: the log says so"),
        (
            Mark.ONSET,
            -5,
            Severity.WARNING,
            "ana@ops amended onset from 2026-11-14T03:42:00Z to 2026-11-14T03:37:00Z: the log says so",
        ),
        (
            Mark.VERIFIED,
            35.5,
            Severity.SERIOUS,
            "ana@ops amended verified from 2026-11-14T04:18:00Z to 2026-11-14T04:17:30Z: the log says so",
        ),
    ],
)
def test_an_amendment_is_a_finding_by_how_much_it_takes_to_believe_it(
    mark: Mark, after: float, severity: Severity, what: str
) -> None:
    event, found = ordered(run_of(passed()), mark, after)
    assert isinstance(event, e.MarkAmended)
    assert isinstance(found, e.FindingRecorded)
    assert (event.by, event.why, event.instant) == ("ana@ops", "the log says so", at(after))
    assert (found.finding.kind, found.finding.severity, found.finding.what) == (
        FindingKind.MARK_AMENDED,
        severity,
        what,
    )


def test_after_the_end_the_figures_are_computed_again_and_the_verdict_that_was_recorded_stays() -> None:
    document = run_document(amended(run_of(passed()), Mark.ONSET, -5 * 60), PLAN)
    assert document["verdict"] == Verdict.PASSED_WITH_EXCEPTIONS
    assert (document["rto"]["actual_s"], document["rto"]["met"]) == (5 * 3600 + 36 * 60, False)
    (told,) = document["rto"]["amendments"]
    assert told == {
        "at": "2026-11-14T04:42:00Z",
        "mark": "onset",
        "before": "2026-11-14T03:42:00Z",
        "after": "2026-11-13T22:42:00Z",
        "by": "ana@ops",
        "why": "the log says so",
        "after_end": True,
    }
    assert document["reassessed"] is not None
    assert document["reassessed"]["verdict"] == Verdict.FAILED
    assert "RTO missed" in document["reassessed"]["reasons"][0]
    assert document["rto"]["mark_sources"][Mark.ONSET] == "amended by ana@ops"


def test_what_was_amended_before_the_end_is_in_the_verdict_and_nothing_is_reassessed() -> None:
    ran = Bench(step("a", takes="10m"), step("b", "a", takes="5m", marks=Mark.SERVING))
    onset = ran.clock.now() - timedelta(hours=9)
    ran.journal.coming = [(3, order(OrderKind.MARK, why="seen later", mark=Mark.ONSET, instant=onset))]
    run = ran.drive()
    assert run.state is RunState.FINISHED
    assert run.verdict is Verdict.FAILED
    assert run.reasons[0].startswith("RTO missed: the recovery took 9h")
    assert run_document(run, ran.plan)["reassessed"] is None
    assert [finding.kind for finding in run.findings] == [FindingKind.MARK_AMENDED]


def test_what_a_mark_was_first_is_never_lost() -> None:
    run = run_of(passed())
    once = amended(run, Mark.ONSET, -5)
    events = [*passed(), *ordered(run, Mark.ONSET, -5), *ordered(once, Mark.ONSET, -7)]
    told = run_of(events).mark_amendments
    assert [(one.before, one.after) for one in told] == [(at(0), at(-5)), (at(-5), at(-7))]
