"""The programs of a run for looking only: how they stand is read, and none is started or ended."""

from __future__ import annotations

from pathlib import Path
from typing import NoReturn

from drctl.ports.by_hand import Discretion, ProgramAsked, Secret, StopAsked, Unsent
from drctl.ports.programs import Program, ProgramRequest, Programs, ProgramState
from drctl.programs.files import ENDED, REQUEST


class UnsentPrograms:
    """The Programs port over `programs`, whose folder is `folder`. Nothing is made in it."""

    def __init__(self, programs: Programs, folder: Path, discretion: Discretion) -> None:
        self._programs, self._folder, self._discretion = programs, folder, discretion

    def find(self, key: str) -> Program | None:
        """The program that was started under `key`; None where there was none."""
        kept = self._folder / key
        if (kept / REQUEST).exists() and not (kept / ENDED).exists():
            # Whoever looks after programs may end one that is late; only the run itself does that.
            return Program(state=ProgramState.RUNNING, detail="no end of it has been written down")
        return self._programs.find(key)

    def start(self, request: ProgramRequest) -> NoReturn:
        """Raises Unsent."""
        raise Unsent(program_asked(request, self._discretion))

    def read(self, key: str, name: str) -> bytes | None:
        """A file that the program left; None where there is none."""
        return self._programs.read(key, name)

    def shared(self, name: str) -> Path:
        """The folder of that name, whether it is there or not."""
        return self._folder / name

    def stop(self, key: str) -> NoReturn:
        """Raises Unsent."""
        raise Unsent(StopAsked(key=key))


def program_asked(request: ProgramRequest, discretion: Discretion) -> ProgramAsked:
    """The program as a person would start it."""
    pieces = discretion.pieces
    secrets = [(name, (discretion.secret_for(value) or Secret(),)) for name, value in request.secrets.items()]
    return ProgramAsked(
        argv=tuple(pieces(word) for word in request.argv),
        folder=str(request.folder),
        environment=(*((name, pieces(value)) for name, value in request.environment.items()), *secrets),
        account=request.account,
        region=request.region,
    )
