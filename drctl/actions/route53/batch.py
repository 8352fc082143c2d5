"""The batch that takes records from what they are to what they should be, and the one back. Pure.

Each record is replaced by a DELETE of exactly what was read and a CREATE of the new
one. Route 53 makes a batch as a whole or not at all, so that an edit by somebody else
in between makes it fail and is not overwritten (Amazon Route 53 API Reference,
ChangeResourceRecordSets).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from drctl.actions.route53.records import Record
from drctl.aws.route53 import RecordSet, plain_name, read_record
from drctl.model.decision import Refuse
from drctl.model.past import PastChange
from drctl.model.values import Json

Batch = Sequence[tuple[str, Mapping[str, Json]]]


@dataclass(frozen=True, slots=True)
class Swap:
    """One record set in place of another; None stands for none."""

    old: RecordSet | None
    new: RecordSet | None

    @classmethod
    def of(cls, entry: Mapping[str, Any]) -> Swap:
        """It from an entry of the undo ledger."""
        old, new = entry["old"], entry["new"]
        return cls(read_record(old) if old is not None else None, read_record(new) if new is not None else None)

    @property
    def name(self) -> str:
        one = self.new or self.old
        return one.name if one else ""

    def entry(self) -> dict[str, Json]:
        """It for the undo ledger."""
        return {
            "old": self.old.document if self.old else None,
            "new": self.new.document if self.new else None,
        }


def wanted_swaps(records: Sequence[Record], present: Sequence[Sequence[RecordSet]]) -> tuple[Swap, ...]:
    """What has to change; `present` are, for each record, all record sets of its name and type."""
    swaps = []
    for record, siblings in zip(records, present, strict=True):
        old = next((one for one in siblings if one.set_identifier == record.set_identifier), None)
        new = record.record_set(old.health_check if old else None)
        if old != new:
            swaps.append(Swap(old, new))
    return tuple(swaps)


def conflict(zone: str, records: Sequence[Record], present: Sequence[Sequence[RecordSet]]) -> Refuse | None:
    """A refusal where a record cannot be what is asked for, whatever is sent."""
    asked = {record.key for record in records}
    for record, siblings in zip(records, present, strict=True):
        name = plain_name(record.name)
        if name != plain_name(zone) and not name.endswith(f".{plain_name(zone)}"):
            return Refuse(f"{record.name} is not in the zone {zone}", "name the zone that holds the record")
        for other in siblings:
            policy = other.policy or ("Weighted" if other.set_identifier is not None else "simple")
            if policy != record.policy:
                hint = "Route 53 does not mix routing policies for one name and type; ask for the one that is there"
                return Refuse(f"{name} {record.type} is routed by {policy}, and {record.policy} was asked for", hint)
            if other.failover is not None and other.failover == record.failover and other.key not in asked:
                hint = "ask for that one by its `set_identifier`"
                return Refuse(f"the {other.failover} record of {name} is {other.set_identifier!r}", hint)
    return None


def batch_of(swaps: Sequence[Swap]) -> Batch:
    """All of `swaps` as one batch."""
    batch: list[tuple[str, Mapping[str, Json]]] = []
    for swap in swaps:
        batch += [("DELETE", swap.old.document)] if swap.old else []
        batch += [("CREATE", swap.new.document)] if swap.new else []
    return batch


def swaps_back(made: Sequence[PastChange], present: Sequence[Sequence[RecordSet]]) -> tuple[Swap, ...] | Refuse:
    """What takes the records back to what they were before the first of `made`; a refusal where others changed them."""
    now = {one.key: one for siblings in present for one in siblings}
    back = []
    for first, last in _ledger(made):
        new = read_record(last["new"])
        old = read_record(first["old"]) if first["old"] is not None else None
        current = now.get(new.key)
        if current == old:
            continue
        if current != new:
            hint = "put the record right by hand"
            return Refuse(f"{new.name} {new.type} was changed by somebody else since; left alone", hint)
        back.append(Swap(current, old))
    return tuple(back)


def _ledger(made: Sequence[PastChange]) -> list[tuple[Mapping[str, Any], Mapping[str, Any]]]:
    """For each record set that this run replaced, the first and the last entry of the ledger."""
    entries: dict[Any, tuple[Mapping[str, Any], Mapping[str, Any]]] = {}
    for change in made:
        recorded: Any = change.undo["records"]
        for entry in recorded:
            key = read_record(entry["new"]).key
            first, _ = entries.get(key, (entry, entry))
            entries[key] = first, entry
    return list(entries.values())
