"""What a restore decides, forwards and backwards, from what it sees. Pure."""

from __future__ import annotations

from datetime import timedelta

from drctl.actions.rds.readiness import Wanted, find_difference, find_fault, find_unapplied, needs_reboot
from drctl.actions.rds.restore_params import Params, Restore, Seen
from drctl.aws import rds
from drctl.model.decision import Change, Decision, Done, Refuse, Wait
from drctl.model.failure import FailureKind
from drctl.model.past import Past

VISIBLE_WITHIN = timedelta(seconds=120)
"""How long a new instance may stay invisible to DescribeDBInstances."""


def decide_restore(params: Params, seen: Seen, past: Past) -> Decision:
    """What is needed for the instance to be up and as asked for."""
    found = seen.instance
    if found is None:
        return _obstacle(params, seen, past) or _restore(params, seen, past)
    if found.owner != past.run and not past.adopt:
        return Refuse(
            f"{found.name} exists in {params.region}, made by {found.owner or 'somebody else'}",
            hint="choose another `instance`, remove that one, or set `adopt: true` on the step",
        )
    if found.status in rds.SETTLING | rds.DELETING:
        return Wait(f"{found.name} to leave {found.status!r}")
    if found.status in rds.DEAD_ENDS:
        return Refuse(f"{found.name} is {found.status!r}, which does not end by itself", hint=_way_out(found, past))
    if found.status not in rds.USABLE:
        return Refuse(f"{found.name} is {found.status!r}, which drctl does not know", hint=_look_at(params))
    return _judge(params, seen, found, past)


def decide_removal(params: Params, seen: Seen, past: Past) -> Decision:
    """What is needed for an instance of this run to be gone. Anybody else's is left alone."""
    found = seen.instance
    if found is None:
        return Done(f"{params.instance} is not there")
    if found.owner != past.run:
        return Done(f"{found.name} was not made by this run, and is left alone")
    if found.status in rds.SETTLING | rds.DELETING | {"backing-up"}:
        return Wait(f"{found.name} to leave {found.status!r}")
    if found.status not in rds.USABLE | rds.DEAD_ENDS:
        return Refuse(f"{found.name} is {found.status!r}, which drctl does not know", hint=_look_at(params))
    if found.deletion_protection:
        return Change(
            name="unprotect",
            summary=f"take the deletion protection off {found.name}",
            operation="rds:ModifyDBInstance",
            target=found.arn,
        )
    return Change(
        name="delete",
        summary=f"delete {found.name}, which this run made",
        operation="rds:DeleteDBInstance",
        target=found.arn,
        settle=timedelta(seconds=60),
    )


def _obstacle(params: Params, seen: Seen, past: Past) -> Wait | Refuse | None:
    """Why a restore would fail, or make something wrong; None where nothing is in the way."""
    again = f"drctl resume {past.run}"
    snapshot = seen.snapshot
    if snapshot is None:
        return Refuse(
            f"there is no snapshot {params.snapshot} in {params.region}", hint="copy one there, or name another"
        )
    if snapshot.status in rds.SNAPSHOT_SETTLING:
        return Wait(f"snapshot {snapshot.id} to leave {snapshot.status!r}")
    if snapshot.status not in rds.SNAPSHOT_USABLE:
        return Refuse(f"snapshot {snapshot.id} is {snapshot.status!r}", hint="name another `snapshot`")
    if seen.vpc is None:
        return Refuse(
            f"there is no DB subnet group {params.subnet_group} in {params.region}", hint=f"create it; {again}"
        )
    if missing := [group for group in params.security_groups if group not in seen.security_groups]:
        return Refuse(f"no security group {', '.join(missing)} in {seen.vpc}", hint=f"create it there; {again}")
    if params.kms_key is None:
        return None
    if seen.key is None or not seen.key.usable:
        state = f"is {seen.key.state}" if seen.key else f"is not there in {params.region}"
        return Refuse(f"KMS key {params.kms_key} {state}", hint=f"enable it; {again}")
    if snapshot.kms_key != seen.key.arn:
        # A restore keeps the snapshot's key; only a copy changes it.
        return Refuse(
            f"snapshot {snapshot.id} is encrypted with {snapshot.kms_key or 'no key'}, not with {params.kms_key}",
            hint="copy the snapshot with the key that is wanted, and name the copy",
        )
    return None


def _restore(params: Params, seen: Seen, past: Past) -> Decision:
    refused = [c for c in past.refused_for(FailureKind.CAPACITY) if c.epoch == past.epoch and c.name == "restore"]
    if len(refused) >= len(params.classes):
        return Refuse(
            f"AWS has no capacity in {params.region} for any of: {', '.join(params.classes)}",
            hint=f"add to `fallback_classes`, or wait a little; drctl resume {past.run}",
        )
    chosen = params.classes[len(refused)]
    return Change(
        name="restore",
        summary=f"restore {params.instance} from {params.snapshot} as {chosen}",
        operation="rds:RestoreDBInstanceFromDBSnapshot",
        target=params.instance,
        detail=Restore(chosen, tuple(seen.security_groups.values())),
        settle=VISIBLE_WITHIN,
    )


def _judge(params: Params, seen: Seen, found: rds.DbInstance, past: Past) -> Decision:
    if fault := find_fault(found):
        return Refuse(f"{found.name}: {fault}", hint=_look_at(params))
    if needs_reboot(found):
        return _reboot(found, past)
    if unapplied := find_unapplied(found):
        return Wait(f"{found.name}: {unapplied}")
    wanted = Wanted(
        instance_classes=params.classes,
        subnet_group=params.subnet_group,
        security_groups=tuple(seen.security_groups.values()),
        parameter_group=params.parameter_group,
        kms_key=seen.key.arn if seen.key else None,
        multi_az=params.multi_az,
    )
    if difference := find_difference(wanted, found):
        if found.status == "backing-up":
            # The first backup comes before the standby: Multi-AZ is not yet what it is going to be.
            return Wait(f"{found.name} to leave 'backing-up'; its {difference}")
        return Refuse(
            f"{found.name} is up, but its {difference}",
            hint=f"put that right on the instance or in the runbook; drctl resume {past.run}",
        )
    return Done(f"{found.name} is {found.status}, with everything in force", looks=2)


def _reboot(found: rds.DbInstance, past: Past) -> Decision:
    if found.owner != past.run:
        return Refuse(f"{found.name} needs a reboot, and this run did not make it", hint=f"reboot {found.name}")
    if found.status != "available":
        return Wait(f"{found.name} to leave {found.status!r}, so that it can be rebooted")
    return Change(
        name="reboot",
        summary=f"reboot {found.name}, so that its parameters are in force before anybody uses it",
        operation="rds:RebootDBInstance",
        target=found.arn,
        flip=True,
        settle=timedelta(seconds=60),
    )


def _way_out(found: rds.DbInstance, past: Past) -> str:
    again = f"drctl resume {past.run}"
    if found.status == "stopped":
        return f"aws rds start-db-instance --db-instance-identifier {found.name}; then: {again}"
    if found.status.startswith("inaccessible-encryption-credentials"):
        return f"enable its KMS key and start the instance; then: {again}"
    if found.status == "insufficient-capacity":
        return f"delete {found.name}, choose another `instance_class`; then: {again}"
    if found.status == "storage-full":
        return f"give it more storage; then: {again}"
    return f"its RDS events say why; delete {found.name}; then: {again}"


def _look_at(params: Params) -> str:
    return f"aws rds describe-db-instances --region {params.region} --db-instance-identifier {params.instance}"
