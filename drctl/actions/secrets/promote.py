"""Promote the replica of a secret to a secret of its own, so that it can be written and rotated here.

Reading needs no promotion. It cuts the replica off from its primary for good: to follow
it again, the value that is here has to be overwritten, which is a person's decision.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from drctl.actions.parameters import CLOSED, Region
from drctl.actions.secrets.permissions import reading
from drctl.aws.secretsmanager import Secret, find_digest, find_secret, promote_replica, secret_arn
from drctl.model.decision import Change, Decision, Done, Refuse, Wait
from drctl.model.evidence import Evidence
from drctl.model.past import Past
from drctl.model.values import Json, ValueKind
from drctl.ports.action import ActionSpec, Permission, StepContext


@dataclass(frozen=True, slots=True, kw_only=True)
class Params:
    __pydantic_config__ = CLOSED

    region: Region
    secret: str


class SecretsPromote:
    """Afterwards the secret has no primary elsewhere, and is handed out with the value it had.

    Source: AWS Secrets Manager API Reference, StopReplicationToReplica and ReplicationStatusType.
    """

    spec = ActionSpec(
        kind="secrets.promote",
        summary="Promote a secret's replica to a secret of its own",
        params=Params,
        outputs={"arn": ValueKind.STRING, "version": ValueKind.STRING},
        expect=timedelta(seconds=20),
        deadline=timedelta(minutes=10),
        operations=(
            "secretsmanager:DescribeSecret",
            "secretsmanager:GetSecretValue",
            "secretsmanager:StopReplicationToReplica",
        ),
        mutating=True,
        irreversible=True,
        example="""\
- id: promote-database-password
  uses: secrets.promote
  with: { region: eu-west-1, secret: amply/prod/database-password }
""",
    )

    def observe(self, params: Params, ctx: StepContext) -> Secret | None:
        return find_secret(ctx.aws.client("secretsmanager", params.region), params.secret)

    def decide(self, params: Params, seen: Secret | None, past: Past) -> Decision:
        where = f"{params.secret} in {params.region}"
        if seen is None:
            return Refuse(f"there is no secret {where}", "it has to be replicated before a disaster")
        if seen.deleted:
            return Refuse(f"{where} waits to be deleted", "restore it: aws secretsmanager restore-secret")
        # AWS does not say whether a promoted secret has no primary or itself as one; both are read as on its own.
        if not seen.is_replica_in(params.region):
            return Done(f"{where} stands on its own")
        match seen.replicas.get(params.region, "InSync"):
            # Detached and Failed tell of the way from the primary, and what has come through is kept.
            case "InSync" | "Detached" | "Failed" if seen.version_at() is not None:
                return Change(
                    name="promote",
                    summary=f"promote {where}, which follows {seen.primary_region}",
                    operation="secretsmanager:StopReplicationToReplica",
                    target=seen.arn,
                    undo={"primary_region": seen.primary_region, "version": seen.version_at()},
                )
            case "InProgress" | "Pending" as status:
                return Wait(f"{where} to leave {status!r}")
            case status:
                return Refuse(
                    f"{where} is {status!r}, and has no value that is known to be whole", "look at the secret"
                )

    def act(self, params: Params, change: Change, ctx: StepContext) -> Mapping[str, Json]:
        promote_replica(ctx.aws.client("secretsmanager", params.region), params.secret)
        return {}

    def verify(self, params: Params, seen: Secret | None, past: Past, ctx: StepContext) -> Evidence:
        digest = find_digest(ctx.aws.client("secretsmanager", params.region), params.secret)
        if seen is None or digest is None:
            return Evidence.missing(f"{params.secret} is not handed out in {params.region}")
        return Evidence.of(
            f"{params.secret} stands on its own in {params.region}, with version {digest.version}",
            outputs={"arn": seen.arn, "version": digest.version},
        )

    def decide_undo(self, params: Params, seen: Secret | None, past: Past) -> Decision:
        made = past.made("promote")
        if not made or (seen is not None and seen.is_replica_in(params.region)):
            return Done(f"{params.secret} is as it was")
        primary = made[0].undo["primary_region"]
        return Refuse(
            f"{params.secret} stands on its own, and following {primary} again would overwrite its value",
            f"compare both values, then replicate it from {primary} with --force-overwrite-replica-secret",
        )

    def permissions(self, params: Params, region: str, account: str) -> tuple[Permission, ...]:
        arn = secret_arn(params.region, account, params.secret)
        promote = Permission(("secretsmanager:StopReplicationToReplica",), (arn,), "promote it")
        return (*reading(params.region, account, params.secret), promote)
