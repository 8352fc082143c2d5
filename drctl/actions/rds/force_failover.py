"""Fail a Multi-AZ instance over to its standby, away from a zone that is lost or is to be rehearsed as lost.

RebootDBInstance with ForceFailover fails over again each time it is sent, so the goal is a zone, not a call: an
instance that is served from elsewhere is left alone. The zones are told some minutes late (Amazon RDS User Guide,
"Rebooting a DB instance"), so the events decide until then.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated

from pydantic import Field

from drctl.actions.parameters import CLOSED, Region
from drctl.actions.rds.instance_decisions import judge_status, look_command
from drctl.actions.rds.instance_permissions import resource_arn
from drctl.aws import rds
from drctl.aws.rds_events import FailoverEvent, FailoverPhase, list_failovers
from drctl.model.decision import Change, Decision, Done, Refuse, Wait
from drctl.model.evidence import Evidence
from drctl.model.past import Past
from drctl.model.values import Json, ValueKind
from drctl.ports.action import ActionSpec, Permission, StepContext

TOLD_WITHIN = timedelta(minutes=10)
"""How old a failover may be, and the zones not yet tell of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Params:
    __pydantic_config__ = CLOSED

    region: Region
    instance: str
    away_from: Annotated[str, Field(pattern=r"^[a-z]{2}(-[a-z]+)+-\d[a-z]$")]
    """The Availability Zone that must not serve the instance."""


@dataclass(frozen=True, slots=True)
class Seen:
    instance: rds.DbInstance | None
    failovers: tuple[FailoverEvent, ...] = ()


class ForceFailover:
    """Holds once the instance is served from another zone than `away_from`, twice in a row."""

    spec = ActionSpec(
        kind="rds.force_failover",
        summary="Fail a Multi-AZ RDS instance over, away from an Availability Zone",
        params=Params,
        outputs={"zone": ValueKind.STRING, "standby_zone": ValueKind.STRING},
        expect=timedelta(minutes=6),
        deadline=timedelta(minutes=30),
        operations=("rds:DescribeDBInstances", "rds:DescribeEvents", "rds:RebootDBInstance"),
        mutating=True,
        flips=("rds:RebootDBInstance",),
        poll_least=timedelta(seconds=10),
        poll_most=timedelta(seconds=30),
        example="""\
- id: leave-the-zone
  uses: rds.force_failover
  with: { region: eu-central-1, instance: amply-prod, away_from: eu-central-1b }
  expect: 6m
""",
    )

    def observe(self, params: Params, ctx: StepContext) -> Seen:
        client = ctx.aws.client("rds", params.region)
        found = rds.find_instance(client, params.instance)
        return Seen(found, list_failovers(client, params.instance) if found is not None else ())

    def decide(self, params: Params, seen: Seen, past: Past) -> Decision:
        found = seen.instance
        if found is None:
            return Refuse(f"there is no instance {params.instance} in {params.region}", hint="name one that is there")
        if unusable := judge_status(found, params.region, past):
            return unusable
        if found.zone != params.away_from:
            return Done(f"{found.name} is served from {found.zone}", looks=2)
        if not found.multi_az:
            return Refuse(
                f"{found.name} has no standby to fail over to", hint="make it Multi-AZ beforehand, or restore it"
            )
        return _judge_recent(params, seen, past) or _fail_over(params, found)

    def act(self, params: Params, change: Change, ctx: StepContext) -> Mapping[str, Json]:
        client = ctx.aws.client("rds", params.region, flip=change.flip)
        client.reboot_db_instance(DBInstanceIdentifier=params.instance, ForceFailover=True)
        return {}

    def verify(self, params: Params, seen: Seen, past: Past, ctx: StepContext) -> Evidence:
        found = seen.instance
        if found is None:
            return Evidence.missing(f"{params.instance} is not there")
        standby = found.standby_zone or ""
        return Evidence.of(
            f"{found.name} is served from {found.zone}, with {f'a standby in {standby}' if standby else 'no standby'}",
            outputs={"zone": found.zone, "standby_zone": standby},
        )

    def decide_undo(self, params: Params, seen: Seen, past: Past) -> Decision:
        return Done("either zone serves as well; failing over once more would only cut connections again")

    def permissions(self, params: Params, region: str, account: str) -> tuple[Permission, ...]:
        instance = resource_arn(params.region, account, "db", params.instance)
        return (
            Permission(("rds:DescribeDBInstances",), (instance,), "see which zone serves"),
            # IAM knows no resources for events (Service Authorization Reference, Amazon RDS).
            Permission(("rds:DescribeEvents",), why="see whether it has failed over"),
            Permission(("rds:RebootDBInstance",), (instance,), "fail over"),
        )


def _judge_recent(params: Params, seen: Seen, past: Past) -> Wait | Refuse | None:
    """What a failover that has just been told of means; None where there is none, and so nothing in the way."""
    recent = [event for event in seen.failovers if event.age < TOLD_WITHIN]
    if not recent:
        return None
    last = recent[-1]
    match last.phase:
        case FailoverPhase.STARTED:
            # Ours, or the automatic one: never force another on top of it.
            return Wait(f"the failover of {params.instance} that began to complete")
        case FailoverPhase.COMPLETED:
            return Wait(f"RDS to tell the new zone of {params.instance}")
        case FailoverPhase.ABANDONED if any(e.phase is FailoverPhase.COMPLETED for e in recent):
            return Wait(f"RDS to tell the new zone of {params.instance}")
        case FailoverPhase.ABANDONED:
            hint = f"wait ten minutes; drctl resume {past.run}"
            return Refuse(f"RDS abandoned the failover of {params.instance}: {last.message}", hint=hint)
        case FailoverPhase.UNKNOWN:
            hint = look_command(params.region, params.instance)
            return Refuse(f"{params.instance} tells {last.message!r}, which drctl does not know", hint=hint)


def _fail_over(params: Params, found: rds.DbInstance) -> Change | Wait:
    if found.status != "available":
        return Wait(f"{found.name} to leave {found.status!r}, so that it can be rebooted")
    return Change(
        name="fail-over",
        summary=f"fail {found.name} over from {params.away_from} to {found.standby_zone or 'its standby'}",
        operation="rds:RebootDBInstance",
        target=found.arn,
        flip=True,
        settle=TOLD_WITHIN,
    )
