"""Start a run in an environment: a drill, or the recovery from a real incident.

Everything is read, and every guard has looked, before anything is written down; nothing is changed before that.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import datetime

from drctl.bootstrap import preflight, texts
from drctl.bootstrap.beginning import NeverBegun, first_lease, first_write, pinned
from drctl.bootstrap.driving import Drive
from drctl.bootstrap.enough_people import enough_people
from drctl.bootstrap.environment_world import EnvironmentWorld, MfaCode
from drctl.bootstrap.isolating import confirm_isolation
from drctl.bootstrap.past_runs import history_of
from drctl.bootstrap.planned import planned_start
from drctl.bootstrap.planning import blind_stops, forbidden_in
from drctl.bootstrap.requests import DrillRequest, Outcome, RecoverRequest
from drctl.engine.parts import PauseRequest
from drctl.errors import GuardRefused, InputInvalid, Refused
from drctl.journal.folder import RunFolder, new_run
from drctl.journal.holder import this_process
from drctl.journal.sqlite import SqliteJournal
from drctl.journal.starting import one_at_a_time
from drctl.model import events as e
from drctl.model.environment import Environment
from drctl.model.events import Approve, Mode
from drctl.model.plan import Plan
from drctl.model.run import Run
from drctl.ports.approvals import Approvals
from drctl.ports.progress import Progress


def drill_in(
    request: DrillRequest,
    progress: Progress,
    approvals: Approvals | None,
    pause: PauseRequest,
    mfa_code: MfaCode | None = None,
) -> Outcome:
    """Drive a new drill in the environment of that name. Raises Refused and DrillSkipped with nothing changed."""
    if request.scenario is not None or request.faults:
        raise InputInvalid(
            f"{request.environment} is no simulated AWS: nothing can be broken there",
            hint="leave --scenario and --fault out, or leave --environment out",
        )
    begun = _Beginning(request, Mode.DRILL, mfa_code)
    begun.require_own()
    request.marks.require_sense(begun.world.clock.now())
    with one_at_a_time(request.state_dir, begun.environment.name) as recorded:
        found = planned_start(begun.environment, request, request.state_dir, begun.world.clock.now())

        def marks(now: datetime) -> list[e.Event]:
            return [*request.marks.marked(now, "the start of the drill", onset_is_now=not request.marks.any), *found]

        return begun.go(marks, request.approve, progress, approvals, pause, recorded)


def recover(
    request: RecoverRequest,
    progress: Progress,
    approvals: Approvals | None,
    pause: PauseRequest,
    *,
    confirmed: Callable[[Environment], bool],
    mfa_code: MfaCode | None = None,
) -> Outcome:
    """Drive a new recovery. `confirmed` asks whoever has typed the command whether it is this account that is meant.

    Raises Refused with nothing changed.
    """
    begun = _Beginning(request, Mode.RECOVER, mfa_code)
    request.marks.require_sense(begun.world.clock.now())
    if not confirmed(begun.environment):
        raise Refused("the account's name was not the one that was asked for", hint="look at --environment again")

    def marks(now: datetime) -> list[e.Event]:
        return request.marks.marked(now, "the start of the run")

    return begun.go(marks, Approve.ASK, progress, approvals, pause)


class _Beginning:
    """A run that may begin: read, allowed, and the accounts made sure of."""

    def __init__(self, request: DrillRequest | RecoverRequest, mode: Mode, mfa_code: MfaCode | None) -> None:
        self._request, self._mode = request, mode
        self.environment, self._settings = texts.environment_of(request.environment)
        self._loaded = texts.environment_runbook(request.runbook, request.inputs, self.environment)
        self._plan: Plan = self._loaded.plan_or_refuse()
        preflight.allow(self.environment, mode, self._plan)
        if isinstance(request, RecoverRequest) or request.approve is Approve.ASK:
            enough_people(self.environment, mode, self._plan, str(this_process()))
        self.world = EnvironmentWorld(self.environment, self._settings, mode=mode, mfa_code=mfa_code)
        accounts = preflight.accounts_of(self._plan, self.environment)
        preflight.confirm(self.world.access("check"), self.environment, accounts)
        if mode is Mode.DRILL:
            confirm_isolation(self.world.access("check"), self.environment, self._plan)
        self._require_sight()

    def _require_sight(self) -> None:
        """Raises GuardRefused where a stop condition looks at nothing."""
        if wrong := blind_stops(self._plan, self.world, self._settings, self._mode):
            raise GuardRefused(
                f"a stop condition of {self.environment.name} could never stop anything",
                context=wrong,
                hint="look at `stop_alarms` of the environment, and at `stop_when` of the runbook",
            )

    def require_own(self) -> None:
        """Raises GuardRefused where the drill would begin by changing what it may not."""
        if wrong := forbidden_in(self._plan, self.world, self._settings, self._mode):
            raise GuardRefused(
                f"a drill changes only what it has made itself, or what is a drill's own in {self.environment.name}",
                context=wrong,
                hint=f"drctl plan --runbook {self._plan.runbook} --environment {self.environment.name}",
            )

    def go(
        self,
        marks: Callable[[datetime], list[e.Event]],
        approve: Approve,
        progress: Progress,
        approvals: Approvals | None,
        pause: PauseRequest,
        recorded: Callable[[], None] = lambda: None,
    ) -> Outcome:
        """Drive it. `recorded` is called once everybody can see that the run has begun."""
        folder = new_run(self._request.state_dir, self.environment.name, self.world.clock.now())
        try:
            return self._drive(folder, marks, approve, progress, approvals, pause, recorded)
        except NeverBegun:
            # A run without a first event is none.
            shutil.rmtree(folder.path, ignore_errors=True)
            raise

    def _drive(
        self,
        folder: RunFolder,
        marks: Callable[[datetime], list[e.Event]],
        approve: Approve,
        progress: Progress,
        approvals: Approvals | None,
        pause: PauseRequest,
        recorded: Callable[[], None],
    ) -> Outcome:
        with first_write(folder):
            journal = SqliteJournal.open(folder.journal, create=True)
        try:
            now = self.world.clock.now()
            started = e.RunStarted(
                at=now,
                run=folder.run,
                mode=self._mode,
                environment=self.environment.name,
                simulated=self.environment.endpoint_url is not None,
                approve=approve,
                settings=self._settings.plain(),
                findings=self.environment.findings,
                expires_at=now.replace(microsecond=0) + self.environment.drill_expires
                if self._mode is Mode.DRILL
                else None,
                incident=self._request.incident if isinstance(self._request, RecoverRequest) else "",
                **pinned(self._loaded.texts, self._plan),
            )
            known = history_of(self._request.state_dir, started, self._plan)
            with first_write(folder):
                journal.append([started, *known, *marks(now), first_lease(now)])
            recorded()
            return Drive(
                folder=folder.path,
                run=Run.of(journal.read()),
                plan=self._plan,
                journal=journal,
                world=self.world,
                approve=approve,
                progress=progress,
                approvals=approvals,
                pause=pause,
            ).go()
        finally:
            journal.release()
