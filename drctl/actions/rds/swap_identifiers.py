"""Put a verified instance in the place of a damaged one in the same Region, so that the endpoint's name stays.

The endpoint follows the name: `<name>.<account and Region>.rds.amazonaws.com`. A rename restarts the instance, and
clients may need some ten minutes until DNS agrees; replicas and replicated backups stay with the instance that had
them, metrics and alarms go with the name (Amazon RDS User Guide, "Renaming a DB instance").
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from drctl.actions.rds.instance_permissions import resource_arn
from drctl.actions.rds.swap_decisions import decide_swap
from drctl.actions.rds.swap_params import Params, Seen
from drctl.actions.rds.swap_undo import decide_swap_back
from drctl.aws import rds
from drctl.aws.failures import absent
from drctl.model.decision import Change, Decision
from drctl.model.evidence import Evidence
from drctl.model.past import Past
from drctl.model.values import Json, ValueKind
from drctl.ports.action import ActionSpec, Permission, StepContext


class SwapIdentifiers:
    """Holds once the candidate has the name that applications use, twice in a row.

    The damaged instance is kept under `old_name` as it is, with its backups and its deletion protection.
    """

    spec = ActionSpec(
        kind="rds.swap_identifiers",
        summary="Replace a damaged RDS instance by a verified one that takes over its name and endpoint",
        params=Params,
        outputs={
            "endpoint": ValueKind.STRING,
            "port": ValueKind.INTEGER,
            "resource_id": ValueKind.STRING,
            "kept": ValueKind.STRING,
        },
        expect=timedelta(minutes=15),
        deadline=timedelta(minutes=60),
        operations=("rds:DescribeDBInstances", "rds:ModifyDBInstance"),
        mutating=True,
        poll_least=timedelta(seconds=15),
        poll_most=timedelta(seconds=60),
        example="""\
- id: swap
  uses: rds.swap_identifiers
  with:
    region: eu-central-1
    instance: amply-prod
    candidate: amply-prod-restored
    old_name: amply-prod-damaged
  expect: 15m
  deadline: 60m
""",
    )

    def observe(self, params: Params, ctx: StepContext) -> Seen:
        client = ctx.aws.client("rds", params.region)
        return Seen(
            live=rds.find_instance(client, params.instance),
            candidate=rds.find_instance(client, params.candidate),
            old=rds.find_instance(client, params.old_name),
        )

    def decide(self, params: Params, seen: Seen, past: Past) -> Decision:
        return decide_swap(params, seen, past)

    def act(self, params: Params, change: Change, ctx: StepContext) -> Mapping[str, Json]:
        # An attempt whose answer was lost may have taken the name already; the next look tells.
        with absent("DBInstanceNotFound"):
            ctx.aws.client("rds", params.region).modify_db_instance(
                DBInstanceIdentifier=change.detail.old,
                NewDBInstanceIdentifier=change.detail.new,
                ApplyImmediately=True,
            )
        return {}

    def verify(self, params: Params, seen: Seen, past: Past, ctx: StepContext) -> Evidence:
        live, old = seen.live, seen.old
        if live is None or live.endpoint is None or live.port is None:
            return Evidence.missing(f"{params.instance} has no endpoint yet")
        if old is None:
            kept = "nothing is there of what it was before"
        else:
            kept = f"what it was before is kept as {old.name}, {'' if old.deletion_protection else 'not '}protected"
        return Evidence.of(
            f"{live.name} answers at {live.endpoint}:{live.port} as {live.resource_id}; {kept}",
            outputs={
                "endpoint": live.endpoint,
                "port": live.port,
                "resource_id": live.resource_id,
                "kept": old.name if old is not None else "",
            },
        )

    def decide_undo(self, params: Params, seen: Seen, past: Past) -> Decision:
        return decide_swap_back(params, seen, past)

    def permissions(self, params: Params, region: str, account: str) -> tuple[Permission, ...]:
        names = (params.instance, params.candidate, params.old_name)
        named = tuple(resource_arn(params.region, account, "db", name) for name in names)
        return (
            Permission(("rds:DescribeDBInstances",), named, "see which instance has which name"),
            Permission(("rds:ModifyDBInstance",), named, "rename"),
        )
