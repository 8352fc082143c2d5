"""Progress: plain lines, the live table, and what happens when a display fails."""

from __future__ import annotations

import io
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

import pytest
from hypothesis import given
from rich.console import Console

from drctl.model import events as e
from drctl.model.events import Event
from drctl.model.evidence import Evidence
from drctl.model.plan import Plan, PlannedStep
from drctl.model.recorded import Recorded
from drctl.model.run import Run
from drctl.ports.progress import Progress
from drctl.report.live_view import live_view
from drctl.report.progress_guarded import GuardedProgress
from drctl.report.progress_live import FRAME, LiveProgress
from drctl.report.progress_plain import PlainProgress
from tests.fakes.any_events import any_run
from tests.fakes.golden import assert_golden
from tests.fakes.progress import SilentProgress
from tests.fakes.sample_run import (
    PLAN,
    RUN,
    at,
    begun,
    database_restored,
    failed,
    held,
    minutes,
    passed,
    recorded,
    run_of,
)


def play(progress: Progress, events: Iterable[Event], plan: Plan = PLAN) -> Run:
    """Tell `progress` of the events as an engine would."""
    records = recorded(events)
    run = Run()
    run.apply(records[0])
    progress.begin(plan, run)
    for record in records[1:]:
        run.apply(record)
        progress.recorded(record, run)
        progress.passed(record.event.at, run)
    progress.end(run)
    return run


def plain_lines(events: Iterable[Event]) -> list[str]:
    lines: list[str] = []
    play(PlainProgress(lines.append), events)
    return lines


def terminal(height: int = 24) -> Console:
    return Console(
        file=io.StringIO(), width=80, height=height, force_terminal=True, color_system=None, legacy_windows=False
    )


def written(console: Console) -> str:
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def screen(plan: Plan, run: Run, now: datetime, height: int = 24) -> list[str]:
    console = Console(file=io.StringIO(), width=80, height=height, color_system=None)
    console.print(live_view(plan, run, now, height=height))
    return [line.rstrip() for line in written(console).splitlines()]


@pytest.mark.parametrize(("name", "events"), [("passed", passed()), ("failed", failed())])
def test_plain_progress_reads_as_it_did(name: str, events: list[Event]) -> None:
    assert_golden(f"progress-{name}.txt", "".join(f"{line}\n" for line in plain_lines(events)))


def test_every_plain_line_of_a_simulated_run_says_so() -> None:
    assert all(line.startswith("SIM") for line in plain_lines(passed()))
    assert not any("SIM" in line for line in plain_lines(begun(simulated=False)))


def test_waiting_is_told_once_for_each_thing_that_is_waited_for() -> None:
    waiting: list[Event] = [
        e.StepWaiting(at=at(5 + count), step="restore-db", until="it to leave 'creating'", percent=float(count))
        for count in range(50)
    ]
    told = [line for line in plain_lines([*begun(), *waiting]) if "waiting for" in line]
    assert len(told) == 1


def test_time_alone_is_no_news() -> None:
    lines: list[str] = []
    PlainProgress(lines.append).passed(at(5), run_of(begun()))
    assert lines == []


@pytest.mark.parametrize("after", [9, 40, 300])
def test_the_live_screen_counts_down_from_the_onset(after: float) -> None:
    run = run_of([*begun(), *database_restored()[:8]])
    clock = screen(PLAN, run, at(after))[1]
    left = {9: "3h51m left of 4h", 40: "3h20m left of 4h", 300: "1h OVER 4h"}[int(after)]
    assert f"RTO {left}" in clock


def test_the_live_screen_reads_as_it_did() -> None:
    run = run_of([*begun(), *database_restored()[:9]])
    assert_golden("live-running.txt", "\n".join(screen(PLAN, run, at(12))) + "\n")
    assert_golden("live-held.txt", "\n".join(screen(PLAN, run_of(held()), at(65))) + "\n")


@pytest.mark.parametrize("height", [8, 12, 24, 200])
def test_the_live_screen_fits_whatever_happens(height: int) -> None:
    steps = tuple(PlannedStep(id=f"a-step-with-quite-a-long-name-{n}", uses="wait", params={}) for n in range(60))
    plan = replace(PLAN, steps=steps)
    events: list[Event] = [*begun()]
    for count, step in enumerate(steps[:40]):
        events.append(e.StepStarted(at=at(5), step=step.id))
        if count < 30:
            events.append(e.StepSkipped(at=at(6), step=step.id, reason="x" * 200))
    lines = screen(plan, run_of(events), at(7), height)
    assert len(lines) <= height
    assert max(len(line) for line in lines) <= 80
    if height == 12:
        # Finished steps fold; what runs stays.
        assert any("30 steps" in line for line in lines)
        assert any("running" in line for line in lines)


@given(any_run)
def test_any_run_can_be_shown(events: list[Event]) -> None:
    assert len(screen(PLAN, run_of(events), at(500), 12)) <= 12
    assert plain_lines(events)


def test_frames_are_painted_at_most_eight_times_a_second() -> None:
    ticks = iter(range(100_000))
    frames: list[float] = []

    class Counting(LiveProgress):
        def _paint(self, run: Run) -> None:
            frames.append(1)
            super()._paint(run)

    console = terminal()
    live = Counting(console, monotonic=lambda: next(ticks) / 1000)
    run = run_of(passed())
    live.begin(PLAN, run)
    for _ in range(1000):
        live.passed(at(36), run)
    live.end(run)
    assert len(frames) <= 1 / FRAME * 2 + 3


def test_the_live_table_makes_room_for_a_question() -> None:
    console = terminal()
    live = LiveProgress(console, monotonic=lambda: 0.0)
    run = run_of(begun())
    live.begin(PLAN, run)
    with live.suspended():
        before = written(console)
        live.recorded(recorded(begun())[0], run)
        assert written(console) == before
    live.end(run)
    assert len(written(console)) > len(before)


class Broken(SilentProgress):
    """Fails at its third word."""

    def recorded(self, record: Recorded, run: Run) -> None:
        super().recorded(record, run)
        if len(self.told) == 3:
            raise OSError("the terminal has gone")


def test_a_display_that_fails_is_replaced_and_the_run_goes_on() -> None:
    broken, spare = Broken(), SilentProgress()
    guarded = GuardedProgress(broken, spare)
    play(guarded, passed())
    assert len(broken.told) + len(spare.told) == len(passed())
    assert (broken.ended, spare.begun, spare.ended) == (1, 1, 1)
    assert guarded.run == RUN


def test_a_run_goes_on_unseen_when_no_display_is_left() -> None:
    play(GuardedProgress(Broken(), Broken()), passed())
    play(GuardedProgress(), passed())


def test_a_display_that_cannot_even_begin_is_replaced() -> None:
    class Stillborn(SilentProgress):
        def begin(self, plan: Plan, run: Run) -> None:
            raise RuntimeError("no terminal")

    spare = SilentProgress()
    play(GuardedProgress(Stillborn(), spare), passed())
    assert (spare.begun, len(spare.told)) == (1, len(passed()) - 1)


def test_the_elapsed_time_counts_from_the_onset() -> None:
    line = next(line for line in plain_lines(passed()) if "database" in line or "amply-prod answers" in line)
    assert f"+{27}m30s" in line
    assert minutes(27.5) == at(27.5) - at(0)


def foretold(events: Iterable[Event], plan: Plan = PLAN) -> list[str]:
    lines: list[str] = []
    play(PlainProgress(lines.append), events, plan)
    return [line for line in lines if "expected: " in line]


def test_a_forecast_is_told_again_only_once_it_is_another_one() -> None:
    ran = [
        event
        for n in range(200)
        for event in (
            e.StepStarted(at=at(5 + n / 100), step="promote-bucket", epoch=n + 1),
            e.StepSucceeded(at=at(5 + n / 100), step="promote-bucket", because="", evidence=Evidence.of("")),
        )
    ]
    assert len(foretold([*begun(), *ran])) == 1
    # The database was expected at 25 minutes: with each hour it is later, and in the end too late.
    late: list[Event] = [e.StepStarted(at=at(5), step="restore-db")]
    for hour in range(1, 5):
        late += [
            e.StepStarted(at=at(60 * hour), step="promote-bucket"),
            e.StepSucceeded(at=at(60 * hour), step="promote-bucket", because="", evidence=Evidence.of("")),
        ]
    told = foretold([*begun(), *late])
    assert len(told) == 5
    assert "head-room" in told[3]
    assert "LATE" in told[4]
    assert "restore-db eats the head-room: 3h35m over its time" in told[4]


def test_whoever_is_asked_is_told_until_when() -> None:
    asked = e.ApprovalAsked(at=at(9), step="switch-dns", role="commander", evidence={}, sha256="0" * 64)
    events: list[Event] = [*begun(approve=e.Approve.ASK), e.StepStarted(at=at(9), step="switch-dns"), asked]
    assert "to meet 4h, approve switch-dns by 07:40Z" in foretold(events)[-1]
    assert len(foretold([*begun(), *events[len(begun()) :]])) == 1


@pytest.mark.parametrize(("height", "shown"), [(9, False), (10, True)])
def test_on_a_small_terminal_the_forecast_gives_way_to_the_steps(height: int, shown: bool) -> None:
    lines = screen(PLAN, run_of([*begun(), *database_restored()[:9]]), at(12), height)
    assert any(line.startswith("expected: verified 04:16Z") for line in lines) is shown
    assert sum(line.startswith(("succeeded", "running", "pending", "done", "later")) for line in lines) >= 3
