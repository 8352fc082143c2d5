"""The calls that every action makes which makes an instance."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from drctl.actions.rds.new_instance import Creation, NewInstance
from drctl.aws.failures import absent
from drctl.aws.tags import tag_list
from drctl.ports.action import StepContext


def creation_arguments(
    params: NewInstance, creation: Creation, ctx: StepContext, tags: Mapping[str, str] | None = None
) -> dict[str, Any]:
    """The arguments that say everything which AWS would otherwise fill in by default; `tags` are added to the run's."""
    return {
        "DBInstanceClass": creation.instance_class,
        "DBSubnetGroupName": params.subnet_group,
        "VpcSecurityGroupIds": list(creation.security_groups),
        "DBParameterGroupName": params.parameter_group,
        "MultiAZ": params.multi_az,
        "StorageType": params.storage_type,
        "PubliclyAccessible": False,
        # A minor upgrade in the next maintenance window would restart a database that has just been recovered.
        "AutoMinorVersionUpgrade": False,
        "CopyTagsToSnapshot": True,
        "DeletionProtection": params.deletion_protection,
        "Tags": tag_list({**params.tags, **(tags or {}), **ctx.tags}),
    }


def change_instance(client: Any, instance: str, name: str, *, final_snapshot: str | None = None) -> None:
    """Make the change of that name to an instance which is there: reboot, protect, unprotect or delete.

    A deletion leaves nothing but the `final_snapshot`, where one is named.
    """
    match name:
        case "reboot":
            client.reboot_db_instance(DBInstanceIdentifier=instance)
        case "protect" | "unprotect":
            client.modify_db_instance(
                DBInstanceIdentifier=instance, DeletionProtection=name == "protect", ApplyImmediately=True
            )
        case "delete":
            last = {"FinalDBSnapshotIdentifier": final_snapshot} if final_snapshot else {"SkipFinalSnapshot": True}
            with absent("DBInstanceNotFound"):
                client.delete_db_instance(DBInstanceIdentifier=instance, DeleteAutomatedBackups=True, **last)
        case unknown:
            raise AssertionError(f"there is no change {unknown!r}")
