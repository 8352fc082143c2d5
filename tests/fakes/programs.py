"""Programs that are played in memory: each does what the test says, at once, and its answer is found later."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from drctl.ports.programs import Program, ProgramRequest, ProgramState

Plays = Callable[["MemoryPrograms", ProgramRequest], Program]


def succeeds(programs: MemoryPrograms, request: ProgramRequest) -> Program:
    """Whatever it is, it ends well and says so."""
    return Program(state=ProgramState.ENDED, exit_code=0, output="all is well\n")


@dataclass
class MemoryPrograms:
    """The Programs port. A program runs at the first look after its start, and has ended at the next."""

    plays: Plays = succeeds
    started: list[ProgramRequest] = field(default_factory=list)
    files: dict[tuple[str, str], bytes] = field(default_factory=dict)
    world: list[str] = field(default_factory=list)
    """What programs have made."""
    _found: dict[str, Program] = field(default_factory=dict)
    _looked: set[str] = field(default_factory=set)

    def renew(self) -> None:
        """Forget everything."""
        for kept in (self.started, self.files, self.world, self._found, self._looked):
            kept.clear()

    def find(self, key: str) -> Program | None:
        if key in self._found and key not in self._looked:
            self._looked.add(key)
            return Program(state=ProgramState.RUNNING)
        return self._found.get(key)

    def start(self, request: ProgramRequest) -> None:
        if request.key not in self._found:
            self.started.append(request)
            self._found[request.key] = self.plays(self, request)

    def read(self, key: str, name: str) -> bytes | None:
        return self.files.get((key, name))

    def shared(self, name: str) -> Path:
        return Path("/run/programs") / name

    def stop(self, key: str) -> None:
        self._found[key] = Program(state=ProgramState.ENDED, exit_code=143)
