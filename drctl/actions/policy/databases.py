"""Whether databases are backed up as their policy says, at home and in the recovery Region."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from drctl.actions.findings import Finding, judged, unknown
from drctl.actions.policy.ages import judge_age
from drctl.actions.policy.params import DatabasePolicy, Params
from drctl.aws.denied import Denied, look
from drctl.aws.kms import KmsKey, find_key
from drctl.aws.rds import SNAPSHOT_USABLE, DbInstance, DbSnapshot, find_instance, list_snapshots
from drctl.aws.rds_backups import BACKUP_USABLE, AutomatedBackup, list_automated_backups
from drctl.aws.rds_exposure import is_public
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
    exposed: Mapping[str, tuple[str, ...] | Denied] = field(default_factory=dict)
    """Region → the manual snapshots there that everybody may restore; empty where that was not asked."""

    @property
    def everywhere(self) -> tuple[tuple[str, Snapshots], ...]:
        """The snapshots of each Region that is looked at."""
        home = ((self.region, self.snapshots),)
        return (*home, (self.recovery_region, self.copies)) if self.recovery_region else home


def look_at_database(policy: DatabasePolicy, params: Params, at: datetime, aws: AwsClients) -> DatabaseFacts:
    """What there is of it, in both Regions; what the policy does not ask about is not looked at."""
    here, there = params.region, params.recovery_region
    rds = aws.client("rds", here)
    away = aws.client("rds", there) if there else None
    instance = look(find_instance, rds, policy.name)
    arn = instance.kms_key if isinstance(instance, DbInstance) else None
    name = policy.name
    wants_all = bool(policy.months or policy.private)
    snapshots = look(list_snapshots, rds, name) if policy.snapshot_age or wants_all else ()
    copies = look(list_snapshots, away, name) if away and (policy.copy_age or wants_all) else ()
    exposed: dict[str, tuple[str, ...] | Denied] = {}
    if policy.private:
        exposed[here] = _look_at_exposure(rds, snapshots)
        if away and there:
            exposed[there] = _look_at_exposure(away, copies)
    return DatabaseFacts(
        policy=policy,
        region=here,
        recovery_region=there,
        at=at,
        instance=instance,
        key=look(find_key, aws.client("kms", here), arn) if arn else None,
        snapshots=snapshots,
        copies=copies,
        exposed=exposed,
        replicated=look(list_automated_backups, away, name) if away and policy.replicated_age else (),
    )


def _look_at_exposure(rds: Any, snapshots: Snapshots) -> tuple[str, ...] | Denied:
    # Only manual snapshots can be shared (Amazon RDS User Guide, "Sharing a DB snapshot").
    if isinstance(snapshots, Denied):
        return snapshots
    exposed: list[str] = []
    for one in snapshots:
        public = look(is_public, rds, one.id) if one.manual else False
        if isinstance(public, Denied):
            return public
        exposed += [one.id] if public else []
    return tuple(exposed)


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
    for region, listed in facts.everywhere:
        if policy.months:
            yield _judge_months(facts, listed, region, policy.months)
    for region, exposed in facts.exposed.items():
        yield _judge_exposure(facts, region, exposed)


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
    if policy.restorable_age is not None and policy.retention_days:
        yield _judge_restorable(facts, instance, here, policy.restorable_age)
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
    told = f"the newest {what} of {subject} is {{age}} old"
    return judge_age(check, subject, age=facts.at - max(points), most=most, what=told, fix=fix)


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
    told = f"the replicated backups of {subject} end {{age}} ago"
    return judge_age(check, subject, age=facts.at - max(newest), most=most, what=told, fix=fix)


def _judge_restorable(facts: DatabaseFacts, instance: DbInstance, here: str, most: timedelta) -> Finding:
    check, fix = "rds.restorable", "look whether its automated backups are on, and what its events say of them"
    if instance.restorable_until is None:
        wrong = f"no point in time of {here} can be restored"
        return judged(check, here, holds=False, observed="none", wrong=wrong, fix=fix)
    told = f"the newest moment of {here} that can be restored is {{age}} ago"
    return judge_age(check, here, age=facts.at - instance.restorable_until, most=most, what=told, fix=fix)


def _judge_months(facts: DatabaseFacts, listed: Snapshots, region: str, months: int) -> Finding:
    """Whether each of the last whole months has a manual snapshot: automated ones go after 35 days at most."""
    check, subject = "rds.monthly-snapshots", f"{facts.policy.name} in {region}"
    if isinstance(listed, Denied):
        return unknown(check, subject, listed)
    kept = {
        one.recovery_point.at.strftime("%Y-%m")
        for one in listed
        if one.manual and one.status in SNAPSHOT_USABLE and one.recovery_point
    }
    missing = [month for month in _months_before(facts.at, months) if month not in kept]
    return judged(
        check,
        subject,
        holds=not missing,
        observed=f"{months - len(missing)} of {months} months",
        wrong=f"no manual snapshot of {subject} is of {', '.join(missing)}",
        fix="look whether the job that keeps one of each month runs",
    )


def _months_before(at: datetime, months: int) -> list[str]:
    """The last `months` months that are over, the newest first, as 2026-10."""
    ends = at.year * 12 + at.month - 1
    return [f"{month // 12}-{month % 12 + 1:02}" for month in range(ends - 1, ends - 1 - months, -1)]


def _judge_exposure(facts: DatabaseFacts, region: str, exposed: tuple[str, ...] | Denied) -> Finding:
    check, subject = "rds.snapshot-exposure", f"{facts.policy.name} in {region}"
    if isinstance(exposed, Denied):
        return unknown(check, subject, exposed)
    return judged(
        check,
        subject,
        holds=not exposed,
        observed=f"{len(exposed)} public snapshots",
        wrong=f"everybody may restore {', '.join(exposed)}, a snapshot of {subject}",
        fix="take `all` away from whom it may be restored by",
    )
