"""Which records of a routing policy count as healthy, by their health checks and the targets of their aliases.

The rules are those of the Route 53 Developer Guide, "How Amazon Route 53 chooses records when health checking is
configured". A check is played where what it looks at is: routing controls, alarms, other checks, objects in S3, and
what the played applications answer. One that looks at anything else counts as healthy, as a check without data does.
That checkers have to be allowed to read an object is not played.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from drctl.sim.moto_resources import accounts_of, global_resources, resources
from drctl.sim.overlay import ConnectionHangs, ConnectionLost, World
from drctl.sim.services.hosted_zones import Zone
from drctl.sim.services.load_balancers import LoadBalancer, each_forward, find_load_balancer, region_of
from drctl.sim.services.object_copies import find_bucket, is_marker, newest_version
from drctl.sim.services.record_sets import RecordSet, absolute, within
from drctl.sim.services.routing_controls import RoutingControls
from drctl.sim.services.target_health import TargetHealth
from drctl.sim.wsgi import Environ, Wsgi, collect

_BUCKET_HOST = re.compile(r"(?:(?P<bucket>[a-z0-9.-]+)\.)?s3[.-](?P<region>[a-z]{2}(?:-[a-z]+)+-\d)\.amazonaws\.com")


class Checkers:
    """What health checkers see of the played applications; `application` is put here when it is made."""

    def __init__(self, world: World) -> None:
        del world
        self.application: Wsgi | None = None
        self.asking: set[str] = set()
        """Checks that are being evaluated: one that depends on itself counts as healthy."""


class RecordHealth:
    """The health of records and of health checks, as Route 53 takes it at this instant."""

    def __init__(self, world: World, destination: Callable[[str], str | None]) -> None:
        self._world, self._destination = world, destination
        self._controls, self._targets = world.part(RoutingControls), world.part(TargetHealth)
        self._checkers = world.part(Checkers)

    def is_healthy(self, zone: Zone, record: RecordSet) -> bool:
        """Whether the record may be answered: its health check, and its alias's target where that is evaluated."""
        if (id := record.get("HealthCheckId")) and not self.passes(str(id)):
            return False
        alias = record.get("AliasTarget")
        return (
            alias is None or not alias["EvaluateTargetHealth"] or self._target_healthy(zone, alias["DNSName"], record)
        )

    def passes(self, id: str) -> bool:
        """Whether Route 53 takes the health check of that id for healthy; one that is not there is."""
        check = next((found for found in _checks(id)), None)
        if check is None or id in self._checkers.asking:
            return True
        self._checkers.asking.add(id)
        try:
            return (bool(check.disabled) or self.measures(check)) != bool(check.inverted)
        finally:
            self._checkers.asking.discard(id)

    def measures(self, check: Any) -> bool:
        """What a check of moto's finds, before it is inverted or disabled."""
        match check.type_:
            case "RECOVERY_CONTROL":
                return self._controls.is_on(str(getattr(check, "routing_control_arn", "")))
            case "CALCULATED":
                healthy = sum(1 for child in check.children or () if self.passes(child))
                return healthy >= int(check.health_threshold or 0)
            case "CLOUDWATCH_METRIC":
                return _alarm_is_quiet(check)
        return self._endpoint_answers(check)

    def _endpoint_answers(self, check: Any) -> bool:
        host = str(check.fqdn or "").lower().rstrip(".")
        if not host or check.ip_address:
            return True
        path = str(check.resource_path or "/")
        if (found := _BUCKET_HOST.fullmatch(host)) is not None:
            bucket, _, key = path.lstrip("/").partition("/")
            bucket, key = (found["bucket"], path.lstrip("/")) if found["bucket"] else (bucket, key)
            return self._object_is_seen(check, found["region"], bucket, key)
        destination = self._destination(host)
        balancer = find_load_balancer(destination) if destination is not None else None
        if balancer is None:
            # A name that leads nowhere fails; a name of somebody else's is not played.
            return destination is not None and region_of(destination) is None
        if balancer.region in self._world.lost_regions:
            return not self._lasts(check, self._world.lost_since[balancer.region])
        return check.type_ == "TCP" or self._status(host, check, path) in range(200, 400)

    def _object_is_seen(self, check: Any, region: str, bucket: str, key: str) -> bool:
        """Checkers need some looks until they agree that an object has come, or gone where its bucket has versions."""
        if region in self._world.lost_regions:
            return not self._lasts(check, self._world.lost_since[region])
        if find_bucket(bucket) is None or (newest := newest_version(bucket, key)) is None:
            return False
        changed = self._lasts(check, newest.last_modified.replace(tzinfo=UTC))
        return changed != is_marker(newest)

    def _lasts(self, check: Any, since: datetime) -> bool:
        """Whether what is so since then has been seen often enough in a row to count."""
        needed = timedelta(seconds=int(check.request_interval or 30)) * int(check.failure_threshold or 3)
        return self._world.now() - since >= needed

    def _status(self, host: str, check: Any, path: str) -> int:
        if self._checkers.application is None:
            return 200
        port = int(check.port or (443 if str(check.type_).startswith("HTTPS") else 80))
        asked: Environ = {"REQUEST_METHOD": "GET", "PATH_INFO": path, "drctl.target": f"{host}:{port}"}
        try:
            return collect(self._checkers.application, {**asked, "drctl.host": host}).status
        except (ConnectionLost, ConnectionHangs):
            return 0

    def _target_healthy(self, zone: Zone, name: str, record: RecordSet) -> bool:
        if within(name, zone.name) and absolute(name) != absolute(record["Name"]):
            wanted = absolute(name), str(record["Type"])
            siblings = [found for key, found in sorted(zone.served.items()) if key[:2] == wanted]
            return any(self.is_healthy(zone, found) for found in siblings)
        if region_of(name) is None:
            return True
        balancer = find_load_balancer(name)
        return balancer is not None and self._balancer_healthy(balancer)

    def _balancer_healthy(self, balancer: LoadBalancer) -> bool:
        """A target group without a healthy target makes its load balancer unhealthy, an empty one too."""
        if balancer.region in self._world.lost_regions:
            return False
        return all(self._targets.healthy(group) for group in set(each_forward(balancer.resource)))


def _checks(id: str) -> Iterator[Any]:
    for account in accounts_of("route53"):
        if (check := global_resources("route53", account).health_checks.get(id)) is not None:
            yield check


def _alarm_is_quiet(check: Any) -> bool:
    alarm = getattr(check, "alarm_identifier", None) or {}
    for account in accounts_of("cloudwatch"):
        found = resources("cloudwatch", account, str(alarm.get("Region"))).alarms.get(str(alarm.get("Name")))
        if found is not None and found.state_value != "INSUFFICIENT_DATA":
            return bool(found.state_value == "OK")
    return getattr(check, "insufficient_data_status", None) != "Unhealthy"
