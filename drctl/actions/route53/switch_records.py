"""Point names to where the service runs now.

All records of a step are switched in one batch, by compare-and-set: an edit by
somebody else that came in between is never overwritten, whatever that edit was.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated, Any

from pydantic import AfterValidator, Field

from drctl.actions.parameters import CLOSED, Duration
from drctl.actions.route53.answers import wrong_answer
from drctl.actions.route53.batch import Swap, batch_of, conflict, swaps_back, wanted_swaps
from drctl.actions.route53.pitfalls import OTHER_FAMILY, left_behind, old_answer_for, too_long, without_weight
from drctl.actions.route53.race import SWITCH, lost_race
from drctl.actions.route53.records import Record
from drctl.aws.record_names import RECORD_NAMES, normalized_names
from drctl.aws.route53 import (
    HOME,
    IN_SYNC,
    RecordSet,
    Zone,
    change_records,
    find_zones,
    list_records,
    plain_name,
    status_of_change,
)
from drctl.model.decision import Change, Decision, Done, Refuse
from drctl.model.duration import format_duration
from drctl.model.evidence import Evidence
from drctl.model.past import Past
from drctl.model.values import Json, ValueKind
from drctl.ports.action import ActionSpec, Permission, PermissionCondition, StepContext

SWITCH_BACK = "switch-back"


def _not_empty(records: tuple[Record, ...]) -> tuple[Record, ...]:
    if not records:
        raise ValueError("name at least one record")
    return records


@dataclass(frozen=True, slots=True, kw_only=True)
class Params:
    __pydantic_config__ = CLOSED

    zone: str
    """The name of the public hosted zone; it is looked for in the step's account."""
    records: Annotated[tuple[Record, ...], AfterValidator(_not_empty), Field(json_schema_extra={"minItems": 1})]
    max_ttl: Duration | None = None
    """The longest that clients may keep the old answer; a record of a longer TTL is not switched. Any, if left out."""

    def __post_init__(self) -> None:
        if any(one.type == "CNAME" and plain_name(one.name) == plain_name(self.zone) for one in self.records):
            raise ValueError("the zone's own name cannot be a CNAME; use an alias")
        if len({one.key for one in self.records}) < len(self.records):
            raise ValueError("a record is given once")


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    zones: tuple[Zone, ...]
    present: tuple[tuple[RecordSet, ...], ...]
    """For each record that is asked for, all record sets of its name and type."""
    others: tuple[RecordSet, ...] = ()
    """The record sets of the same names with addresses of the other kind, IPv6 or IPv4, that are not asked for."""


class Route53SwitchRecords:
    """Afterwards every name server of Route 53 answers with the records that are asked for."""

    spec = ActionSpec(
        kind="route53.switch_records",
        summary="Point DNS records to where the service runs now",
        params=Params,
        outputs={"change": ValueKind.STRING, "records": ValueKind.INTEGER},
        expect=timedelta(seconds=60),
        deadline=timedelta(minutes=15),
        poll_most=timedelta(seconds=15),
        operations=(
            "route53:ListHostedZonesByName",
            "route53:ListResourceRecordSets",
            "route53:ChangeResourceRecordSets",
            "route53:GetChange",
            "route53:TestDNSAnswer",
        ),
        mutating=True,
        example="""\
- id: switch-dns
  uses: route53.switch_records
  account: shared-services
  marks: serving
  with:
    zone: amply.example
    records:
      - name: api.amply.example
        type: A
        alias: { dns_name: amply-prod.eu-west-1.elb.amazonaws.com, zone_id: Z32O12XQLNTSW2 }
""",
    )

    def observe(self, params: Params, ctx: StepContext) -> Seen:
        route53 = ctx.aws.client("route53", HOME)
        zones = find_zones(route53, params.zone)
        if len(zones) != 1:
            return Seen(zones=zones, present=())
        present = (list_records(route53, zones[0].id, record.name, record.type) for record in params.records)
        asked = {(plain_name(record.name), record.type) for record in params.records}
        wanting = ((name, OTHER_FAMILY[type_]) for name, type_ in sorted(asked) if type_ in OTHER_FAMILY)
        others = (list_records(route53, zones[0].id, *other) for other in wanting if other not in asked)
        return Seen(zones=zones, present=tuple(present), others=tuple(one for found in others for one in found))

    def decide(self, params: Params, seen: Seen, past: Past) -> Decision:
        if isinstance(zone := _zone(params, seen), Refuse):
            return zone
        if refused := conflict(params.zone, params.records, seen.present):
            return refused
        swaps = wanted_swaps(params.records, seen.present)
        if not swaps:
            return Done(f"all {len(params.records)} records are as wanted")
        if refused := (
            lost_race(past)
            or without_weight(params.records, seen.present)
            or left_behind(swaps, seen.others)
            or too_long(swaps, params.max_ttl)
        ):
            return refused
        return _batch(SWITCH, zone, swaps, {"records": [swap.entry() for swap in swaps]})

    def act(self, params: Params, change: Change, ctx: StepContext) -> Mapping[str, Json]:
        zone, batch = change.detail
        comment = f"drctl {ctx.run}/{ctx.step} {change.name}"
        return {"change": change_records(ctx.aws.client("route53", HOME), zone, batch, comment)}

    def verify(self, params: Params, seen: Seen, past: Past, ctx: StepContext) -> Evidence:
        route53 = ctx.aws.client("route53", HOME)
        switched = past.returned(SWITCH)
        change = str(switched.facts["change"]) if switched else ""
        # After a crash the id may be lost. What Route 53 answers by then is looked at all the same.
        if change and (status := status_of_change(route53, change)) != IN_SYNC:
            return Evidence.missing(f"all name servers to have change {change}, which is {status}")
        for record in params.records:
            if fault := wrong_answer(route53, seen.zones[0].id, record):
                return Evidence.missing(fault)
        names = ", ".join(dict.fromkeys(record.name for record in params.records))
        return Evidence.of(
            f"Route 53 answers as wanted for {names}{_kept(past)}",
            outputs={"change": change, "records": len(params.records)},
        )

    def decide_undo(self, params: Params, seen: Seen, past: Past) -> Decision:
        if not (made := past.made(SWITCH)):
            return Done("no record was switched by this run")
        if isinstance(zone := _zone(params, seen), Refuse):
            return zone
        if isinstance(swaps := swaps_back(made, seen.present), Refuse):
            return swaps
        if not swaps:
            return Done("all records are as they were")
        return _batch(SWITCH_BACK, zone, swaps, {})

    def permissions(self, params: Params, region: str, account: str) -> tuple[Permission, ...]:
        # Which zone it is, only the look tells.
        zones = ("arn:aws:route53:::hostedzone/*",)
        names = normalized_names(sorted({record.name for record in params.records}))
        return (
            Permission(("route53:ListResourceRecordSets",), zones, f"look at records of {params.zone}"),
            Permission(
                ("route53:ChangeResourceRecordSets",),
                zones,
                f"switch records of {params.zone}",
                (PermissionCondition("ForAllValues:StringEquals", RECORD_NAMES, names),),
            ),
            Permission(("route53:GetChange",), ("arn:aws:route53:::change/*",), "wait until the change is everywhere"),
            # Route 53 knows no permission on single zones for these two.
            Permission(
                ("route53:ListHostedZonesByName", "route53:TestDNSAnswer"), why=f"find {params.zone}, and ask it"
            ),
        )


def _kept(past: Past) -> str:
    """What resolvers may go on answering, as far as this run's own changes tell."""
    swaps = [Swap.of(entry) for made in past.made(SWITCH) for entry in _entries(made.undo)]
    longest = old_answer_for(swaps)
    return f"; clients may keep the old answer for up to {format_duration(longest)}" if longest else ""


def _entries(undo: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
    entries: Sequence[Mapping[str, Any]] = undo["records"]
    return entries


def _zone(params: Params, seen: Seen) -> Zone | Refuse:
    if not seen.zones:
        return Refuse(f"there is no public hosted zone {params.zone} in this account", "set the step's `account`")
    if len(seen.zones) > 1:
        ids = ", ".join(zone.id for zone in seen.zones)
        return Refuse(
            f"there are {len(seen.zones)} public hosted zones {params.zone} ({ids})",
            "only one of them is delegated to; delete the others, or rename them",
        )
    return seen.zones[0]


def _batch(name: str, zone: Zone, swaps: tuple[Swap, ...], undo: Mapping[str, Any]) -> Change:
    names = ", ".join(dict.fromkeys(swap.name for swap in swaps))
    return Change(
        name=name,
        summary=f"switch {names}" if name == SWITCH else f"switch {names} back",
        operation="route53:ChangeResourceRecordSets",
        target=zone.name,
        detail=(zone.id, batch_of(swaps)),
        undo=undo,
    )
