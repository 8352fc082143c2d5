"""Where an environment has its beacons: the data stores, how often each gets one, and where copies of it are."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Literal

from drctl.model.beacon import BeaconKind

EVERY = timedelta(seconds=60)
SECRET_EVERY = timedelta(minutes=30)
"""How often a secret gets one, where nobody says otherwise."""
SECRET_LEAST = timedelta(minutes=10)
"""More often, and Secrets Manager keeps more versions than it deletes until a quota is reached (AWS Secrets Manager
API Reference, PutSecretValue)."""
TABLE = "drctl_beacon"
PREFIX = "drctl-beacon/"
KEPT = timedelta(hours=48)
"""How old rows and objects become before their writer deletes them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BeaconCopy:
    """Where the recovered store is, in another Region. What is not said is as in the first place."""

    region: str
    host: str | None = None
    bucket: str | None = None
    queue: str | None = None
    secret: str | None = None
    password_secret: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class BeaconStore:
    """One data store that gets beacons. Which of the keys it has, its kind says."""

    store: str
    """Its name, as runbooks have it in `store:`."""
    kind: BeaconKind
    region: str
    """Where it is, and the secret with its password."""
    account: str | None = None
    """The default account, if left out."""
    every: timedelta | None = None
    """Its own period; that of all stores, if left out, and 30m for a secret."""
    host: str | None = None
    """postgres, redis."""
    port: int | None = None
    """postgres, redis: 5432 and 6379, if left out."""
    database: str | None = None
    """postgres."""
    user: str | None = None
    """postgres; redis, where it has users."""
    password_secret: str | None = None
    """postgres, redis: a secret that holds the password as its text, or under `password` in a JSON object."""
    sslmode: Literal["disable", "require", "verify-ca", "verify-full"] | None = None
    """postgres: verify-full, if left out."""
    tls: bool | None = None
    """redis: true, if left out."""
    ca_file: str | None = None
    """postgres, redis: the certificates that sign the server's, as a file; the machine's own, if left out."""
    table: str | None = None
    """postgres: drctl_beacon, if left out."""
    bucket: str | None = None
    """s3."""
    prefix: str | None = None
    """s3: drctl-beacon/, if left out."""
    queue: str | None = None
    """sqs: a standard queue that is for beacons alone."""
    secret: str | None = None
    """secret: its name. One that is for beacons alone."""
    copies: tuple[BeaconCopy, ...] = ()
    """Where it is found after a recovery: `drctl beacon read --region`."""

    def within(self, region: str | None) -> BeaconStore:
        """The store as it is in `region`: by its copy there, or else under the same names."""
        if region is None or region == self.region:
            return self
        copy = next((one for one in self.copies if one.region == region), BeaconCopy(region=region))
        return replace(
            self,
            region=region,
            host=copy.host or self.host,
            bucket=copy.bucket or self.bucket,
            queue=copy.queue or self.queue,
            secret=copy.secret or self.secret,
            password_secret=copy.password_secret or self.password_secret,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Beacons:
    """What `drctl beacon write` writes: timed markers, of which the newest survivor tells what was lost."""

    every: timedelta = EVERY
    """How often: the precision of the loss that is measured."""
    stores: tuple[BeaconStore, ...] = ()

    def period_of(self, store: BeaconStore) -> timedelta:
        """How often that store gets one."""
        if store.every is not None:
            return store.every
        return max(self.every, SECRET_EVERY) if store.kind is BeaconKind.SECRET else self.every
