"""Everything that a scenario names has to be in the estate, in the place where the scenario breaks it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

from drctl.loading.referee import Referee
from drctl.loading.yaml_source import Path
from drctl.model.estate import Estate, Place
from drctl.model.scenario import Scenario

Named = tuple[Path, Sequence[str], str, set[str]]
"""Where names are written, the names, what they are names of, and those that there are."""


def check_names(referee: Referee, scenario: Scenario, estate: Estate) -> None:
    """Whether the estate has every Region, zone, resource and record that the scenario names."""
    _check_regions(referee, scenario, estate)
    for path, names, kind, among in (*_missing(scenario, estate), *_broken(scenario, estate)):
        for index, name in enumerate(names):
            referee.refer((*path, index), name, kind, among)
    groups = scenario.estate.missing_security_groups
    _check_placed(referee, estate, ("estate", "missing_security_groups"), groups, "security group", _groups)
    alarms = tuple(scenario.broken.alarms)
    _check_placed(referee, estate, ("broken", "alarms"), alarms, "alarm", lambda place: place.alarms, keys=True)
    _check_placed(referee, estate, ("broken", "keys"), scenario.broken.keys, "key", lambda place: place.keys)
    for index, named in enumerate(scenario.broken.secrets):
        region, name = estate.regions.placed(named)
        there = {secret for account in estate.accounts for secret in estate.secrets_in(account, region)}
        referee.refer(("broken", "secrets", index), name, f"secret that {region} has", there)
    for index, account in enumerate(scenario.terraform.allowed_accounts or ()):
        path = ("terraform", "allowed_accounts", index)
        referee.refer(path, account, "account of the estate", estate.accounts)
    _check_edge(referee, scenario, estate)


def _check_regions(referee: Referee, scenario: Scenario, estate: Estate) -> None:
    named: list[tuple[Path, str]] = [
        (("lost_regions", index, "region"), lost.region) for index, lost in enumerate(scenario.lost_regions)
    ]
    named += [
        (("faults", index, "region"), fault.region)
        for index, fault in enumerate(scenario.faults)
        if fault.region != "*"
    ]
    named += [(("broken", "fargate", index), region) for index, region in enumerate(scenario.broken.fargate)]
    for key, zones in (("lost_zones", scenario.lost_zones), ("full_zones", scenario.full_zones)):
        for index, one in enumerate(zones):
            named.append(((key, index, "region"), one.region))
            region = estate.regions.named(one.region)
            referee.refer((key, index, "zone"), one.zone, f"zone of {region} with a subnet", _zones(estate, region))
    named += [(("broken", "mail", index), region) for index, region in enumerate(scenario.broken.mail)]
    for path, region in named:
        referee.refer(path, region, "Region of the estate", ("primary", "recovery", *estate.regions.every))


def _zones(estate: Estate, region: str) -> set[str]:
    return {
        subnet.zone
        for _, at, place in estate.each_place()
        if at == region
        for network in place.networks.values()
        for subnet in network.subnets.values()
    }


def _missing(scenario: Scenario, estate: Estate) -> Iterator[Named]:
    changes, recovery = scenario.estate, estate.regions.recovery
    places = [place for _, _, place in estate.each_place()]
    kept = [place for _, region, place in estate.each_place() if region == recovery]
    secrets = {secret for name in estate.accounts for secret in estate.secrets_in(name, recovery)}
    yield ("estate", "missing_secrets"), changes.missing_secrets, f"secret that {recovery} has", secrets
    images = {image for name in estate.accounts for image in estate.images_in(name, recovery)}
    yield ("estate", "missing_images"), changes.missing_images, f"image that {recovery} has", images
    parameters = {parameter for place in kept for parameter in place.parameters}
    yield ("estate", "missing_parameters"), changes.missing_parameters, f"parameter that {recovery} has", parameters
    databases = {database for place in places for database in place.databases}
    yield ("estate", "missing_snapshots"), changes.missing_snapshots, "database", databases
    there = {database for place in kept for database in place.databases}
    yield ("estate", "missing_databases"), changes.missing_databases, f"database in {recovery}", there
    stores = {store for place in places for store in (*place.databases, *place.caches)}
    yield ("estate", "single_zone"), changes.single_zone, "database or cache", stores
    balancers = {balancer for place in places for balancer in place.load_balancers}
    yield ("estate", "unshiftable"), changes.unshiftable, "load balancer", balancers


def _broken(scenario: Scenario, estate: Estate) -> Iterator[Named]:
    broken, recovery, primary = scenario.broken, estate.regions.recovery, estate.regions.primary
    places = [place for _, _, place in estate.each_place()]
    secrets = {secret for name in estate.accounts for secret in estate.secrets_in(name, recovery)}
    yield ("broken", "secret_replicas"), broken.secret_replicas, f"secret that {recovery} has", secrets
    clusters = [pair for place in places for pair in place.clusters.items()]
    services = {f"{name}/{one}" for name, cluster in clusters for one in cluster.services}
    yield ("broken", "stuck_services"), broken.stuck_services, "service", services
    balancers = [balancer for place in places for balancer in place.load_balancers.values()]
    groups = {group for balancer in balancers for group in balancer.target_groups}
    yield ("broken", "target_groups"), broken.target_groups, "target group", groups
    caches = {cache for _, at, place in estate.each_place() if at == primary for cache in place.caches}
    yield ("broken", "caches"), broken.caches, f"cache that {primary} has", caches
    yield ("broken", "roles"), broken.roles, "role", set(estate.roles)
    images = {image for name in estate.accounts for at in estate.regions.every for image in estate.images_in(name, at)}
    yield ("broken", "images"), tuple(image for image in broken.images if "/" not in image), "image", images


def _check_placed(
    referee: Referee,
    estate: Estate,
    path: Path,
    names: Sequence[str],
    kind: str,
    names_in: Callable[[Place], Iterable[str]],
    *,
    keys: bool = False,
) -> None:
    """Each of `names`, a list or the `keys` of a mapping, is of the recovery Region, or of the `REGION/` in front."""
    for index, named in enumerate(names):
        region, name = estate.regions.placed(named)
        there = {one for _, at, place in estate.each_place() if at == region for one in names_in(place)}
        referee.refer((*path, named if keys else index), name, f"{kind} that {region} has", there)


def _groups(place: Place) -> Iterator[str]:
    return (group for network in place.networks.values() for group in network.security_groups)


def _check_edge(referee: Referee, scenario: Scenario, estate: Estate) -> None:
    changes = scenario.estate
    records = {record.name for zone in estate.zones.values() for record in zone.records}
    for name in changes.record_ttls:
        referee.refer(("estate", "record_ttls", name), name, "record", records)
    for index, name in enumerate(changes.ipv6_records):
        referee.refer(("estate", "ipv6_records", index), name, "record", records)
    checks = {check for zone in estate.zones.values() for check in zone.health_checks}
    for name, check in changes.failover_records.items():
        referee.refer(("estate", "failover_records", name), name, "record", records)
        referee.refer(("estate", "failover_records", name), check, "health check", checks)
    places = [place for _, _, place in estate.each_place()]
    replicating = {name for place in places for name, bucket in place.buckets.items() if bucket.replication}
    for name in changes.replication_pending:
        referee.refer(("estate", "replication_pending", name), name, "bucket that replicates", replicating)
