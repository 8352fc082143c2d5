"""Hosted zones and record sets as frozen types.

Route 53 is one service for all Regions; its control plane answers in us-east-1
(Amazon Route 53 Developer Guide, disaster recovery considerations).
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from drctl.model.values import Json

HOME = "us-east-1"


@dataclass(frozen=True, slots=True)
class Zone:
    id: str
    name: str


@dataclass(frozen=True, slots=True)
class AliasTarget:
    dns_name: str
    zone_id: str
    evaluate_target_health: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordSet:
    """A record set in one spelling: two are equal where Route 53 would answer the same for them.

    Route 53 keeps names in lower case, with a dot at the end and `*` as `\\052`; people write them in many ways.
    """

    name: str
    type: str
    set_identifier: str | None = None
    weight: int | None = None
    ttl: int | None = None
    values: frozenset[str] = frozenset()
    alias: AliasTarget | None = None
    health_check: str | None = None
    policy: str = ""
    """How it is chosen where that is by neither nothing nor weight: `Failover`, `GeoLocation`, …"""
    failover: str | None = None
    """PRIMARY or SECONDARY, of the policy `Failover`."""
    document: Mapping[str, Json] = field(default_factory=dict, compare=False, repr=False)
    """It as Route 53 wrote it: a DELETE has to match this exactly."""

    @property
    def key(self) -> tuple[str, str, str | None]:
        """What there is only one of."""
        return self.name, self.type, self.set_identifier


_OTHER_POLICIES = (
    "Failover", "Region", "GeoLocation", "GeoProximityLocation", "MultiValueAnswer", "CidrRoutingConfig",
    "TrafficPolicyInstanceId",
)  # fmt: skip


def plain_name(name: str) -> str:
    """`name` in lower case, without its last dot, its escapes (`\\052`) undone."""
    text = re.sub(r"\\(\d{3})", lambda found: chr(int(found.group(1), 8)), name)
    return text.lower().removesuffix(".")


def read_record(raw: Mapping[str, Any]) -> RecordSet:
    """One record set as Route 53 writes it."""
    alias = raw.get("AliasTarget")
    return RecordSet(
        name=plain_name(raw["Name"]),
        type=raw["Type"],
        set_identifier=raw.get("SetIdentifier"),
        weight=raw.get("Weight"),
        ttl=raw.get("TTL"),
        values=frozenset(plain_value(raw["Type"], one["Value"]) for one in raw.get("ResourceRecords", ())),
        alias=AliasTarget(plain_name(alias["DNSName"]), alias["HostedZoneId"], alias["EvaluateTargetHealth"])
        if alias
        else None,
        health_check=raw.get("HealthCheckId"),
        policy=next((policy for policy in _OTHER_POLICIES if policy in raw), ""),
        failover=raw.get("Failover"),
        document=raw,
    )


def plain_value(type: str, value: str) -> str:  # noqa: A002 (a record's type is called that everywhere)
    """`value` in the one spelling in which two of that type can be compared."""
    if type == "CNAME":
        return plain_name(value)
    if type == "AAAA":
        try:
            return ipaddress.IPv6Address(value).compressed
        except ValueError:
            return value
    return value


def find_zones(route53: Any, name: str) -> tuple[Zone, ...]:
    """The public hosted zones of that name. There can be several; only one of them is delegated to."""
    # The listing starts at the name, and zones of one name stand together.
    listed = route53.list_hosted_zones_by_name(DNSName=plain_name(name))["HostedZones"]
    return tuple(
        Zone(zone["Id"].rpartition("/")[2], plain_name(zone["Name"]))
        for zone in listed
        if plain_name(zone["Name"]) == plain_name(name) and not zone["Config"]["PrivateZone"]
    )


def list_records(route53: Any, zone: str, name: str, type: str) -> tuple[RecordSet, ...]:  # noqa: A002
    """All record sets of that name and type: one, or one for each set identifier. Changes not yet in sync are seen."""
    found = []
    for record in _records_from(route53, zone, name, type):
        if (record.name, record.type) != (plain_name(name), type):
            break
        found.append(record)
    return tuple(found)


def change_records(route53: Any, zone: str, changes: Sequence[tuple[str, Mapping[str, Json]]], comment: str) -> str:
    """Make all `changes`, (action, record set), or none of them; the answer is the change's id."""
    batch = [{"Action": action, "ResourceRecordSet": record} for action, record in changes]
    answer = route53.change_resource_record_sets(
        HostedZoneId=zone, ChangeBatch={"Comment": comment[:256], "Changes": batch}
    )
    return str(answer["ChangeInfo"]["Id"]).rpartition("/")[2]


IN_SYNC = "INSYNC"


def status_of_change(route53: Any, change: str) -> str:
    """PENDING, or IN_SYNC once every name server of Route 53 has the change (Route 53 API Reference, ChangeInfo)."""
    return str(route53.get_change(Id=change)["ChangeInfo"]["Status"])


def answer_of(route53: Any, zone: str, name: str, type: str) -> tuple[str, frozenset[str]]:  # noqa: A002
    """What Route 53 answers to a resolver that asks for that name: the response code, and the values."""
    answer = route53.test_dns_answer(HostedZoneId=zone, RecordName=name, RecordType=type)
    return answer["ResponseCode"], frozenset(plain_value(type, value) for value in answer["RecordData"])


def _records_from(route53: Any, zone: str, name: str, type: str) -> Iterator[RecordSet]:  # noqa: A002
    start = {"StartRecordName": plain_name(name), "StartRecordType": type}
    while True:
        page = route53.list_resource_record_sets(HostedZoneId=zone, **start)
        yield from map(read_record, page["ResourceRecordSets"])
        if not page["IsTruncated"]:
            return
        start = {"StartRecordName": page["NextRecordName"], "StartRecordType": page["NextRecordType"]}
        if page.get("NextRecordIdentifier"):
            start["StartRecordIdentifier"] = page["NextRecordIdentifier"]
