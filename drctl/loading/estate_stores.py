"""What an estate says of its data stores: keys, groups, snapshots and replicas that exist and make sense."""

from __future__ import annotations

import re
from collections import Counter
from datetime import timedelta

from drctl.loading.estate_network import refer_groups, refer_subnets
from drctl.loading.referee import Referee
from drctl.loading.yaml_source import Path
from drctl.model.estate import Estate, Place
from drctl.model.estate_stores import Bucket, Database, SnapshotSeries

MOST_SNAPSHOTS = 100
"""In one Region of an account ("Quotas and constraints for Amazon RDS": manual DB instance snapshots)."""

SHORTEST_RHYTHM = timedelta(minutes=1)
_DAY = timedelta(days=1)

_BUCKET = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")


def check_stores(referee: Referee, estate: Estate, account: str, region: str, place: Place) -> None:
    """Everything about databases, caches, keys and buckets of one place."""
    at: Path = ("places", account, region)
    for section in ("database_subnet_groups", "cache_subnet_groups"):
        for name, subnets in getattr(place, section).items():
            refer_subnets(referee, (*at, section, name), subnets, at, place)
    _check_keys(referee, estate, account, region, place)
    _check_databases(referee, estate, account, region, place)
    for name, cache in place.caches.items():
        here = (*at, "caches", name)
        groups = (*at, "cache_subnet_groups")
        referee.refer((*here, "subnet_group"), cache.subnet_group, "subnet group", place.cache_subnet_groups, groups)
        refer_groups(referee, (*here, "security_groups"), cache.security_groups, at, place)
        referee.refer((*here, "key"), cache.key, "key", place.keys, (*at, "keys"))
        _refer_password(referee, here, cache.password_secret, at, place)
        if cache.password_secret is not None and not cache.transit_encryption:
            referee.wrong((*here, "password_secret"), "a cache asks for a password only with `transit_encryption`")
    for name, bucket in place.buckets.items():
        _check_bucket(referee, estate, account, (*at, "buckets", name), name, bucket)
        referee.refer((*at, "buckets", name, "key"), bucket.key, "key", place.keys, (*at, "keys"))


def check_bucket_names(referee: Referee, estate: Estate) -> None:
    """A bucket's name is unique in all of AWS."""
    named = [(account, region, name) for account, region, place in estate.each_place() for name in place.buckets]
    counts = Counter(name for _, _, name in named)
    for account, region, name in named:
        if counts[name] > 1:
            path = ("places", account, region, "buckets", name)
            referee.wrong(path, f"another place has a bucket {name!r} too, and no two in AWS share a name", at_key=True)


def check_snapshot_counts(referee: Referee, estate: Estate) -> None:
    """No Region of an account keeps more snapshots than RDS lets it."""
    counts: Counter[tuple[str, str]] = Counter()
    for account, region, place in estate.each_place():
        for database in place.databases.values():
            for series in database.snapshots:
                count = series_length(series)
                counts[account, region] += count
                if series.copied_to is not None:
                    counts[account, series.copied_to] += count
    for (account, region), count in counts.items():
        if count > MOST_SNAPSHOTS:
            told = f"there would be {count} snapshots in {region}, and RDS keeps {MOST_SNAPSHOTS}; keep fewer"
            referee.wrong(("places", account, region, "databases"), told, at_key=True)


def series_length(series: SnapshotSeries) -> int:
    """How many snapshots a series has; none where its rhythm makes no sense, which is a problem of its own."""
    if series.every < SHORTEST_RHYTHM or series.keep < series.newest:
        return 0
    return (series.keep - series.newest) // series.every + 1


def _check_keys(referee: Referee, estate: Estate, account: str, region: str, place: Place) -> None:
    for name, key in place.keys.items():
        if key.replica_of is None:
            continue
        path = ("places", account, region, "keys", name, "replica_of")
        primary = estate.place(account, key.replica_of)
        table: Path = ("places", account, key.replica_of, "keys")
        if primary is None or name not in primary.keys:
            referee.wrong(path, f"there is no key {name!r} in {'.'.join(map(str, table))}")
        elif not primary.keys[name].multi_region:
            referee.wrong(path, f"the key {name!r} in {key.replica_of} is not `multi_region: true`")


def _check_databases(referee: Referee, estate: Estate, account: str, region: str, place: Place) -> None:
    at: Path = ("places", account, region)
    for name, database in place.databases.items():
        here = (*at, "databases", name)
        groups = (*at, "database_subnet_groups")
        referee.refer(
            (*here, "subnet_group"), database.subnet_group, "subnet group", place.database_subnet_groups, groups
        )
        if not (database.parameter_group or "").startswith("default."):
            groups = (*at, "database_parameter_groups")
            known = place.database_parameter_groups
            referee.refer((*here, "parameter_group"), database.parameter_group, "parameter group", known, groups)
        refer_groups(referee, (*here, "security_groups"), database.security_groups, at, place)
        referee.refer((*here, "key"), database.key, "key", place.keys, (*at, "keys"))
        _check_source(referee, estate, account, here, database)
        known_secrets = estate.secrets_in(account, region)
        referee.refer((*here, "password_secret"), database.password_secret, "secret", known_secrets, (*at, "secrets"))
        to = database.backups_replicated_to
        referee.refer((*here, "backups_replicated_to"), to, "Region", estate.regions.every, ("regions",))
        if database.heartbeat is not None and database.heartbeat.table not in database.tables:
            referee.wrong((*here, "heartbeat", "table"), "is not in `tables`")
        if database.beacons is not None and not database.beacons.every:
            referee.wrong((*here, "beacons", "every"), "expected a duration longer than nothing")
        for index, series in enumerate(database.snapshots):
            path = (*here, "snapshots", index)
            _check_rhythm(referee, path, series)
            _check_copies(referee, estate, account, region, path, series, series.copy_key or database.key)


def _check_source(referee: Referee, estate: Estate, account: str, here: Path, database: Database) -> None:
    source = database.replica_of
    if source is None:
        return
    place = estate.place(account, source.region)
    table: Path = ("places", account, source.region, "databases")
    known = place.databases if place else {}
    referee.refer((*here, "replica_of", "database"), source.database, "database", known, table)
    if source.database in known and known[source.database].replica_of is not None:
        referee.wrong((*here, "replica_of"), "is a replica itself, and here replicas follow a primary")


def _refer_password(referee: Referee, here: Path, secret: str | None, at: Path, place: Place) -> None:
    """The secret that opens a store is one of its place."""
    referee.refer((*here, "password_secret"), secret, "secret", place.secrets, (*at, "secrets"))


def _check_rhythm(referee: Referee, path: Path, series: SnapshotSeries) -> None:
    if series.every < SHORTEST_RHYTHM:
        referee.wrong((*path, "every"), "snapshots are a minute apart at least: their names hold the minute")
    elif series.keep < series.newest:
        referee.wrong((*path, "keep"), "is shorter than the age of the newest, so that there would be none")


def _check_copies(
    referee: Referee, estate: Estate, account: str, region: str, path: Path, series: SnapshotSeries, key: str | None
) -> None:
    to = series.copied_to
    if to is None:
        return
    referee.refer((*path, "copied_to"), to, "Region", estate.regions.every, ("regions",))
    if to == region:
        referee.wrong((*path, "copied_to"), "is the Region they are taken in")
        return
    place = estate.place(account, to)
    table: Path = ("places", account, to, "keys")
    field = "copy_key" if series.copy_key else "copied_to"
    referee.refer((*path, field), key, "key", place.keys if place else (), table)


def _check_bucket(referee: Referee, estate: Estate, account: str, here: Path, name: str, bucket: Bucket) -> None:
    if not _BUCKET.fullmatch(name):
        referee.wrong(here, "a bucket's name is 3 to 63 lower-case letters, digits, dots and hyphens", at_key=True)
    kept = bucket.old_versions_kept
    if kept is not None and (kept < _DAY or kept % _DAY):
        referee.wrong((*here, "old_versions_kept"), "S3 counts in whole days, from 1d on")
    rule = bucket.replication
    if rule is None:
        return
    buckets = estate.buckets_of(account)
    referee.refer((*here, "replication", "to"), rule.to, "bucket", buckets, ("places", account))
    referee.refer((*here, "replication", "role"), rule.role, f"role of {account}", estate.roles_of(account), ("roles",))
    if rule.to == name:
        referee.wrong((*here, "replication", "to"), "is the bucket itself")
    elif not bucket.versioning:
        referee.wrong((*here, "versioning"), "a bucket that replicates needs its versions")
    elif rule.to in buckets:
        replica = estate.places[account][buckets[rule.to]].buckets[rule.to]
        if not replica.versioning:
            referee.wrong((*here, "replication", "to"), f"the bucket {rule.to!r} keeps no versions and takes no copies")
