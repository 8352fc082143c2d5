"""Plans as Terraform shows them, and a Terraform in memory."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from pathlib import PurePath
from typing import Any

from drctl.actions.programs.terraform_shown import ShownPlan, parse_plan
from drctl.ports.programs import Program, ProgramRequest, ProgramState
from tests.fakes.programs import MemoryPrograms
from tests.simulated import PRODUCTION, RECOVERY

PLAN = b"a plan"
SHA256 = hashlib.sha256(PLAN).hexdigest()
AWS = "registry.terraform.io/hashicorp/aws"


def provider(**expressions: Any) -> dict[str, Any]:
    """The AWS provider as a configuration names it."""
    return {"name": "aws", "full_name": AWS, "expressions": expressions}


def constant(value: Any) -> dict[str, Any]:
    return {"constant_value": value}


def reference(*names: str) -> dict[str, Any]:
    return {"references": list(names)}


OURS = provider(allowed_account_ids=constant([PRODUCTION]), region=constant(RECOVERY))


def show(
    changes: Mapping[str, Sequence[str]],
    providers: Mapping[str, Any] | None = None,
    variables: Mapping[str, Any] | None = None,
) -> bytes:
    """`terraform show -json` of a plan: address → actions."""
    resource_changes = [
        {
            "address": address,
            "mode": "managed",
            "type": address.split(".")[-2],
            "provider_name": AWS,
            "change": {"actions": list(actions)},
        }
        for address, actions in changes.items()
    ]
    told = {
        "format_version": "1.2",
        "variables": {name: {"value": value} for name, value in (variables or {}).items()},
        "resource_changes": resource_changes,
        "configuration": {"provider_config": {"aws": OURS} if providers is None else dict(providers)},
    }
    return json.dumps(told).encode()


def shown(
    changes: Mapping[str, Sequence[str]],
    providers: Mapping[str, Any] | None = None,
    variables: Mapping[str, Any] | None = None,
) -> ShownPlan:
    """The same, read."""
    plan = parse_plan(show(changes, providers, variables))
    assert plan is not None
    return plan


def terraform(programs: MemoryPrograms, request: ProgramRequest) -> Program:
    """A configuration of one load balancer; `programs.world` is what was made of it."""
    assert request.environment["TF_IN_AUTOMATION"] == "1"
    words, code, output = request.argv[1:], 0, "done\n"
    if words[0] == "plan":
        code = 0 if "aws_lb.api" in programs.world else 2
        for word in words:
            if word.startswith("-out="):
                out = PurePath(word.removeprefix("-out="))
                programs.files[out.parent.name, out.name] = PLAN
    elif words[0] == "show":
        assert request.answer is not None
        programs.files[request.key, request.answer] = show({"aws_lb.api": ["create"]})
    elif words[0] == "apply":
        programs.world.append("aws_lb.api")
    return Program(state=ProgramState.ENDED, exit_code=code, output=output)
