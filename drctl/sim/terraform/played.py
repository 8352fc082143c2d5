"""Terraform, played: what the estate describes of an account and Region, and the world lacks, is its plan.

It behaves as its documentation says: exit code 2 of `plan -detailed-exitcode` where there are changes, the JSON of
`show -json`, and a saved plan that is refused once the world is another ("Command: plan", "JSON Output Format").
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from botocore.exceptions import ClientError, ParamValidationError

from drctl.model.estate import Estate, Place
from drctl.model.scenario import Configuration
from drctl.sim.overlay import ConnectionHangs, ConnectionLost, World
from drctl.sim.seed.ground import Ground, Spot
from drctl.sim.terraform.building import build
from drctl.sim.terraform.invocation import Invocation
from drctl.sim.terraform.presence import addresses_of, missing_from

_MAGIC = b"a plan of a simulated Terraform\n"
_LAGS = {"plan": "terraform.plan", "apply": "terraform.apply"}


@dataclass(frozen=True, slots=True)
class _Ended:
    exit_code: int
    output: str
    answer: bytes = b""


class _Failed(Exception):
    """Terraform ends with 1, and says this."""


class PlayedTerraform:
    """Every program of Terraform that a world has played, by its key."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._ground: Ground | None = None
        self._configured = Configuration()
        self._programs: dict[str, dict[str, Any]] = {}
        self._files: dict[tuple[str, str], bytes] = {}

    def describe(self, estate: Estate, ground: Ground) -> None:
        """From now on `estate` is what every configuration describes, on the ground that was planted."""
        self._ground = replace(ground, estate=estate)
        self._programs.clear()
        self._files.clear()

    def configure(self, configured: Configuration) -> None:
        """From now on the configuration differs from the estate as `configured` says."""
        self._configured = configured

    def start(self, asked: Invocation) -> None:
        """Play it, unless one was started under its key; it ends when its lag has gone by, or at its limit."""
        if asked.key in self._programs:
            return
        self._programs[asked.key] = {"state": "running", "exit_code": None, "output": ""}
        lag = self._world.durations[_LAGS[asked.subcommand]] if asked.subcommand in _LAGS else timedelta(0)
        if lag > asked.limit:
            self._world.clock.after(asked.limit, lambda: self._programs[asked.key].update(state="late"))
        else:
            self._world.clock.after(lag, lambda: self._end(asked))

    def find(self, key: str) -> Mapping[str, Any] | None:
        """How the program of that key stands; None where there is none."""
        return self._programs.get(key)

    def file(self, key: str, name: str) -> bytes | None:
        """A file that a program left; None where it left none of that name."""
        return self._files.get((key, name))

    def _end(self, asked: Invocation) -> None:
        try:
            ended = self._play(asked)
        except (_Failed, ClientError, ParamValidationError, KeyError) as error:
            ended = _Ended(1, f"\nError: {error}\n")
        except (ConnectionLost, ConnectionHangs):
            ended = _Ended(1, f"\nError: {asked.region} does not answer\n")
        if asked.answer is not None:
            self._files[asked.key, asked.answer] = ended.answer
        self._programs[asked.key] = {"state": "ended", "exit_code": ended.exit_code, "output": ended.output}

    def _play(self, asked: Invocation) -> _Ended:
        match asked.subcommand:
            case "init":
                return _Ended(0, "Terraform has been successfully initialized!\n")
            case "plan":
                return self._plan(asked)
            case "show":
                plan = self._saved(asked)
                return _Ended(0, "", json.dumps(_shown(asked, plan)).encode())
            case "apply":
                return self._apply(asked)
        raise _Failed(f"the simulation does not play `terraform {asked.subcommand}`")

    def _plan(self, asked: Invocation) -> _Ended:
        self._require_account(asked)
        missing, destroyed = addresses_of(missing_from(self._spot(asked))), self._configured.destroys
        if asked.out is not None:
            # What is in a plan tells it from every other one: the same world gives the same plan.
            allowed = self._allowed(asked)
            content = json.dumps(
                {"accounts": allowed, "region": asked.region, "creates": missing, "destroys": destroyed}
            )
            self._files[asked.out] = _MAGIC + content.encode()
        if not missing and not destroyed:
            return _Ended(0, "No changes. Your infrastructure matches the configuration.\n")
        told = f"Plan: {len(missing)} to add, 0 to change, {len(destroyed)} to destroy.\n"
        return _Ended(2 if asked.has("detailed-exitcode") else 0, told)

    def _apply(self, asked: Invocation) -> _Ended:
        plan, spot = self._saved(asked), self._spot(asked)
        missing: Place = missing_from(spot)
        if list(addresses_of(missing)) != plan["creates"] or list(self._configured.destroys) != plan["destroys"]:
            raise _Failed("Saved plan is stale")
        build(spot, missing)
        # What the estate does not describe is in Terraform's state alone, and there it is no more.
        self._configured = replace(self._configured, destroys=())
        added, destroyed = len(plan["creates"]), len(plan["destroys"])
        return _Ended(0, f"Apply complete! Resources: {added} added, 0 changed, {destroyed} destroyed.\n")

    def _allowed(self, asked: Invocation) -> tuple[str, ...]:
        """The ids of the accounts that the provider says it may work in."""
        named, ground = self._configured.allowed_accounts, self._ground
        return (asked.account,) if named is None or ground is None else tuple(map(ground.estate.account_id, named))

    def _require_account(self, asked: Invocation) -> None:
        allowed = self._allowed(asked)
        if allowed and asked.account not in allowed:
            # The AWS provider looks before anything else (its documentation, `allowed_account_ids`).
            raise _Failed(f"AWS account ID not allowed: {asked.account}")

    def _saved(self, asked: Invocation) -> Mapping[str, Any]:
        content = self._files.get(asked.plan_file) if asked.plan_file is not None else None
        if content is None:
            raise _Failed("Failed to read plan file")
        plan: Mapping[str, Any] = json.loads(content.removeprefix(_MAGIC))
        return plan

    def _spot(self, asked: Invocation) -> Spot:
        if self._ground is None:
            raise _Failed("nothing is described: this world was not planted with an estate")
        if asked.region in self._world.lost_regions:
            raise ConnectionLost
        accounts = {id: name for name, id in self._ground.estate.accounts.items()}
        return self._ground.spot(accounts[asked.account], asked.region)


def _shown(asked: Invocation, plan: Mapping[str, Any]) -> Mapping[str, Any]:
    expressions: dict[str, Any] = {"region": {"constant_value": plan["region"]}}
    if plan["accounts"]:
        expressions["allowed_account_ids"] = {"constant_value": plan["accounts"]}
    provider = {"name": "aws", "full_name": "registry.terraform.io/hashicorp/aws", "expressions": expressions}
    changes = [(address, "create") for address in plan["creates"]]
    changes += [(address, "delete") for address in plan["destroys"]]
    return {
        "format_version": "1.2",
        "terraform_version": "1.11.4",
        "resource_changes": [
            {
                "address": address,
                "mode": "managed",
                "type": address.split(".")[0],
                "name": address.split(".", 1)[1],
                "provider_name": "registry.terraform.io/hashicorp/aws",
                "change": {"actions": [action]},
            }
            for address, action in changes
        ],
        "configuration": {"provider_config": {"aws": provider}},
        "complete": True,
        "errored": False,
    }
