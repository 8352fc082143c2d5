"""What a scenario says was done to buckets has to fit the buckets of the estate."""

from __future__ import annotations

from drctl.loading.referee import Referee
from drctl.loading.yaml_source import Path
from drctl.model.attack import Attacked
from drctl.model.estate import Estate


def check_attacks(referee: Referee, attacked: Attacked, estate: Estate) -> None:
    """The buckets are there, keep versions, and hold at least as many objects as are attacked."""
    buckets = {name: bucket for _, _, place in estate.each_place() for name, bucket in place.buckets.items()}
    for name, one in attacked.buckets.items():
        path = ("attacked", "buckets", name)
        referee.refer(path, name, "bucket", buckets)
        hit, found = one.overwritten + one.deleted, buckets.get(name)
        if one.purged > hit:
            referee.wrong((*path, "purged"), f"only {hit} objects are overwritten or deleted")
        if found is None:
            continue
        if not found.versioning:
            referee.wrong(path, f"the bucket {name!r} keeps no versions: nothing could be brought back", at_key=True)
        pending = found.replication.pending if found.replication else 0
        if hit > (count := (found.objects.count if found.objects else 0) + pending):
            referee.wrong(path, f"the bucket {name!r} holds {count} objects, and {hit} are attacked", at_key=True)
    for index, name in enumerate(attacked.deleted_buckets):
        there: Path = ("attacked", "deleted_buckets", index)
        referee.refer(there, name, "bucket", buckets)
        if name in attacked.buckets:
            referee.wrong(there, "is attacked above, and a bucket that is deleted holds nothing any more")
