"""The world of a run, for looking at it through the clients and probes of a drive, none of which changes anything."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from drctl.bootstrap.environment_world import EnvironmentSettings, EnvironmentWorld, MfaCode
from drctl.bootstrap.programs import FOLDER as PROGRAMS_FOLDER
from drctl.bootstrap.reached import Reached, ReachedEnvironment, ReachedSimulation
from drctl.bootstrap.requests import SIMULATED
from drctl.bootstrap.simulated import SimulatedSettings, attach
from drctl.bootstrap.texts import catalogue
from drctl.engine.parts import Parts
from drctl.errors import DrctlError, JournalCorrupt
from drctl.model.events import Mode, RunStarted
from drctl.model.run import Run
from drctl.ports.by_hand import Discretion, Notes

if TYPE_CHECKING:
    from drctl.aws.sessions import AwsSessions
    from drctl.aws.unsent import UnsentAccess, Vet


@dataclass(frozen=True, kw_only=True)
class Sight:
    """What can be seen of a run's world, and why not, where it cannot be."""

    folder: Path
    """The run's own."""
    now: datetime
    reached: Reached | None = None
    """None where the journal does not say how its world is reached."""
    unreachable: str = ""
    access: UnsentAccess | None = field(default=None)

    @property
    def url(self) -> str | None:
        return self.reached.url if self.reached is not None else None

    def account(self, name: str | None) -> tuple[str, str]:
        """The id of the account of that name and the role that is taken in it; nothing where they are not known."""
        return self.reached.account(name) if self.reached is not None else ("", "")

    def prepare(self, account: str, role: str = "") -> tuple[str, ...]:
        """What to type before the commands of that account, so that they reach it."""
        return self.reached.prepare(account, role) if self.reached is not None and account else ()

    def looks_secret(self, text: str) -> bool:
        """Whether `text` has the look of one of AWS's keys."""
        from drctl.programs.redaction import Redaction

        plain = text.encode("utf-8", "surrogateescape")
        return Redaction(())(plain) != plain

    def parts(self, notes: Notes, discretion: Discretion) -> Parts:
        """What a step is given to look with. Nobody is asked, and nothing is recorded."""
        from drctl.probes.unsent import unsent_probes
        from drctl.programs.unsent import UnsentPrograms

        if self.reached is None or self.access is None:
            raise JournalCorrupt("the run's settings do not say how its world is reached")
        self.access.note_in(notes, discretion)
        # A look has no use for the rest; whatever asked for it would be wrong to.
        nobody: Any = None
        return Parts(
            catalogue=catalogue(),
            aws=self.access,
            probes=unsent_probes(self.reached.probes(), notes, discretion),
            programs=UnsentPrograms(
                self.reached.programs(self.folder), self.folder.absolute() / PROGRAMS_FOLDER, discretion
            ),
            clock=nobody,
            journal=nobody,
            progress=nobody,
            approvals=None,
            pool=nobody,
            replan=nobody,
        )


def sight_of(run: Run, folder: Path) -> Sight:
    """What can be seen of the world of `run`, whose own folder is `folder`."""
    now, first = run.last_at or datetime.fromtimestamp(0, UTC), run.started
    if first is None:
        return Sight(folder=folder, now=now, unreachable="the journal does not say how its world is reached")
    try:
        if first.environment == SIMULATED:
            return _simulated(first, folder, now)
        known = EnvironmentSettings.read(first.settings)
        return environment_sight(first.run, known, first.mode, folder, not_before=now)
    except DrctlError as error:
        return Sight(folder=folder, now=now, unreachable=error.what)


def environment_sight(
    run: str,
    settings: EnvironmentSettings,
    mode: Mode,
    folder: Path,
    *,
    not_before: datetime | None = None,
    mfa_code: MfaCode | None = None,
    world: EnvironmentWorld | None = None,
) -> Sight:
    """What can be seen of an environment, by the credentials of this machine. Raises InputInvalid."""
    environment = settings.described()
    if world is None:
        world = EnvironmentWorld(environment, settings, mode=mode, mfa_code=mfa_code, not_before=not_before)
    now = world.clock.now()
    reached = ReachedEnvironment(environment, world)
    sessions = world.access(run)
    access = unsent(sessions, environment.endpoint_url, sessions.vet)
    return Sight(folder=folder, now=now, reached=reached, access=access)


def _simulated(first: RunStarted, folder: Path, now: datetime) -> Sight:
    settings = SimulatedSettings.read(first.settings)
    simulation, unreachable = None, ""
    try:
        simulation = attach(settings)
        now = simulation.clock()
    except DrctlError as error:
        unreachable = error.what
    reached = ReachedSimulation(settings, simulation)
    access = unsent(reached.access(first.run, now), settings.url)
    return Sight(folder=folder, now=now, reached=reached, unreachable=unreachable, access=access)


def unsent(sessions: AwsSessions, url: str | None, vet: Vet | None = None) -> UnsentAccess:
    """Clients that only look; `vet` has a say on each change that they keep back."""
    from drctl.aws.unsent import UnsentAccess

    return UnsentAccess(sessions, url, vet)
