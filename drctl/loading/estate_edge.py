"""What an estate says of accounts, DNS, the CDN, roles and applications: names that exist in the right account."""

from __future__ import annotations

from collections.abc import Collection

from drctl.loading.referee import Referee
from drctl.loading.shapes import GAP
from drctl.loading.yaml_source import Path
from drctl.model.estate import Estate
from drctl.model.estate_edge import Alias, Application, Origin, Record
from drctl.model.estate_stores import CacheMember, ClusterMember, GlobalDatabase


def check_edge(referee: Referee, estate: Estate) -> None:
    """Zones, distributions, roles, Global Datastores and applications."""
    for name, zone in estate.zones.items():
        _refer_account(referee, estate, ("zones", name, "account"), zone.account)
        for index, record in enumerate(zone.records):
            _check_record(referee, estate, ("zones", name, "records", index), name, record)
    for name, distribution in estate.distributions.items():
        here: Path = ("distributions", name)
        _refer_account(referee, estate, (*here, "account"), distribution.account)
        origins = distribution.origins
        referee.refer((*here, "default"), distribution.default, "origin", origins, (*here, "origins"))
        for origin_name, origin in origins.items():
            _check_origin(referee, estate, (*here, "origins", origin_name), distribution.account, origin)
    for name, role in estate.roles.items():
        for index, account in enumerate(role.accounts):
            _refer_account(referee, estate, ("roles", name, "accounts", index), account)
        if "." not in role.trusts:
            _refer_account(referee, estate, ("roles", name, "trusts"), role.trusts)
    for name, datastore in estate.global_datastores.items():
        here = ("global_datastores", name)
        _refer_account(referee, estate, (*here, "account"), datastore.account)
        members: list[tuple[Path, CacheMember]] = [((*here, "primary"), datastore.primary)]
        members += [((*here, "secondaries", index), member) for index, member in enumerate(datastore.secondaries)]
        for path, member in members:
            refer_in_place(
                referee, estate, (*path, "cache"), "caches", "cache", member.cache, datastore.account, member.region
            )
    for name, whole in estate.global_databases.items():
        _check_global_database(referee, estate, ("global_databases", name), whole)
    for name, application in estate.applications.items():
        _check_application(referee, estate, ("applications", name), application)


def _check_global_database(referee: Referee, estate: Estate, here: Path, whole: GlobalDatabase) -> None:
    _refer_account(referee, estate, (*here, "account"), whole.account)
    seen: set[str] = set()
    members: list[tuple[Path, ClusterMember]] = [((*here, "primary"), whole.primary)]
    members += [((*here, "secondaries", index), member) for index, member in enumerate(whole.secondaries)]
    for path, member in members:
        referee.refer((*path, "region"), member.region, "Region of the estate", estate.regions.every, ("regions",))
        if member.region in seen:
            referee.wrong((*path, "region"), "a global database has one cluster in a Region")
        seen.add(member.region)


def refer_in_place(
    referee: Referee, estate: Estate, path: Path, section: str, kind: str, name: str, account: str | None, region: str
) -> None:
    """`name` is in that section of the place of `account` (the default one where it is None) and `region`."""
    place = estate.place(account, region)
    known: Collection[str] = getattr(place, section) if place else ()
    referee.refer(path, name, kind, known, ("places", account or estate.default_account, region, section))


def _refer_account(referee: Referee, estate: Estate, path: Path, account: str | None) -> None:
    referee.refer(path, account, "account", estate.accounts, ("accounts",))


def _check_record(referee: Referee, estate: Estate, here: Path, zone: str, record: Record) -> None:
    name = record.name.rstrip(".")
    if GAP not in (record.name, zone) and name != zone and not name.endswith(f".{zone}"):
        referee.wrong((*here, "name"), f"{record.name!r} is not within the zone {zone}")
    if (record.alias is None) == (not record.values):
        referee.wrong(here, "needs either `alias` or `values`, not both")
    if record.weight is not None and record.failover is not None:
        referee.wrong(here, "is routed by `weight` or by `failover`, not by both")
    if (record.weight is None and record.failover is None) != (record.set_identifier is None):
        referee.wrong(here, "`set_identifier` goes with `weight` or `failover`, and they go with it")
    if record.health_check is not None:
        checks = estate.zones[zone].health_checks
        referee.refer(
            (*here, "health_check"), record.health_check, "health check", checks, ("zones", zone, "health_checks")
        )
    if record.alias is not None:
        _check_alias(referee, estate, (*here, "alias"), record.alias)


def _check_alias(referee: Referee, estate: Estate, here: Path, alias: Alias) -> None:
    _refer_account(referee, estate, (*here, "account"), alias.account)
    if (alias.load_balancer is None) == (alias.distribution is None):
        referee.wrong(here, "needs either `load_balancer` or `distribution`, not both")
    elif alias.distribution is not None:
        account = alias.account or estate.default_account
        owned = {
            name for name, its in estate.distributions.items() if (its.account or estate.default_account) == account
        }
        referee.refer((*here, "distribution"), alias.distribution, "distribution", owned, ("distributions",))
    elif alias.load_balancer is not None:
        _refer_balancer(referee, estate, here, alias.load_balancer, alias.account, alias.region)


def _refer_balancer(
    referee: Referee, estate: Estate, here: Path, name: str, account: str | None, region: str | None
) -> None:
    refer_in_place(
        referee,
        estate,
        (*here, "load_balancer"),
        "load_balancers",
        "load balancer",
        name,
        account,
        region or estate.regions.primary,
    )


def _check_origin(referee: Referee, estate: Estate, here: Path, account: str | None, origin: Origin) -> None:
    chosen = [name for name in ("bucket", "load_balancer", "domain") if getattr(origin, name) is not None]
    if len(chosen) != 1:
        referee.wrong(here, "needs exactly one of `bucket`, `load_balancer` and `domain`")
    if origin.bucket is not None:
        buckets = estate.buckets_of(account or estate.default_account)
        table: Path = ("places", account or estate.default_account)
        referee.refer((*here, "bucket"), origin.bucket, "bucket", buckets, table)
    if origin.load_balancer is not None:
        _refer_balancer(referee, estate, here, origin.load_balancer, account, origin.region)


def _region_of(estate: Estate, account: str, cluster: str) -> str:
    """The Region whose cluster of that name is looked at: the first that has one, and else the primary one."""
    having = (r for r in estate.regions.every if (place := estate.place(account, r)) and cluster in place.clusters)
    return next(having, estate.regions.primary)


def _check_application(referee: Referee, estate: Estate, here: Path, application: Application) -> None:
    _refer_account(referee, estate, (*here, "account"), application.account)
    account = application.account or estate.default_account
    region = _region_of(estate, account, application.cluster)
    at: Path = ("places", account, region)
    refer_in_place(referee, estate, (*here, "cluster"), "clusters", "cluster", application.cluster, account, region)
    place = estate.place(account, region)
    cluster = place.clusters.get(application.cluster) if place else None
    if place is None or cluster is None:
        return
    services: Path = (*at, "clusters", application.cluster, "services")
    referee.refer((*here, "service"), application.service, "service", cluster.services, services)
    service = cluster.services.get(application.service)
    task = place.task_definitions.get(service.task) if service else None
    if service is None or task is None:
        return
    containers: Path = (*at, "task_definitions", service.task, "containers")
    chosen = application.container or service.container or next(iter(task.containers), "")
    referee.refer((*here, "container"), application.container, "container", task.containers, containers)
    if chosen not in task.containers:
        return
    environment = task.containers[chosen].environment
    for field in ("database_variable", "redis_variable", "bucket_variable"):
        variable = getattr(application, field)
        referee.refer((*here, field), variable, "variable", environment, (*containers, chosen, "environment"))
