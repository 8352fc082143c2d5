"""Resource record sets: one form for each name and value, so that equal ones compare equal."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, TypeAlias

RecordKey: TypeAlias = tuple[str, str, str]
"""Name, type and set identifier (empty without one): what makes a record set unique in its zone."""
RecordSet: TypeAlias = dict[str, Any]
"""A record set in boto3's shape, with its names absolute."""
RecordSets: TypeAlias = Mapping[RecordKey, RecordSet]


def absolute(name: str) -> str:
    """`name` as Route 53 keeps it: lower case, with its final dot, an asterisk as its octal code."""
    return name.lower().rstrip(".").replace("*", r"\052") + "."


def within(name: str, zone: str) -> bool:
    """Whether a name belongs in the zone of that name."""
    return absolute(name) == absolute(zone) or absolute(name).endswith("." + absolute(zone))


def key_of(record: Mapping[str, Any]) -> RecordKey:
    return absolute(record["Name"]), str(record["Type"]), str(record.get("SetIdentifier") or "")


def clean(record: Mapping[str, Any]) -> RecordSet:
    """`record` without what is not set, and with its names absolute."""
    kept = {name: value for name, value in record.items() if value not in (None, [], {})}
    kept["Name"] = absolute(record["Name"])
    if "TTL" in kept:
        kept["TTL"] = int(kept["TTL"])
    if "AliasTarget" in kept:
        target = kept["AliasTarget"]
        kept["AliasTarget"] = {
            "HostedZoneId": str(target["HostedZoneId"]).removeprefix("/hostedzone/"),
            "DNSName": absolute(target["DNSName"]),
            "EvaluateTargetHealth": bool(target["EvaluateTargetHealth"]),
        }
    if "ResourceRecords" in kept:
        kept["ResourceRecords"] = [{"Value": str(value["Value"])} for value in kept["ResourceRecords"]]
    return kept


def same(one: RecordSet, other: RecordSet) -> bool:
    """Whether two clean record sets say the same: the order of their values does not matter."""
    return _comparable(one) == _comparable(other)


def in_order(records: Iterable[RecordSet]) -> list[RecordSet]:
    """`records` in the order in which Route 53 lists them: by the labels from the right, then type and identifier."""
    return sorted(records, key=place_of)


def place_of(record: RecordSet) -> tuple[list[str], str, str]:
    name, type_, identifier = key_of(record)
    return name.rstrip(".").split(".")[::-1], type_, identifier


def values_of(record: RecordSet) -> list[str]:
    return [str(value["Value"]) for value in record.get("ResourceRecords") or ()]


def _comparable(record: RecordSet) -> dict[str, Any]:
    return {**record, "ResourceRecords": sorted(values_of(record))}
