"""Which present versions are this run's own copies, and which of its work others have written over. Pure.

S3 told the id of each copy. Where that answer was lost, a version that lies right above
the one that it was to be put on and holds the wanted bytes is the copy, or as good as it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from drctl.actions.s3.version_plan import Plan, Undeleting
from drctl.aws.s3_versions import Copying, History
from drctl.model.past import ChangeState, Past, PastChange
from drctl.model.values import Json

COPY, UNDELETE, TAKE_BACK = "copy", "undelete", "take-back"


def copying_entries(batch: Sequence[Copying]) -> Mapping[str, Json]:
    """The batch for the undo ledger."""
    keys: Sequence[Mapping[str, Json]] = [
        {"key": one.key, "over": one.over.id, "etag": one.wanted.etag, "size": one.wanted.size} for one in batch
    ]
    return {"keys": keys}


def undeleting_entries(batch: Sequence[Undeleting]) -> Mapping[str, Json]:
    """The batch for the undo ledger."""
    return {"keys": [{"key": one.key, "markers": list(one.markers), "version": one.wanted.id} for one in batch]}


def own_copies(histories: Sequence[History], past: Past) -> dict[str, str]:
    """The keys whose present version is a copy of this run's, with its version id."""
    made = _copies(past.changes)
    # Of a batch that failed some objects may have been copied all the same.
    meant = {str(entry["key"]): entry for change in past.changes for entry in _entries(change, COPY)}
    return {
        one.key: one.present.id
        for one in histories
        if made.get(one.key) == one.present.id or (one.key in meant and _lies_as_meant(one, meant[one.key]))
    }


def written_since(plan: Plan, past: Past) -> str | None:
    """A key that this epoch has brought back and that needs it again: somebody else is at work there."""
    now = [change for change in past.changes if change.epoch == past.epoch and change.state is ChangeState.RETURNED]
    done = set(_copies(now)) | {str(entry["key"]) for change in now for entry in _entries(change, UNDELETE)}
    needed = [*(one.key for one in plan.copy), *(one.key for one in plan.undelete)]
    return next((key for key in needed if key in done), None)


def buried_copies(histories: Sequence[History], past: Past) -> tuple[str, ...]:
    """The keys in which somebody has written on top of this run's copy."""
    made = _copies(past.changes)
    return tuple(one.key for one in histories if any(version.id == made.get(one.key) for version in one.versions[1:]))


def still_undeleted(histories: Sequence[History], past: Past) -> tuple[str, ...]:
    """The keys whose delete markers this run has taken away, and that are there."""
    done = {
        str(entry["key"]): str(entry["version"])
        for change in past.made(UNDELETE)
        for entry in _entries(change, UNDELETE)
    }
    return tuple(one.key for one in histories if done.get(one.key) == one.present.id)


def count(past: Past, name: str) -> int:
    """How many keys the changes of that name were about."""
    return len({str(entry["key"]) for change in past.made(name) for entry in _entries(change, name)})


def _copies(changes: Sequence[PastChange]) -> dict[str, str]:
    copies: dict[str, str] = {}
    for change in changes:
        told: Any = change.facts.get("copies", {}) if change.name == COPY else {}
        copies |= told
    return copies


def _lies_as_meant(history: History, entry: Mapping[str, Any]) -> bool:
    if len(history.versions) < 2 or history.present.marker or history.versions[1].id != entry["over"]:
        return False
    return (history.present.etag, history.present.size) == (entry["etag"], entry["size"])


def _entries(change: PastChange, name: str) -> Iterator[Mapping[str, Any]]:
    if change.name == name:
        keys: Any = change.undo["keys"]
        yield from keys
