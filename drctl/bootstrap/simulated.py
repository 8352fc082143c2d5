"""A simulated world, put together for a run: its process, its clock, its clients."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from drctl.errors import JournalCorrupt
from drctl.model.approval_policy import EXPIRES, ApprovalPolicy
from drctl.model.estate import Estate
from drctl.model.scenario import Scenario
from drctl.model.values import Json
from drctl.ports.clock import Clock

if TYPE_CHECKING:
    from drctl.aws.sessions import AwsSessions
    from drctl.bootstrap.world import TakeInventory
    from drctl.model.plan import Plan
    from drctl.ports.probes import Probes
    from drctl.ports.programs import Programs
    from drctl.ports.progress import Progress
    from drctl.sim.control_client import Simulation

FOLDER = "simulation"
"""Where, in a run's folder, the simulation keeps its configuration and its log."""


@dataclass(frozen=True, kw_only=True)
class SimulatedSettings:
    """What a run on a simulated AWS has to find again when it is resumed; journaled with event 1."""

    url: str
    world: str
    speed: str
    estate: str
    accounts: Mapping[str, str]
    default_account: str
    home_region: str
    role: str
    folder: str = "."
    """The folder that the run was started in, where its programs are found."""

    @classmethod
    def of(cls, simulation: Simulation, estate: Estate, speed: str, folder: Path) -> SimulatedSettings:
        """The settings of a world that has just been started."""
        return cls(
            url=simulation.url,
            world=simulation.world,
            speed=speed,
            estate=estate.name,
            accounts=dict(estate.accounts),
            default_account=estate.default_account,
            home_region=estate.regions.recovery,
            role=estate.recovery_role,
            folder=str(folder.absolute()),
        )

    @classmethod
    def read(cls, settings: Mapping[str, Json]) -> SimulatedSettings:
        """The settings that event 1 of a journal holds. Raises JournalCorrupt where they are not whole."""
        try:
            read = cls(**settings)  # type: ignore[arg-type]
        except TypeError as error:
            raise JournalCorrupt(f"the run's settings cannot be read: {error}") from error
        given: Any = settings["accounts"]
        accounts = given if isinstance(given, Mapping) else {"accounts": None}
        texts = {name: value for name, value in read.plain().items() if name != "accounts"}
        if wrong := [name for name, text in {**texts, **accounts}.items() if not isinstance(text, str)]:
            raise JournalCorrupt(f"the run's settings cannot be read: {wrong[0]} is not as it was written")
        if read.speed not in ("instant", "60", "1"):
            raise JournalCorrupt(f"the run's settings cannot be read: there is no speed {read.speed!r}")
        return read

    def plain(self) -> Mapping[str, Json]:
        """The settings as a journal holds them."""
        return {name: getattr(self, name) for name in self.__dataclass_fields__}


@dataclass(frozen=True)
class SimulatedWorld:
    """A simulated AWS that is there, as the world of a run."""

    simulation: Simulation
    settings: SimulatedSettings
    clock: Clock

    @classmethod
    def of(cls, simulation: Simulation, settings: SimulatedSettings) -> SimulatedWorld:
        """The world, with the engine's clock at the speed that the settings say."""
        return cls(simulation, settings, clock_of(simulation, settings.speed))

    @property
    def approval_policy(self) -> ApprovalPolicy:
        """The default, by a person's time: at the speed of 60, ten minutes of the world are ten seconds."""
        speed = 1 if self.settings.speed == "instant" else int(self.settings.speed)
        return ApprovalPolicy(expires=EXPIRES * speed)

    def notices(self, run: str) -> None:
        """None: a drill tells nobody."""

    def access(self, run: str) -> AwsSessions:
        return sessions_of(self.settings, run, self.clock.now)

    def probes(self) -> Probes:
        return probes_of(self.settings)

    def programs(self, folder: Path) -> Programs:
        from drctl.bootstrap.programs import programs_of

        return programs_of(folder, self.settings, self.simulation)

    def inventory(self, run: str, plan: Plan) -> TakeInventory | None:
        """Nobody looks: the whole world ends with its run, and looking costs more than a drill may."""
        return None

    def telling(self, progress: Progress, run: str, folder: Path) -> Progress:
        return progress

    def end(self) -> None:
        self.simulation.stop()


def clock_of(simulation: Simulation, speed: str) -> Clock:
    """The engine's clock: the world's own, at that speed."""
    from drctl.sim.engine_clock import JumpingClock, ScaledClock

    return JumpingClock(simulation) if speed == "instant" else ScaledClock(simulation, float(speed))


def sessions_of(settings: SimulatedSettings, run: str, now: Callable[[], datetime]) -> AwsSessions:
    """Clients of every account of the world, through the same roles as in a real one."""
    from drctl.aws.credentials import Account, Keys
    from drctl.aws.sessions import AwsSessions
    from drctl.aws.worlds import World
    from drctl.sim.credentials import key_of

    key = key_of(settings.accounts[settings.default_account])
    return AwsSessions(
        accounts={
            name: Account(id, role=f"arn:aws:iam::{id}:role/{settings.role}") for name, id in settings.accounts.items()
        },
        own=settings.default_account,
        home_region=settings.home_region,
        run=run,
        now=now,
        world=World(simulated=True, endpoint_url=settings.url),
        keys=Keys(key.access_key, key.secret_key),
    )


def start(folder: Path, estate: Estate, scenario: Scenario | None, now: datetime) -> Simulation:
    """A simulated AWS in its own process, filled with `estate`; `scenario` has struck and been noticed by `now`."""
    from drctl.loading.validation import adapter_of
    from drctl.sim.launch import launch

    return launch(
        folder / FOLDER,
        adapter_of(Estate).dump_json(estate).decode(),
        adapter_of(Scenario).dump_json(scenario).decode() if scenario is not None else None,
        onset=now - (scenario.declared_after if scenario is not None else timedelta(0)),
    )


def attach(settings: SimulatedSettings) -> Simulation:
    """The world that the run began in. Raises SimulationGone."""
    from drctl.sim.control_client import attach as attach_to

    return attach_to(settings.url, settings.world)


def lost_regions(scenario: Scenario | None, estate: Estate) -> tuple[str, ...]:
    """The Regions that nothing may be needed from."""
    return () if scenario is None else tuple(estate.regions.named(lost.region) for lost in scenario.lost_regions)


def probes_of(settings: SimulatedSettings) -> Probes:
    """What is seen from outside: the simulated internet, and nothing of the real one."""
    return probes_at(settings.url)


def probes_at(url: str) -> Probes:
    """What is seen of the simulated internet whose AWS listens at `url`."""
    from drctl.ports.probes import Probes
    from drctl.probes.http import HttpxProbe
    from drctl.sim.probes import SimulatedDns, SimulatedPostgres, SimulatedRedis

    return Probes(
        http=HttpxProbe(simulated=url),
        postgres=SimulatedPostgres(url),
        redis=SimulatedRedis(url),
        dns=SimulatedDns(url),
    )
