"""The newest beacon in a store, of whatever kind it is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from drctl.actions.beacons.read_params import Params
from drctl.actions.checks.store_failures import NO_PASSWORD, told_no_password
from drctl.aws.passwords import find_password
from drctl.aws.s3_beacons import find_beacon
from drctl.aws.s3_switch import bucket_exists
from drctl.aws.secret_beacons import find_versions
from drctl.aws.secretsmanager import find_secret
from drctl.aws.sqs_beacons import find_beacon_queue, find_messages
from drctl.model.beacon import BeaconKind, Survivor, newest, parse_beacon
from drctl.model.password import Password
from drctl.ports.aws import AwsClients
from drctl.ports.probes import Probes


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    survivor: Survivor | None = None
    failure: str = ""
    """Why a server gave no answer: its kind, as probes tell it."""
    detail: str = ""
    missing: str = ""
    """What of the store is not there, or cannot be looked into."""
    replayed_at: datetime | None = None
    """A database's last replayed commit, and how far its log goes."""
    lsn: str = ""


def look(params: Params, aws: AwsClients, probes: Probes) -> Seen:
    """One look, which changes nothing. An error of AWS passes through."""
    match params.kind:
        case BeaconKind.POSTGRES:
            return _in_postgres(params, aws, probes)
        case BeaconKind.REDIS:
            return _in_redis(params, aws, probes)
        case BeaconKind.S3:
            return _in_bucket(params, aws)
        case BeaconKind.SQS:
            return _in_queue(params, aws)
        case BeaconKind.SECRET:
            return _in_secret(params, aws)


def password_of(params: Params, aws: AwsClients) -> Password | Seen | None:
    """What opens the server; what is told where it cannot be had; None where it needs none."""
    if params.password_secret is None:
        return None
    found = find_password(aws.client("secretsmanager", params.region), params.password_secret)
    return found or Seen(failure=NO_PASSWORD, detail=told_no_password(params.password_secret, params.region))


def _in_postgres(params: Params, aws: AwsClients, probes: Probes) -> Seen:
    password = password_of(params, aws)
    if isinstance(password, Seen):
        return password
    answer = probes.postgres.ask(params.postgres(password or Password("")))
    return Seen(
        survivor=answer.survivor,
        failure=answer.failure,
        detail=answer.detail,
        replayed_at=answer.replayed_at,
        lsn=answer.lsn,
    )


def _in_redis(params: Params, aws: AwsClients, probes: Probes) -> Seen:
    password = password_of(params, aws)
    if isinstance(password, Seen):
        return password
    answer = probes.redis.ask(params.redis(password))
    beacon = parse_beacon(answer.beacon) if answer.beacon is not None else None
    found = (Survivor(beacon),) if beacon is not None else ()
    return Seen(survivor=newest(found, params.beacon, params.environment), failure=answer.failure, detail=answer.detail)


def _in_bucket(params: Params, aws: AwsClients) -> Seen:
    s3, bucket = aws.client("s3", params.region), str(params.bucket)
    if not bucket_exists(s3, bucket):
        return Seen(missing=f"there is no bucket {bucket}")
    return Seen(survivor=find_beacon(s3, bucket, params.objects, params.beacon, params.environment))


def _in_queue(params: Params, aws: AwsClients) -> Seen:
    sqs = aws.client("sqs", params.region)
    queue = find_beacon_queue(sqs, str(params.queue))
    if queue is None:
        return Seen(missing=f"there is no queue {params.queue} in {params.region}")
    if queue.has_redrive:
        return Seen(missing=f"{params.queue} has a dead-letter queue, to which looking would move what is in it")
    return Seen(survivor=newest(find_messages(sqs, queue, params.beacon), params.beacon, params.environment))


def _in_secret(params: Params, aws: AwsClients) -> Seen:
    secrets, name = aws.client("secretsmanager", params.region), str(params.secret)
    found = find_secret(secrets, name)
    if found is None or found.deleted:
        told = "waits to be deleted" if found is not None else "is not there"
        return Seen(missing=f"the secret {name} in {params.region} {told}")
    return Seen(survivor=newest(find_versions(secrets, name), params.beacon, params.environment))
