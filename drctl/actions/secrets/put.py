"""Give a secret a new value, copied from another secret or made up by Secrets Manager.

The value passes through without being kept: the journal has version ids, and the
SHA-256 by which two people can tell that they mean the same value. The step's token
becomes the version's id, so that the same attempt can never make two versions.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from drctl.actions.secrets.permissions import reading, writing_encrypted
from drctl.actions.secrets.put_params import Params, Random
from drctl.actions.secrets.put_sight import Sight, find_obstacle, has_value, is_unseen, was_made
from drctl.aws.secretsmanager import (
    copy_value,
    find_digest,
    find_secret,
    generate_value,
    move_current,
    secret_arn,
)
from drctl.model.decision import Change, Decision, Done, Refuse, Wait
from drctl.model.evidence import Evidence
from drctl.model.past import Past
from drctl.model.values import Json, ValueKind
from drctl.ports.action import ActionSpec, Permission, StepContext


class SecretsPut:
    """Afterwards the secret's current value is the source's, or one that this step had made up.

    Source: AWS Secrets Manager API Reference, PutSecretValue and UpdateSecretVersionStage.
    """

    spec = ActionSpec(
        kind="secrets.put",
        summary="Give a secret a new value, copied or made up",
        params=Params,
        outputs={"version": ValueKind.STRING, "previous": ValueKind.STRING, "sha256": ValueKind.STRING},
        expect=timedelta(seconds=15),
        deadline=timedelta(minutes=15),
        operations=(
            "secretsmanager:DescribeSecret",
            "secretsmanager:GetSecretValue",
            "secretsmanager:GetRandomPassword",
            "secretsmanager:PutSecretValue",
            "secretsmanager:UpdateSecretVersionStage",
        ),
        mutating=True,
        example="""\
- id: new-session-key
  uses: secrets.put
  with:
    region: eu-west-1
    secret: amply/prod/django-secret-key
    generate: { length: 50 }
""",
    )

    def observe(self, params: Params, ctx: StepContext) -> Sight:
        here, source = ctx.aws.client("secretsmanager", params.region), params.copy_from
        there = ctx.aws.client("secretsmanager", source.region or params.region) if source else None
        return Sight(
            secret=find_secret(here, params.secret),
            token=ctx.token,
            current=find_digest(here, params.secret),
            source=find_digest(there, source.secret, source.stage) if source else None,
        )

    def decide(self, params: Params, seen: Sight, past: Past) -> Decision:
        where, secret = f"{params.secret} in {params.region}", seen.secret
        if secret is None:
            return Refuse(f"there is no secret {where}", "create it first: its key and its policy are not a runbook's")
        if (obstacle := find_obstacle(params, secret, seen.source, where)) is not None:
            return obstacle
        if has_value(seen):
            return Done(f"{where} has the value")
        if was_made(seen.token, past) and is_unseen(seen.token, secret, past):
            return Wait(f"{where} to show the value it was given")
        # The same token never makes a version current again that another one has taken the place of.
        if seen.token in secret.stages or was_made(seen.token, past):
            return Refuse(f"somebody gave {where} another value since", "look who did; retry to set it once more")
        return Change(
            name="put",
            summary=f"give {where} {'the value of ' + params.copy_from.secret if params.copy_from else 'a new value'}",
            operation="secretsmanager:PutSecretValue",
            target=secret.arn,
            detail=seen.source.version if seen.source else None,
            undo={"version": secret.version_at(), "made": seen.token},
        )

    def act(self, params: Params, change: Change, ctx: StepContext) -> Mapping[str, Json]:
        here, source = ctx.aws.client("secretsmanager", params.region), params.copy_from
        if change.name == "move-back":
            onto, off = change.detail
            move_current(here, params.secret, onto=onto, off=off)
            return {"version": onto}
        if source is not None:
            there = ctx.aws.client("secretsmanager", source.region or params.region)
            return {"version": copy_value(here, params.secret, ctx.token, there, source.secret, change.detail)}
        made_up = params.generate or Random()
        length, punctuation = made_up.length, made_up.punctuation
        return {"version": generate_value(here, params.secret, ctx.token, length=length, punctuation=punctuation)}

    def verify(self, params: Params, seen: Sight, past: Past, ctx: StepContext) -> Evidence:
        if seen.current is None:
            return Evidence.missing(f"{params.secret} is not handed out in {params.region}")
        made = past.made("put")
        previous = str((made[0].undo["version"] if made else seen.current.version) or "")
        return Evidence.of(
            f"{params.secret} is handed out in {params.region} with version {seen.current.version}",
            outputs={"version": seen.current.version, "previous": previous, "sha256": seen.current.sha256},
        )

    def decide_undo(self, params: Params, seen: Sight, past: Past) -> Decision:
        made = past.made("put")
        current = seen.secret.version_at() if seen.secret else None
        before = made[0].undo["version"] if made else None
        if not made or current == before:
            return Done(f"{params.secret} is as it was")
        if current not in [change.undo["made"] for change in made]:
            return Refuse(f"{params.secret} was changed by somebody else since; left alone", "put it right by hand")
        if before is None:
            return Refuse(f"{params.secret} had no value before", "delete the secret by hand if nothing needs it")
        return Change(
            name="move-back",
            summary=f"make version {before} of {params.secret} current again",
            operation="secretsmanager:UpdateSecretVersionStage",
            target=params.secret,
            detail=(before, current),
        )

    def permissions(self, params: Params, region: str, account: str) -> tuple[Permission, ...]:
        write = ("secretsmanager:PutSecretValue", "secretsmanager:UpdateSecretVersionStage")
        source = params.copy_from
        return (
            *reading(params.region, account, params.secret),
            *(reading(source.region or params.region, account, source.secret) if source else ()),
            Permission(write, (secret_arn(params.region, account, params.secret),), "set the value, and back"),
            writing_encrypted(params.region, account),
            *((Permission(("secretsmanager:GetRandomPassword",), why="make a value up"),) if params.generate else ()),
        )
