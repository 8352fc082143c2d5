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


@dataclass(frozen=True, slots=True, kw_only=True)
class ProgramRequest:
    """What to run. `key` is the same for every attempt of a step and epoch: one key runs once.

    `argv` is passed as it is, no shell reads it. `environment` is all the program sees of it, on top of
    what the runner gives to find AWS. Values of `secrets` are given in the environment too, and are
    blacked out wherever the output is shown or kept.
    """

    key: str
    argv: tuple[str, ...]
    folder: Path
    environment: Mapping[str, str] = field(default_factory=dict)
    secrets: Mapping[str, str] = field(default_factory=dict)
    limit: timedelta = timedelta(minutes=30)
    """The program is ended when it takes longer."""
    account: str | None = None
    region: str | None = None


class ProgramState(StrEnum):
    RUNNING = "running"
    ENDED = "ended"
    """With an exit code."""
    LATE = "late"
    """It took longer than its limit and was ended."""
    LOST = "lost"
    """It is gone and left no exit code: the machine went down, or somebody killed it."""
    UNSTARTABLE = "unstartable"
    """There is no such program, or it may not be run."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Program:
    """How a program stands. `output` is the end of what it has said, blacked out where it was secret."""

    state: ProgramState
    exit_code: int | None = None
    output: str = ""
    detail: str = ""


class Programs(Protocol):
    def find(self, key: str) -> Program | None:
        """The program that was started under `key`; None where there was none."""

    def start(self, request: ProgramRequest) -> None:
        """Start it, unless there is one under its key already. Returns once it is found by `find`, never later."""

    def read(self, key: str, name: str) -> bytes | None:
        """A file that the program left in its own folder (`$DRCTL_PROGRAM_FOLDER`); None where there is none."""

    def stop(self, key: str) -> None:
        """End it, if it is running."""
