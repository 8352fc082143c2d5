"""What `s3.restore_versions` is told, and what it sees."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from pydantic import Field

from drctl.actions.parameters import CLOSED, Duration, Instant, Region
from drctl.aws.s3 import Bucket
from drctl.aws.s3_versions import History
from drctl.model.past import Past


@dataclass(frozen=True, slots=True, kw_only=True)
class Params:
    __pydantic_config__ = CLOSED

    region: Region
    bucket: str
    prefix: str
    """What the keys begin with; empty for the whole bucket."""
    at: Instant | None = None
    """The instant to go back to; what was written after it is not there afterwards, but as an older version."""
    before_onset: Duration | None = None
    """Without `at`: go back to this long before the onset. Where nobody has told when that was, only `at` will do."""
    plan: str | None = None
    """The digest that an earlier step has told; without it nothing is changed."""
    most: Annotated[int, Field(ge=1)] = 100_000
    """With more keys than this under the prefix, the step refuses."""
    most_gone: Annotated[int, Field(ge=0)] | None = None
    """With more keys than this of which only a delete marker of later is left, the step refuses: somebody has
    deleted their versions too. Without it, they are only counted."""

    def __post_init__(self) -> None:
        if self.at is None and self.before_onset is None:
            raise ValueError("needs `at`, or `before_onset`: the instant to go back to")

    def goal(self, past: Past) -> datetime | None:
        """The instant to go back to; None where it counts from an onset that nobody has told."""
        if self.at is not None:
            return self.at
        if past.onset is None or self.before_onset is None:
            return None
        return past.onset - self.before_onset


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    bucket: Bucket | None
    histories: tuple[History, ...] = ()
    complete: bool = True
    """Whether `histories` are those of all keys."""
