"""The sustain window: checks stay green for as long as the runbook says, or the run has failed."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from drctl.engine.parts import PauseRequest
from drctl.model import events as e
from drctl.model.events import Approve, Mode
from drctl.model.failure import FailureKind
from drctl.model.finding import FindingKind, Severity
from drctl.model.order import OrderKind
from drctl.model.outcome import outcome
from drctl.model.plan import AfterDrill, OnStop, PlannedStep, StopCondition, Sustain
from drctl.model.run import Run, RunState, StepState
from drctl.model.timing import Mark
from drctl.model.verdict import Verdict
from tests.fakes.clock import START
from tests.fakes.journal import PowerCut
from tests.fakes.orders import order
from tests.fakes.runs import Bench, step
from tests.fakes.world import Thing, WorldError

MINUTE = timedelta(minutes=1)


def bench(*more: PlannedStep, **settings: Any) -> Bench:
    """A thing is made in ten minutes; then two checks have to stay green for fifteen."""
    return Bench(
        step("a", takes="10m"),
        step("serves", "a", uses="quiet", params={"name": "alarm"}, marks=Mark.VERIFIED),
        step("answers", "a", uses="quiet", params={"name": "siren"}),
        *more,
        sustain=settings.pop("sustain", Sustain(lasts=15 * MINUTE, checks=("serves", "answers"), every=5 * MINUTE)),
        **settings,
    )


def when_looked_at(ran: Bench, name: str, what: Any) -> None:
    """From then on, looking at that name is `what(time since the start)`."""
    looked = ran.world.look

    def look(wanted: str) -> Thing | None:
        found: Thing | None = what(ran.clock.now() - START) if wanted == name else looked(wanted)
        return found

    ran.world.look = look  # type: ignore[method-assign, assignment]


def rings_at(ran: Bench, after: timedelta, name: str = "alarm") -> None:
    when_looked_at(ran, name, lambda since: Thing("somebody", START) if since >= after else None)


def looks(ran: Bench) -> list[tuple[timedelta, str, bool]]:
    return [
        (event.at - START, event.check, event.green)
        for event in ran.journal.events()
        if isinstance(event, e.SustainLooked)
    ]


def begun_at(run: Run) -> timedelta:
    assert run.sustain is not None
    return run.sustain.begun_at - START


def test_checks_that_stay_green_to_the_end_of_the_window_mark_it_sustained() -> None:
    ran = bench(step("tidy", final=True))
    run = ran.drive()
    first = begun_at(run)
    assert [at for at, check, _ in looks(ran) if check == "serves"] == [first + n * 5 * MINUTE for n in range(4)]
    assert all(green for _, _, green in looks(ran))
    assert run.marks[Mark.SUSTAINED] == START + first + 15 * MINUTE
    assert run.sustain is not None
    assert (run.sustain.held, run.sustain.because) == (True, "serves, answers stayed green for 15m, by 8 looks")
    assert run.findings == []
    assert run.marks[Mark.VERIFIED] < run.marks[Mark.SUSTAINED]
    names = ran.names()
    assert names.index("SustainEnded") < names.index("StepStarted tidy"), "before `finally`"


def test_the_window_is_no_part_of_the_recovery_time() -> None:
    ran = bench()
    run = ran.drive()
    assert outcome(run, ran.plan).rto.total == begun_at(run)


@pytest.mark.parametrize("approve", list(Approve))
def test_a_check_that_turns_red_fails_the_run_with_one_plain_sentence(approve: Approve) -> None:
    ran = bench(step("tidy", final=True), approve=approve)
    rings_at(ran, 22 * MINUTE)
    run = ran.drive()
    first = begun_at(run)
    assert run.verdict is Verdict.FAILED
    green, red = (START + first + n * MINUTE for n in (10, 15))
    sentence = f"check serves was green at {green:%Y-%m-%dT%H:%M:%SZ}, red at {red:%Y-%m-%dT%H:%M:%SZ}: alarm is heard"
    assert run.reasons == (f"Not sustained: {sentence}.",)
    assert [(f.kind, f.severity, f.what) for f in run.findings] == [
        (FindingKind.NOT_SUSTAINED, Severity.SERIOUS, sentence)
    ]
    assert Mark.SUSTAINED not in run.marks
    assert run.step("tidy").state is StepState.SUCCEEDED


def test_one_look_that_fails_is_looked_again_soon_and_is_neither_green_nor_red() -> None:
    ran = bench()

    def once(since: timedelta) -> None:
        if 15 * MINUTE < since < 15 * MINUTE + timedelta(seconds=20):
            raise WorldError(FailureKind.UNREACHABLE)

    when_looked_at(ran, "alarm", once)
    run = ran.drive()
    assert run.sustain is not None
    assert run.sustain.held is True
    assert begun_at(run) + 5 * MINUTE + timedelta(seconds=15) in [at for at, _, _ in looks(ran)]


def test_a_check_that_cannot_be_read_twice_in_a_row_is_red() -> None:
    ran = bench()

    def never(since: timedelta) -> None:
        if since > 12 * MINUTE:
            raise WorldError(FailureKind.UNREACHABLE)

    when_looked_at(ran, "alarm", never)
    run = ran.drive()
    assert run.verdict is Verdict.FAILED
    assert "could not be read 2 times in a row" in run.reasons[0]


def killed(ran: Bench, appends: int) -> None:
    """Drive it until that many commits were made, and no further."""
    ran.journal.cut_after = appends
    with pytest.raises(PowerCut):
        ran.drive()
    ran.journal = ran.journal.reopened()


def commits_of(kind: type[e.Event]) -> list[int]:
    """After which commits of a whole run an event of that kind is the newest of its kind."""
    ran, found = bench(), []
    append = ran.journal.append

    def counted(events: Any, obeyed: Any = ()) -> Any:
        records = append(events, obeyed)
        if any(isinstance(event, kind) for event in events):
            found.append(ran.journal.appends)
        return records

    ran.journal.append = counted  # type: ignore[method-assign]
    ran.drive()
    return found


def test_a_runner_that_was_killed_is_followed_and_the_gap_is_told() -> None:
    ran = bench()
    killed(ran, commits_of(e.SustainLooked)[1])
    gone = ran.clock.now()
    ran.clock.reach(gone + 12 * MINUTE)
    run = ran.drive()
    assert run.sustain is not None
    assert run.sustain.held is True
    assert f"nobody looked from {gone:%Y-%m-%dT%H:%M:%SZ} to" in run.sustain.because
    assert [finding.kind for finding in run.findings] == [FindingKind.UNWATCHED]
    assert sum(isinstance(event, e.SustainBegan) for event in ran.journal.events()) == 1


def test_killed_after_any_commit_of_the_window_it_ends_the_same() -> None:
    whole = bench()
    whole.drive()
    for appends in (*commits_of(e.SustainBegan), *commits_of(e.SustainLooked), *commits_of(e.SustainEnded)):
        ran = bench()
        killed(ran, appends)
        run = ran.drive()
        assert run.sustain is not None
        assert (run.state, run.sustain.held, run.findings) == (RunState.FINISHED, True, [])
        for kind in (e.SustainBegan, e.SustainEnded):
            assert sum(isinstance(event, kind) for event in ran.journal.events()) == 1


def test_a_red_look_stays_red_whoever_takes_the_run_up() -> None:
    ran = bench()
    rings_at(ran, 22 * MINUTE)
    killed(ran, commits_of(e.SustainLooked)[-1])
    rings_at(ran, timedelta(days=9))
    assert ran.drive().verdict is Verdict.FAILED


def test_an_abort_in_the_window_ends_it_and_the_run() -> None:
    ran = bench()

    def aborts(since: timedelta) -> None:
        if since > 12 * MINUTE:
            ran.journal.inbox["abort-"] = order(OrderKind.ABORT, why="enough")

    when_looked_at(ran, "alarm", aborts)
    run = ran.drive()
    assert (run.state, run.verdict) == (RunState.FINISHED, Verdict.ABORTED)
    assert run.sustain is not None
    assert run.sustain.held is None


def test_a_pause_in_the_window_is_a_pause_and_it_goes_on_afterwards() -> None:
    ran = bench()

    def pauses(since: timedelta) -> None:
        if since > 12 * MINUTE:
            ran.pause.ask("ana", "coffee", "")

    when_looked_at(ran, "alarm", pauses)
    assert ran.drive().state is RunState.PAUSED
    ran.pause = PauseRequest()
    when_looked_at(ran, "alarm", lambda since: None)
    run = ran.drive()
    assert run.state is RunState.FINISHED
    assert run.sustain is not None
    assert run.sustain.held is True


def test_a_stop_condition_is_heeded_in_the_window_too() -> None:
    condition = StopCondition(
        check=PlannedStep(id="horn", uses="quiet", params={"name": "horn"}), then=OnStop.ABORT, every=MINUTE
    )
    ran = bench(stops=(condition,))
    rings_at(ran, 20 * MINUTE, "horn")
    run = ran.drive()
    assert run.verdict is Verdict.ABORTED
    assert run.sustain is not None
    assert run.sustain.held is None


def test_a_drill_that_leaves_nothing_takes_back_after_the_window() -> None:
    ran = bench(after_drill=AfterDrill.UNDO, mode=Mode.DRILL)
    ran.drive()
    names = ran.names()
    assert names.index("SustainEnded") < names.index("UndoStarted")


def test_a_run_that_never_was_verified_has_no_window_and_proves_nothing() -> None:
    ran = bench(approve=Approve.AUTO)
    rings_at(ran, timedelta(0))
    run = ran.drive()
    assert run.sustain is None
    assert run.verdict is Verdict.FAILED


def test_without_a_window_in_the_runbook_nothing_is_looked_at_again() -> None:
    ran = bench(sustain=None)
    assert ran.drive().sustain is None
    assert looks(ran) == []
