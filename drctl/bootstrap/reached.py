"""The two kinds of world that can be looked at, and how a person reaches them with tools of their own."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from drctl.bootstrap.environment_world import EnvironmentWorld
from drctl.bootstrap.programs import FOLDER as PROGRAMS_FOLDER
from drctl.bootstrap.programs import SimulatedSurroundings
from drctl.bootstrap.simulated import SimulatedSettings, probes_of, sessions_of
from drctl.model.environment import Environment

if TYPE_CHECKING:
    from drctl.aws.sessions import AwsSessions
    from drctl.ports.probes import Probes
    from drctl.ports.programs import Programs
    from drctl.sim.control_client import Simulation

NO_PREFIX = "export AWS_DISABLE_HOST_PREFIX_INJECTION=true"
"""S3 Control puts the account before the host, which leads nowhere on this machine."""


class Reached(Protocol):
    """A world that can be looked at."""

    @property
    def url(self) -> str | None:
        """Where every call goes; None for the endpoints of AWS."""

    def account(self, name: str | None) -> tuple[str, str]:
        """The id of the account of that name and the role that is taken in it; nothing where they are not known."""

    def prepare(self, account: str, role: str) -> tuple[str, ...]:
        """What to type before the commands of the account of that id."""

    def probes(self) -> Probes: ...

    def programs(self, folder: Path) -> Programs: ...


@dataclass(frozen=True)
class ReachedSimulation:
    """A simulated world, or what is known of one that has ended."""

    settings: SimulatedSettings
    simulation: Simulation | None

    @property
    def url(self) -> str | None:
        return self.settings.url

    def account(self, name: str | None) -> tuple[str, str]:
        id = self.settings.accounts.get(name or self.settings.default_account)
        return (id, f"arn:aws:iam::{id}:role/{self.settings.role}") if id else ("", "")

    def prepare(self, account: str, role: str) -> tuple[str, ...]:
        from drctl.sim.credentials import key_of

        key = key_of(account)
        return (
            f"export AWS_ACCESS_KEY_ID={key.access_key} AWS_SECRET_ACCESS_KEY={key.secret_key}",
            f"export AWS_ENDPOINT_URL={self.settings.url}",
            NO_PREFIX,
        )

    def access(self, run: str, now: datetime) -> AwsSessions:
        return sessions_of(self.settings, run, lambda: now)

    def probes(self) -> Probes:
        return probes_of(self.settings)

    def programs(self, folder: Path) -> Programs:
        from drctl.programs.local import LocalPrograms
        from drctl.sim.simulated_programs import SimulatedPrograms

        local = LocalPrograms(folder.absolute() / PROGRAMS_FOLDER, SimulatedSurroundings(self.settings.url))
        return SimulatedPrograms(local, self.simulation) if self.simulation is not None else local


@dataclass(frozen=True)
class ReachedEnvironment:
    """AWS as an environment describes it."""

    environment: Environment
    world: EnvironmentWorld

    @property
    def url(self) -> str | None:
        return self.environment.endpoint_url

    def account(self, name: str | None) -> tuple[str, str]:
        known = self.environment.accounts.get(name or self.environment.default_account)
        return (known.id, known.role or "") if known is not None else ("", "")

    def prepare(self, account: str, role: str) -> tuple[str, ...]:
        """The role's credentials, by the AWS command line itself; nothing where the base credentials are used."""
        lines = [] if self.url is None else [f"export AWS_ENDPOINT_URL={self.url}", NO_PREFIX]
        if role:
            what = "Credentials.[AccessKeyId,SecretAccessKey,SessionToken]"
            asked = (
                f"aws sts assume-role --role-arn {role} --role-session-name drctl-by-hand "
                f"--region {self.environment.sts_region} --query '{what}' --output text"
            )
            lines.append(
                f'read -r AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY AWS_SESSION_TOKEN <<< "$({asked})" && '
                "export AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY AWS_SESSION_TOKEN"
            )
        return tuple(lines)

    def probes(self) -> Probes:
        return self.world.probes()

    def programs(self, folder: Path) -> Programs:
        return self.world.programs(folder)
