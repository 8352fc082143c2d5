"""An estate: the system that is recovered, as data that a person can write in an afternoon.

The simulated AWS is planted from it. Every section may be left out; names are
AWS's own names, and what is not described does not exist.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

from drctl.model.estate_edge import Application, Distribution, Role, Zone
from drctl.model.estate_network import LoadBalancer, Network
from drctl.model.estate_services import (
    Alarm,
    Cluster,
    Dashboard,
    Function,
    LogGroup,
    Queue,
    Repository,
    Secret,
    TaskDefinition,
    Topic,
)
from drctl.model.estate_stores import (
    Bucket,
    Cache,
    Database,
    DatabaseParameterGroup,
    GlobalDatabase,
    GlobalDatastore,
    Key,
)
from drctl.model.estate_web import WebHost


@dataclass(frozen=True, slots=True, kw_only=True)
class Regions:
    primary: str
    recovery: str
    others: tuple[str, ...] = ()
    """Further Regions in which the estate has something."""

    @property
    def every(self) -> tuple[str, ...]:
        return (self.primary, self.recovery, *self.others)

    def named(self, name: str) -> str:
        """The Region that `primary` or `recovery` stands for; any other name is a Region's own."""
        return {"primary": self.primary, "recovery": self.recovery}.get(name, name)

    def placed(self, named: str) -> tuple[str, str]:
        """The Region and the name in `REGION/name`; the recovery Region for a name without one."""
        region, slash, name = named.partition("/")
        placed = slash and self.named(region) in self.every
        return (self.named(region), name) if placed else (self.recovery, named)


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """What one account has in one Region. Names are unique within a place, as they are in AWS."""

    networks: Mapping[str, Network] = field(default_factory=dict)
    keys: Mapping[str, Key] = field(default_factory=dict)
    database_subnet_groups: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    database_parameter_groups: Mapping[str, DatabaseParameterGroup] = field(default_factory=dict)
    databases: Mapping[str, Database] = field(default_factory=dict)
    cache_subnet_groups: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    caches: Mapping[str, Cache] = field(default_factory=dict)
    buckets: Mapping[str, Bucket] = field(default_factory=dict)
    load_balancers: Mapping[str, LoadBalancer] = field(default_factory=dict)
    repositories: Mapping[str, Repository] = field(default_factory=dict)
    task_definitions: Mapping[str, TaskDefinition] = field(default_factory=dict)
    clusters: Mapping[str, Cluster] = field(default_factory=dict)
    secrets: Mapping[str, Secret] = field(default_factory=dict)
    parameters: Mapping[str, str] = field(default_factory=dict)
    """SSM parameters of type String, by their full names."""
    queues: Mapping[str, Queue] = field(default_factory=dict)
    mail_identities: tuple[str, ...] = ()
    """Domains and addresses that SES has verified."""
    log_groups: Mapping[str, LogGroup] = field(default_factory=dict)
    topics: Mapping[str, Topic] = field(default_factory=dict)
    functions: Mapping[str, Function] = field(default_factory=dict)
    """Lambda functions."""
    alarms: Mapping[str, Alarm] = field(default_factory=dict)
    dashboards: Mapping[str, Dashboard] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Estate:
    __pydantic_config__: ClassVar[Mapping[str, Any]] = {
        "extra": "forbid",
        "strict": True,
        "allow_inf_nan": False,
        "use_attribute_docstrings": True,
    }

    name: str = field(metadata={"alias": "estate"})
    title: str = ""
    accounts: Mapping[str, str]
    """Account ids (twelve digits, quoted) by the names that runbooks use."""
    account_aliases: Mapping[str, str] = field(default_factory=dict)
    """What accounts call themselves, by the names that runbooks use."""
    default_account: str
    regions: Regions
    variables: Mapping[str, Any] = field(default_factory=dict)
    """What `${{ env.NAME }}` stands for in a simulated drill, as an environment's variables do in its account."""
    recovery_role: str = "drctl-recovery"
    """The role that drctl assumes; every account has it."""
    places: Mapping[str, Mapping[str, Place]] = field(default_factory=dict)
    """Account name → Region → what is there."""
    global_datastores: Mapping[str, GlobalDatastore] = field(default_factory=dict)
    global_databases: Mapping[str, GlobalDatabase] = field(default_factory=dict)
    zones: Mapping[str, Zone] = field(default_factory=dict)
    distributions: Mapping[str, Distribution] = field(default_factory=dict)
    roles: Mapping[str, Role] = field(default_factory=dict)
    applications: Mapping[str, Application] = field(default_factory=dict)
    web: Mapping[str, WebHost] = field(default_factory=dict)
    """Hosts of other companies that a recovery talks to, by their names."""

    def account_id(self, account: str | None) -> str:
        """The id of the account of that name, of the default account where it is None. KeyError where there is none."""
        return self.accounts[account or self.default_account]

    def place(self, account: str | None, region: str) -> Place | None:
        """What `account` (the default one where it is None) has in `region`; None where nothing is described."""
        return self.places.get(account or self.default_account, {}).get(region)

    def each_place(self) -> Iterator[tuple[str, str, Place]]:
        """Every (account name, Region, place), in the order of the file."""
        for account, regions in self.places.items():
            for region, place in regions.items():
                yield account, region, place

    def secrets_in(self, account: str, region: str) -> frozenset[str]:
        """The secrets that can be read in that place: its own, and the replicas of other Regions' secrets."""
        places = self.places.get(account, {})
        replicas = (
            name for place in places.values() for name, secret in place.secrets.items() if region in secret.replicate_to
        )
        return frozenset((*replicas, *(places[region].secrets if region in places else ())))

    def secret_values(self, name: str) -> frozenset[str]:
        """What the secrets of that name hold, in whatever place."""
        return frozenset(
            place.secrets[name].value_as(name) for _, _, place in self.each_place() if name in place.secrets
        )

    def images_in(self, account: str, region: str) -> frozenset[str]:
        """`repository:tag` of every image that can be pulled in that place, those replicated there among them."""
        return frozenset(
            f"{name}:{tag}"
            for at, place in self.places.get(account, {}).items()
            for name, repository in place.repositories.items()
            if at == region or region in repository.replicate_to
            for tag in repository.tags
            if at == region or tag not in repository.not_replicated
        )

    def buckets_of(self, account: str) -> Mapping[str, str]:
        """The Region of each bucket of an account, by name."""
        return {name: region for region, place in self.places.get(account, {}).items() for name in place.buckets}

    def roles_of(self, account: str) -> frozenset[str]:
        """The roles that an account has, the one that drctl assumes left out."""
        return frozenset(
            name for name, role in self.roles.items() if account in (role.accounts or (self.default_account,))
        )
