"""The settings of an instance that a runbook may put right: how they are read, and what ModifyDBInstance calls them.

Pure. The names are those of the parameters and of the Amazon RDS API Reference, ModifyDBInstance.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated

from pydantic import Field

from drctl.actions.parameters import CLOSED, Region
from drctl.actions.rds.new_instance import RetentionDays
from drctl.aws.rds import DbInstance
from drctl.model.values import Json


@dataclass(frozen=True, slots=True, kw_only=True)
class Params:
    """What is left out stays as it is."""

    __pydantic_config__ = CLOSED

    region: Region
    instance: str
    instance_class: Annotated[str, Field(pattern=r"^db\.")] | None = None
    multi_az: bool | None = None
    backup_retention_days: RetentionDays | None = None
    backup_window: Annotated[str, Field(pattern=r"^\d\d:\d\d-\d\d:\d\d$")] | None = None
    deletion_protection: bool | None = None
    parameter_group: str | None = None
    security_groups: tuple[str, ...] | None = None
    """Names within the instance's VPC, or ids."""


@dataclass(frozen=True, slots=True)
class Seen:
    instance: DbInstance | None
    security_groups: Mapping[str, str]
    """Those that were asked for and are there: name → id."""


def wanted_settings(params: Params, groups: Mapping[str, str]) -> dict[str, Json]:
    """What the runbook says, by the names of the API."""
    said: dict[str, Json] = {
        "DBInstanceClass": params.instance_class,
        "MultiAZ": params.multi_az,
        "BackupRetentionPeriod": params.backup_retention_days,
        "PreferredBackupWindow": params.backup_window,
        "DeletionProtection": params.deletion_protection,
        "DBParameterGroupName": params.parameter_group,
        "VpcSecurityGroupIds": sorted(groups.values()) if params.security_groups is not None else None,
    }
    return {name: value for name, value in said.items() if value is not None}


def present_settings(found: DbInstance) -> dict[str, Json]:
    """What the instance has, by the names of the API."""
    return {
        "DBInstanceClass": found.instance_class,
        "MultiAZ": found.multi_az,
        "BackupRetentionPeriod": found.backup_retention_days,
        "PreferredBackupWindow": found.backup_window,
        "DeletionProtection": found.deletion_protection,
        "DBParameterGroupName": next(iter(found.parameter_groups), None),
        "VpcSecurityGroupIds": sorted(found.security_groups),
    }


def differing(wanted: Mapping[str, Json], present: Mapping[str, Json]) -> dict[str, Json]:
    """Those of the wanted settings that the instance has otherwise."""
    return {name: value for name, value in wanted.items() if present.get(name) != value}
