"""Start a drill: everything is checked before anything is started, and nothing is half started."""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from drctl.bootstrap import simulated, texts
from drctl.bootstrap.beginning import NeverBegun, first_lease, first_write, pinned
from drctl.bootstrap.driving import Drive
from drctl.bootstrap.environment_runs import drill_in
from drctl.bootstrap.environment_world import MfaCode
from drctl.bootstrap.past_runs import history_of
from drctl.bootstrap.requests import SIMULATED, DrillRequest, Outcome
from drctl.bootstrap.simulated import SimulatedSettings, SimulatedWorld
from drctl.clock import SystemClock
from drctl.engine.parts import PauseRequest
from drctl.errors import InputInvalid
from drctl.journal.folder import RunFolder, new_run
from drctl.journal.sqlite import SqliteJournal
from drctl.model import events as e
from drctl.model.environment import DRILL_EXPIRES
from drctl.model.estate import Estate
from drctl.model.run import Run, RunState
from drctl.model.scenario import Scenario
from drctl.model.timing import Mark
from drctl.ports.approvals import Approvals
from drctl.ports.progress import Progress
from drctl.sim.control_client import Simulation


def start_drill(
    request: DrillRequest,
    progress: Progress,
    approvals: Approvals | None,
    pause: PauseRequest,
    mfa_code: MfaCode | None = None,
) -> Outcome:
    """Drive a new drill to its end, or until it is held or paused.

    Raises InputInvalid and NotFound, with nothing started, where something that was asked for is wrong.
    """
    if request.environment != SIMULATED:
        return drill_in(request, progress, approvals, pause, mfa_code)
    if request.marks.any:
        raise InputInvalid(
            "a simulated drill says itself when what it recovers from began, was noticed and was declared",
            hint="leave --onset, --detected and --declared out; the scenario has `detected_after` and `declared_after`",
        )
    estate = texts.estate_of(request.estate)
    loaded = texts.new_runbook(request.runbook, request.inputs, estate)
    plan = loaded.plan_or_refuse()
    scenario = _scenario(request, loaded.scenario, estate)
    folder = new_run(request.state_dir, SIMULATED, SystemClock().now())
    with _world(folder, estate, scenario) as simulation:
        settings = SimulatedSettings.of(simulation, estate, request.speed, Path.cwd())
        world = SimulatedWorld.of(simulation, settings)
        with first_write(folder):
            journal = SqliteJournal.open(folder.journal, create=True)
        try:
            now = world.clock.now()
            started = e.RunStarted(
                at=now,
                run=folder.run,
                approve=request.approve,
                settings=settings.plain(),
                scenario=scenario.name if scenario is not None else None,
                lost_regions=simulated.lost_regions(scenario, estate),
                mode=e.Mode.DRILL,
                expires_at=now.replace(microsecond=0) + DRILL_EXPIRES,
                environment=SIMULATED,
                simulated=True,
                **pinned(loaded.texts, plan),
            )
            known = history_of(request.state_dir, started, plan)
            with first_write(folder):
                journal.append([started, *known, *_marks(simulation, scenario, now), first_lease(now)])
            outcome = Drive(
                folder=folder.path,
                run=Run.of(journal.read()),
                plan=plan,
                journal=journal,
                world=world,
                approve=request.approve,
                progress=progress,
                approvals=approvals,
                pause=pause,
            ).go()
        finally:
            journal.release()
        if outcome.document["state"] == RunState.FINISHED and not request.keep:
            world.end()
    return outcome


def _scenario(request: DrillRequest, runbooks_own: str | None, estate: Estate) -> Scenario | None:
    """What breaks: the scenario that was asked for, else the runbook's own, and the faults on top."""
    from drctl.sim.faults import parse_fault

    name = request.scenario or runbooks_own
    scenario = texts.scenario_of(name, estate) if name is not None else None
    faults = []
    for text in request.faults:
        try:
            faults.append(parse_fault(text))
        except ValueError as error:
            raise InputInvalid(f"--fault {text}: {error}", hint="drctl drill --help") from None
    if not faults:
        return scenario
    scenario = scenario or Scenario(name="faults", title="Faults from the command line")
    return replace(scenario, faults=(*faults, *scenario.faults))


@contextlib.contextmanager
def _world(folder: RunFolder, estate: Estate, scenario: Scenario | None) -> Iterator[Simulation]:
    """The world of a new run. Where the run never began, it leaves neither a process nor a folder behind."""
    simulation = None
    try:
        with first_write(folder):
            simulation = simulated.start(folder.path, estate, scenario, SystemClock().now())
        yield simulation
    except BaseException as error:
        if isinstance(error, NeverBegun) or not folder.journal.exists():
            if simulation is not None:
                simulation.stop()
            shutil.rmtree(folder.path, ignore_errors=True)
        raise


def _marks(simulation: Simulation, scenario: Scenario | None, now: datetime) -> list[e.Event]:
    source = f"scenario {scenario.name}" if scenario is not None else "the start of the drill"
    onset = simulation.onset
    detected = onset + scenario.detected_after if scenario is not None else now
    return [
        e.Marked(at=now, mark=Mark.ONSET, instant=onset, source=source),
        e.Marked(at=now, mark=Mark.DETECTED, instant=min(detected, now), source=source),
        e.Marked(at=now, mark=Mark.DECLARED, instant=now, source="the start of the run"),
    ]
