"""What a new read replica is asked for, and what is looked at."""

from __future__ import annotations

from dataclasses import dataclass

from drctl.actions.parameters import CLOSED, Region
from drctl.actions.rds.new_instance import NewInstance, Surroundings
from drctl.aws import rds


@dataclass(frozen=True, slots=True, kw_only=True)
class Params(NewInstance):
    """`kms_key` is the replica's own; an encrypted source needs one of this Region."""

    __pydantic_config__ = CLOSED

    source: str
    source_region: Region


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    around: Surroundings
    source: rds.DbInstance | None = None
    """Looked for only while there is no replica."""
