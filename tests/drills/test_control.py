"""A run is steered from another terminal, by real commands in processes of their own."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from drctl.errors import DrctlError
from drctl.journal.reading import read_journal
from drctl.model import events as e
from tests.drills.commands import Drctl

RUNBOOK = """\
runbook: steered
title: Wait, ask, and wait again
version: 1
objectives: { rto: 4h }
steps:
  - id: first
    uses: wait
    with: { duration: 2h }
  - id: ask
    uses: approval
    needs: [first]
    with: { role: commander }
  - id: last
    uses: wait
    needs: [ask]
    marks: verified
    with: { duration: 1m }
"""
DRILL = ("drill", "--runbook", "./steered.yaml", "--estate", "none", "--approve", "ask")


@pytest.fixture
def steered(drctl: Drctl) -> Drctl:
    (drctl.folder / "steered.yaml").write_text(RUNBOOK)
    return drctl


@contextmanager
def driven(drctl: Drctl, *words: str) -> Iterator[subprocess.Popen[bytes]]:
    """A runner in the background, at the pace of life, so that there is time to steer it."""
    process = subprocess.Popen(
        [sys.executable, "-m", "drctl", *words, "--speed", "1"],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env=drctl._surroundings(checkout=True),
        cwd=drctl.folder,
    )
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def events(drctl: Drctl) -> tuple[e.Event, ...]:
    return tuple(
        record.event for record in read_journal(drctl.state / "runs" / drctl.wait_for_run() / "journal.sqlite")
    )


def until(drctl: Drctl, holds: Callable[[tuple[e.Event, ...]], bool]) -> None:
    end = time.monotonic() + 60
    while time.monotonic() < end:
        try:
            if holds(events(drctl)):
                return
        except DrctlError:
            pass
        time.sleep(0.02)  # noqa: TID251 - waiting for another process, not for a step
    raise AssertionError("it never came to that")


def waiting(found: tuple[e.Event, ...]) -> bool:
    return any(isinstance(event, e.StepWaiting) for event in found)


def test_a_run_that_is_driven_takes_orders_from_another_terminal(steered: Drctl) -> None:
    with driven(steered, *DRILL) as runner:
        until(steered, waiting)
        assert "its runner goes on by it" in steered("skip", "latest", "first", "--reason", "made by hand").out
        until(steered, lambda found: any(isinstance(event, e.StepHeld) for event in found))
        assert runner.wait(30) == 3
    assert "drctl approve" in steered("status").out
    approved = steered("approve", "latest", "ask", "--comment", "go", "--output", "json").document
    assert (approved["kind"], approved["driven"], approved["step"]) == ("approve", False, "ask")
    with driven(steered, "resume", "latest") as runner:
        until(steered, lambda found: any(isinstance(event, e.StepStarted) and event.step == "last" for event in found))
        told = steered("note", "latest", "customers were told", "--step", "last").out
        assert "event" in told
        assert "it is paused" in steered("pause", "latest", "--reason", "lunch").out
        assert runner.wait(30) == 3
    document = steered("resume", "latest", "--speed", "instant", "--output", "json", code=1).document
    assert document["verdict"] == "NOT PROVEN"
    made = [(decision["what"], decision["step"], decision["why"]) for decision in document["decisions"]]
    assert made == [
        ("skip", "first", "made by hand"),
        ("approve", "ask", "go"),
        ("resume", None, ""),
        ("note", "last", "customers were told"),
        ("pause", None, "lunch"),
        ("resume", None, ""),
    ]
    assert all(decision["by"] for decision in document["decisions"])


@pytest.mark.thorough
def test_an_abort_ends_a_run_that_is_driven(steered: Drctl) -> None:
    with driven(steered, *DRILL) as runner:
        until(steered, waiting)
        assert "its runner goes on by it" in steered("abort", "latest", "--reason", "false alarm").out
        assert runner.wait(30) == 1
    assert "ABORTED" in steered("report", "latest").out
    refused = steered("abort", "latest", code=2)
    assert "the run has ended" in refused.err


@pytest.mark.thorough
def test_an_abort_ends_a_run_that_nobody_drives(steered: Drctl) -> None:
    with driven(steered, *DRILL):
        until(steered, waiting)
    document = steered("abort", "latest", "--undo", "--reason", "again", "--output", "json", code=1).document
    assert document["verdict"] == "ABORTED"
    assert document["steps"][0]["state"] == "failed"


@pytest.mark.thorough
def test_a_takeover_takes_the_run_from_a_runner_that_hangs_and_that_one_writes_nothing_more(steered: Drctl) -> None:
    with driven(steered, *DRILL) as runner:
        until(steered, waiting)
        runner.send_signal(signal.SIGSTOP)
        held = steered("resume", "latest", code=4)
        assert f"process {runner.pid}" in held.err
        assert "drctl takeover" in held.err
        taken = steered("takeover", "latest", "--reason", "it hangs", "--speed", "instant", code=3)
        assert "HELD" in taken.err
        count = len(events(steered))
        runner.send_signal(signal.SIGCONT)
        assert runner.wait(30) == 4
        assert len(events(steered)) == count
    (finding,) = steered("report", "latest", "--format", "json").document["findings"]
    assert finding["kind"] == "takeover"
    assert "it hangs" in finding["what"]


@pytest.mark.thorough
def test_a_takeover_goes_on_without_events_that_were_lost_and_nothing_else_does(steered: Drctl) -> None:
    with driven(steered, *DRILL):
        until(steered, waiting)
    journal = steered.state / "runs" / steered.wait_for_run() / "journal.sqlite"
    written = len(read_journal(journal))
    lose_newest(journal, written)
    left = len(read_journal(journal, accept_loss=True))
    for command in ("status", "report", "resume", "verify", "abort"):
        refused = steered(command, "latest", code=2)
        assert f"{written} were written, {left} are there" in refused.err
        assert "drctl takeover" in refused.err
    assert "unreadable: journal-corrupt" in steered("runs").out
    taken = steered("takeover", "latest", "--reason", "the disk", "--speed", "instant", code=3)
    assert "HELD" in taken.err
    (finding,) = steered("report", "latest", "--format", "json").document["findings"]
    assert (finding["kind"], finding["severity"]) == ("journal-lost", "serious")
    assert f"{left + 1}" in finding["what"]
    assert "whole" in steered("verify", "latest").out


def lose_newest(journal: Path, written: int) -> None:
    """Cut the write-ahead log until the newest commit is gone."""
    log, frame = journal.with_name(f"{journal.name}-wal"), 24 + 4096
    while len(read_journal(journal, accept_loss=True)) == written:
        journal.with_name(f"{journal.name}-shm").unlink(missing_ok=True)
        with log.open("r+b") as file:
            file.truncate(log.stat().st_size - frame)


@pytest.mark.thorough
def test_the_steps_that_have_not_started_can_be_amended_and_the_difference_is_shown(
    steered: Drctl, tmp_path: Path
) -> None:
    with driven(steered, *DRILL):
        until(steered, waiting)
    (steered.folder / "steered.yaml").write_text(RUNBOOK.replace("duration: 1m", "duration: 5m"))
    amend = ("amend", "latest", "--runbook", "./steered.yaml", "--reason", "give it longer")
    checked = steered(*amend, "--check")
    assert "+    with: { duration: 5m }" in checked.err
    assert checked.out == "it would change: last\n"
    steered(*amend)
    document = steered("report", "latest", "--format", "json").document
    (amendment,) = document["amendments"]
    assert "+    with: { duration: 5m }" in amendment["difference"]
    (steered.folder / "steered.yaml").write_text(RUNBOOK.replace("duration: 2h", "duration: 3h"))
    assert "first has started" in steered(*amend, code=2).err
