"""The guard of drills lets a drill delete what it has made, whatever of it is asked for, and nothing of others."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from drctl.aws.drill_guard import DrillGuard
from drctl.errors import GuardRefused
from tests.simulated import PRODUCTION, RECOVERY, Simulated
from tests.unit.aws.test_inventory import LIST, LOWER, RUN

FAMILY = f"arn:aws:ecs:{RECOVERY}:{PRODUCTION}:task-definition/drill"


def asked(simulated: Simulated, service: str, operation: str, *, owned: tuple[str, ...] = (), **params: Any) -> None:
    guard = DrillGuard(RUN, owned)
    guard.before_change(service, operation, params, RECOVERY, PRODUCTION, simulated.client(service, RECOVERY))


def register(simulated: Simulated, tags: list[dict[str, str]]) -> str:
    told = simulated.client("ecs", RECOVERY).register_task_definition(
        family="drill", containerDefinitions=[{"name": "a", "image": "a", "memory": 64}], tags=tags
    )
    return str(told["taskDefinition"]["taskDefinitionArn"])


def test_a_revision_is_the_drills_by_its_own_tags_also_after_a_restart(simulated: Simulated) -> None:
    theirs, ours = register(simulated, []), register(simulated, LOWER)
    asked(simulated, "ecs", "DeregisterTaskDefinition", taskDefinition=ours)
    with pytest.raises(GuardRefused, match="which this drill has not made"):
        asked(simulated, "ecs", "DeregisterTaskDefinition", taskDefinition=theirs)


@pytest.mark.parametrize("owned", [FAMILY, f"{FAMILY}*"])
def test_a_family_that_is_a_drills_own_is_so_with_all_its_revisions(simulated: Simulated, owned: str) -> None:
    asked(simulated, "ecs", "DeregisterTaskDefinition", owned=(owned,), taskDefinition=register(simulated, []))


def test_a_family_is_not_another_whose_name_begins_alike(simulated: Simulated) -> None:
    longer = f"{FAMILY}-of-others:1"
    with pytest.raises(GuardRefused):
        asked(simulated, "ecs", "DeregisterTaskDefinition", owned=(FAMILY,), taskDefinition=longer)


@pytest.mark.parametrize("tags", [LIST, []], ids=["ours", "nobody's"])
def test_retained_backups_are_the_drills_by_the_tags_of_their_instance(
    simulated: Simulated, tags: list[dict[str, str]]
) -> None:
    rds = simulated.client("rds", RECOVERY)
    made = rds.create_db_instance(
        DBInstanceIdentifier="drill", DBInstanceClass="db.t3.micro", Engine="postgres", AllocatedStorage=20, Tags=tags,
        MasterUsername="owner", MasterUserPassword="not-a-secret", BackupRetentionPeriod=7,
    )["DBInstance"]  # fmt: skip
    simulated.advance(timedelta(hours=1))
    rds.delete_db_instance(DBInstanceIdentifier="drill", SkipFinalSnapshot=True, DeleteAutomatedBackups=False)
    simulated.advance(timedelta(hours=1))
    if tags:
        asked(simulated, "rds", "DeleteDBInstanceAutomatedBackup", DbiResourceId=made["DbiResourceId"])
        return
    with pytest.raises(GuardRefused, match="which this drill has not made"):
        asked(simulated, "rds", "DeleteDBInstanceAutomatedBackup", DbiResourceId=made["DbiResourceId"])
