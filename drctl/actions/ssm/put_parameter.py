"""Set a configuration value in SSM Parameter Store.

A value given in a runbook is in the repository and in the journal, so it is never a
secret: a SecureString takes its value from a secret, and no look at it, no record of it
and no undo of it ever writes the value down. AWS has no compare-and-set here; undo
therefore looks whether the value is still the one that was set.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from drctl.actions.secrets.permissions import reading
from drctl.actions.ssm.put_params import Params
from drctl.actions.ssm.put_sight import Seen, has_value, look
from drctl.actions.ssm.put_undo import LABEL, PUT, undo
from drctl.aws.ssm import (
    Parameter,
    create_parameter,
    delete_parameter,
    label_version,
    overwrite_parameter,
    parameter_arn,
    unlabel_version,
)
from drctl.aws.ssm_secure import put_from_secret, put_from_version
from drctl.model.decision import Change, Decision, Done, Refuse
from drctl.model.evidence import Evidence
from drctl.model.past import Past
from drctl.model.values import Json, ValueKind
from drctl.ports.action import ActionSpec, Permission, StepContext


class SsmPutParameter:
    """Afterwards the parameter has the value; what it was is in the journal, or of a SecureString its version."""

    spec = ActionSpec(
        kind="ssm.put_parameter",
        summary="Set a configuration value in SSM Parameter Store",
        params=Params,
        outputs={"version": ValueKind.INTEGER, "previous": ValueKind.STRING},
        expect=timedelta(seconds=10),
        deadline=timedelta(minutes=5),
        operations=(
            "ssm:GetParameter",
            "ssm:GetParameterHistory",
            "ssm:PutParameter",
            "ssm:DeleteParameter",
            "ssm:LabelParameterVersion",
            "ssm:UnlabelParameterVersion",
            "secretsmanager:GetSecretValue",
        ),
        mutating=True,
        example="""\
- id: freeze-deploys
  uses: ssm.put_parameter
  with: { region: eu-west-1, name: /amply/prod/deploy-freeze, value: "on" }
""",
    )

    def observe(self, params: Params, ctx: StepContext) -> Seen:
        return look(params, ctx)

    def decide(self, params: Params, seen: Seen, past: Past) -> Decision:
        if params.is_secure and (seen.source is None or not seen.source.is_text):
            what = "is no text" if seen.source else "is not there, or cannot be read"
            return Refuse(f"the secret {params.from_secret} in {params.region} {what}", "replicate it, or name another")
        found = seen.parameter
        if found is None:
            return _put(params, f"create the parameter {params.name}", seen, {"existed": False})
        if found.type != params.type:
            hint = (
                "a secret belongs in Secrets Manager" if found.type == "SecureString" else f"set `type: {found.type}`"
            )
            return Refuse(f"{params.name} is a {found.type}, and a parameter does not change its type", hint)
        # AWS may name a key in another form than it was given: what this run has put is under the key it was told.
        if not has_value(params, seen, any_key=past.returned(PUT) is not None):
            return _put(params, f"set {params.name}", seen, _before(params, found))
        if params.label is not None and seen.labelled != found.version:
            return Change(
                name=LABEL,
                summary=f"move {params.label} of {params.name} to version {found.version}",
                operation="ssm:LabelParameterVersion",
                target=params.name,
                detail=found.version,
                undo={"label_at": seen.labelled, "version": found.version},
            )
        return Done(f"{params.name} has the value")

    def act(self, params: Params, change: Change, ctx: StepContext) -> Mapping[str, Json]:
        ssm, name = ctx.aws.client("ssm", params.region), params.name
        match change.name:
            case "put":
                return {"version": _make(params, change.detail, ssm, ctx)}
            case "put-back" if params.is_secure:
                return {"version": put_from_version(ssm, name, change.detail)}
            case "put-back":
                return {"version": overwrite_parameter(ssm, name, *change.detail)}
            case "delete":
                delete_parameter(ssm, name)
            case "unlabel":
                unlabel_version(ssm, name, change.detail, params.label or "")
            case _:
                label_version(ssm, name, change.detail, params.label or "")
        return {}

    def verify(self, params: Params, seen: Seen, past: Past, ctx: StepContext) -> Evidence:
        found = seen.parameter
        if found is None or not has_value(params, seen, any_key=True):
            return Evidence.missing(f"{params.name} does not have the value")
        if params.is_secure:
            fact, previous = f"{params.name} has the value of the secret {params.from_secret}", ""
        else:
            made = past.made(PUT)
            fact = f"{params.name} is {found.value!r}"
            previous = str(made[0].undo.get("value", "")) if made else found.value
        return Evidence.of(
            f"{fact} in version {found.version}", outputs={"version": found.version, "previous": previous}
        )

    def decide_undo(self, params: Params, seen: Seen, past: Past) -> Decision:
        return undo(params, seen, past)

    def permissions(self, params: Params, region: str, account: str) -> tuple[Permission, ...]:
        does = ["GetParameter", "PutParameter", "DeleteParameter", "AddTagsToResource"]
        does += ["LabelParameterVersion", "UnlabelParameterVersion"] if params.label else []
        does += ["GetParameterHistory"] if params.is_secure else []
        arn = parameter_arn(params.region, account, params.name)
        own = Permission(tuple(f"ssm:{one}" for one in does), (arn,), "set the value, and back")
        if params.from_secret is None:
            return (own,)
        keys = (f"arn:aws:kms:{params.region}:{account}:key/*",)
        encrypt = Permission(("kms:Encrypt", "kms:GenerateDataKey"), keys, "encrypt the parameter")
        return (own, *reading(params.region, account, params.from_secret), encrypt)


def _before(params: Params, found: Parameter) -> Mapping[str, Json]:
    """What undo needs: the value, but never that of a SecureString."""
    if params.is_secure:
        return {"existed": True, "version": found.version, "type": found.type}
    return {"existed": True, "value": found.value, "type": found.type}


def _put(params: Params, summary: str, seen: Seen, undo: Mapping[str, Json]) -> Change:
    return Change(
        name=PUT,
        summary=summary,
        operation="ssm:PutParameter",
        target=params.name,
        detail=(seen.parameter is None, seen.source.version if seen.source else None),
        undo=undo,
    )


def _make(params: Params, detail: Any, ssm: Any, ctx: StepContext) -> int:
    new, secret_version = detail
    if params.from_secret is not None:
        source = (ctx.aws.client("secretsmanager", params.region), params.from_secret, secret_version)
        return put_from_secret(ssm, params.name, params.key, source, ctx.tags if new else None)
    if new:
        return create_parameter(ssm, params.name, params.value or "", params.type, ctx.tags)
    return overwrite_parameter(ssm, params.name, params.value or "", params.type)
