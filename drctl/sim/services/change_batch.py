"""A batch of changes to a hosted zone: all of it is carried out, or none of it.

What is refused, and in which words, follows the errors that Route 53 gives for InvalidChangeBatch and InvalidInput
("Amazon Route 53 API Reference, ChangeResourceRecordSets"): a CREATE of what exists, a DELETE that does not say
exactly what is there, names outside the zone, routing policies that cannot stand side by side.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from drctl.sim.overlay import AwsError
from drctl.sim.services.load_balancers import ZONE_IDS, region_of
from drctl.sim.services.record_sets import RecordKey, RecordSet, RecordSets, absolute, clean, key_of, same, within

_ROUTING = ("Weight", "Region", "Failover", "GeoLocation", "MultiValueAnswer")
_MOST_VALUES = 1000


def apply_batch(zone_name: str, records: RecordSets, changes: Sequence[Mapping[str, Any]]) -> RecordSets:
    """`records` with every change made. AwsError with all that is wrong where any of them cannot be."""
    for change in changes:
        _check_form(change)
    _check_size(changes)
    result = dict(records)
    problems: list[str] = []
    for change in changes:
        problem = _apply(zone_name, result, str(change["Action"]), clean(change["ResourceRecordSet"]))
        if problem is not None:
            problems.append(problem)
    problems += _check_apex(zone_name, result) if not problems else []
    if problems:
        raise AwsError("InvalidChangeBatch", f"[{', '.join(problems)}]")
    return result


def _apply(zone_name: str, records: dict[RecordKey, RecordSet], action: str, record: RecordSet) -> str | None:
    """Make one change in `records`; the reason where it cannot be made."""
    if not within(record["Name"], zone_name):
        return f"RRSet with DNS name {record['Name']} is not permitted in zone {absolute(zone_name)}"
    key = key_of(record)
    if action == "DELETE":
        present = records.get(key)
        if present is None:
            return f"Tried to delete resource record set {_called(record)} but it was not found"
        if not same(present, record):
            return (
                f"Tried to delete resource record set {_called(record)} "
                "but the values provided do not match the current values"
            )
        del records[key]
        return None
    if action == "CREATE" and key in records:
        return f"Tried to create resource record set {_called(record)} but it already exists"
    problem = _conflict(zone_name, records, record) or _wrong_alias(record)
    if problem is None:
        records[key] = record
    return problem


def _conflict(zone_name: str, records: RecordSets, record: RecordSet) -> str | None:
    name, type_ = record["Name"], record["Type"]
    if type_ == "CNAME" and name == absolute(zone_name):
        return f"RRSet of type CNAME with DNS name {name} is not permitted at apex in zone {absolute(zone_name)}"
    others = [other for key, other in records.items() if key[0] == name and key != key_of(record)]
    if any((other["Type"] == "CNAME") != (type_ == "CNAME") for other in others):
        return (
            f"RRSet of type {type_} with DNS name {name} is not permitted as it conflicts with other records "
            f"with the same DNS name in zone {absolute(zone_name)}"
        )
    policy = _policy(record)
    for other in others:
        if other["Type"] == type_ and _policy(other) != policy:
            return (
                f"RRSet with DNS name {name}, type {type_}, SetIdentifier {record.get('SetIdentifier', 'null')} "
                f"cannot be created as a {_policy(other)} RRSet exists with the same name and type."
            )
    return None


def _wrong_alias(record: RecordSet) -> str | None:
    """An alias to a load balancer has to name the hosted zone of the load balancer's Region."""
    target = record.get("AliasTarget")
    wanted = ZONE_IDS.get(region_of(target["DNSName"]) or "") if target else None
    if target and wanted is not None and target["HostedZoneId"] != wanted:
        return (
            f"Tried to create an alias that targets {target['DNSName']}, type {record['Type']} in zone "
            f"{target['HostedZoneId']}, but the alias target name does not lie within the target zone"
        )
    return None


def _check_form(change: Mapping[str, Any]) -> None:
    record = change["ResourceRecordSet"]
    told = (
        f"Change with [Action={change['Action']}, Name={record['Name']}, Type={record['Type']}, "
        f"SetIdentifier={record.get('SetIdentifier') or 'null'}]"
    )
    plain = record.get("TTL") is not None and bool(record.get("ResourceRecords"))
    kinds = [record.get("AliasTarget") is not None, plain, record.get("TrafficPolicyInstanceId") is not None]
    if sum(kinds) != 1 or (kinds[0] and record.get("TTL") is not None):
        found = "none" if not any(kinds) else "more than one"
        raise AwsError(
            "InvalidInput",
            "Invalid request: Expected exactly one of [AliasTarget, all of [TTL, and ResourceRecords], "
            f"or TrafficPolicyInstanceId], but found {found} in {told}",
        )
    routed = any(record.get(name) is not None for name in _ROUTING)
    if routed and not record.get("SetIdentifier"):
        raise AwsError("InvalidInput", f"Invalid request: Missing field 'SetIdentifier' in {told}")
    if record.get("SetIdentifier") and not routed:
        wanted = ", ".join(_ROUTING)
        raise AwsError("InvalidInput", f"Invalid request: Expected exactly one of [{wanted}], but found none in {told}")


def _check_size(changes: Sequence[Mapping[str, Any]]) -> None:
    # An UPSERT counts twice ("Amazon Route 53 Developer Guide, Quotas").
    values = sum(
        len(change["ResourceRecordSet"].get("ResourceRecords") or ()) * (2 if change["Action"] == "UPSERT" else 1)
        for change in changes
    )
    if values > _MOST_VALUES:
        raise AwsError("InvalidChangeBatch", f"Number of records limit of {_MOST_VALUES} exceeded.")


def _check_apex(zone_name: str, records: RecordSets) -> list[str]:
    apex = absolute(zone_name)
    return [
        f"A HostedZone must contain at least one {type_} record for the zone itself."
        for type_ in ("NS", "SOA")
        if (apex, type_, "") not in records
    ]


def _policy(record: RecordSet) -> str:
    return {"Weight": "weighted", "Region": "latency", "Failover": "failover", "GeoLocation": "geolocation"}.get(
        next((name for name in _ROUTING if name in record), ""),
        "multivalue" if "MultiValueAnswer" in record else "simple",
    )


def _called(record: RecordSet) -> str:
    name, type_, identifier = key_of(record)
    told = f"name='{name}', type='{type_}'"
    return f"[{told}, set identifier='{identifier}']" if identifier else f"[{told}]"
