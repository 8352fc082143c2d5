"""Where the new value of a secret comes from. A runbook is in a repository, so it never holds one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import Field

from drctl.actions.parameters import CLOSED, Region


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A secret whose value is taken over, byte for byte."""

    __pydantic_config__ = CLOSED

    secret: str
    region: Region | None = None
    """The Region it is in; that of the step where left out."""
    stage: Literal["AWSCURRENT", "AWSPREVIOUS"] = "AWSCURRENT"


@dataclass(frozen=True, slots=True, kw_only=True)
class Random:
    """A value that Secrets Manager makes up, with lower and upper case letters and digits in it."""

    __pydantic_config__ = CLOSED

    length: Annotated[int, Field(ge=16, le=4096)] = 32
    punctuation: bool = False
    """Whether there is punctuation in it too; not every database and not every URL takes that."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Params:
    __pydantic_config__ = CLOSED

    region: Region
    secret: str
    copy_from: Source | None = None
    """The secret whose value is taken over."""
    generate: Random | None = None
    """How a value is made up; either this or `copy_from`."""

    def __post_init__(self) -> None:
        if (self.copy_from is None) == (self.generate is None):
            raise ValueError("give either `copy_from` or `generate`")
        if self.copy_from is not None and self.copy_from.stage == "AWSCURRENT" and self._is_itself(self.copy_from):
            raise ValueError("`copy_from` is this secret itself; name another secret or `stage: AWSPREVIOUS`")

    def _is_itself(self, source: Source) -> bool:
        return source.secret == self.secret and source.region in (None, self.region)
