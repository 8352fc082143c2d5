"""What `s3.restore_versions` is told, and what it sees."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from pydantic import Field

from drctl.actions.parameters import CLOSED, Instant, Region
from drctl.aws.s3 import Bucket
from drctl.aws.s3_versions import History


@dataclass(frozen=True, slots=True, kw_only=True)
class Params:
    __pydantic_config__ = CLOSED

    region: Region
    bucket: str
    prefix: str
    """What the keys begin with; empty for the whole bucket."""
    at: Instant
    """The instant to go back to; what was written after it is not there afterwards, but as an older version."""
    plan: str | None = None
    """The digest that an earlier step has told; without it nothing is changed."""
    most: Annotated[int, Field(ge=1)] = 100_000
    """With more keys than this under the prefix, the step refuses."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    bucket: Bucket | None
    histories: tuple[History, ...] = ()
    complete: bool = True
    """Whether `histories` are those of all keys."""
