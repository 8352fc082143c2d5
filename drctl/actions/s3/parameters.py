"""What `s3.promote_replica` is told, and what it sees."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from pydantic import Field

from drctl.actions.parameters import CLOSED, Duration, Region
from drctl.aws.cloudwatch import Backlog
from drctl.aws.s3 import Bucket
from drctl.aws.ssm import Parameter


@dataclass(frozen=True, slots=True, kw_only=True)
class Params:
    __pydantic_config__ = CLOSED

    region: Region
    bucket: str
    """The replica, in `region`."""
    source_bucket: str
    source_region: Region
    role: str
    """The ARN of the role that replicates back."""
    max_backlog: Annotated[int, Field(ge=0)] | None = None
    """With more operations than this not replicated, the step refuses."""
    max_latency: Duration | None = None
    """Further behind than this, the step refuses."""
    pointer: str | None = None
    """The SSM parameter in `region` from which writers read the bucket's name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    bucket: Bucket | None
    backlog: Backlog | None
    pointer: Parameter | None
