"""Whether databases are backed up as their policy says, at home and in the recovery Region."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from drctl.actions.findings import Finding, judged, unknown
from drctl.actions.policy.params import DatabasePolicy, Params
from drctl.aws.denied import Denied, look
from drctl.aws.kms import KmsKey, find_key
from drctl.aws.rds import SNAPSHOT_USABLE, DbInstance, DbSnapshot, find_instance, list_snapshots
from drctl.aws.rds_backups import BACKUP_USABLE, AutomatedBackup, list_automated_backups
from drctl.model.duration import format_duration
from drctl.ports.aws import AwsClients

Snapshots = tuple[DbSnapshot, ...] | Denied


@dataclass(frozen=True, slots=True, kw_only=True)
class DatabaseFacts:
    policy: DatabasePolicy
    region: str
    recovery_region: str | None
    at: datetime
    """When it was looked, by AWS's clock."""
    instance: DbInstance | Denied | None
    key: KmsKey | Denied | None = None
    """What its storage is encrypted with; None where it is not, or where the key is not there."""
    snapshots: Snapshots = ()
    copies: Snapshots = ()
    replicated: tuple[AutomatedBackup, ...] | Denied = ()


def look_at_database(policy: DatabasePolicy, params: Params, at: datetime, aws: AwsClients) -> DatabaseFacts:
    """What there is of it, in both Regions; what the policy does not ask about is not looked at."""
    here, there = params.region, params.recovery_region
    rds = aws.client("rds", here)
    away = aws.client("rds", there) if there else None
    instance = look(find_instance, rds, policy.name)
    arn = instance.kms_key if isinstance(instance, DbInstance) else None
    name = policy.name
    return DatabaseFacts(
        policy=policy,
        region=here,
        recovery_region=there,
        at=at,
        instance=instance,
        key=look(find_key, aws.client("kms", here), arn) if arn else None,
        snapshots=look(list_snapshots, rds, name) if policy.snapshot_age else (),
        copies=look(list_snapshots, away, name) if away and policy.copy_age else (),
        replicated=look(list_automated_backups, away, name) if away and policy.replicated_age else (),
    )


def judge_database(facts: DatabaseFacts) -> Iterator[Finding]:
    """Every check of one database."""
    policy, here = facts.policy, f"{facts.policy.name} in {facts.region}"
    yield from _judge_instance(facts, here)
    if policy.snapshot_age is not None:
        yield _judge_newest("rds.snapshot-age", facts, facts.snapshots, facts.region, policy.snapshot_age)
    if facts.recovery_region is not None and policy.copy_age is not None:
        yield _judge_newest("rds.copy-age", facts, facts.copies, facts.recovery_region, policy.copy_age)
    if facts.recovery_region is not None and policy.replicated_age is not None:
        yield _judge_replicated(facts, facts.recovery_region, policy.replicated_age)


def _judge_instance(facts: DatabaseFacts, here: str) -> Iterator[Finding]:
    policy, instance = facts.policy, facts.instance
    if isinstance(instance, Denied):
        yield unknown("rds.instance", here, instance)
        return
    if instance is None:
        wrong = f"there is no database {here}"
        yield judged("rds.instance", here, holds=False, observed="absent", wrong=wrong, fix="look at its name")
        return
    days = instance.backup_retention_days
    yield judged(
        "rds.backup-retention",
        here,
        holds=days >= policy.retention_days,
        observed=days,
        wrong=f"the backups of {here} are kept for {days} days, fewer than {policy.retention_days}",
        fix="raise its backup retention period",
    )
    if policy.deletion_protection:
        yield judged(
            "rds.deletion-protection",
            here,
            holds=instance.deletion_protection,
            observed=instance.deletion_protection,
            wrong=f"{here} is not protected from being deleted",
            fix="turn its deletion protection on",
        )
    if policy.multi_az:
        yield judged(
            "rds.multi-az",
            here,
            holds=instance.multi_az,
            observed=instance.multi_az,
            wrong=f"{here} has no standby in another Availability Zone",
            fix="turn Multi-AZ on",
        )
    if instance.kms_key is not None:
        yield _judge_key(facts.key, here, instance.kms_key)


def _judge_key(key: KmsKey | Denied | None, here: str, arn: str) -> Finding:
    if isinstance(key, Denied):
        return unknown("rds.encryption-key", here, key)
    state = key.state if key is not None else "absent"
    return judged(
        "rds.encryption-key",
        here,
        holds=key is not None and key.usable,
        observed=state,
        wrong=f"the key of {here} is {state}",
        fix=f"enable {arn}, or cancel its deletion",
    )


def _judge_newest(check: str, facts: DatabaseFacts, listed: Snapshots, region: str, most: timedelta) -> Finding:
    what = "snapshot" if region == facts.region else "copy of a snapshot"
    subject = f"{facts.policy.name} in {region}"
    if isinstance(listed, Denied):
        return unknown(check, subject, listed)
    points = [one.recovery_point.at for one in listed if one.status in SNAPSHOT_USABLE and one.recovery_point]
    fix = "look whether the job that takes and copies snapshots runs, and at what it says"
    if not points:
        wrong = f"there is no usable {what} of {subject}"
        return judged(check, subject, holds=False, observed="none", wrong=wrong, fix=fix)
    age = _whole(facts.at - max(points))
    told = _in_minutes(age, most)
    return judged(
        check,
        subject,
        holds=age <= most,
        observed=told,
        wrong=f"the newest {what} of {subject} is {told} old, more than {format_duration(most)}",
        fix=fix,
    )


def _judge_replicated(facts: DatabaseFacts, region: str, most: timedelta) -> Finding:
    check, subject = "rds.replicated-backups", f"{facts.policy.name} in {region}"
    if isinstance(facts.replicated, Denied):
        return unknown(check, subject, facts.replicated)
    fix = "look at the replication of its automated backups"
    newest = [one.latest for one in facts.replicated if one.region == facts.region and one.latest is not None]
    states = sorted({one.status for one in facts.replicated if one.status not in BACKUP_USABLE})
    if states:
        wrong = f"the replicated backups of {subject} are {states[0]!r}"
        return judged(check, subject, holds=False, observed=states[0], wrong=wrong, fix=fix)
    if not newest:
        wrong = f"the automated backups of {subject} are not replicated from {facts.region}"
        return judged(check, subject, holds=False, observed="none", wrong=wrong, fix=fix)
    age = _whole(facts.at - max(newest))
    told = _in_minutes(age, most)
    return judged(
        check,
        subject,
        holds=age <= most,
        observed=told,
        wrong=f"the replicated backups of {subject} end {told} ago, more than {format_duration(most)}",
        fix=fix,
    )


def _whole(span: timedelta) -> timedelta:
    """Without fractions of seconds; what is newer than AWS's clock is of now."""
    return timedelta(seconds=max(0, int(span.total_seconds())))


def _in_minutes(age: timedelta, most: timedelta) -> str:
    """To the minute, as people say it; to the second where the minute would hide that it is too old."""
    minutes = timedelta(minutes=round(age / timedelta(minutes=1)))
    hides = age < timedelta(minutes=1) or (minutes <= most) != (age <= most)
    return format_duration(age if hides else minutes)
