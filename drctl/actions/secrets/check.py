"""Check that secrets can be read in a Region before anything is started that needs them.

A task reads its secrets when it starts, so one that is missing shows only then, as a
deployment that never gets healthy. Reading is the only proof that the key opens a
secret; the value that is handed out is looked at by nobody.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated

from pydantic import Field

from drctl.actions.parameters import CLOSED, Region
from drctl.actions.read_only import ReadOnly
from drctl.actions.secrets.permissions import reading
from drctl.aws.secretsmanager import Secret, find_digest, find_secret
from drctl.model.decision import Decision, Done, Refuse, Wait
from drctl.model.evidence import Evidence
from drctl.model.past import Past
from drctl.model.values import ValueKind
from drctl.ports.action import ActionSpec, Permission, StepContext

ON_ITS_WAY = frozenset({"InProgress", "Pending"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Params:
    __pydantic_config__ = CLOSED

    region: Region
    secrets: Annotated[tuple[str, ...], Field(min_length=1)]
    source_region: Region | None = None
    """Where the primaries are: the versions have to be the same there. Left out, that Region is not asked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sight:
    """One secret: as it is described, which version is handed out, and its primary where that was asked for."""

    name: str
    secret: Secret | None
    version: str | None
    primary: Secret | None = None


class SecretsCheck(ReadOnly):
    """Holds once every secret is handed out and its copies are in sync.

    Source of the states: AWS Secrets Manager API Reference, ReplicationStatusType.
    """

    spec = ActionSpec(
        kind="secrets.check",
        summary="Check that secrets can be read and that their replicas are in sync",
        params=Params,
        outputs={"versions": ValueKind.OBJECT},
        expect=timedelta(seconds=10),
        deadline=timedelta(minutes=10),
        operations=("secretsmanager:DescribeSecret", "secretsmanager:GetSecretValue"),
        example="""\
- id: secrets-are-there
  uses: secrets.check
  with:
    region: eu-west-1
    secrets: [amply/prod/database-password, amply/prod/django-secret-key]
""",
    )

    def observe(self, params: Params, ctx: StepContext) -> tuple[Sight, ...]:
        here = ctx.aws.client("secretsmanager", params.region)
        there = ctx.aws.client("secretsmanager", params.source_region) if params.source_region else None
        return tuple(
            Sight(
                name=name,
                secret=find_secret(here, name),
                version=digest.version if (digest := find_digest(here, name)) else None,
                primary=find_secret(there, name) if there is not None else None,
            )
            for name in params.secrets
        )

    def decide(self, params: Params, seen: tuple[Sight, ...], past: Past) -> Decision:
        decisions = [_decide_one(params, sight) for sight in seen]
        refused = [decision for decision in decisions if isinstance(decision, Refuse)]
        if refused:
            # All that is wrong at once: whoever has to put it right wants to go there once.
            return Refuse("; ".join(one.because for one in refused), refused[0].hint)
        waited_for = (decision for decision in decisions if isinstance(decision, Wait))
        return next(waited_for, Done(f"{len(seen)} secrets can be read in {params.region}"))

    def verify(self, params: Params, seen: tuple[Sight, ...], past: Past, ctx: StepContext) -> Evidence:
        versions = {sight.name: sight.version for sight in seen}
        if None in versions.values():
            return Evidence.missing(f"a secret is not handed out in {params.region}")
        return Evidence.of(
            f"{len(versions)} secrets are handed out in {params.region}",
            outputs={"versions": versions},
        )

    def permissions(self, params: Params, region: str, account: str) -> tuple[Permission, ...]:
        there = reading(params.source_region, account, *params.secrets) if params.source_region else ()
        return reading(params.region, account, *params.secrets) + there


def _decide_one(params: Params, sight: Sight) -> Decision:
    where = f"{sight.name} in {params.region}"
    if sight.secret is None:
        return Refuse(f"there is no secret {where}", "replicate it to this Region from its primary")
    if sight.secret.deleted:
        return Refuse(f"{where} waits to be deleted", "restore it: aws secretsmanager restore-secret")
    if sight.version is None:
        return Refuse(f"{where} is not handed out", "look whether it has a value, and whether its KMS key is enabled")
    if not sight.secret.is_replica_in(params.region):
        for region, status in sight.secret.replicas.items():
            if (decision := _decide_replica(f"the replica of {sight.name} in {region}", status)) is not None:
                return decision
    return _decide_primary(params, sight, where) if params.source_region else Done(f"{where} can be read")


def _decide_primary(params: Params, sight: Sight, where: str) -> Decision:
    status = sight.primary.replicas.get(params.region) if sight.primary else None
    if sight.primary is None or status is None:
        hint = "leave `source_region` out where this secret is meant to stand on its own"
        return Refuse(f"{where} is no replica of one in {params.source_region}", hint)
    if (decision := _decide_replica(where, status)) is not None:
        return decision
    if sight.version != sight.primary.version_at():
        return Wait(f"{where} to have the version of {params.source_region}")
    return Done(f"{where} can be read, and is that of {params.source_region}")


def _decide_replica(what: str, status: str) -> Decision | None:
    if status == "InSync":
        return None
    if status in ON_ITS_WAY:
        return Wait(f"{what} to leave {status!r}")
    return Refuse(f"{what} is {status!r}, and does not follow its primary", "replicate it anew from its primary")
