"""What a restored group's data is taken from. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from drctl.actions.elasticache.restore_params import EMPTY, SOURCE_TAG, TAKEN_TAG, Params
from drctl.aws import elasticache_snapshots as es
from drctl.model.decision import Refuse, Wait
from drctl.model.instant import format_instant
from drctl.model.past import Past


@dataclass(frozen=True, slots=True)
class Source:
    name: str
    asks: Mapping[str, Any] = field(default_factory=dict)
    """What CreateReplicationGroup takes for it."""
    tags: Mapping[str, str] = field(default_factory=dict)


def choose_source(params: Params, snapshots: Sequence[es.CacheSnapshot], past: Past) -> Source | Wait | Refuse:
    """What the new group's data is to come from, or what is in the way."""
    if params.empty:
        return Source(EMPTY, tags={SOURCE_TAG: EMPTY})
    if params.seed is not None:
        taken = {TAKEN_TAG: format_instant(params.seed_taken_at)} if params.seed_taken_at else {}
        return Source(params.seed, {"SnapshotArns": [params.seed]}, {SOURCE_TAG: params.seed, **taken})
    what = f"snapshot {params.snapshot}" if params.snapshot else f"snapshot of {params.newest_of}"
    known = es.USABLE | es.SETTLING | es.DELETING
    if unknown := [one for one in snapshots if one.status not in known]:
        because = f"snapshot {unknown[0].name} is {unknown[0].status!r}, which drctl does not know"
        return Refuse(because, "look at it, or name another")
    usable = [one for one in snapshots if one.status in es.USABLE]
    if not usable:
        if coming := [one for one in snapshots if one.status in es.SETTLING]:
            return Wait(f"snapshot {coming[0].name} to leave {coming[0].status!r}")
        return Refuse(
            f"{params.region} has no {what}",
            f"snapshots stay in their Region; give a `seed`, or `empty: true`; then: drctl resume {past.run}",
        )
    return _of_snapshot(params, usable[0])


def _of_snapshot(params: Params, chosen: es.CacheSnapshot) -> Source | Refuse:
    if chosen.shards > 1:
        because = f"snapshot {chosen.name} has {chosen.shards} shards, and {params.replication_group} gets one"
        return Refuse(because, "a snapshot with cluster mode enabled cannot be restored without; name another")
    if chosen.engine == "valkey" and params.engine == "redis":
        return Refuse(f"snapshot {chosen.name} is of valkey, which redis does not read", "say `engine: valkey`")
    taken = {TAKEN_TAG: format_instant(chosen.taken_at)} if chosen.taken_at else {}
    return Source(chosen.name, {"SnapshotName": chosen.name}, {SOURCE_TAG: chosen.name, **taken})
