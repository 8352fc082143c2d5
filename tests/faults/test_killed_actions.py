"""kill -9 at every commit to the journal and around every call to AWS, for every action: the next runner ends as if
nothing had happened, and nothing is done twice."""

from __future__ import annotations

import atexit
import functools
import os
import re
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from drctl.journal.reading import read_journal
from drctl.model.recorded import Recorded
from drctl.model.run import Run, RunState, StepState
from drctl.sim.control import Control, Identity
from drctl.testing.cases import STEP, Case
from drctl.testing.outside import no_programs
from drctl.testing.simulated import START, Simulated, running
from tests.faults.one_step_runner import CASES, Job, as_line
from tests.faults.tally import tally

ROOT = Path(__file__).parents[2]
EVERY = bool(os.environ.get("DRCTL_FAULTS"))
"""Whether a runner is killed at every place of an action, as `.ci/crash` has it, and not at the one that tells most."""
CASES_TOO = os.environ.get("DRCTL_FAULTS") == "cases"
"""Whether it is at every place of every case of every action, for an evening by hand."""
WORLD = "killed"
_MADE_UP = re.compile(r"\b(sg|subnet|vpc|eni)-[0-9a-f]{8,}")
POLLS = 1
"""After how many calls in a row the next one only asks once more, and finds the journal and AWS as they were."""


KNOWN_HERE = {
    "fence.primary": "its outsider asks the databases of the world in this process",
    "secrets.put generate": "its value is made up, and another one by each runner",
    "s3.mrap_failover planted": "the ARN is made up when it is planted, in this process",
}
"""Cases that a runner of its own cannot drive, with the reason."""


def drivable(case: Case) -> bool:
    """Whether a runner that has nobody to ask can drive it.

    Programs of the fakes end with the process that has started them; `tests/drills` kills real ones.
    """
    live = case.live
    if str(case) in KNOWN_HERE:
        return False
    return live is not None and live.answer is None and type(live.programs) is type(no_programs())


def changes(case: Case) -> bool:
    """Whether it changes anything."""
    return case.live is not None and bool(case.live.takes)


def undoes(case: Case) -> bool:
    """Whether the world after its undo can be told to be the one before."""
    return drivable(case) and case.live is not None and bool(case.live.undo_takes and case.live.fingerprint)


_CHANGING = [(id, case) for id, case in CASES.items() if drivable(case) and (EVERY or changes(case))]
DRIVEN = [
    pytest.param(id, id=str(case), marks=pytest.mark.thorough if place % 6 else ())
    for place, (id, case) in enumerate(_CHANGING)
]
UNDONE = [pytest.param(id, id=str(case)) for id, case in CASES.items() if EVERY and undoes(case)]


@dataclass(frozen=True)
class Ended:
    """What is left of a run: its journal, what AWS was made to change, and how AWS looks."""

    run: Run
    records: tuple[Recorded, ...]
    calls: Counter[tuple[str, str]]
    state: str


class Bench:
    """One case in the simulated AWS of this process, driven by runners that may be killed."""

    def __init__(self, id: str, simulated: Simulated, folder: Path) -> None:
        self.id, self.case, self.simulated, self._folder = id, CASES[id], simulated, folder
        self._runs = 0

    def begin(self) -> None:
        """A new run in a new world."""
        self.simulated.renew()
        self.simulated.app.control = Control(self.simulated.app, Identity(WORLD, START, os.getpid()), threading.Event())
        live = self.case.live
        assert live is not None
        live.plant(self.simulated)
        self._before = len(self.simulated.calls())
        self._runs += 1
        self.folder = self._folder / str(self._runs)
        self.folder.mkdir()

    def drive(self, *, kill: int | None = None, undo: bool = False) -> bool:
        """Drive the run; whether the runner lived."""
        job = Job(case=self.id, url=self.simulated.url, world=WORLD, folder=str(self.folder), kill=kill, undo=undo)
        code = _runner().does(as_line(job))
        assert code in (0, -9), "the runner broke; its words are on stderr"
        return code == 0

    def deeds(self) -> list[str]:
        """What the last runner did, in order."""
        return (self.folder / "deeds.log").read_text().splitlines()

    def ended(self) -> Ended:
        records = self.records()
        live = self.case.live
        assert live is not None
        # Ids that AWS makes up are others in each world.
        state = seen(live.fingerprint(self.simulated)) if live.fingerprint else ""
        made = self.simulated.calls()[self._before :]
        calls = Counter((call.service, call.operation) for call in made if call.outcome == "ok")
        return Ended(Run.of(records), records, calls, state)

    def records(self) -> tuple[Recorded, ...]:
        path = self.folder / "journal.sqlite"
        return read_journal(path) if path.exists() else ()


def seen(state: Any) -> str:
    """`state` as text: without the ids that AWS makes up, and with the keys of a document in one order."""
    return _MADE_UP.sub("an id", repr(_ordered(state)))


def _ordered(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _ordered(value[key]) for key in sorted(value, key=str)}
    if isinstance(value, list | tuple):
        return type(value)(_ordered(inner) for inner in value) if type(value) in (list, tuple) else value
    return value


class Runner:
    """The process that forks runners."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.faults.one_step_runner"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
        )

    def does(self, line: str) -> int:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(f"{line}\n")
        self._process.stdin.flush()
        return int(self._process.stdout.readline())

    def close(self) -> None:
        for pipe in (self._process.stdin, self._process.stdout):
            assert pipe is not None
            pipe.close()
        self._process.wait(timeout=10)


@functools.cache
def _runner() -> Runner:
    made = Runner()
    atexit.register(made.close)
    return made


@pytest.fixture
def bench(request: pytest.FixtureRequest, tmp_path: Path) -> Bench:
    return Bench(request.param, running(), tmp_path)


_DRIVABLE = [(id, case) for id, case in reversed(CASES.items()) if drivable(case)]
_FIRST = {case.kind: id for id, case in sorted(_DRIVABLE, key=lambda one: changes(one[1]))}
"""The first case of each action that changes something, if any does; the others are killed where it tells most."""


def places(id: str, deeds: list[str]) -> Sequence[int]:
    """Before which of its deeds the runner of that case is killed."""
    everywhere = CASES_TOO or (EVERY and _FIRST[CASES[id].kind] == id)
    return all_that_differ(deeds) if everywhere else telling(deeds)


def all_that_differ(deeds: list[str]) -> list[int]:
    """Every commit and every call, but of the looks in a row between which nothing is written the first."""
    differing, polls = [], 0
    for place, deed in enumerate(deeds):
        polls = polls + 1 if deed.startswith("call") else 0
        if polls <= POLLS:
            differing.append(place)
    return differing


def telling(deeds: list[str]) -> list[int]:
    """Where a kill tells most: the first change has been made, and its answer is not recorded."""
    return [place for place, deed in enumerate(deeds) if "ChangeReturned" in deed][:1]


@pytest.mark.parametrize("bench", DRIVEN, indirect=True)
def test_a_runner_killed_anywhere_is_followed_by_one_that_ends_as_if_nothing_had_happened(bench: Bench) -> None:
    bench.begin()
    assert bench.drive()
    whole, deeds = bench.ended(), bench.deeds()
    assert whole.run.step(STEP).state is StepState.SUCCEEDED
    for place in places(bench.id, deeds):
        bench.begin()
        assert not bench.drive(kill=place)
        before = bench.records()
        assert bench.drive()
        after = bench.ended()
        at = f"killed before {deeds[place]!r} ({place} of {len(deeds)})"
        assert after.records[: len(before)] == before, f"{at}: nothing that was recorded is lost"
        if after.run.step(STEP).state is StepState.HELD:
            assert in_doubt(before), f"{at}: {after.run.step(STEP).because}"
            assert after.calls <= whole.calls, f"{at}: a flip in doubt is not sent again"
            continue
        assert after.run.step(STEP).state is StepState.SUCCEEDED, f"{at}: {after.run.step(STEP).because}"
        if bench.case.kind.startswith("notify.") and in_doubt(before):
            # A recovery does not wait for a notification: it may have gone out, and is not sent again.
            evidence = after.run.step(STEP).evidence
            assert evidence is not None, at
            assert evidence.warning or after.calls == whole.calls, at
            assert after.calls <= whole.calls, at
            continue
        assert after.calls == whole.calls, f"{at}: no call is doubled and none is missing"
        assert after.state == whole.state, at
    # What is counted in `.ci/crash` is another number than the row has, which is of the suite.
    if not EVERY:
        tally(
            fault="a runner killed before it could record AWS's answer",
            how="SIGKILL once the first change has been made, for every case of every action; another runner goes on",
            injected=len(places(bench.id, deeds)),
            part=True,
        )


def in_doubt(records: tuple[Recorded, ...]) -> bool:
    """Whether a call that must not be repeated was under way when the runner was killed."""
    return any(change.flip for change in Run.of(records).step(STEP).changes)


@pytest.mark.thorough
@pytest.mark.parametrize("bench", UNDONE, indirect=True)
def test_a_runner_killed_anywhere_while_it_undoes_is_followed_by_one_that_takes_everything_back(bench: Bench) -> None:
    bench.begin()
    live = bench.case.live
    assert live is not None
    assert live.fingerprint is not None
    planted = seen(live.fingerprint(bench.simulated))
    bench.drive()
    bench.drive(undo=True)
    whole, deeds = bench.ended(), bench.deeds()
    assert whole.state == planted
    for place in telling(deeds):
        bench.begin()
        bench.drive()
        assert not bench.drive(kill=place, undo=True)
        before = bench.records()
        assert bench.drive(undo=True)
        after = bench.ended()
        at = f"killed before {deeds[place]!r} ({place} of {len(deeds)})"
        assert after.records[: len(before)] == before, f"{at}: nothing that was recorded is lost"
        assert after.run.state is RunState.FINISHED, at
        if after.run.step(STEP).undo_failed:
            assert in_doubt(before), f"{at}: {after.run.step(STEP).undo_failed}"
            continue
        assert after.state == planted, at
        assert after.calls == whole.calls, f"{at}: no call is doubled and none is missing"
