"""What a cache's restore is asked for, and what it looks at."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from pydantic import Field

from drctl.actions.elasticache.group_params import GroupParams, GroupSeen
from drctl.actions.parameters import Instant
from drctl.aws.elasticache_snapshots import CacheSnapshot

SOURCE_TAG, TAKEN_TAG = "drctl:source", "drctl:recovery-point"
"""What a restored group says of its data: AWS does not tell from what a group was made."""
EMPTY = "empty"


@dataclass(frozen=True, slots=True, kw_only=True)
class Params(GroupParams):
    """Exactly one of `snapshot`, `newest_of`, `seed` and `empty`."""

    snapshot: str | None = None
    """The name of a snapshot in `region`."""
    newest_of: str | None = None
    """The replication group whose newest snapshot in `region` is taken; the group itself may be gone."""
    seed: Annotated[str, Field(pattern=r"^arn:aws:s3:::[a-z0-9.-]+/[^,]+\.rdb$")] | None = None
    """The ARN of an RDB file in a bucket of `region` that ElastiCache may read."""
    seed_taken_at: Instant | None = None
    """When the data of `seed` was captured: the file's own time is that of its upload."""
    empty: bool = False
    """Start with nothing: for locks and rate limits, where old data does harm."""

    def __post_init__(self) -> None:
        given = [self.snapshot is not None, self.newest_of is not None, self.seed is not None, self.empty]
        if given.count(True) != 1:
            raise ValueError("needs exactly one of `snapshot`, `newest_of`, `seed` and `empty: true`")
        if self.seed_taken_at is not None and self.seed is None:
            raise ValueError("`seed_taken_at` is about a `seed`")


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen(GroupSeen):
    snapshots: tuple[CacheSnapshot, ...] = ()
    """Those that are meant, the newest first; looked for only while there is no group."""
