"""Replication between buckets: what is on its way, what has arrived, and since when the rest has waited.

Nothing moves while the Region of either bucket is lost; what waits goes on its way once both are back.
"""

from __future__ import annotations

import itertools
from collections.abc import Collection, Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from drctl.sim.overlay import World
from drctl.sim.services.object_copies import (
    copy_version,
    find_bucket,
    find_version,
    is_marker,
    set_status,
    set_time,
    status_of,
    tags_of,
    take_back,
)
from drctl.sim.services.replication_backlog import Backlog, Route, Shipment
from drctl.sim.services.replication_rules import Rule, read_rules, rules_for

_LOOK_AGAIN = timedelta(minutes=1)


class S3Replication:
    """Every replication rule of a world, and everything that falls under one."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._configurations: dict[str, Mapping[str, Any]] = {}
        self._rules: dict[str, tuple[Rule, ...]] = {}
        self._since: dict[tuple[str, str, str], datetime] = {}
        self._shipments: dict[tuple[str, str, str], list[Shipment]] = {}
        """By the version that is replicated, which may have several destinations."""
        self._stalled: list[Shipment] = []

    def configure(self, bucket: str, configuration: Mapping[str, Any]) -> None:
        """`configuration`, in boto3's shape, is the bucket's from now on; AwsError for one that S3 would not take."""
        rules = read_rules(configuration)
        self._configurations[bucket], self._rules[bucket] = configuration, rules
        for rule in rules:
            self._since.setdefault((bucket, rule.destination, rule.id), self._world.now())

    def configuration_of(self, bucket: str) -> Mapping[str, Any] | None:
        return self._configurations.get(bucket)

    def remove_configuration(self, bucket: str) -> None:
        """The bucket's new objects are not replicated any more; what is on its way still is."""
        self._configurations.pop(bucket, None)
        for rule in self._rules.pop(bucket, ()):
            self._since.pop((bucket, rule.destination, rule.id), None)

    def accept(self, bucket: str, version: Any) -> None:
        """A client has made `version` (moto's object or delete marker): every rule that it falls under takes it."""
        marker = is_marker(version)
        for rule in self._rules_for(bucket, version):
            if marker and not rule.markers:
                continue
            shipment = Shipment(
                bucket=bucket, key=version.name, version=version.version_id, destination=rule.destination,
                rule=rule.id, size=0 if marker else version.size, since=self._world.now(),
            )  # fmt: skip
            self._shipments.setdefault(shipment.source, []).append(shipment)
            set_status(version, "PENDING")
            self._arrange(shipment)

    def spread(self, bucket: str, version: Any, since: datetime) -> None:
        """As `accept`, for what was made at `since`, in the past: where it has had its time it has arrived."""
        self.accept(bucket, version)
        for shipment in self._shipments.get((bucket, version.name, version.version_id), ()):
            shipment.since = since
            due = since + self._world.durations["s3.replication"]
            if due <= self._world.now() and not self._is_cut_off(shipment):
                shipment.attempt += 1
                self._deliver(shipment)
                if shipment.arrived_at is not None:
                    shipment.arrived_at = due

    def existing(self, bucket: str, statuses: Collection[str]) -> list[Any]:
        """The versions in `bucket`, no delete markers, of these statuses (`NONE` for none) that a rule takes."""
        found = find_bucket(bucket)
        versions = itertools.chain.from_iterable(found.keys.getlist(key, []) for key in sorted(found.keys))
        return [
            version
            for version in versions
            if not is_marker(version) and status_of(version) in statuses and self._rules_for(bucket, version)
        ]

    def is_cut_off(self, bucket: str) -> bool:
        """Whether the Region of the bucket, or of one that it replicates to, is lost."""
        names = [bucket, *(rule.destination for rule in self._rules.get(bucket, ()))]
        return any(end.region_name in self._world.lost_regions for name in names if (end := find_bucket(name)))

    def replicate_existing(self, bucket: str, version: Any) -> bool:
        """Put a replica of `version` wherever the rules want it; whether it is everywhere now."""
        arrived = True
        for rule in self._rules_for(bucket, version):
            destination = find_bucket(rule.destination)
            if destination is None or not destination.is_versioned:
                arrived = False
            elif find_version(rule.destination, version.name, version.version_id) is None:
                copy_version(version, destination)
        if status_of(version) != "REPLICA":
            set_status(version, "COMPLETED" if arrived else "FAILED")
        return arrived

    def plant_backlog(self, bucket: str, pending: int, oldest: timedelta) -> None:
        """Of all that was ever put into `bucket`, everything has arrived long ago except the newest `pending`.

        These wait since up to `oldest`, evenly spread, and arrive a full replication lag from now, unless a
        Region is lost before. ValueError where fewer than `pending` fall under a rule.
        """
        shipments = [shipment for shipment in self._every() if shipment.bucket == bucket]
        if len(shipments) < pending:
            raise ValueError(f"{bucket} has {len(shipments)} objects that are replicated, fewer than {pending}")
        arrived, waiting = shipments[: len(shipments) - pending], shipments[len(shipments) - pending :]
        now = self._world.now()
        for shipment in arrived:
            if shipment.arrived_at is None:
                self._deliver(shipment)
            shipment.since = shipment.arrived_at = now - oldest
        for index, shipment in enumerate(waiting):
            self._recall(shipment, now - oldest * (pending - index) / pending)
            self._arrange(shipment)

    def routes(self) -> Iterator[Route]:
        """Every rule that has metrics."""
        for bucket, rules in sorted(self._rules.items()):
            for rule in rules:
                since = self._since[bucket, rule.destination, rule.id]
                if rule.metrics:
                    at_first = since <= self._world.clock.began
                    yield Route(bucket, rule.destination, rule.id, None if at_first else since)

    def backlog(self, route: Route, instant: datetime) -> Backlog:
        """What `route` had not replicated at `instant`."""
        waiting = [shipment for shipment in self._of(route) if shipment.waits_at(instant)]
        if not waiting:
            return Backlog()
        oldest = min(shipment.since for shipment in waiting)
        return Backlog(len(waiting), sum(shipment.size for shipment in waiting), instant - oldest)

    def failed(self, route: Route, after: datetime, until: datetime) -> int:
        """How many operations of `route` failed for good in that time."""
        return sum(1 for one in self._of(route) if one.failed_at is not None and after < one.failed_at <= until)

    def reset(self) -> None:
        self._configurations.clear()
        self._rules.clear()
        self._since.clear()
        self._shipments.clear()
        self._stalled.clear()

    def state(self) -> dict[str, Any]:
        """The configurations, and by bucket and destination what waits and what has arrived."""
        told: dict[str, dict[str, list[str]]] = {}
        for one in self._every():
            kind = "arrived" if one.arrived_at else "failed" if one.failed_at else "waiting"
            told.setdefault(f"{one.bucket} → {one.destination}", {}).setdefault(kind, []).append(one.key)
        return {"configurations": dict(self._configurations), "objects": told}

    def _rules_for(self, bucket: str, version: Any) -> list[Rule]:
        encrypted = not is_marker(version) and version.encryption == "aws:kms"
        tags = {} if is_marker(version) else tags_of(version)
        return rules_for(self._rules.get(bucket, ()), version.name, tags, encrypted=encrypted)

    def _every(self) -> Iterator[Shipment]:
        return itertools.chain.from_iterable(self._shipments.values())

    def _of(self, route: Route) -> Iterator[Shipment]:
        wanted = (route.source, route.destination, route.rule)
        return (one for one in self._every() if (one.bucket, one.destination, one.rule) == wanted)

    def _arrange(self, shipment: Shipment) -> None:
        shipment.attempt += 1
        attempt = shipment.attempt
        self._world.after("s3.replication", lambda: self._due(shipment, attempt))

    def _due(self, shipment: Shipment, attempt: int) -> None:
        if attempt != shipment.attempt or shipment not in self._shipments.get(shipment.source, ()):
            return
        if self._is_cut_off(shipment):
            self._stalled.append(shipment)
            if len(self._stalled) == 1:
                self._world.clock.after(_LOOK_AGAIN, self._look_again)
        else:
            self._deliver(shipment)

    def _look_again(self) -> None:
        free = [shipment for shipment in self._stalled if not self._is_cut_off(shipment)]
        self._stalled = [shipment for shipment in self._stalled if shipment not in free]
        if self._stalled:
            self._world.clock.after(_LOOK_AGAIN, self._look_again)
        for shipment in free:
            self._arrange(shipment)

    def _is_cut_off(self, shipment: Shipment) -> bool:
        ends = (find_bucket(shipment.bucket), find_bucket(shipment.destination))
        return any(end is not None and end.region_name in self._world.lost_regions for end in ends)

    def _deliver(self, shipment: Shipment) -> None:
        version = find_version(shipment.bucket, shipment.key, shipment.version)
        destination = find_bucket(shipment.destination)
        if version is None:
            # It was deleted while it waited: there is nothing left to replicate.
            self._shipments.pop(shipment.source, None)
            return
        if destination is None or not destination.is_versioned:
            shipment.failed_at = self._world.now()
        else:
            copy_version(version, destination)
            shipment.arrived_at = self._world.now()
        set_status(version, self._status(shipment))

    def _status(self, shipment: Shipment) -> str:
        """One source can have several destinations: it is COMPLETED when it has arrived at all of them."""
        same = self._shipments[shipment.source]
        if any(one.failed_at for one in same):
            return "FAILED"
        return "COMPLETED" if all(one.arrived_at for one in same) else "PENDING"

    def _recall(self, shipment: Shipment, since: datetime) -> None:
        if shipment.arrived_at is not None:
            take_back(shipment.destination, shipment.key, shipment.version)
        shipment.since, shipment.arrived_at, shipment.failed_at = since, None, None
        version = find_version(shipment.bucket, shipment.key, shipment.version)
        set_time(version, since)
        set_status(version, "PENDING")
