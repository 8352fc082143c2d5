"""Programs in a simulated run: the user's own run on this machine, Terraform is played by the simulated AWS.

Whether a program is Terraform is told by its name alone, so that a drill needs no Terraform, no
provider and no state; what it would make is made in the simulated world.
"""

from __future__ import annotations

import base64
import threading
import time
from dataclasses import dataclass
from pathlib import Path, PurePath

from drctl.ports.programs import Program, ProgramRequest, Programs, ProgramState
from drctl.sim.control_client import Simulation

PLAYED = ("terraform", "tofu")
_LOOK_EVERY_S = 0.02


@dataclass(frozen=True, slots=True)
class SimulatedPrograms:
    """The Programs port of a simulated run, over that of this machine.

    Virtual time jumps to what is due next while nothing is in flight; a program on this machine lives in the time of
    the wall. With `waits` a look at one that runs lasts up to `patience_s`, so that its deadline is not gone before
    it has begun.
    """

    local: Programs
    simulation: Simulation
    waits: bool = False
    patience_s: float = 2.0

    def find(self, key: str) -> Program | None:
        """The program that was started under `key`, here or in the simulation."""
        if (told := self.simulation.program(key)) is not None:
            return Program(
                state=ProgramState(told["state"]), exit_code=told["exit_code"], output=told["output"], detail=""
            )
        until = time.monotonic() + (self.patience_s if self.waits else 0.0)
        pause = threading.Event()
        found = self.local.find(key)
        while found is not None and found.state is ProgramState.RUNNING and time.monotonic() < until:
            pause.wait(_LOOK_EVERY_S)
            found = self.local.find(key)
        return found

    def start(self, request: ProgramRequest) -> None:
        """Start it, where its name says that it belongs."""
        if PurePath(request.argv[0]).name not in PLAYED:
            self.local.start(request)
            return
        self.simulation.play_program(
            key=request.key,
            argv=request.argv,
            account=request.account,
            region=request.region,
            limit_s=request.limit.total_seconds(),
            answer=request.answer,
        )

    def read(self, key: str, name: str) -> bytes | None:
        """A file that a program left, here or in the simulation."""
        told = self.simulation.program_file(key, name)
        return base64.b64decode(told) if told is not None else self.local.read(key, name)

    def shared(self, name: str) -> Path:
        """A folder of this run for programs that hand files to one another."""
        return self.local.shared(name)

    def stop(self, key: str) -> None:
        """End it, if it is running. One that is played ends by itself."""
        self.local.stop(key)
