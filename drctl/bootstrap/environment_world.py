"""AWS as an environment's file describes it, as the world of a run; or an emulator that stands in for it."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from drctl.bootstrap import preflight
from drctl.bootstrap.programs import FOLDER
from drctl.clock import SystemClock
from drctl.errors import GuardRefused, InputInvalid, JournalCorrupt, SimulationGone
from drctl.loading.environment import load_environment
from drctl.model.approval_policy import ApprovalPolicy
from drctl.model.environment import Environment
from drctl.model.events import Mode
from drctl.model.values import Json
from drctl.ports.clock import Clock

if TYPE_CHECKING:
    from drctl.aws.sessions import AwsSessions
    from drctl.bootstrap.world import TakeInventory
    from drctl.model.plan import Plan
    from drctl.ports.approvals import ApprovalNotices
    from drctl.ports.probes import Probes
    from drctl.ports.programs import Programs
    from drctl.ports.progress import Progress
    from drctl.sim.control_client import Simulation

MfaCode = Callable[[str], str]
"""Asks a person for the present code of a device."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EnvironmentSettings:
    """What a run in an environment has to find again when it is resumed; journaled with event 1."""

    environment: str
    """The text of the environment's file, as it was."""
    file: str
    folder: str
    """The folder that the run was started in, where its programs are found."""

    @classmethod
    def read(cls, settings: Mapping[str, Json]) -> EnvironmentSettings:
        """The settings that event 1 of a journal holds. Raises JournalCorrupt where they are not whole."""
        given = {name: settings.get(name) for name in cls.__dataclass_fields__}
        texts = {name: value for name, value in given.items() if isinstance(value, str)}
        if texts.keys() != given.keys():
            raise JournalCorrupt("the run's settings cannot be read: they name no environment")
        return cls(**texts)

    def plain(self) -> Mapping[str, Json]:
        """The settings as a journal holds them."""
        return {name: getattr(self, name) for name in self.__dataclass_fields__}

    def described(self) -> Environment:
        """The environment. Raises InputInvalid where this version of drctl does not read it any more."""
        found, problems = load_environment(self.environment, self.file)
        if found is None:
            raise InputInvalid("the environment cannot be read", context=[str(problem) for problem in problems])
        return found


class EnvironmentWorld:
    """The AWS of an environment (the RunWorld protocol).

    Where its `endpoint_url` is drctl's own simulated AWS, the run goes by the time of that, and what it looks at from
    outside is that world's. `not_before` is the newest instant that a journal holds: this run's time begins there at
    the earliest, whatever the clock of this machine says.
    """

    def __init__(
        self,
        environment: Environment,
        settings: EnvironmentSettings,
        *,
        mode: Mode,
        mfa_code: MfaCode | None = None,
        not_before: datetime | None = None,
    ) -> None:
        self._environment, self._settings, self._mfa_code = environment, settings, mfa_code
        self._mode = mode
        self._simulation = _simulation_at(environment.endpoint_url)
        self._clock = _clock_of(self._simulation, not_before)
        self._sessions: dict[str, AwsSessions] = {}

    @property
    def clock(self) -> Clock:
        return self._clock

    @property
    def simulated(self) -> bool:
        """Whether drctl's own simulated AWS stands in for it."""
        return self._simulation is not None

    @property
    def approval_policy(self) -> ApprovalPolicy:
        return self._environment.approvals

    def notices(self, run: str) -> ApprovalNotices | None:
        from drctl.actions.notify.approval_chat import ChatNotices

        chat = self._environment.approvals.chat
        return ChatNotices(chat, self.access(run), self.probes().http) if chat is not None else None

    def access(self, run: str) -> AwsSessions:
        if run not in self._sessions:
            self._sessions[run] = self._new_sessions(run, drill=self._mode is Mode.DRILL)
        return self._sessions[run]

    def telling(self, progress: Progress, run: str, folder: Path) -> Progress:
        from drctl.bootstrap.notifying import NotifyingProgress
        from drctl.bootstrap.telling import Teller

        targets = self._environment.notify
        if not targets:
            return progress
        # What people are told is no change of the drill's, and needs no leave as one.
        access = self._new_sessions(run, drill=False)
        teller = Teller(run=run, access=access, probes=self.probes(), programs=self.programs(folder))
        return NotifyingProgress(progress, targets, teller.send)

    def _new_sessions(self, run: str, *, drill: bool) -> AwsSessions:
        from drctl.aws.credentials import Account
        from drctl.aws.drill_guard import DrillGuard
        from drctl.aws.guard import Guard
        from drctl.aws.sessions import AwsSessions
        from drctl.aws.worlds import World

        described = self._environment
        accounts = {
            name: Account(
                account.id,
                role=account.role,
                external_id=account.external_id,
                alias=account.alias,
                mfa_serial=account.mfa_serial,
                session=account.session,
            )
            for name, account in described.accounts.items()
        }
        return AwsSessions(
            accounts=accounts,
            own=described.default_account,
            home_region=described.sts_region,
            run=run,
            now=self._clock.now,
            world=World(simulated=False, endpoint_url=described.endpoint_url),
            guard=Guard(
                environment=described.name,
                accounts=accounts,
                own=described.default_account,
                regions=described.regions,
                marker=described.marker,
                now=self._clock.now,
            ),
            drill_guard=DrillGuard(run, described.drill_owned) if drill else None,
            session_tags=described.session_tags,
            mfa_code=self._mfa_code,
        )

    def probes(self) -> Probes:
        from drctl.ports.probes import Probes
        from drctl.probes.dns import DnspythonProbe
        from drctl.probes.http import HttpxProbe
        from drctl.probes.postgres import PsycopgProbe
        from drctl.probes.redis import RedisPyProbe

        if self._simulation is not None:
            from drctl.bootstrap.simulated import probes_at

            return probes_at(self._simulation.url)
        return Probes(http=HttpxProbe(), postgres=PsycopgProbe(), redis=RedisPyProbe(), dns=DnspythonProbe())

    def programs(self, folder: Path) -> Programs:
        from drctl.programs.local import LocalPrograms
        from drctl.sim.simulated_programs import SimulatedPrograms

        surroundings = _Surroundings(self._environment, lambda: self.access(folder.name))
        local = LocalPrograms(folder.absolute() / FOLDER, surroundings)
        if self._simulation is None:
            return local
        return SimulatedPrograms(local, self._simulation, waits=self._simulation.speed == "instant")

    def inventory(self, run: str, plan: Plan) -> TakeInventory | None:
        """Looks at every account that the plan works in, in every Region of the environment; in drills only."""
        from drctl.aws.inventory import Places, take_inventory

        if self._mode is not Mode.DRILL:
            return None
        accounts = tuple(sorted(preflight.accounts_of(plan, self._environment)))
        places = Places(accounts, self._environment.regions)
        return functools.partial(take_inventory, self.access(run), places)

    def end(self) -> None:
        """Nothing: AWS stays, and so does an emulator that somebody else has started."""


class _Surroundings:
    """How a program finds the AWS of the run: by credentials of the account it is for, and by nothing else."""

    def __init__(self, environment: Environment, sessions: Callable[[], AwsSessions]) -> None:
        self._environment, self._sessions = environment, sessions

    def variables(self, account: str | None, region: str | None) -> Mapping[str, str]:
        """The environment variables for the account of that id."""
        from drctl.programs.surroundings import NOTHING_OF_THE_MACHINE

        given = dict(NOTHING_OF_THE_MACHINE)
        if self._environment.endpoint_url is not None:
            given["AWS_ENDPOINT_URL"] = self._environment.endpoint_url
        if account is not None:
            named = [name for name, known in self._environment.accounts.items() if known.id == account]
            if not named:
                raise GuardRefused(f"account {account} is none of {self._environment.name}'s")
            given |= self._sessions().variables(named[0])
        if region is not None:
            given |= {"AWS_REGION": region, "AWS_DEFAULT_REGION": region}
        return given


def _simulation_at(url: str | None) -> Simulation | None:
    """The simulated AWS of drctl that listens at `url`; None where something else does, or nothing."""
    if url is None:
        return None
    from drctl.sim.control_client import attach

    try:
        return attach(url)
    except (GuardRefused, SimulationGone):
        return None


def _clock_of(simulation: Simulation | None, not_before: datetime | None) -> Clock:
    if simulation is None:
        return SystemClock(not_before=not_before)
    from drctl.bootstrap.simulated import clock_of

    return clock_of(simulation, simulation.speed)
