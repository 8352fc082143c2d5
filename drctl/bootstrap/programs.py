"""Programs of the user's own in a simulated run: what they find of AWS is the simulated one, and nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from drctl.bootstrap.simulated import SimulatedSettings
from drctl.programs.surroundings import NOTHING_OF_THE_MACHINE

if TYPE_CHECKING:
    from drctl.ports.programs import Programs
    from drctl.sim.control_client import Simulation

FOLDER = "programs"
"""Where, in a run's folder, programs leave what they say."""


@dataclass(frozen=True, slots=True)
class SimulatedSurroundings:
    """How a program finds the simulated AWS: by its address, with a made-up key for its account."""

    url: str

    def variables(self, account: str | None, region: str | None) -> Mapping[str, str]:
        """The environment by which the AWS command line, SDKs and Terraform act in that account of the simulation."""
        from drctl.sim.credentials import key_of

        given = dict(NOTHING_OF_THE_MACHINE)
        given["AWS_ENDPOINT_URL"] = self.url
        if account is not None:
            key = key_of(account)
            given |= {"AWS_ACCESS_KEY_ID": key.access_key, "AWS_SECRET_ACCESS_KEY": key.secret_key}
        if region is not None:
            given |= {"AWS_REGION": region, "AWS_DEFAULT_REGION": region}
        return given


def programs_of(folder: Path, settings: SimulatedSettings, simulation: Simulation) -> Programs:
    """The programs of a run whose folder is `folder`: they run on this machine, Terraform in the simulation."""
    from drctl.programs.local import LocalPrograms
    from drctl.sim.simulated_programs import SimulatedPrograms

    local = LocalPrograms(folder.absolute() / FOLDER, SimulatedSurroundings(settings.url))
    return SimulatedPrograms(local, simulation, waits=settings.speed == "instant")
