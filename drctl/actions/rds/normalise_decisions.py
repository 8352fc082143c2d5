"""What putting an instance's settings right decides, forwards and backwards. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from drctl.actions.rds.instance_decisions import judge_status, look_command, reboot_of
from drctl.actions.rds.readiness import find_fault, find_unapplied, needs_reboot
from drctl.actions.rds.settings import Params, Seen, differing, present_settings, wanted_settings
from drctl.aws.rds import DbInstance
from drctl.model.decision import Change, Decision, Done, Refuse, Wait
from drctl.model.past import Past
from drctl.model.values import Json

_MODIFIABLE = frozenset({"available", "storage-optimization"})


def decide_settings(params: Params, seen: Seen, past: Past) -> Decision:
    """What is needed for every setting to be as the runbook says, and in force."""
    found = seen.instance
    if found is None:
        return Refuse(f"there is no instance {params.instance} in {params.region}", hint="name one that is there")
    if unusable := judge_status(found, params.region, past):
        return unusable
    missing = [group for group in params.security_groups or () if group not in seen.security_groups]
    if missing:
        again = f"create it there; drctl resume {past.run}"
        return Refuse(f"no security group {', '.join(missing)} in {found.vpc or 'its VPC'}", hint=again)
    if hindrance := _judge_changes(params, found, past):
        return hindrance
    if changed := differing(wanted_settings(params, seen.security_groups), present_settings(found)):
        return _modify(found, changed, "modify")
    if needs_reboot(found):
        return reboot_of(found)
    return Done(f"{found.name} is set as it should be, with everything in force", looks=2)


def decide_settings_back(params: Params, seen: Seen, past: Past) -> Decision:
    """What is needed for the settings that this run changed to be as they were."""
    found, made = seen.instance, past.made("modify")
    if found is None or not made:
        return Done(f"{params.instance} was not changed by this run")
    before = _before(past)
    present = present_settings(found)
    back = differing(before, present)
    if back:
        # What is on its way forwards has to arrive first.
        if unusable := judge_status(found, params.region, past) or _judge_changes(params, found, past):
            return unusable
        wanted = wanted_settings(params, seen.security_groups)
        if others := [name for name in back if present.get(name) != wanted.get(name)]:
            return Refuse(
                f"{', '.join(others)} of {found.name} was changed by somebody else since; left alone",
                hint=f"it was {', '.join(str(before[name]) for name in others)} before this run",
            )
        return _modify(found, back, "modify-back")
    if past.made("modify-back"):
        if unusable := judge_status(found, params.region, past):
            return unusable
        if needs_reboot(found):
            return reboot_of(found, "reboot-back")
    return Done(f"{found.name} is set as it was")


def _judge_changes(params: Params, found: DbInstance, past: Past) -> Wait | Refuse | None:
    """Changes that have not come into force, ours or somebody else's; None where there are none."""
    if fault := find_fault(found):
        return Refuse(f"{found.name}: {fault}", hint=look_command(params.region, found.name))
    if found.pending and not past.made("modify"):
        # ApplyImmediately would apply them as well (Amazon RDS API Reference, ModifyDBInstance).
        return Refuse(
            f"{found.name} has changes that wait for its maintenance window: {', '.join(found.pending)}",
            hint=f"apply or cancel them; drctl resume {past.run}",
        )
    if unapplied := find_unapplied(found):
        return Wait(f"{found.name}: {unapplied}")
    return None


def _modify(found: DbInstance, changed: Mapping[str, Json], name: str) -> Change | Wait:
    if found.status not in _MODIFIABLE:
        return Wait(f"{found.name} to leave {found.status!r}, so that it can be modified")
    present = present_settings(found)
    return Change(
        name=name,
        summary=f"set {', '.join(f'{key} to {value}' for key, value in changed.items())} on {found.name}",
        operation="rds:ModifyDBInstance",
        target=found.arn,
        detail=dict(changed),
        undo={"settings": {key: present[key] for key in changed}},
        settle=timedelta(seconds=60),
    )


def _before(past: Past) -> dict[str, Json]:
    """What each changed setting was before this run first changed it."""
    before: dict[str, Json] = {}
    for change in past.made("modify"):
        settings = change.undo.get("settings")
        if isinstance(settings, Mapping):
            before = {**settings, **before}
    return {name: list(value) if isinstance(value, tuple) else value for name, value in before.items()}
