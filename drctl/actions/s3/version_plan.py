"""What it takes to bring a prefix back to an instant, counted and digested. Pure.

The digest is of the goal, the versions that were present at the instant, and of
nothing else: it stays the same while the plan is carried out, and becomes another
when one of these versions is gone.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from drctl.aws.s3_versions import ARCHIVED, MOST_COPIED_BYTES, Copying, History, Version


@dataclass(frozen=True, slots=True)
class Undeleting:
    """One object to be brought back by taking away the delete markers above it."""

    key: str
    wanted: Version
    markers: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    undelete: tuple[Undeleting, ...]
    copy: tuple[Copying, ...]
    as_wanted: tuple[str, ...]
    """The keys that are what they were."""
    newer: tuple[str, ...]
    """The keys that are there now and were not there then: left alone, for people to look through."""
    gone: tuple[str, ...]
    """The keys that were deleted since, and of which no version is left to come back: somebody has deleted these too,
    or they were made and deleted since."""
    digest: str

    @property
    def complete(self) -> bool:
        return not self.undelete and not self.copy

    @property
    def impossible(self) -> Copying | None:
        """The first object that no copy can bring back."""
        return next((one for one in self.copy if _too_large(one.wanted) or one.wanted.storage_class in ARCHIVED), None)

    def told(self) -> str:
        """The plan in a few words."""
        gone = f", {len(self.gone)} of which only a delete marker is left" if self.gone else ""
        return (
            f"{len(self.undelete)} to undelete, {len(self.copy)} to copy from an older version, "
            f"{len(self.as_wanted)} as they were, {len(self.newer)} newer ones left alone{gone}"
        )


def make_plan(histories: Sequence[History], at: datetime, restored: Iterable[str] = ()) -> Plan:
    """The plan that brings the keys back to `at`; `restored` are those whose present version is our own copy."""
    ours = frozenset(restored)
    undelete: list[Undeleting] = []
    copy: list[Copying] = []
    as_wanted: list[str] = []
    newer: list[str] = []
    gone: list[str] = []
    goal = hashlib.sha256()
    for history in histories:
        wanted = version_at(history, at)
        if wanted is None:
            if not history.present.marker:
                newer.append(history.key)
            elif all(version.marker and version.at > at for version in history.versions):
                gone.append(history.key)
            continue
        # Lengths first, so that no two goals are written alike.
        goal.update(f"{len(history.key)}:{history.key}{len(wanted.id)}:{wanted.id}{wanted.etag}\n".encode())
        above = history.versions[: history.versions.index(wanted)]
        if history.key in ours or same_content(history.present, wanted):
            as_wanted.append(history.key)
        elif all(version.marker for version in above):
            undelete.append(Undeleting(history.key, wanted, tuple(marker.id for marker in above)))
        else:
            copy.append(Copying(history.key, wanted, history.present))
    return Plan(
        undelete=tuple(undelete),
        copy=tuple(copy),
        as_wanted=tuple(as_wanted),
        newer=tuple(newer),
        gone=tuple(gone),
        digest=goal.hexdigest(),
    )


def version_at(history: History, at: datetime) -> Version | None:
    """The version that was present at that instant; None where there was no object then."""
    newest = next((version for version in history.versions if version.at <= at), None)
    return None if newest is None or newest.marker else newest


def same_content(one: Version, other: Version) -> bool:
    """Whether two versions are known to hold the same bytes. Unequal ETags say nothing: KMS makes them so."""
    return not one.marker and not other.marker and (one.etag, one.size) == (other.etag, other.size)


def _too_large(version: Version) -> bool:
    return version.size > MOST_COPIED_BYTES
