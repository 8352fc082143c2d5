"""What somebody who is not meant to has done to buckets: part of a scenario."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class AttackedBucket:
    """Objects that were overwritten, and others that were deleted, in the order of their keys. Replicas get both."""

    overwritten: int = field(default=0, metadata={"ge": 0})
    """How many have rubbish on top."""
    deleted: int = field(default=0, metadata={"ge": 0})
    """How many of the next ones have a delete marker on top."""
    before_onset: timedelta = timedelta(0)
    """How long before the onset that was."""
    purged: int = field(default=0, metadata={"ge": 0})
    """Of how many of all these the older versions were deleted too, the deleted ones first. Replicas keep theirs."""
    purged_after: timedelta = timedelta(0)
    """How long after the onset that was."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Attacked:
    buckets: Mapping[str, AttackedBucket] = field(default_factory=dict)
    deleted_buckets: tuple[str, ...] = ()
    """Buckets that are gone at the onset, with everything in them."""
