"""A stand-in for `drctl.bootstrap`: the same functions, with a made-up run behind them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

from drctl.bootstrap.given_marks import GivenMarks
from drctl.bootstrap.planned import DrillSkipped
from drctl.bootstrap.trends import Found, TrendRequest
from drctl.engine.parts import PauseRequest
from drctl.errors import NotFound
from drctl.model.events import Approve, Event
from drctl.model.overdue import Overdue
from drctl.model.plan import Plan
from drctl.model.problem import Problem
from drctl.model.recorded import Recorded
from drctl.model.run import Run
from drctl.model.trend import TrendRun, trend_of
from drctl.model.values import Json
from drctl.ports.action import Catalogue
from drctl.ports.approvals import Approvals
from drctl.ports.by_hand import ByHand, HandOver, Stance
from drctl.ports.progress import Progress
from drctl.report.document import run_document
from drctl.report.runs import RunRow, run_row
from drctl.report.schema import document_schema
from drctl.report.shape import RunDocument
from tests.fakes.catalogue import SmallCatalogue
from tests.fakes.sample_run import PLAN, RUN, passed, recorded


@dataclass(frozen=True, kw_only=True)
class DrillRequest:
    runbook: str
    environment: str
    estate: str
    inputs: Mapping[str, str]
    scenario: str | None
    faults: tuple[str, ...]
    speed: str
    approve: Approve
    keep: bool
    skip_if_blocked: bool
    despite_window: str | None
    marks: GivenMarks
    state_dir: Path


@dataclass(frozen=True)
class Outcome:
    document: RunDocument
    exit_code: int
    run: str


@dataclass(frozen=True)
class ValidatedFile:
    path: str
    kind: str
    problems: tuple[Problem, ...] = ()


class StandInBootstrap(ModuleType):
    """Drives the made-up run: `events` are what happens, `exit_code` how it ends, `raises` what goes wrong."""

    def __init__(self) -> None:
        super().__init__("drctl.bootstrap")
        vars(self).update(
            DrillRequest=DrillRequest, DrillSkipped=DrillSkipped, GivenMarks=GivenMarks, PauseRequest=PauseRequest
        )
        vars(self).update(TrendRequest=TrendRequest)
        self.events: Sequence[Event] = passed()
        self.exit_code = 0
        self.raises: BaseException | None = None
        self.during: Callable[[PauseRequest], None] = lambda pause: None
        self.requests: list[DrillRequest] = []
        self.resumed: list[tuple[str, Approve | None, str | None, bool]] = []
        self.ignored: list[object] = []
        self.approvals: list[Approvals | None] = []
        self.checked: list[ValidatedFile] = []
        self.kept = True
        self.skipped: Mapping[str, Json] | None = None
        self.late: Sequence[Overdue] = ()
        self.trend: Sequence[TrendRun] = ()

    def start_drill(
        self,
        request: DrillRequest,
        progress: Progress,
        approvals: Approvals | None,
        pause: PauseRequest,
        mfa_code: object,
    ) -> Outcome:
        self.requests.append(request)
        if self.skipped is not None:
            raise DrillSkipped(self.skipped)
        return self._drive(progress, approvals, pause)

    def resume(
        self,
        run: str,
        state_dir: Path,
        progress: Progress,
        approvals: Approvals | None,
        approve: Approve | None,
        speed: str | None,
        keep: bool,
        pause: PauseRequest,
        ignored: object,
        takeover: object,
        mfa_code: object,
    ) -> Outcome:
        self.ignored.append(ignored)
        self.resumed.append((run, approve, speed, keep))
        return self._drive(progress, approvals, pause)

    def _drive(self, progress: Progress, approvals: Approvals | None, pause: PauseRequest) -> Outcome:
        self.approvals.append(approvals)
        run = Run()
        for record in recorded(self.events):
            run.apply(record)
            if record.seq == 1:
                progress.begin(PLAN, run)
            progress.recorded(record, run)
            progress.passed(record.event.at, run)
        self.during(pause)
        progress.end(run)
        if self.raises is not None:
            raise self.raises
        return Outcome(run_document(run, PLAN), self.exit_code, RUN)

    def read_run(self, run: str, state_dir: Path) -> tuple[Run, Plan, tuple[Recorded, ...]]:
        if self.raises is not None:
            raise self.raises
        if not self.kept or (run != "latest" and not RUN.startswith(run)):
            raise NotFound(f"there is no run {run!r} in {state_dir}", hint="drctl runs")
        records = recorded(self.events)
        return Run.of(records), PLAN, records

    def present_of(self, run: Run) -> None:
        return None

    def watch(
        self,
        name: str,
        state_dir: Path,
        progress: Progress,
        *,
        wait: Callable[[], None],
        note: Callable[[str, str], None],
    ) -> Outcome:
        """The made-up run from its beginning; one that does not end is watched until somebody leaves."""
        run = Run()
        for record in recorded(self.events):
            run.apply(record)
            if record.seq == 1:
                progress.begin(PLAN, run)
            progress.recorded(record, run)
            note("nobody drives this run now", f"drctl resume {RUN}")
        progress.end(run)
        if run.ended_at is None:
            raise KeyboardInterrupt
        return Outcome(run_document(run, PLAN), self.exit_code, RUN)

    def manual(self, run: str, state_dir: Path, step: str | None, *, undo: bool) -> HandOver:
        self.read_run(run, state_dir)
        sheet = ByHand(
            step=step or "restore",
            uses="rds.restore_snapshot",
            title="",
            state="held",
            stance=Stance.PERSON,
            says="a person decides",
            hint=f"drctl approve {RUN} restore",
        )
        return HandOver(run=RUN, runbook=PLAN.runbook, simulated_at=None, steps=(sheet,), undo=undo)

    def list_runs(self, state_dir: Path) -> Sequence[RunRow]:
        row = run_row(Run.of(recorded(self.events)), PLAN)
        return [row] if self.kept and row is not None else []

    def list_overdue(self, state_dir: Path, environment: str | None) -> Sequence[Overdue]:
        return self.late

    def find_trend(self, request: TrendRequest) -> Found:
        return Found(
            runbook=request.runbook,
            environment="staging",
            simulated=False,
            mode=request.mode,
            trend=trend_of(self.trend),
            unread=0,
        )

    def validate(self, paths: Sequence[str]) -> Sequence[ValidatedFile]:
        return self.checked

    def load_graph(self, runbook: str) -> Plan:
        return PLAN

    def catalogue(self) -> Catalogue:
        return SmallCatalogue()

    @staticmethod
    def runbook_schema() -> Mapping[str, object]:
        return {"title": "runbook"}

    @staticmethod
    def estate_schema() -> Mapping[str, object]:
        return {"title": "estate"}

    @staticmethod
    def scenario_schema() -> Mapping[str, object]:
        return {"title": "scenario"}

    @staticmethod
    def environment_schema() -> Mapping[str, object]:
        return {"title": "environment"}

    @staticmethod
    def document_schema() -> Mapping[str, object]:
        return document_schema()

    def serve_simulation(
        self, estate: str, scenario: str | None, port: int, speed: str, announce: Callable[[str], None]
    ) -> None:
        announce("http://127.0.0.1:5000")
        if self.raises is not None:
            raise self.raises
