"""Drills of the shipped runbooks, many of them: driven in this process, on worlds planted once for each estate."""

from __future__ import annotations

import atexit
import fcntl
import functools
import os
import sys
import tempfile
import uuid
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from drctl import bootstrap
from drctl.bootstrap import texts
from drctl.engine.parts import PauseRequest
from drctl.model.estate import Estate
from drctl.sim.control_client import Simulation
from tests.drills.planted_launch import launched
from tests.fakes.progress import SilentProgress

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Drilled:
    """A drill that has come to its end."""

    document: Any
    exit_code: int
    simulation: Simulation
    """Its world, which goes on until the test is over."""

    @property
    def reasons(self) -> str:
        return " ".join(self.document["reasons"])

    def step(self, id: str) -> Any:
        return next(step for step in self.document["steps"] if step["id"] == id)


class Worlds:
    """The process that plants worlds and forks them, for all that are given its `pipe`.

    The processes of one test run share it, so that an estate is planted once for all of them. It ends with the last.
    """

    def __init__(self) -> None:
        run = os.environ.get("PYTEST_XDIST_TESTRUNUID", f"{os.getpid()}-{uuid.uuid4().hex}")
        self.pipe = Path(tempfile.gettempdir()) / f"drctl-worlds-{run}"
        with Path(f"{self.pipe}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            try:
                asked = os.open(self.pipe, os.O_WRONLY | os.O_NONBLOCK)
            except OSError:
                # Nobody has made it, or nobody reads it any more.
                asked = self._begun()
        self._asked = os.fdopen(asked, "w", buffering=1)

    def _begun(self) -> int:
        self.pipe.unlink(missing_ok=True)
        os.mkfifo(self.pipe, 0o600)
        # A pipe can be opened for writing once somebody reads it; and it ends when nobody has it open for that.
        reading = os.open(self.pipe, os.O_RDONLY | os.O_NONBLOCK)
        asked = os.open(self.pipe, os.O_WRONLY)
        os.set_blocking(reading, True)
        surroundings = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "MOTO_"))}
        os.posix_spawn(
            sys.executable,
            [sys.executable, "-m", "tests.drills.planted_worlds", str(self.pipe)],
            {**surroundings, "PYTHONPATH": str(ROOT)},
            file_actions=[(os.POSIX_SPAWN_DUP2, reading, 0)],
        )
        os.close(reading)
        return asked

    def launch(self, *given: Any, **named: Any) -> Simulation:
        """As `drctl.sim.launch.launch`: a world of its own, that ends when it is told to."""
        return launched(self._asked.write, *given, **named)

    def close(self) -> None:
        """Need it no longer; worlds that still run end by themselves."""
        self._asked.close()


# Estates are frozen, and reading one takes longer than some drills.
_estate_of = functools.cache(texts.estate_of)
_new_runbook = texts.new_runbook
_loaded: dict[Any, Any] = {}


def _runbook_of(name: str, inputs: Mapping[str, str], estate: Estate) -> Any:
    """As `texts.new_runbook`. A shipped runbook is drilled many times, and its plan is frozen too."""
    if "/" in name or Path("runbooks").exists():
        return _new_runbook(name, inputs, estate)
    # The estate is kept with it, so that no other one comes to be at the same address.
    key = (name, tuple(sorted(inputs.items())), id(estate))
    if key not in _loaded:
        _loaded[key] = _new_runbook(name, inputs, estate), estate
    return _loaded[key][0]


class Rehearsal:
    """Drills runbooks as `drctl drill` does."""

    def __init__(self, worlds: Worlds, state: Path, patch: pytest.MonkeyPatch) -> None:
        self._state, self._worlds = state, worlds
        self.simulations: list[Simulation] = []
        self._before: Callable[[str], None] | None = None
        patch.setattr("drctl.sim.launch.launch", self._launch)
        patch.setattr("drctl.bootstrap.texts.estate_of", _estate_of)
        patch.setattr("drctl.bootstrap.texts.new_runbook", _runbook_of)

    def _launch(self, *given: Any, **named: Any) -> Simulation:
        simulation = self._worlds.launch(*given, **named)
        self.simulations.append(simulation)
        if self._before is not None:
            self._before(simulation.url)
        return simulation

    def __call__(
        self,
        runbook: str,
        *,
        scenario: str | None = None,
        inputs: Mapping[str, str] | None = None,
        faults: tuple[str, ...] = (),
        estate: str = "amply",
        before: Callable[[str], None] | None = None,
    ) -> Drilled:
        """Drill `runbook` to its end, or until it is held.

        `before` is given the URL of the world, to add to it what no estate describes.
        """
        self._before = before
        request = bootstrap.DrillRequest(
            runbook=runbook,
            estate=estate,
            inputs=inputs or {},
            scenario=scenario,
            faults=faults,
            keep=True,
            state_dir=self._state,
        )
        outcome = bootstrap.start_drill(request, SilentProgress(), None, PauseRequest())
        return Drilled(outcome.document, outcome.exit_code, self.simulations[-1])


@functools.cache
def running_worlds() -> Worlds:
    """The one planting process of this test process: most modules drill on the same estate."""
    made = Worlds()
    atexit.register(made.close)
    return made


@pytest.fixture
def worlds() -> Worlds:
    """The one planting process of this test process."""
    return running_worlds()


@pytest.fixture
def rehearse(worlds: Worlds, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Rehearsal]:
    """Drills, each in a world of its own; none of the worlds is left behind."""
    monkeypatch.chdir(tmp_path)
    rehearsal = Rehearsal(worlds, tmp_path / "state", monkeypatch)
    yield rehearsal
    for simulation in rehearsal.simulations:
        simulation.stop()
