"""Plans and runs for the engine, driven in a small world."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import Executor
from datetime import timedelta
from typing import Any

from drctl.engine.drive import drive
from drctl.engine.parts import Parts, PauseRequest
from drctl.model.approval_policy import ApprovalPolicy
from drctl.model.events import Approve, Marked, Mode, RunStarted
from drctl.model.plan import Objectives, Plan, PlannedStep
from drctl.model.run import Run
from drctl.model.timing import Mark
from drctl.ports.approvals import ApprovalNotices, Approvals
from drctl.testing.outside import no_probes, no_programs
from tests.fakes.clock import START, VirtualClock
from tests.fakes.journal import MemoryJournal
from tests.fakes.pool import InlinePool
from tests.fakes.progress import SilentProgress
from tests.fakes.world import World, WorldCatalogue


def step(id: str, *needs: str, uses: str = "thing.make", takes: str = "0s", **settings: Any) -> PlannedStep:
    """A step that makes the thing of its own name."""
    params = settings.pop("params", None) or {"name": id, "takes": takes}
    return PlannedStep(id=id, uses=uses, params=params, needs=needs, **settings)


def plan_of(*steps: PlannedStep, **settings: Any) -> Plan:
    return Plan(
        runbook="things",
        title="Make things",
        objectives=Objectives(timedelta(hours=4), timedelta(hours=1)),
        steps=steps,
        **settings,
    )


class Bench:
    """One plan in one world, which can be driven again and again over the same journal."""

    def __init__(
        self,
        *steps: PlannedStep,
        approve: Approve = Approve.ASK,
        mode: Mode = Mode.DRILL,
        started_by: str = "",
        **plan: Any,
    ) -> None:
        self.plan = plan_of(*steps, **plan)
        self.clock = VirtualClock()
        self.world = World(self.clock)
        self.journal = MemoryJournal()
        self.pause = PauseRequest()
        self.approvals: Approvals | None = None
        self.policy = ApprovalPolicy()
        self.notices: ApprovalNotices | None = None
        self.progress = SilentProgress()
        self.bugs: list[str] = []
        self.amendments: dict[str, Plan] = {}
        self.pool: Executor = InlinePool()
        self.journal.append(
            [
                RunStarted(
                    at=START,
                    run="dr-1",
                    runbook="things",
                    mode=mode,
                    approve=approve,
                    environment="simulated",
                    simulated=True,
                    sources={},
                    inputs={},
                    variables={},
                    lost_regions=("eu-central-1",),
                    started_by=started_by,
                ),
                Marked(at=START, mark=Mark.ONSET, instant=START),
            ]
        )
        self.journal.appends = 0

    def replan(self, sources: Mapping[str, str]) -> Plan:
        """The plan that an amendment brings: one of `self.amendments`, by its name."""
        return self.amendments[sources["things"]]

    def drive(self) -> Run:
        """Drive the run from what its journal holds."""
        run = Run.of(self.journal.read())
        parts = Parts(
            catalogue=WorldCatalogue(self.world),
            aws=self.world,
            probes=no_probes(),
            programs=no_programs(),
            clock=self.clock,
            journal=self.journal,
            progress=self.progress,
            approvals=self.approvals,
            pool=self.pool,
            pause=self.pause,
            policy=self.policy,
            notices=self.notices,
            replan=self.replan,
            log_bug=self.bugs.append,
        )
        return drive(self.plan, run, parts)

    def names(self) -> list[str]:
        """The events' names and steps, in order: what happened, for reading."""
        return [f"{type(event).__name__} {getattr(event, 'step', '')}".strip() for event in self.journal.events()]
