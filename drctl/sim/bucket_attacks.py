"""Objects of simulated buckets overwritten, deleted and purged by an intruder, and whole buckets deleted."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from drctl.model.attack import Attacked, AttackedBucket
from drctl.sim.overlay import World
from drctl.sim.services.bucket_names import BucketNames
from drctl.sim.services.object_copies import (
    backend_of_bucket,
    find_bucket,
    is_marker,
    keep_in_order,
    newest_version,
    set_time,
    take_back,
)
from drctl.sim.services.s3_replication import S3Replication

_RUBBISH = b"Your files are encrypted. Read README_TO_RESTORE.txt\n"


def attack(world: World, attacked: Attacked) -> None:
    """It is the onset: what `attacked` tells has happened to the buckets, and has spread to their replicas since."""
    for name, one in sorted(attacked.buckets.items()):
        _attack(world, name, one)
    for name in attacked.deleted_buckets:
        _delete_bucket(world, name)


def _attack(world: World, bucket: str, one: AttackedBucket) -> None:
    since = world.now() - one.before_onset
    found = find_bucket(bucket)
    present = [key for key in sorted(found.keys) if not is_marker(newest_version(bucket, key))]
    overwritten = present[: one.overwritten]
    deleted = present[one.overwritten : one.overwritten + one.deleted]
    backend = backend_of_bucket(bucket)
    for key in overwritten:
        backend.put_object(bucket, key, _RUBBISH)
        _spread(world, bucket, key, since)
    for key in deleted:
        backend.delete_object(bucket, key)
        _spread(world, bucket, key, since)
    purged = [*deleted, *overwritten][: one.purged]
    world.clock.after(one.purged_after, lambda: _purge(bucket, purged))


def _spread(world: World, bucket: str, key: str, since: datetime) -> None:
    version = newest_version(bucket, key)
    set_time(version, since)
    keep_in_order(bucket, key)
    world.part(S3Replication).spread(bucket, version, since)


def _purge(bucket: str, keys: list[str]) -> None:
    # Nothing of this reaches a replica: the deletion of one version is never replicated.
    found = find_bucket(bucket)
    for key in keys:
        versions: list[Any] = found.keys.getlist(key, []) if found is not None else []
        for version in versions[:-1]:
            take_back(bucket, key, version.version_id)


def _delete_bucket(world: World, name: str) -> None:
    backend, bucket = backend_of_bucket(name), find_bucket(name)
    bucket.keys.clear()
    backend.delete_bucket(name)
    world.part(S3Replication).remove_configuration(name)
    world.part(BucketNames).release(name)
