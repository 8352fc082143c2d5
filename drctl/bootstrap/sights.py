"""The world of a run, for looking at it through the clients and probes of a drive, none of which changes anything."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from drctl.bootstrap.programs import FOLDER, SimulatedSurroundings
from drctl.bootstrap.simulated import SimulatedSettings, attach, probes_of, sessions_of
from drctl.bootstrap.texts import catalogue
from drctl.engine.parts import Parts
from drctl.errors import DrctlError, JournalCorrupt
from drctl.model.run import Run
from drctl.ports.by_hand import Discretion, Notes

if TYPE_CHECKING:
    from drctl.aws.unsent import UnsentAccess
    from drctl.sim.control_client import Simulation


@dataclass(frozen=True, kw_only=True)
class Sight:
    """What can be seen of a run's world, and why not, where it cannot be."""

    folder: Path
    """The run's own."""
    now: datetime
    settings: SimulatedSettings | None = None
    """None where the journal does not say how its world is reached."""
    simulation: Simulation | None = None
    unreachable: str = ""
    access: UnsentAccess | None = field(default=None)

    @property
    def url(self) -> str | None:
        return self.settings.url if self.settings is not None else None

    def account(self, name: str | None) -> tuple[str, str]:
        """The id of the account of that name and the role that is taken in it; nothing where they are not known."""
        if self.settings is None:
            return "", ""
        id = self.settings.accounts.get(name or self.settings.default_account)
        return (id, f"arn:aws:iam::{id}:role/{self.settings.role}") if id else ("", "")

    def prepare(self, account: str) -> tuple[str, ...]:
        """What to type before the commands of that account, so that they reach the simulated world."""
        if self.settings is None or not account:
            return ()
        from drctl.sim.credentials import key_of

        key = key_of(account)
        return (
            f"export AWS_ACCESS_KEY_ID={key.access_key} AWS_SECRET_ACCESS_KEY={key.secret_key}",
            f"export AWS_ENDPOINT_URL={self.settings.url}",
            # S3 Control puts the account before the host, which leads nowhere on this machine.
            "export AWS_DISABLE_HOST_PREFIX_INJECTION=true",
        )

    def looks_secret(self, text: str) -> bool:
        """Whether `text` has the look of one of AWS's keys."""
        from drctl.programs.redaction import Redaction

        plain = text.encode("utf-8", "surrogateescape")
        return Redaction(())(plain) != plain

    def parts(self, notes: Notes, discretion: Discretion) -> Parts:
        """What a step is given to look with. Nobody is asked, and nothing is recorded."""
        from drctl.probes.unsent import unsent_probes
        from drctl.programs.local import LocalPrograms
        from drctl.programs.unsent import UnsentPrograms
        from drctl.sim.simulated_programs import SimulatedPrograms

        if self.settings is None or self.access is None:
            raise JournalCorrupt("the run's settings do not say how its world is reached")
        self.access.note_in(notes, discretion)
        folder = self.folder.absolute() / FOLDER
        local = LocalPrograms(folder, SimulatedSurroundings(self.settings.url))
        programs = SimulatedPrograms(local, self.simulation) if self.simulation is not None else local
        # A look has no use for the rest; whatever asked for it would be wrong to.
        nobody: Any = None
        return Parts(
            catalogue=catalogue(),
            aws=self.access,
            probes=unsent_probes(probes_of(self.settings), notes, discretion),
            programs=UnsentPrograms(programs, folder, discretion),
            clock=nobody,
            journal=nobody,
            progress=nobody,
            approvals=None,
            pool=nobody,
            replan=nobody,
        )


def sight_of(run: Run, folder: Path) -> Sight:
    """What can be seen of the world of `run`, whose own folder is `folder`."""
    now = run.last_at or datetime.fromtimestamp(0, UTC)
    first = run.started
    if first is None or not first.simulated:
        return Sight(folder=folder, now=now, unreachable="this drctl reaches simulated worlds only")
    try:
        settings = SimulatedSettings.read(first.settings)
    except DrctlError as error:
        return Sight(folder=folder, now=now, unreachable=error.what)
    simulation, unreachable = None, ""
    try:
        simulation = attach(settings)
        now = simulation.clock()
    except DrctlError as error:
        unreachable = error.what
    access = _access(settings, first.run, now)
    return Sight(
        folder=folder,
        now=now,
        settings=settings,
        simulation=simulation,
        unreachable=unreachable,
        access=access,
    )


def _access(settings: SimulatedSettings, run: str, now: datetime) -> UnsentAccess:
    from drctl.aws.unsent import UnsentAccess

    return UnsentAccess(sessions_of(settings, run, lambda: now), settings.url)
