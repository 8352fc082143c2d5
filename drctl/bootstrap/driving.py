"""Drive a run whose journal is open and whose world is there, and say what it has come to."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from drctl.bootstrap.approving import people
from drctl.bootstrap.pricing import prices
from drctl.bootstrap.records import plan_of
from drctl.bootstrap.requests import Outcome
from drctl.bootstrap.texts import catalogue, recorded_plan
from drctl.bootstrap.world import RunWorld
from drctl.dispatch.in_process import InProcess
from drctl.engine.parts import Parts, PauseRequest
from drctl.errors import RunHeld
from drctl.model.cost import Cost, Prices, cost_of
from drctl.model.events import Approve
from drctl.model.inventory import Resource
from drctl.model.plan import Plan
from drctl.model.run import Run, RunState
from drctl.ports.approvals import Approvals
from drctl.ports.journal import Journal
from drctl.ports.progress import Progress
from drctl.report.document import run_document


@dataclass(frozen=True, kw_only=True)
class Drive:
    """Everything one drive needs that differs from run to run."""

    folder: Path
    """The run's own."""
    run: Run
    plan: Plan
    journal: Journal
    world: RunWorld
    approve: Approve
    progress: Progress
    approvals: Approvals | None
    pause: PauseRequest

    def go(self) -> Outcome:
        """Drive as far as the run goes. The journal stays open."""
        first = self.run.started
        if first is None:
            raise AssertionError("a run is driven after its first event")
        access = self.world.access(first.run)
        inventory = self.world.inventory(first.run, self.plan)
        progress = self.world.telling(self.progress, first.run, self.folder)

        def parts(pool: Executor) -> Parts:
            return Parts(
                catalogue=catalogue(),
                aws=access,
                probes=self.world.probes(),
                programs=self.world.programs(self.folder),
                clock=self.world.clock,
                journal=self.journal,
                progress=progress,
                approvals=people(first, self.approve, self.approvals, self.world),
                policy=self.world.approval_policy,
                notices=self.world.notices(first.run),
                pool=pool,
                pause=self.pause,
                replan=functools.partial(recorded_plan, first),
                log_bug=_log_bug,
                inventory=inventory,
                cost=functools.partial(_cost, prices()) if inventory is not None else None,
            )

        driven = InProcess().drive(self.plan, self.run, parts)
        return outcome_of(driven, plan_of(driven) if driven.amended else self.plan)


def outcome_of(run: Run, plan: Plan) -> Outcome:
    """The outcome of a run as it stands, with the exit code that scripts rely on."""
    document = run_document(run, plan)
    return Outcome(document, exit_code_of(run), document["run"])


def exit_code_of(run: Run) -> int:
    """0 done and objectives met, 1 ended badly, 3 waiting for an operator."""
    if run.state is not RunState.FINISHED:
        return RunHeld.exit_code
    return 0 if run.verdict is not None and run.verdict.objectives_met else 1


def _cost(known: Prices, resources: Sequence[Resource], until: datetime) -> Cost:
    return cost_of(resources, until, known)


def _log_bug(trace: str) -> None:
    import structlog

    structlog.get_logger("drctl.engine").error("an action broke", traceback=trace)
