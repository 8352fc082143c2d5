"""Whether a restored instance is what was asked for. Pure.

`available` is not enough: an instance comes up before its parameter group is applied,
and comes up just as well in the wrong subnets.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from drctl.aws.rds import DbInstance


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """The settings that decide whether an application can use the instance."""

    instance_classes: tuple[str, ...]
    subnet_group: str
    security_groups: tuple[str, ...]
    """Ids."""
    parameter_group: str
    kms_key: str | None
    """The key's ARN; None where any will do."""
    multi_az: bool


def find_difference(wanted: Wanted, found: DbInstance) -> str | None:
    """The first setting that is not as wanted, and that waiting does not change."""
    for name, want, have, same in _compared(wanted, found):
        if not same:
            return f"{name} is {have}, not {want}"
    return None


def find_unapplied(found: DbInstance) -> str | None:
    """What AWS is still applying; None where everything is in force."""
    if found.pending:
        return f"{', '.join(found.pending)} to be applied"
    if applying := _in(found.parameter_groups, {"applying"}):
        return f"parameter group {applying} to be applied"
    if changing := _in(found.security_groups, {"adding", "removing"}):
        return f"security group {changing} to be active"
    return None


def find_fault(found: DbInstance) -> str | None:
    """What AWS could not apply, or reports in words nobody thought of; None where there is nothing of the kind."""
    for name, status in found.parameter_groups.items():
        if status not in ("in-sync", "applying", "pending-reboot"):
            return f"parameter group {name} is {status!r}"
    for group, status in found.security_groups.items():
        if status not in ("active", "adding", "removing"):
            return f"security group {group} is {status!r}"
    return None


def needs_reboot(found: DbInstance) -> bool:
    """Whether parameters are in place that a reboot puts in force."""
    return "pending-reboot" in found.parameter_groups.values()


def _compared(wanted: Wanted, found: DbInstance) -> Iterator[tuple[str, str, str, bool]]:
    classes = wanted.instance_classes
    yield "instance class", _list(classes), found.instance_class, found.instance_class in classes
    yield "subnet group", wanted.subnet_group, found.subnet_group, wanted.subnet_group == found.subnet_group
    groups = set(wanted.security_groups)
    yield "security groups", _list(groups), _list(found.security_groups), groups == set(found.security_groups)
    named = wanted.parameter_group in found.parameter_groups
    yield "parameter group", wanted.parameter_group, _list(found.parameter_groups), named
    key = wanted.kms_key or found.kms_key
    yield "KMS key", str(key), str(found.kms_key), key == found.kms_key
    yield "Multi-AZ", str(wanted.multi_az).lower(), str(found.multi_az).lower(), wanted.multi_az == found.multi_az


def _list(names: Iterable[str]) -> str:
    return ", ".join(sorted(names)) or "none"


def _in(statuses: Mapping[str, str], among: set[str]) -> str | None:
    return next((name for name, status in statuses.items() if status in among), None)
