"""Set a configuration value in SSM Parameter Store.

A value given in a runbook is in the repository and in the journal, so it is never a
secret: a SecureString is refused before anything runs. AWS has no compare-and-set
here; undo therefore looks whether the value is still the one that was set.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated

from pydantic import AfterValidator

from drctl.actions.parameters import CLOSED, Region
from drctl.aws.ssm import (
    Parameter,
    create_parameter,
    delete_parameter,
    find_parameter,
    overwrite_parameter,
    parameter_arn,
)
from drctl.model.decision import Change, Decision, Done, Refuse
from drctl.model.evidence import Evidence
from drctl.model.past import Past
from drctl.model.values import Json, ValueKind
from drctl.ports.action import ActionSpec, Permission, StepContext


def _plain_type(kind: str) -> str:
    if kind == "SecureString":
        raise ValueError("a runbook holds no secrets: keep this in Secrets Manager, replicated to the other Region")
    if kind not in ("String", "StringList"):
        raise ValueError(f"expected String or StringList, got {kind!r}")
    return kind


@dataclass(frozen=True, slots=True, kw_only=True)
class Params:
    __pydantic_config__ = CLOSED

    region: Region
    name: str
    value: str
    type: Annotated[str, AfterValidator(_plain_type)] = "String"


class SsmPutParameter:
    """Afterwards the parameter has the value; what it was is in the journal."""

    spec = ActionSpec(
        kind="ssm.put_parameter",
        summary="Set a configuration value in SSM Parameter Store",
        params=Params,
        outputs={"version": ValueKind.INTEGER, "previous": ValueKind.STRING},
        expect=timedelta(seconds=10),
        deadline=timedelta(minutes=5),
        operations=("ssm:GetParameter", "ssm:PutParameter", "ssm:DeleteParameter"),
        mutating=True,
        example="""\
- id: freeze-deploys
  uses: ssm.put_parameter
  with: { region: eu-west-1, name: /amply/prod/deploy-freeze, value: "on" }
""",
    )

    def observe(self, params: Params, ctx: StepContext) -> Parameter | None:
        return find_parameter(ctx.aws.client("ssm", params.region), params.name)

    def decide(self, params: Params, seen: Parameter | None, past: Past) -> Decision:
        if seen is None:
            return Change(
                name="put",
                summary=f"create the parameter {params.name}",
                operation="ssm:PutParameter",
                target=params.name,
                undo={"existed": False},
            )
        if seen.type != params.type:
            hint = "a secret belongs in Secrets Manager" if seen.type == "SecureString" else f"set `type: {seen.type}`"
            return Refuse(f"{params.name} is a {seen.type}, and a parameter does not change its type", hint)
        if seen.value == params.value:
            return Done(f"{params.name} has the value")
        return Change(
            name="put",
            summary=f"set {params.name}",
            operation="ssm:PutParameter",
            target=params.name,
            detail=seen,
            undo={"existed": True, "value": seen.value, "type": seen.type},
        )

    def act(self, params: Params, change: Change, ctx: StepContext) -> Mapping[str, Json]:
        ssm = ctx.aws.client("ssm", params.region)
        if change.name == "delete":
            delete_parameter(ssm, params.name)
            return {}
        if change.name == "put-back":
            return {"version": overwrite_parameter(ssm, params.name, *change.detail)}
        if change.detail is None:
            return {"version": create_parameter(ssm, params.name, params.value, params.type, ctx.tags)}
        return {"version": overwrite_parameter(ssm, params.name, params.value, params.type)}

    def verify(self, params: Params, seen: Parameter | None, past: Past, ctx: StepContext) -> Evidence:
        if seen is None or seen.value != params.value:
            return Evidence.missing(f"{params.name} does not have the value")
        made = past.made("put")
        previous = str(made[0].undo.get("value", "")) if made else seen.value
        return Evidence.of(
            f"{params.name} is {seen.value!r} in version {seen.version}",
            outputs={"version": seen.version, "previous": previous},
        )

    def decide_undo(self, params: Params, seen: Parameter | None, past: Past) -> Decision:
        made = past.made("put")
        if not made:
            return Done(f"{params.name} was not changed by this run")
        before = made[0].undo
        if (seen.value if seen else None) == before.get("value"):
            return Done(f"{params.name} is as it was")
        if seen is None or seen.value != params.value or _written_again(seen, past):
            return Refuse(f"{params.name} was changed by somebody else since; left alone", "put it right by hand")
        if not before["existed"]:
            return Change(
                name="delete",
                summary=f"delete {params.name}, which was not there before",
                operation="ssm:DeleteParameter",
                target=params.name,
            )
        return Change(
            name="put-back",
            summary=f"give {params.name} its old value back",
            operation="ssm:PutParameter",
            target=params.name,
            detail=(str(before["value"]), str(before["type"])),
        )

    def permissions(self, params: Params, region: str, account: str) -> tuple[Permission, ...]:
        actions = ("ssm:GetParameter", "ssm:PutParameter", "ssm:DeleteParameter", "ssm:AddTagsToResource")
        return (Permission(actions, (parameter_arn(params.region, account, params.name),), "set the value, and back"),)


def _written_again(seen: Parameter, past: Past) -> bool:
    put = past.returned("put")
    version = put.facts.get("version") if put else None
    return isinstance(version, int) and seen.version > version
