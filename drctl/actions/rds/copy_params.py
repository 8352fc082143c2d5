"""What a copy of a snapshot is asked for, and what it looks at."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from drctl.actions.parameters import CLOSED, Region
from drctl.actions.rds.snapshot_decisions import SnapshotName
from drctl.aws.kms import KmsKey
from drctl.aws.rds import DbSnapshot


@dataclass(frozen=True, slots=True, kw_only=True)
class Params:
    __pydantic_config__ = CLOSED

    region: Region
    """Where the copy is to be."""
    source_region: Region
    snapshot: str
    """The one that is copied, by its name or its ARN."""
    copy: SnapshotName
    """The name that the copy gets."""
    kms_key: str | None = None
    """The key of the copy, as an ARN or `alias/…`; needed where an encrypted snapshot goes to another Region."""
    tags: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    copy: DbSnapshot | None
    source: DbSnapshot | None = None
    """Looked for only while there is no copy."""
    key: KmsKey | None = None
