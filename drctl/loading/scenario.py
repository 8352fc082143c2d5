"""A scenario's YAML → the model, with every problem at once, and what it extends folded in."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from drctl.loading.attacks import check_attacks
from drctl.loading.damaged import check_damaged
from drctl.loading.referee import Referee
from drctl.loading.schemas import schema_of
from drctl.loading.unbuilt import check_unbuilt
from drctl.loading.validation import adapter_of, check_document, plain_data
from drctl.loading.yaml_source import Path, read_yaml
from drctl.model.estate import Estate, Place
from drctl.model.problem import Problem
from drctl.model.scenario import Scenario
from drctl.model.values import Json

Find = Callable[[str], tuple[str, str] | None]
"""The text and file name of the scenario of that name; None where there is none."""


def load_scenario(
    text: str,
    file: str,
    *,
    find: Find,
    durations: Collection[str] | None = None,
    estate: Estate | None = None,
) -> tuple[Scenario | None, tuple[Problem, ...]]:
    """The scenario that `text` describes, or (None and) everything that is wrong with it.

    `find` gives the text of the scenario that it extends. With `durations`, a lag must be one of those names;
    with `estate`, what the scenario takes away must be in it. Never raises for what `text` holds.
    """
    data, problems = _folded(_Surroundings(find, durations, estate), text, file, ())
    return (None, problems) if problems or data is None else (_scenario(data), ())


def scenario_schema() -> Mapping[str, Json]:
    """The JSON Schema of a scenario's file."""
    return schema_of(Scenario, "A drctl scenario: what breaks in a simulated drill")


_RESOURCE = re.compile(r"[a-z][a-z0-9_]*\.[A-Za-z_][A-Za-z0-9_-]*")
"""The address of a resource of the root module: its type, a dot and its name."""


@dataclass(frozen=True, slots=True)
class _Surroundings:
    find: Find
    durations: Collection[str] | None
    estate: Estate | None


def _folded(
    known: _Surroundings, text: str, file: str, below: tuple[str, ...]
) -> tuple[dict[str, Any] | None, tuple[Problem, ...]]:
    document, unreadable = read_yaml(text, file)
    if document is None:
        return None, unreadable
    checked = check_document(document, Scenario)
    if checked.value is None:
        return None, (*unreadable, *checked.problems)
    referee = Referee(document, checked.gaps)
    _check(referee, checked.value, known)
    for index, address in enumerate(checked.value.terraform.destroys):
        if not _RESOURCE.fullmatch(address):
            at = ("terraform", "destroys", index)
            referee.wrong(at, f"expected a resource of Terraform such as aws_db_instance.old, got {address!r}")
    base, found = _base(referee, checked.value, known, below)
    if unreadable or checked.problems or referee.problems or found:
        return None, (*sorted({*unreadable, *checked.problems, *referee.problems}), *found)
    data = _over(base, plain_data(document, Scenario))
    whole = _scenario(data)
    if whole.detected_after > whole.declared_after:
        referee.wrong(("detected_after",), "is after `declared_after`: nobody decides before anybody has noticed")
    return data, tuple(referee.problems)


def _base(
    referee: Referee, scenario: Scenario, known: _Surroundings, below: tuple[str, ...]
) -> tuple[dict[str, Any], tuple[Problem, ...]]:
    """What the scenario that this one extends says, and what is wrong with that."""
    name = scenario.extends
    if name is None:
        return {}, ()
    chain = (*below, scenario.name)
    if name in chain:
        referee.wrong(("extends",), f"goes round in a circle: {' → '.join((*chain, name))}")
        return {}, ()
    found = known.find(name)
    if found is None:
        referee.wrong(("extends",), f"there is no scenario {name!r}")
        return {}, ()
    data, problems = _folded(known, *found, chain)
    return data or {}, problems


def _over(base: Any, own: Any) -> Any:
    """`own` laid over `base`: mappings key by key, anything else as a whole."""
    if isinstance(base, dict) and isinstance(own, dict):
        return {**base, **{key: _over(base.get(key), value) for key, value in own.items()}}
    return own


def _scenario(data: Mapping[str, Any]) -> Scenario:
    return adapter_of(Scenario).validate_json(json.dumps(data))


def _check(referee: Referee, scenario: Scenario, known: _Surroundings) -> None:
    if known.durations is not None:
        for name in scenario.durations:
            referee.refer(("durations", name), name, "lag", known.durations)
    if known.estate is not None:
        _check_regions(referee, scenario, known.estate)
        _check_changes(referee, scenario, known.estate)
        check_unbuilt(referee, scenario, known.estate)
        for index, account in enumerate(scenario.terraform.allowed_accounts or ()):
            path = ("terraform", "allowed_accounts", index)
            referee.refer(path, account, "account of the estate", known.estate.accounts)
        check_damaged(referee, scenario, known.estate)
        check_attacks(referee, scenario.attacked, known.estate)


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


def _anywhere(estate: Estate, names_in: Callable[[Place], Iterable[str]]) -> set[str]:
    """What the recovery Region has, by its name, and what any Region has, as `REGION/NAME`."""
    regions = estate.regions
    prefixes = {region: [f"{region}/"] for region in regions.every}
    prefixes[regions.primary] += ["primary/"]
    prefixes[regions.recovery] += ["recovery/", ""]
    return {
        f"{prefix}{name}" for _, region, place in estate.each_place() for name in names_in(place)
        for prefix in prefixes[region]
    }  # fmt: skip


def _check_changes(referee: Referee, scenario: Scenario, estate: Estate) -> None:
    changes, recovery = scenario.estate, estate.regions.recovery
    places = [place for _, _, place in estate.each_place()]
    kept = [place for _, region, place in estate.each_place() if region == recovery]
    images = {image for name in estate.accounts for at in estate.regions.every for image in estate.images_in(name, at)}
    named: list[tuple[Path, tuple[str, ...], str, set[str]]] = [
        (
            ("estate", "missing_secrets"),
            changes.missing_secrets,
            f"secret that {recovery} has",
            {secret for name in estate.accounts for secret in estate.secrets_in(name, recovery)},
        ),
        (
            ("estate", "missing_images"),
            changes.missing_images,
            f"image that {recovery} has",
            {image for name in estate.accounts for image in estate.images_in(name, recovery)},
        ),
        (
            ("estate", "missing_parameters"),
            changes.missing_parameters,
            f"parameter that {recovery} has",
            {parameter for place in kept for parameter in place.parameters},
        ),
        (
            ("estate", "missing_snapshots"),
            changes.missing_snapshots,
            "database",
            {database for place in places for database in place.databases},
        ),
        (
            ("estate", "missing_databases"),
            changes.missing_databases,
            f"database in {recovery}",
            {database for place in kept for database in place.databases},
        ),
        (
            ("estate", "missing_security_groups"),
            changes.missing_security_groups,
            f"security group that {recovery} has",
            _anywhere(estate, lambda place: [one for its in place.networks.values() for one in its.security_groups]),
        ),
        (
            ("broken", "secrets"),
            scenario.broken.secrets,
            f"secret that {recovery} has",
            {secret for name in estate.accounts for secret in estate.secrets_in(name, recovery)},
        ),
        (
            ("broken", "secret_replicas"),
            scenario.broken.secret_replicas,
            f"secret that {recovery} has",
            {secret for name in estate.accounts for secret in estate.secrets_in(name, recovery)},
        ),
        (
            ("broken", "stuck_services"),
            scenario.broken.stuck_services,
            "service",
            {
                f"{name}/{one}"
                for place in places
                for name, cluster in place.clusters.items()
                for one in cluster.services
            },
        ),
        (
            ("broken", "target_groups"),
            scenario.broken.target_groups,
            "target group",
            {
                group
                for place in places
                for balancer in place.load_balancers.values()
                for group in balancer.target_groups
            },
        ),
        (
            ("broken", "caches"),
            scenario.broken.caches,
            f"cache that {estate.regions.primary} has",
            {cache for _, at, place in estate.each_place() if at == estate.regions.primary for cache in place.caches},
        ),
        (
            ("estate", "single_zone"),
            changes.single_zone,
            "database or cache",
            {store for place in places for store in (*place.databases, *place.caches)},
        ),
        (
            ("estate", "unshiftable"),
            changes.unshiftable,
            "load balancer",
            {balancer for place in places for balancer in place.load_balancers},
        ),
        (("broken", "roles"), scenario.broken.roles, "role", set(estate.roles)),
        (("broken", "images"), tuple(i for i in scenario.broken.images if "/" not in i), "image", images),
    ]
    for path, names, kind, among in named:
        for name in names:
            referee.refer((*path, names.index(name)), name, kind, among)
    _check_keys(referee, scenario, estate)
    records = {record.name for zone in estate.zones.values() for record in zone.records}
    for name in changes.record_ttls:
        referee.refer(("estate", "record_ttls", name), name, "record", records)
    for index, name in enumerate(changes.ipv6_records):
        referee.refer(("estate", "ipv6_records", index), name, "record", records)
    for name, check in changes.failover_records.items():
        referee.refer(("estate", "failover_records", name), name, "record", records)
        checks = {one for zone in estate.zones.values() for one in zone.health_checks}
        referee.refer(("estate", "failover_records", name), check, "health check", checks)
    replicating = {name for place in places for name, bucket in place.buckets.items() if bucket.replication}
    for name in changes.replication_pending:
        referee.refer(("estate", "replication_pending", name), name, "bucket that replicates", replicating)


def _check_keys(referee: Referee, scenario: Scenario, estate: Estate) -> None:
    for index, named in enumerate(scenario.broken.keys):
        region, name = estate.regions.placed(named)
        there = {key for _, at, place in estate.each_place() if at == region for key in place.keys}
        referee.refer(("broken", "keys", index), name, f"key that {region} has", there)
