"""What is decided of an instance that a step makes, forwards and backwards, whatever it is made from. Pure."""

from __future__ import annotations

from datetime import timedelta

from drctl.actions.rds.key_decisions import judge_wanted_key
from drctl.actions.rds.new_instance import Creation, NewInstance, Surroundings
from drctl.actions.rds.readiness import Wanted, find_difference, find_fault, find_unapplied, needs_reboot
from drctl.aws import rds
from drctl.model.decision import Change, Decision, Done, Refuse, Wait
from drctl.model.failure import FailureKind
from drctl.model.past import Past

VISIBLE_WITHIN = timedelta(seconds=120)
"""How long a new instance may stay invisible to DescribeDBInstances."""


def find_missing_ground(params: NewInstance, around: Surroundings, past: Past) -> Refuse | None:
    """What the instance would stand on and is not there; None where everything is."""
    again = f"drctl resume {past.run}"
    if around.vpc is None:
        return Refuse(
            f"there is no DB subnet group {params.subnet_group} in {params.region}", hint=f"create it; {again}"
        )
    if missing := [group for group in params.security_groups if group not in around.security_groups]:
        return Refuse(f"no security group {', '.join(missing)} in {around.vpc}", hint=f"create it there; {again}")
    return judge_wanted_key(params.kms_key, around.key, params.region, past)


def choose_creation(params: NewInstance, around: Surroundings, past: Past, change: str) -> Creation | Refuse:
    """The first class that AWS has not refused to this epoch's `change` for want of capacity."""
    refused = [c for c in past.refused_for(FailureKind.CAPACITY) if c.epoch == past.epoch and c.name == change]
    if len(refused) >= len(params.classes):
        return Refuse(
            f"AWS has no capacity in {params.region} for any of: {', '.join(params.classes)}",
            hint=f"add to `fallback_classes`, or wait a little; drctl resume {past.run}",
        )
    return Creation(params.classes[len(refused)], tuple(around.security_groups.values()))


def judge_instance(params: NewInstance, around: Surroundings, found: rds.DbInstance, past: Past) -> Decision:
    """What an instance that is there still needs to be up and as asked for."""
    if found.owner != past.run and not past.adopt:
        return Refuse(
            f"{found.name} exists in {params.region}, made by {found.owner or 'somebody else'}",
            hint="choose another `instance`, remove that one, or set `adopt: true` on the step",
        )
    return judge_status(found, params.region, past) or _judge_settings(params, around, found, past)


def judge_status(found: rds.DbInstance, region: str, past: Past) -> Wait | Refuse | None:
    """Why nobody can use the instance; None where it takes SQL."""
    if found.status in rds.SETTLING | rds.DELETING:
        return Wait(f"{found.name} to leave {found.status!r}")
    if found.status in rds.DEAD_ENDS:
        return Refuse(f"{found.name} is {found.status!r}, which does not end by itself", hint=_way_out(found, past))
    if found.status not in rds.USABLE:
        return Refuse(
            f"{found.name} is {found.status!r}, which drctl does not know", hint=look_command(region, found.name)
        )
    return None


def decide_removal(params: NewInstance, found: rds.DbInstance | None, past: Past) -> Decision:
    """What is needed for an instance of this run to be gone. Anybody else's is left alone."""
    if found is None:
        return Done(f"{params.instance} is not there")
    if found.owner != past.run:
        return Done(f"{found.name} was not made by this run, and is left alone")
    if found.status in rds.SETTLING | rds.DELETING | {"backing-up"}:
        return Wait(f"{found.name} to leave {found.status!r}")
    if found.status not in rds.USABLE | rds.DEAD_ENDS:
        hint = look_command(params.region, found.name)
        return Refuse(f"{found.name} is {found.status!r}, which drctl does not know", hint=hint)
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


def look_command(region: str, instance: str) -> str:
    """What to type to see what AWS says of an instance."""
    return f"aws rds describe-db-instances --region {region} --db-instance-identifier {instance}"


def reboot_of(found: rds.DbInstance, name: str = "reboot") -> Change | Wait:
    """The reboot that puts parameters in force, as soon as the instance may be rebooted."""
    if found.status != "available":
        return Wait(f"{found.name} to leave {found.status!r}, so that it can be rebooted")
    return Change(
        name=name,
        summary=f"reboot {found.name}, so that its parameters are in force before anybody uses it",
        operation="rds:RebootDBInstance",
        target=found.arn,
        flip=True,
        settle=timedelta(seconds=60),
    )


def _judge_settings(params: NewInstance, around: Surroundings, found: rds.DbInstance, past: Past) -> Decision:
    if fault := find_fault(found):
        return Refuse(f"{found.name}: {fault}", hint=look_command(params.region, found.name))
    if needs_reboot(found):
        if found.owner != past.run:
            return Refuse(f"{found.name} needs a reboot, and this run did not make it", hint=f"reboot {found.name}")
        return reboot_of(found)
    if unapplied := find_unapplied(found):
        return Wait(f"{found.name}: {unapplied}")
    if difference := find_difference(_wanted(params, around), found):
        if found.status == "backing-up":
            # The first backup comes before the standby: Multi-AZ is not yet what it is going to be.
            return Wait(f"{found.name} to leave 'backing-up'; its {difference}")
        return Refuse(
            f"{found.name} is up, but its {difference}",
            hint=f"put that right on the instance or in the runbook; drctl resume {past.run}",
        )
    return Done(f"{found.name} is {found.status}, with everything in force", looks=2)


def _wanted(params: NewInstance, around: Surroundings) -> Wanted:
    return Wanted(
        instance_classes=params.classes,
        subnet_group=params.subnet_group,
        security_groups=tuple(around.security_groups.values()),
        parameter_group=params.parameter_group,
        kms_key=around.key.arn if around.key else None,
        multi_az=params.multi_az,
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
