"""beacon.read"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from drctl.actions.beacons.sight import Seen
from drctl.aws.s3_beacons import put_beacon
from drctl.aws.secret_beacons import put_version
from drctl.aws.sqs_beacons import send_beacon
from drctl.model.beacon import Survivor, new_beacon
from drctl.model.password import Password
from drctl.ports.postgres import PostgresAnswer, PostgresQuestion
from drctl.ports.redis import RedisAnswer, RedisQuestion
from drctl.testing.outside import no_probes
from tests.actions.cases.check_http import NOTHING_MADE, WAITED_FOR
from tests.actions.laws import Case, Live, Sight, Sightings
from tests.simulated import RECOVERY, Simulated

AT = datetime(2026, 11, 23, 3, 35, 20, tzinfo=UTC)
BEACON = new_beacon("production", "storage", AT, timedelta(minutes=1))
FOUND = Seen(survivor=Survivor(BEACON, AT))
BUCKET = "amply-storage-prod-eu-west-1"
SECRET = "amply/prod/beacon-password"
PASSWORD = "known-to-the-secret"
FAILURES = ("secret", "dns", "connect", "tls", "auth", "timeout", "protocol", "denied", "query", "levitation")
OF_A_BUCKET: dict[str, Any] = {"beacon": "storage", "kind": "s3", "region": RECOVERY, "bucket": BUCKET}
OF_A_QUEUE: dict[str, Any] = {"beacon": "storage", "kind": "sqs", "region": RECOVERY, "queue": "beacons"}
OF_A_SECRET: dict[str, Any] = {"beacon": "storage", "kind": "secret", "region": RECOVERY, "secret": "beacons"}
OF_A_DATABASE: dict[str, Any] = {
    "beacon": "storage",
    "kind": "postgres",
    "region": RECOVERY,
    "environment": "production",
    "host": "amply-prod.eu-west-1.rds.amazonaws.com",
    "database": "amply",
    "user": "drctl_beacon",
    "password_secret": SECRET,
}
OF_A_CACHE: dict[str, Any] = {
    "beacon": "storage",
    "kind": "redis",
    "region": RECOVERY,
    "host": "master.amply-prod-redis.eu-west-1.cache.amazonaws.com",
    "password_secret": SECRET,
}
EXEMPT = {
    "absent": NOTHING_MADE,
    "unknown": "a marker has no status",
    "foreign": NOTHING_MADE,
    "undo_own": NOTHING_MADE,
    "undo": NOTHING_MADE,
    "foreign_live": NOTHING_MADE,
}


class OpenedDatabase:
    def ask(self, question: PostgresQuestion) -> PostgresAnswer:
        if question.password != Password(PASSWORD):
            return PostgresAnswer(failure="auth", detail="wrong password")
        return PostgresAnswer(survivor=FOUND.survivor)


class OpenedCache:
    def ask(self, question: RedisQuestion) -> RedisAnswer:
        if question.password != Password(PASSWORD):
            return RedisAnswer(failure="auth", detail="wrong password")
        return RedisAnswer(beacon=BEACON.text if question.beacon_key == "drctl-beacon:storage" else None)


def in_bucket(simulated: Simulated) -> None:
    """A bucket with a beacon in it."""
    s3 = simulated.client("s3", RECOVERY)
    s3.create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": RECOVERY})
    put_beacon(s3, BUCKET, "drctl-beacon/", BEACON)


def in_queue(simulated: Simulated) -> None:
    """A queue with a beacon in it."""
    sqs = simulated.client("sqs", RECOVERY)
    send_beacon(sqs, sqs.create_queue(QueueName="beacons")["QueueUrl"], BEACON)


def in_secret(simulated: Simulated) -> None:
    """A secret that holds a beacon."""
    secrets = simulated.client("secretsmanager", RECOVERY)
    secrets.create_secret(Name="beacons", SecretString="{}")
    put_version(secrets, "beacons", BEACON)


def password(simulated: Simulated) -> None:
    """The password of the server."""
    simulated.client("secretsmanager", RECOVERY).create_secret(Name=SECRET, SecretString=PASSWORD)


CASES = (
    Case(
        kind="beacon.read",
        name="in a bucket",
        params=OF_A_BUCKET,
        sees=Sightings(
            there={"a beacon": Sight(FOUND), "no beacon": Sight(Seen())},
            dead_end={"no bucket": Sight(Seen(missing=f"there is no bucket {BUCKET}"))},
            undo_over={"a beacon": Sight(FOUND)},
        ),
        live=Live(plant=in_bucket),
        exempt={**EXEMPT, "settling": "a bucket answers, or it is an error of AWS"},
    ),
    Case(kind="beacon.read", name="in a queue", params=OF_A_QUEUE, live=Live(plant=in_queue)),
    Case(kind="beacon.read", name="in a secret", params=OF_A_SECRET, live=Live(plant=in_secret)),
    Case(
        kind="beacon.read",
        name="in a database",
        params=OF_A_DATABASE,
        sees=Sightings(
            settling={kind: Sight(Seen(failure=kind, detail="said the network")) for kind in FAILURES},
            there={"a beacon": Sight(FOUND), "no beacon": Sight(Seen(replayed_at=AT, lsn="0/3000148"))},
            dead_end={"not simulated": Sight(Seen(failure="not-simulated", detail="nobody described it"))},
        ),
        live=Live(plant=password, probes=replace(no_probes(), postgres=OpenedDatabase())),
    ),
    Case(
        kind="beacon.read",
        name="in a cache",
        params=OF_A_CACHE,
        sees=Sightings(settling={"no connection": Sight(Seen(failure="connect", detail=WAITED_FOR))}),
        live=Live(plant=password, probes=replace(no_probes(), redis=OpenedCache())),
    ),
)
