"""Where to look for beacons: the parameters of beacon.read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Annotated

from pydantic import Field

from drctl.actions.checks.postgres_params import Table
from drctl.actions.parameters import CLOSED, Region
from drctl.actions.s3.bucket_name import BucketName
from drctl.model.beacon import BeaconKind
from drctl.model.beacon_store import PREFIX, TABLE, BeaconStore
from drctl.model.password import Password
from drctl.ports.postgres import BeaconRows, PostgresQuestion, SslMode
from drctl.ports.redis import RedisQuestion

Text = Annotated[str, Field(min_length=1)]
_OF_ALL = frozenset({"beacon", "kind", "region", "environment"})
_SERVER = frozenset({"host", "port", "user", "password_secret", "ca_file"})
_NEEDED: Mapping[BeaconKind, tuple[str, ...]] = {
    BeaconKind.POSTGRES: ("host", "database", "user", "password_secret"),
    BeaconKind.REDIS: ("host",),
    BeaconKind.S3: ("bucket",),
    BeaconKind.SQS: ("queue",),
    BeaconKind.SECRET: ("secret",),
}
_KNOWN: Mapping[BeaconKind, frozenset[str]] = {
    BeaconKind.POSTGRES: _SERVER | {"database", "sslmode", "table"},
    BeaconKind.REDIS: _SERVER | {"tls"},
    BeaconKind.S3: frozenset({"bucket", "prefix"}),
    BeaconKind.SQS: frozenset({"queue"}),
    BeaconKind.SECRET: frozenset({"secret"}),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Params:
    __pydantic_config__ = CLOSED

    beacon: Text
    """The store's name in the `beacons` of the environment that writes them."""
    kind: BeaconKind
    region: Region
    """Where the recovered store is, and the secret with its password."""
    environment: Text | None = None
    """Only beacons of this environment count; of any, if left out."""
    host: Text | None = None
    """postgres, redis."""
    port: Annotated[int, Field(ge=1, le=65535)] | None = None
    database: Text | None = None
    """postgres."""
    user: Text | None = None
    """postgres; redis, where it has users."""
    password_secret: Text | None = None
    """A secret that holds the password as its text, or under `password` in a JSON object."""
    sslmode: SslMode | None = None
    """postgres: verify-full, if left out."""
    tls: bool | None = None
    """redis: true, if left out."""
    ca_file: str | None = None
    """The certificates that sign the server's, as a file; those that the machine trusts if left out."""
    table: Table | None = None
    """postgres: drctl_beacon, if left out."""
    bucket: BucketName | None = None
    """s3."""
    prefix: Text | None = None
    """s3: drctl-beacon/, if left out."""
    queue: Text | None = None
    """sqs."""
    secret: Text | None = None
    """secret: its name."""

    def __post_init__(self) -> None:
        if lacking := [f"`{name}`" for name in _NEEDED[self.kind] if getattr(self, name) is None]:
            raise ValueError(f"a store of the kind {self.kind} needs {' and '.join(lacking)}")
        given = {field.name for field in fields(self) if getattr(self, field.name) is not None}
        if excess := sorted(given - _OF_ALL - _KNOWN[self.kind]):
            raise ValueError(f"a store of the kind {self.kind} has no `{excess[0]}`")

    @property
    def place(self) -> str:
        """Where that is, in a few words."""
        match self.kind:
            case BeaconKind.POSTGRES:
                return f"{self.database} at {self.host}"
            case BeaconKind.REDIS:
                return str(self.host)
            case BeaconKind.S3:
                return f"the bucket {self.bucket} in {self.region}"
            case BeaconKind.SQS:
                return f"the queue {self.queue} in {self.region}"
            case BeaconKind.SECRET:
                return f"the secret {self.secret} in {self.region}"

    def postgres(self, password: Password) -> PostgresQuestion:
        """How the database is asked for its newest beacon."""
        return PostgresQuestion(
            host=str(self.host),
            port=self.port or 5432,
            database=str(self.database),
            user=str(self.user),
            password=password,
            sslmode=self.sslmode or "verify-full",
            ca_file=self.ca_file,
            beacons=BeaconRows(table=self.table or TABLE, store=self.beacon, environment=self.environment),
        )

    def redis(self, password: Password | None) -> RedisQuestion:
        """How the cache is asked for its newest beacon."""
        return RedisQuestion(
            host=str(self.host),
            port=self.port or 6379,
            user=self.user,
            password=password,
            tls=self.tls is not False,
            ca_file=self.ca_file,
            beacon_key=beacon_key(self.beacon),
        )

    @property
    def objects(self) -> str:
        """What the keys of all its beacons begin with."""
        return self.prefix or PREFIX


def beacon_key(store: str) -> str:
    """The key that holds the newest beacon of a store in a Redis."""
    return f"drctl-beacon:{store}"


def params_of(store: BeaconStore, environment: str | None) -> Params:
    """Where the beacons of a store are that an environment describes."""
    return Params(
        beacon=store.store,
        kind=store.kind,
        region=store.region,
        environment=environment,
        host=store.host,
        port=store.port,
        database=store.database,
        user=store.user,
        password_secret=store.password_secret,
        sslmode=store.sslmode,
        tls=store.tls,
        ca_file=store.ca_file,
        table=store.table,
        bucket=store.bucket,
        prefix=store.prefix,
        queue=store.queue,
        secret=store.secret,
    )
