"""rds.normalise"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from drctl.actions.rds.settings import Seen
from drctl.aws.rds import DEAD_ENDS, SETTLING
from drctl.model.past import ChangeState, Past, PastChange
from tests.actions.cases.rds_restore_snapshot import INSTANCE
from tests.actions.laws import PAST, Case, Live, Sight, Sightings
from tests.actions.planting import plant_network
from tests.simulated import RECOVERY, Simulated

AT = datetime(2026, 11, 23, 5, tzinfo=UTC)
GROUP = "amply-prod-postgres16"
PARAMS: dict[str, Any] = {
    "region": RECOVERY,
    "instance": "amply-prod",
    "multi_az": True,
    "backup_retention_days": 7,
    "deletion_protection": True,
    "parameter_group": GROUP,
    "security_groups": ["amply-rds"],
}
RIGHT = replace(INSTANCE, owner=None, vpc="vpc-1", backup_retention_days=7, deletion_protection=True, multi_az=True)
NOBODYS = "the runbook names the instance, whoever made it; what others set since is not undone"
AFTER = {"BackupRetentionPeriod": 1}


def there(past: Past = PAST, groups: dict[str, str] | None = None, **changed: Any) -> Sight:
    return Sight(Seen(replace(RIGHT, **changed), {"amply-rds": "sg-1"} if groups is None else groups), past)


def changed(*names: str) -> Past:
    """A past in which the retention was 1 day and was set to 7."""
    return replace(
        PAST,
        changes=tuple(
            PastChange(
                name=name,
                summary="set it",
                state=ChangeState.RETURNED,
                intended_at=AT,
                undo={"settings": AFTER} if name == "modify" else {},
            )
            for name in names
        ),
    )


def plant(simulated: Simulated) -> None:
    plant_network(simulated, RECOVERY, "amply-rds", "default-like")
    rds, ec2 = simulated.client("rds", RECOVERY), simulated.client("ec2", RECOVERY)
    rds.create_db_parameter_group(DBParameterGroupName=GROUP, DBParameterGroupFamily="postgres16", Description="ours")
    groups = ec2.describe_security_groups(Filters=[{"Name": "group-name", "Values": ["default-like"]}])
    rds.create_db_instance(
        DBInstanceIdentifier="amply-prod",
        DBInstanceClass="db.t3.small",
        Engine="postgres",
        EngineVersion="16.3",
        AllocatedStorage=20,
        MasterUsername="amply",
        MasterUserPassword="not-a-secret",
        DBSubnetGroupName="amply-prod-db",
        VpcSecurityGroupIds=[groups["SecurityGroups"][0]["GroupId"]],
    )
    simulated.advance(timedelta(hours=1))


def settings(simulated: Simulated) -> object:
    (found,) = simulated.client("rds", RECOVERY).describe_db_instances()["DBInstances"]
    return [
        found[name]
        for name in ("MultiAZ", "BackupRetentionPeriod", "DeletionProtection", "DBParameterGroups", "VpcSecurityGroups")
    ]


CASES = (
    Case(
        kind="rds.normalise",
        params=PARAMS,
        sees=Sightings(
            absent={
                "one setting differs": there(backup_retention_days=1),
                "another parameter group": there(parameter_groups={"default.postgres16": "in-sync"}),
                "other security groups": there(security_groups={"sg-1": "active", "sg-2": "active"}),
                "parameters wait for a reboot": there(parameter_groups={GROUP: "pending-reboot"}),
            },
            settling={
                **{status: there(status=status) for status in sorted(SETTLING)},
                "ours is being applied": there(changed("modify"), pending=("MultiAZ",)),
                "a backup has to end": there(status="backing-up", backup_retention_days=1),
                "a backup has to end before a reboot": there(
                    status="backing-up", parameter_groups={GROUP: "pending-reboot"}
                ),
                "parameter group being applied": there(parameter_groups={GROUP: "applying"}),
            },
            there={"as it should be": there(), "taking a backup": there(status="backing-up")},
            dead_end={
                **{status: there(status=status) for status in sorted(DEAD_ENDS)},
                "not there": Sight(Seen(None, {})),
                "no security group": there(groups={}),
                "somebody else's change is waiting": there(pending=("EngineVersion",), backup_retention_days=1),
                "parameters failed to apply": there(parameter_groups={GROUP: "failed-to-apply"}),
            },
            unknown={
                "status": there(status="levitating"),
                "parameter group status": there(parameter_groups={GROUP: "levitating"}),
                "security group status": there(security_groups={"sg-1": "levitating"}),
            },
            undo_own={
                "as set": there(changed("modify")),
                "set back, and to be rebooted": there(
                    changed("modify", "modify-back"),
                    backup_retention_days=1,
                    parameter_groups={GROUP: "pending-reboot"},
                ),
            },
            undo_over={
                "never changed": there(),
                "as before": there(changed("modify"), backup_retention_days=1),
                "gone": Sight(Seen(None, {}), changed("modify")),
            },
        ),
        live=Live(
            plant=plant,
            takes=("modify", "reboot"),
            undo_takes=("modify-back", "reboot-back"),
            fingerprint=settings,
        ),
        exempt={"foreign": NOBODYS, "foreign_live": NOBODYS},
    ),
)
