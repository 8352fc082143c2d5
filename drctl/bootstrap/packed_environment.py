"""Where a run was driven, as an evidence pack tells it: without what is nobody else's to read."""

from __future__ import annotations

from dataclasses import replace

from drctl.bootstrap.environment_world import EnvironmentSettings
from drctl.bootstrap.requests import SIMULATED
from drctl.model.environment import EnvironmentAccount
from drctl.model.events import RunStarted
from drctl.report.plain_json import Plain, plain, plain_fields

HIDDEN = "***"
_OF_THIS_MACHINE = frozenset({"folder", "file", "url", "world"})
"""Settings that say where the run was started, and not what it was run against."""


def packed_environment(first: RunStarted) -> dict[str, Plain]:
    """The environment of the run that `first` began. Raises InputInvalid where it cannot be read any more."""
    return {
        "environment": first.environment,
        "simulated": first.simulated,
        "mode": str(first.mode),
        "scenario": first.scenario,
        "lost_regions": list(first.lost_regions),
        "inputs": plain(first.inputs),
        "variables": plain(first.variables),
        "actions": plain(first.actions),
        "described": _simulated(first) if first.environment == SIMULATED else _described(first),
    }


def _simulated(first: RunStarted) -> dict[str, Plain]:
    return {name: plain(value) for name, value in sorted(first.settings.items()) if name not in _OF_THIS_MACHINE}


def _described(first: RunStarted) -> dict[str, Plain]:
    found = EnvironmentSettings.read(first.settings).described()
    accounts = {name: _without_devices(account) for name, account in found.accounts.items()}
    told = plain_fields(replace(found, accounts=accounts))
    # What it tells people goes to addresses of theirs.
    told["notify"] = [{"uses": plain_fields(one).get("uses")} for one in found.notify]
    return told


def _without_devices(account: EnvironmentAccount) -> EnvironmentAccount:
    """The account without what its role's trust policy asks for."""
    return replace(
        account,
        external_id=None if account.external_id is None else HIDDEN,
        mfa_serial=None if account.mfa_serial is None else HIDDEN,
    )
