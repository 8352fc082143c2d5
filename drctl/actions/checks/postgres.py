"""Check a PostgreSQL by asking it: whether it takes writes, how new its data is, and whether the data is whole.

That RDS calls an instance available says nothing of its data. Everything is asked over one
connection that is made for the look, and nothing that is asked stays in the database.
"""

from __future__ import annotations

from datetime import timedelta

from drctl.actions.checks.excerpt import excerpt
from drctl.actions.checks.postgres_answer import find_fault, heartbeat_age, shown
from drctl.actions.checks.postgres_params import Params
from drctl.actions.checks.store_failures import NO_PASSWORD, told_no_password
from drctl.actions.read_only import ReadOnly
from drctl.actions.secrets.permissions import opening
from drctl.aws.passwords import find_password
from drctl.model.decision import Decision, Done, Refuse, Wait
from drctl.model.evidence import Evidence, RecoveryPoint
from drctl.model.past import Past
from drctl.model.values import Json, ValueKind
from drctl.ports.action import ActionSpec, Permission, StepContext
from drctl.ports.postgres import PostgresAnswer

METHOD = "heartbeat row"


class CheckPostgres(ReadOnly):
    """Holds once `consecutive` looks in a row, `every` apart, were as wanted; until then the step waits.

    With `heartbeat`, the newest heartbeat is the store's recovery point. It proves the newest commit that is there,
    so this belongs before the step that lets the application write again.
    """

    spec = ActionSpec(
        kind="check.postgres",
        summary="Check that a PostgreSQL takes writes and has the data it should have",
        params=Params,
        outputs={
            "server_version": ValueKind.STRING,
            "lsn": ValueKind.STRING,
            "writable": ValueKind.BOOLEAN,
            "heartbeat_age_s": ValueKind.NUMBER,
            "value": ValueKind.STRING,
        },
        expect=timedelta(minutes=1),
        deadline=timedelta(minutes=15),
        operations=("secretsmanager:GetSecretValue",),
        recovers_store=True,
        example="""\
- id: data-is-there
  uses: check.postgres
  with:
    region: eu-west-1
    host: amply-prod.c9x2.eu-west-1.rds.amazonaws.com
    database: amply
    user: amply
    password_secret: amply/prod/database-password
    ca_file: /etc/ssl/rds-global-bundle.pem
    writable: true
    heartbeat: { table: heartbeat, column: beat_at }
    max_heartbeat_age: 2h
    row_counts: { subscriptions: 1200 }
    row_tolerance: 5
    sequences: true
""",
    )

    def observe(self, params: Params, ctx: StepContext) -> PostgresAnswer:
        password = find_password(ctx.aws.client("secretsmanager", params.region), params.password_secret)
        if password is None:
            told = told_no_password(params.password_secret, params.region)
            return PostgresAnswer(failure=NO_PASSWORD, detail=told)
        return ctx.probes.postgres.ask(params.question(password))

    def decide(self, params: Params, seen: PostgresAnswer, past: Past) -> Decision:
        if seen.failure == "not-simulated":
            return Refuse(seen.detail, "describe it in the estate: `tables`, `heartbeat` or `answers` of the database")
        where = f"{params.database} at {params.host}"
        if fault := find_fault(params, seen):
            return Wait(f"{where} to be as it should: {fault}", again_in=params.every)
        return Done(f"{where} is as it should be", looks=params.consecutive, apart=params.every)

    def verify(self, params: Params, seen: PostgresAnswer, past: Past, ctx: StepContext) -> Evidence:
        # The answer that was just judged is the evidence; asking once more would only show another one.
        outputs: dict[str, Json] = {"server_version": seen.server_version, "lsn": seen.lsn}
        told = [f"PostgreSQL {seen.server_version}"]
        if seen.writable is not None:
            outputs["writable"] = seen.writable
            told.append("takes writes")
        recovery_point = None
        age = heartbeat_age(seen)
        if seen.heartbeat_at is not None and age is not None:
            outputs["heartbeat_age_s"] = round(age.total_seconds(), 3)
            recovery_point = RecoveryPoint(seen.heartbeat_at, METHOD)
            told.append(f"newest heartbeat {seen.heartbeat_at:%Y-%m-%d %H:%M:%S} UTC")
        told += [f"{count} rows in {table}" for table, count in seen.counts.items()]
        if params.query is not None:
            outputs["value"] = shown(seen.value)
            told.append(f"`{excerpt(params.query.encode())}` answers {shown(seen.value)}")
        if params.sequences:
            told.append("no sequence is behind")
        fact = f"{params.database} at {params.host}: {', '.join(told)}"
        return Evidence.of(fact, outputs=outputs, recovery_point=recovery_point)

    def permissions(self, params: Params, region: str, account: str) -> tuple[Permission, ...]:
        return opening(params.region, account, params.password_secret)
