"""Whatever two operators do at the same moment, one of them holds the run, and only that one writes."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta, tzinfo
from pathlib import Path

import pytest

from drctl import clock as clocks
from drctl.clock import SystemClock
from drctl.errors import LeaseHeld, LeaseLost
from drctl.journal.reading import read_journal
from drctl.journal.sqlite import SqliteJournal
from drctl.model.events import Event, Marked, StepWaiting
from drctl.model.run import Run
from drctl.report.document import run_document
from tests.fakes.sample_run import PLAN, failed, held, passed, recorded
from tests.faults.journals import SAMPLE
from tests.faults.operators import Operator, check_told, operators, race
from tests.faults.tally import tally


def texts(path: Path) -> list[tuple[int, str]]:
    """The fences and texts of the events, in order; the chain of what was read is whole."""
    return [
        (record.fence, event.until) for record in read_journal(path) if isinstance(event := record.event, StepWaiting)
    ]


def test_two_operators_start_and_resume_a_run_at_the_same_moment(path: Path) -> None:
    """Exactly one holds it; the other is told who, gets it when it is given back, and no event is lost or doubled."""
    rounds, doubled = 200, 0
    with operators(2) as pair:
        for number in range(rounds):
            start = number % 2 == 0
            run = path.with_name(f"{number // 2}.sqlite")
            winner, losers = race(pair, run, create=start)
            (loser,) = losers
            assert winner.does("append", texts=["one", "two"]) == {}
            check_told(loser.does("open", path=str(run), create=False, moment=0), winner)
            winner.does("release")
            assert "fence" in loser.does("open", path=str(run), create=False, moment=0)
            loser.does("append", texts=["three"])
            loser.does("release")
            written = [text for _, text in texts(run)]
            doubled += len(written) - 3 * (1 if start else 2)
            assert written == ["one", "two", "three"] * (1 if start else 2)
    tally(
        fault="two operators start or resume one run",
        how="two processes open the journal at the same moment",
        injected=rounds,
        doubled=doubled,
    )


def test_two_operators_take_over_a_run_at_the_same_moment(path: Path) -> None:
    """The lease of one that hangs has ended: exactly one of two takes it, and the one that hung writes nothing more."""
    rounds, doubled = 150, 0
    with operators(3) as (hanging, *takers):
        for taker in takers:
            # For them the lease of the first one has always ended.
            taker.does("sleep", seconds=61)
        for number in range(rounds):
            run = path.with_name(f"{number}.sqlite")
            hanging.does("open", path=str(run), create=True, moment=0)
            hanging.does("append", texts=["one"])
            winner, _ = race(takers, run)
            hanging.tell("append", texts=["too late"])
            winner.tell("append", texts=["two"])
            assert hanging.answer()["error"] == "lease-lost"
            assert winner.answer() == {}
            hanging.does("release")
            winner.does("release")
            doubled += len(texts(run)) - 2
            assert texts(run) == [(1, "one"), (2, "two")]
    tally(
        fault="two operators take over one run",
        how="two processes open the journal of one that hangs, at the same moment, once its lease has ended",
        injected=rounds,
        doubled=doubled,
    )


def test_many_processes_open_one_journal_at_once(path: Path) -> None:
    """Exactly one holds it, in each of as many rounds; all others are told who does."""
    rounds, many, refused = 15, 8, 0
    with operators(many) as all_of_them:
        SqliteJournal.open(path, create=True).release()
        for number in range(rounds):
            winner, losers = race(all_of_them, path)
            refused += len(losers)
            winner.does("append", texts=[str(number)])
            winner.does("release")
    assert [text for _, text in texts(path)] == [str(number) for number in range(rounds)]
    tally(
        fault="many operators resume one run",
        how="eight processes open the journal at the same moment; seven are refused each time",
        injected=refused,
    )


@pytest.mark.thorough
def test_a_holder_that_is_stopped_while_it_writes_and_goes_on_later_writes_nothing_more(path: Path) -> None:
    """SIGSTOP at any instant of a write, its lease taken, SIGCONT: what was answered is there, and nothing else."""
    rounds, lost, doubled = 60, 0, 0
    with operators(2) as (stopped, taker):
        taker.does("patience", seconds=0.02)
        taker.does("sleep", seconds=61)
        for number in range(rounds):
            run = path.with_name(f"{number}.sqlite")
            stopped.does("open", path=str(run), create=True, moment=0)
            assert stopped.does("append_until_lost", name="first") == {"begun": True}
            taken = take(taker, stopped, run)
            assert taken["fence"] == 2
            taker.does("append", texts=["second"])
            stopped.go_on()
            ended = stopped.answer()
            assert ended["error"] == "lease-lost"
            taker.does("append", texts=["third"])
            written = texts(run)
            assert written[-2:] == [(2, "second"), (2, "third")]
            expected = [(1, f"first {place}") for place in range(ended["answered"])]
            lost += len(set(expected) - set(written))
            doubled += len(written) - 2 - len(expected)
            assert written[:-2] == expected
            taker.does("release")
            stopped.does("release")
    tally(
        fault="a runner that is stopped while it writes, and goes on after its lease was taken",
        how="SIGSTOP at any instant of an endless row of appends, SIGCONT after the takeover",
        injected=rounds,
        lost=lost,
        doubled=doubled,
    )


def take(taker: Operator, stopped: Operator, run: Path) -> dict[str, object]:
    """The lease, taken from a process that stands still. In the middle of a commit it cannot be, and that is said."""
    while True:
        stopped.stop()
        taken = taker.does("open", path=str(run), create=False, moment=0)
        if "fence" in taken:
            return taken
        assert (taken["error"], taken["exit_code"]) == ("lease-held", 4), taken
        assert "in the middle of writing" in taken["what"]
        # Where it stands in the middle of the log's index, nobody can read who it is.
        assert f"kill -9 {stopped.pid}" in taken["hint"] or "kill -CONT" in taken["hint"]
        stopped.go_on()


@pytest.fixture
def asleep(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Seconds that this machine has slept."""
    slept = [0.0]
    real = clocks.awake_and_asleep
    monkeypatch.setattr(clocks, "awake_and_asleep", lambda: real() + slept[0])
    return slept


def test_a_machine_that_slept_longer_than_its_lease_goes_on_only_where_nobody_took_the_run(
    path: Path, asleep: list[float]
) -> None:
    """An hour later: a run that nobody took goes on with its next number; one that was taken gets nothing more."""
    rounds = 100
    for number in range(rounds):
        run = path.with_name(f"{number}.sqlite")
        runner = SqliteJournal.open(run, create=True)
        runner.append([SAMPLE[0]])
        asleep[0] += 59 if number % 4 == 0 else 61 + 60 * number
        assert (runner.lease_left() > timedelta(0)) is (number % 4 == 0)
        if number % 4 == 0:
            with pytest.raises(LeaseHeld):
                SqliteJournal.open(run)
        if number % 2:
            taker = SqliteJournal.open(run)
            with pytest.raises(LeaseLost):
                runner.renew()
            with pytest.raises(LeaseLost):
                runner.append([SAMPLE[1]])
            assert taker.append([SAMPLE[1]])[0].seq == 2
            taker.release()
        else:
            runner.renew()
            assert runner.append([SAMPLE[1]])[0].seq == 2
            assert runner.lease_left() > timedelta(seconds=59)
        runner.release()
        assert len(read_journal(run)) == 2
    tally(
        fault="a machine that sleeps while it drives a run",
        how="the boot clock leaps by 59 s to 100 min; every second run is taken by another runner meanwhile",
        injected=rounds,
    )


START = datetime(2030, 1, 1, tzinfo=UTC)
JUMPS = [
    timedelta(days=-3650),
    timedelta(days=-1),
    timedelta(hours=-1),
    timedelta(seconds=-1),
    timedelta(hours=1),
    timedelta(days=3650),
]


def test_a_clock_that_is_set_moves_no_lease(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A held run stays held, one that was given back is free, and a running clock goes on where it was."""

    class Set(datetime):
        jump = timedelta(0)

        @classmethod
        def now(cls, tz: tzinfo | None = None) -> Set:
            return cls.fromtimestamp((START + cls.jump).timestamp(), UTC)

    monkeypatch.setattr(clocks, "datetime", Set)
    journal = SqliteJournal.open(path, create=True)
    running = SystemClock()
    before = running.now()
    for jump in JUMPS:
        Set.jump = jump
        with pytest.raises(LeaseHeld):
            SqliteJournal.open(path)
        assert journal.lease_left() > timedelta(seconds=50)
        journal.append([SAMPLE[0]])
        journal.release()
        journal = SqliteJournal.open(path)
        assert before <= running.now() < before + timedelta(minutes=1)
    assert [record.seq for record in journal.read()] == list(range(1, len(JUMPS) + 1))
    journal.release()
    tally(
        fault="a clock that is set while a run is held",
        how="the wall clock leaps by a second to ten years, back and forth",
        injected=len(JUMPS),
    )


def test_a_clock_that_is_set_between_two_runners_leaves_a_run_that_can_be_told() -> None:
    """From any event on, the instants leap: the run folds, its document can be made, and no span is negative."""
    injected = 0
    for events in (passed(), failed(), held()):
        for place in range(1, len(events)):
            for jump in JUMPS:
                run = Run.of(recorded([*events[:place], *(later(event, jump) for event in events[place:])]))
                document = run_document(run, PLAN)
                spans = [step["duration_s"] for step in document["steps"]]
                spans += [link["duration_s"] for link in document["critical_path"]]
                spans += [document["rto"]["actual_s"], document["rto"]["exec_s"], document["rpo"]["actual_s"]]
                assert all(span is None or span >= 0 for span in spans), (place, jump)
                injected += 1
    tally(
        fault="a clock that is set between two runners of one run",
        how="from any event on, all instants leap by a second to ten years, back and forth",
        injected=injected,
    )


def later(event: Event, jump: timedelta) -> Event:
    """The same event, recorded by a clock that is so much ahead."""
    if isinstance(event, Marked):
        return replace(event, at=event.at + jump, instant=event.instant + jump)
    return replace(event, at=event.at + jump)
