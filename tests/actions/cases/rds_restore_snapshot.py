"""rds.restore_snapshot"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from drctl.actions.rds.new_instance import Surroundings
from drctl.actions.rds.restore_params import Seen
from drctl.aws.kms import KmsKey
from drctl.aws.rds import DEAD_ENDS, DELETING, SETTLING, DbInstance, DbSnapshot
from drctl.model.evidence import RecoveryPoint
from drctl.model.failure import FailureKind
from drctl.model.past import ChangeState, PastChange
from tests.actions.laws import FOREIGN_RUN, PAST, RUN, Case, Live, Sight, Sightings
from tests.actions.planting import db_instances, plant_database, plant_network
from tests.simulated import RECOVERY, Simulated

AT = datetime(2026, 11, 23, 4, tzinfo=UTC)
KEY = KmsKey(arn="arn:aws:kms:eu-west-1:111111111111:key/1", state="Enabled")
PARAMS: dict[str, Any] = {
    "region": RECOVERY,
    "instance": "amply-prod",
    "snapshot": "amply-prod-202611230400-eu-west-1",
    "instance_class": "db.t3.small",
    "fallback_classes": ["db.m6g.large"],
    "subnet_group": "amply-prod-db",
    "security_groups": ["amply-rds"],
    "parameter_group": "amply-prod-postgres16",
    "kms_key": "alias/amply-prod-data",
}
SNAPSHOT = DbSnapshot(
    id="amply-prod-202611230400-eu-west-1",
    arn="arn:aws:rds:eu-west-1:111111111111:snapshot:amply-prod-202611230400-eu-west-1",
    status="available",
    engine="postgres",
    engine_version="16.3",
    kms_key=KEY.arn,
    storage_gb=100,
    recovery_point=RecoveryPoint(AT, "RDS SnapshotDatabaseTime"),
)
INSTANCE = DbInstance(
    name="amply-prod",
    status="available",
    owner=RUN,
    arn="arn:aws:rds:eu-west-1:111111111111:db:amply-prod",
    resource_id="db-ABC",
    engine_version="16.3",
    instance_class="db.t3.small",
    subnet_group="amply-prod-db",
    security_groups={"sg-1": "active"},
    parameter_groups={"amply-prod-postgres16": "in-sync"},
    multi_az=True,
    kms_key=KEY.arn,
    deletion_protection=False,
    pending=(),
    endpoint="amply-prod.abc.eu-west-1.rds.amazonaws.com",
    port=5432,
)
GROUND = Surroundings(instance=None, vpc="vpc-1", security_groups={"amply-rds": "sg-1"}, key=KEY)
ABSENT = Seen(around=GROUND, snapshot=SNAPSHOT)


def there(**changed: Any) -> Sight:
    """The instance as it is wanted, but for what is changed."""
    return Sight(replace(ABSENT, around=replace(GROUND, instance=replace(INSTANCE, **changed))))


def before(**changed: Any) -> Sight:
    """No instance, and everything it needs but for what is changed."""
    return Sight(replace(ABSENT, around=replace(GROUND, **changed)))


def snapshot(**changed: Any) -> Sight:
    return Sight(replace(ABSENT, snapshot=replace(SNAPSHOT, **changed)))


def refused_for_capacity(times: int, epoch: int = 1) -> tuple[PastChange, ...]:
    refused = PastChange(
        name="restore",
        summary="restore",
        state=ChangeState.FAILED,
        intended_at=AT,
        failure_kind=FailureKind.CAPACITY,
        epoch=epoch,
    )
    return (refused,) * times


def plant(simulated: Simulated) -> None:
    plant_network(simulated, RECOVERY, "amply-rds", "amply-redis")
    simulated.client("rds", RECOVERY).create_db_parameter_group(
        DBParameterGroupName="amply-prod-postgres16", DBParameterGroupFamily="postgres16", Description="ours"
    )
    plant_database(simulated)


def plant_foreign(simulated: Simulated) -> None:
    simulated.client("rds", RECOVERY).create_db_instance(
        DBInstanceIdentifier="amply-prod",
        DBInstanceClass="db.t3.small",
        Engine="postgres",
        AllocatedStorage=20,
        MasterUsername="somebody",
        MasterUserPassword="not-a-secret",
    )
    simulated.advance(timedelta(hours=1))


CASES = (
    Case(
        kind="rds.restore_snapshot",
        params=PARAMS,
        sees=Sightings(
            absent={
                "nothing there": Sight(ABSENT),
                "no capacity for the first class": Sight(ABSENT, replace(PAST, changes=refused_for_capacity(1))),
                "a new epoch tries every class again": Sight(
                    ABSENT, replace(PAST, epoch=2, changes=refused_for_capacity(2))
                ),
                "parameters wait for a reboot": there(parameter_groups={"amply-prod-postgres16": "pending-reboot"}),
            },
            settling={
                **{status: there(status=status) for status in sorted(SETTLING | DELETING)},
                "settings to be applied": there(pending=("MultiAZ",), multi_az=False),
                "parameter group being applied": there(parameter_groups={"amply-prod-postgres16": "applying"}),
                "security group being added": there(security_groups={"sg-1": "adding"}),
                "first backup, then Multi-AZ": there(status="backing-up", multi_az=False),
                "reboot after the backup": there(
                    status="backing-up", parameter_groups={"amply-prod-postgres16": "pending-reboot"}
                ),
                "snapshot still being copied": snapshot(status="copying"),
            },
            there={
                "available": there(),
                "a fallback class": there(instance_class="db.m6g.large"),
                "taking its first backup": there(status="backing-up"),
                "adopted": Sight(there(owner=FOREIGN_RUN).seen, replace(PAST, adopt=True)),
            },
            dead_end={
                **{status: there(status=status) for status in sorted(DEAD_ENDS)},
                "other subnets": there(subnet_group="default"),
                "other security group": there(security_groups={"sg-2": "active"}),
                "other parameter group": there(parameter_groups={"default.postgres16": "in-sync"}),
                "other key": there(kms_key="arn:aws:kms:eu-west-1:111111111111:key/2"),
                "other class": there(instance_class="db.r6g.large"),
                "one zone only": there(multi_az=False),
                "parameters failed to apply": there(parameter_groups={"amply-prod-postgres16": "failed-to-apply"}),
                "no capacity for any class": Sight(ABSENT, replace(PAST, changes=refused_for_capacity(2))),
                "no snapshot": Sight(replace(ABSENT, snapshot=None)),
                "snapshot failed": snapshot(status="failed"),
                "snapshot with another key": snapshot(kms_key="arn:aws:kms:eu-west-1:111111111111:key/2"),
                "snapshot without a key": snapshot(kms_key=None),
                "no subnet group": before(vpc=None, security_groups={}),
                "no security group": before(security_groups={}),
                "no key": before(key=None),
                "key disabled": before(key=replace(KEY, state="Disabled")),
                "adopted, and in need of a reboot": Sight(
                    there(owner=None, parameter_groups={"amply-prod-postgres16": "pending-reboot"}).seen,
                    replace(PAST, adopt=True),
                ),
            },
            unknown={
                "status": there(status="levitating"),
                "snapshot status": snapshot(status="levitating"),
                "parameter group status": there(parameter_groups={"amply-prod-postgres16": "levitating"}),
                "security group status": there(security_groups={"sg-1": "levitating"}),
            },
            foreign={
                "another run's": there(owner=FOREIGN_RUN),
                "nobody's": there(owner=None),
                "nobody's, deleting": there(owner=None, status="deleting"),
                "nobody's, failed": there(owner=None, status="failed"),
                "nobody's, protected": there(owner=None, deletion_protection=True),
            },
            undo_own={
                "up": there(),
                "protected": there(deletion_protection=True),
                **{status: there(status=status) for status in sorted(DEAD_ENDS)},
            },
            undo_over={
                "gone": Sight(ABSENT),
                "somebody else's by now": there(owner=FOREIGN_RUN),
            },
        ),
        live=Live(
            plant=plant,
            takes=("restore",),
            undo_takes=("delete",),
            fingerprint=db_instances,
            plant_foreign=plant_foreign,
        ),
    ),
    Case(
        kind="rds.restore_snapshot",
        name="protected, in one zone",
        params={**PARAMS, "deletion_protection": True, "multi_az": False, "kms_key": None},
        live=Live(plant=plant, takes=("restore",), undo_takes=("unprotect", "delete"), fingerprint=db_instances),
    ),
)
