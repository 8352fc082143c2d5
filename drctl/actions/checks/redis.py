"""Check a Redis or Valkey by asking it: which part it plays, whether it takes writes, and whether anything is in it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated, Literal

from pydantic import Field

from drctl.actions.checks.excerpt import excerpt
from drctl.actions.checks.store_failures import NO_PASSWORD, told_failure, told_no_password
from drctl.actions.parameters import CLOSED, Duration, Region
from drctl.actions.read_only import ReadOnly
from drctl.actions.secrets.permissions import opening
from drctl.aws.passwords import find_password
from drctl.model.decision import Decision, Done, Wait
from drctl.model.evidence import Evidence
from drctl.model.password import Password
from drctl.model.past import Past
from drctl.model.values import Json, ValueKind
from drctl.ports.action import ActionSpec, Permission, StepContext
from drctl.ports.redis import RedisAnswer, RedisQuestion

ROLES = {"primary": "master", "replica": "slave"}
"""Ours → what ROLE says (Redis documentation, ROLE)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Params:
    __pydantic_config__ = CLOSED

    host: Annotated[str, Field(min_length=1)]
    port: Annotated[int, Field(ge=1, le=65535)] = 6379
    tls: bool = True
    ca_file: str | None = None
    """The certificates that sign the server's, as a file; those that the machine trusts if left out."""
    user: str | None = None
    password_secret: Annotated[str, Field(min_length=1)] | None = None
    """A secret that holds the AUTH token as its text, or under `password` in a JSON object."""
    region: Region | None = None
    """That of the secret."""
    role: Literal["primary", "replica"] = "primary"
    writable: bool = False
    """It takes writes: a key `drctl:RUN` is set for a minute, and read back."""
    keys_at_least: Annotated[int, Field(ge=0)] = 0
    consecutive: Annotated[int, Field(ge=1, le=100)] = 1
    every: Duration = timedelta(seconds=20)

    def __post_init__(self) -> None:
        if (self.password_secret is None) != (self.region is None):
            raise ValueError("`password_secret` and `region`, which is that of the secret, go together")


class CheckRedis(ReadOnly):
    """Holds once `consecutive` looks in a row, `every` apart, were as wanted; until then the step waits."""

    spec = ActionSpec(
        kind="check.redis",
        summary="Check that a Redis or Valkey answers, is a primary and takes writes",
        params=Params,
        outputs={"role": ValueKind.STRING, "keys": ValueKind.INTEGER, "server_version": ValueKind.STRING},
        expect=timedelta(minutes=1),
        deadline=timedelta(minutes=15),
        operations=("secretsmanager:GetSecretValue",),
        example="""\
- id: redis-takes-writes
  uses: check.redis
  with:
    host: master.amply-prod-redis.c9x2.euw1.cache.amazonaws.com
    password_secret: amply/prod/redis-auth
    region: eu-west-1
    writable: true
""",
    )

    def observe(self, params: Params, ctx: StepContext) -> RedisAnswer:
        password: Password | None = None
        if params.password_secret is not None and params.region is not None:
            password = find_password(ctx.aws.client("secretsmanager", params.region), params.password_secret)
            if password is None:
                told = told_no_password(params.password_secret, params.region)
                return RedisAnswer(failure=NO_PASSWORD, detail=told)
        return ctx.probes.redis.ask(
            RedisQuestion(
                host=params.host,
                port=params.port,
                user=params.user,
                password=password,
                tls=params.tls,
                ca_file=params.ca_file,
                write_key=f"drctl:{ctx.run}" if params.writable else None,
            )
        )

    def decide(self, params: Params, seen: RedisAnswer, past: Past) -> Decision:
        where = f"{params.host}:{params.port}"
        if fault := _fault(params, seen):
            return Wait(f"{where} to be as it should: {fault}", again_in=params.every)
        return Done(f"{where} is as it should be", looks=params.consecutive, apart=params.every)

    def verify(self, params: Params, seen: RedisAnswer, past: Past, ctx: StepContext) -> Evidence:
        wrote = ", takes writes" if seen.wrote else ""
        outputs: dict[str, Json] = {"role": params.role, "keys": seen.keys, "server_version": seen.server_version}
        return Evidence.of(f"{params.host} is a {params.role} with {seen.keys} keys{wrote}", outputs=outputs)

    def permissions(self, params: Params, region: str, account: str) -> tuple[Permission, ...]:
        if params.password_secret is None or params.region is None:
            return ()
        return opening(params.region, account, params.password_secret)


def _fault(wanted: Params, answer: RedisAnswer) -> str:
    """The first thing that is wrong with `answer`; empty where it is as wanted."""
    if answer.failure:
        return told_failure(answer.failure, answer.detail, "Redis")
    if answer.role != ROLES[wanted.role]:
        return f"its role is {answer.role!r}, not {ROLES[wanted.role]!r}"
    if wanted.writable and not answer.wrote:
        return f"it takes no writes: {excerpt(answer.write_failure.encode()) or 'it did not say why'}"
    if answer.keys < wanted.keys_at_least:
        return f"it has {answer.keys} keys, less than {wanted.keys_at_least}"
    return ""
