"""What `command` takes."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Annotated, Any

from pydantic import AfterValidator, Field

from drctl.actions.parameters import CLOSED, Duration, Region

_RESERVED = ("AWS_", "DRCTL_")
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_LONGEST = timedelta(hours=24)


def _name(name: str) -> str:
    if not _NAME.fullmatch(name):
        raise ValueError(f"expected the name of an environment variable, such as MODE, got {name!r}")
    if name.startswith(_RESERVED):
        raise ValueError("names that begin with AWS_ or DRCTL_ are given by drctl: a program finds its account by them")
    return name


def _text(text: str) -> str:
    if "\0" in text:
        raise ValueError("no program takes a zero byte")
    return text


def _limit(limit: timedelta) -> timedelta:
    if not timedelta(seconds=1) <= limit <= _LONGEST:
        raise ValueError("expected between 1s and 24h")
    return limit


def _some(given: tuple[Any, ...]) -> tuple[Any, ...]:
    if not given:
        raise ValueError("expected at least one")
    return given


Word = Annotated[str, AfterValidator(_text)]
Words = Annotated[tuple[Word, ...], AfterValidator(_some)]
Name = Annotated[str, AfterValidator(_name)]
Limit = Annotated[Duration, AfterValidator(_limit)]
ExitCode = Annotated[int, Field(ge=0, le=255)]
ExitCodes = Annotated[tuple[ExitCode, ...], AfterValidator(_some)]


@dataclass(frozen=True, slots=True, kw_only=True)
class UndoCommand:
    """The program that takes it back. It has the same folder, environment and secrets."""

    __pydantic_config__ = CLOSED

    argv: Words
    limit: Limit = timedelta(minutes=30)
    success_codes: ExitCodes = (0,)


@dataclass(frozen=True, slots=True, kw_only=True)
class Params:
    __pydantic_config__ = CLOSED

    argv: Words
    """The program and its arguments. No shell reads them: `[sh, -c, …]` asks for one."""
    folder: str = "."
    """Where it runs: within the folder that the run was started in, or an absolute path."""
    region: Region | None = None
    """Where it finds AWS, and where its secrets are."""
    environment: Mapping[Name, Word] = field(default_factory=dict)
    """All it sees besides PATH, HOME, LANG, TMPDIR, TZ and what it finds AWS by. These values are recorded."""
    secrets: Mapping[Name, str] = field(default_factory=dict)
    """Environment variable → secret of Secrets Manager. Values are read when it starts, and never recorded."""
    limit: Limit = timedelta(minutes=30)
    """When it takes longer it is ended, with everything it has started."""
    success_codes: ExitCodes = (0,)
    outputs_json: bool = False
    """Whether it leaves a JSON object in the file `$DRCTL_OUTPUT`, or else as its last line: the output `result`."""
    undo: UndoCommand | None = None
    repeatable: bool = False
    """Whether it may be started again where it was lost without a word, such as by a crash: then it may run twice."""

    def __post_init__(self) -> None:
        if self.secrets and self.region is None:
            raise ValueError("`secrets` are looked up in a `region`")
        if both := sorted(set(self.secrets) & set(self.environment)):
            raise ValueError(f"{both[0]} is in `environment` and in `secrets`")
