"""Programs of the user's own, such as Terraform or a script, that outlive the drctl that started them.

A tick never waits for a program: it starts one, and later ticks look how it stands. What a program
says is kept on disk under its key, so that a crash of drctl loses neither the program nor its answer.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from pathlib import Path
from typing import Protocol

OUTPUT_FILE = "output.json"
"""What `$DRCTL_OUTPUT` names: where a program leaves a JSON object for the steps after it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProgramRequest:
    """What to run. `key` is the same for every attempt of a step and epoch: one key runs once.

    `argv` is passed as it is, no shell reads it. `environment` is all the program sees of it, on top of
    what the runner gives to find AWS; names that begin with `AWS_` are the runner's alone. Values of
    `secrets` are given in the environment too, and are blacked out wherever the output is shown or kept.
    """

    key: str
    argv: tuple[str, ...]
    folder: Path
    environment: Mapping[str, str] = field(default_factory=dict)
    secrets: Mapping[str, str] = field(default_factory=dict, repr=False)
    limit: timedelta = timedelta(minutes=30)
    """The program is ended when it takes longer."""
    account: str | None = None
    """The twelve-digit id of the account that it works in."""
    region: str | None = None
    answer: str | None = None
    """The file of its own that its standard output goes to, whole; without one it is part of `Program.output`."""


class ProgramState(StrEnum):
    RUNNING = "running"
    ENDED = "ended"
    """With an exit code; 128 and its number where a signal ended it, as a shell would say."""
    LATE = "late"
    """It took longer than its limit and was ended."""
    LOST = "lost"
    """It left no exit code: it never began, the machine went down, or somebody killed what watched over it."""
    UNSTARTABLE = "unstartable"
    """There is no such program, or it may not be run."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Program:
    """How a program stands. `output` is the end of what it has said, blacked out where it was secret."""

    state: ProgramState
    exit_code: int | None = None
    output: str = ""
    detail: str = ""

    @property
    def last_line(self) -> str:
        """The last line of the output that says anything."""
        return next((line.strip() for line in reversed(self.output.splitlines()) if line.strip()), "")


class Programs(Protocol):
    def find(self, key: str) -> Program | None:
        """The program that was started under `key`; None where there was none."""

    def start(self, request: ProgramRequest) -> None:
        """Start it, unless there is one under its key already. Returns once it is found by `find`, never later."""

    def read(self, key: str, name: str) -> bytes | None:
        """A file that the program left in its own folder (`$DRCTL_PROGRAM_FOLDER`), or that several left in one
        they share; None where there is none."""

    def shared(self, name: str) -> Path:
        """A folder of this run for programs that hand files to one another, made where it is not there; `read` takes
        its name for a key."""

    def stop(self, key: str) -> None:
        """End it, if it is running."""
