"""Hosted zones: what a zone holds, and what its name servers answer.

The two differ while a change is PENDING: the API lists a change at once, the name servers know it when it is
INSYNC ("Amazon Route 53 API Reference, ChangeResourceRecordSets").
"""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from drctl.sim.moto_resources import accounts_of, global_resources
from drctl.sim.overlay import AwsError, World
from drctl.sim.services.record_sets import RecordSets, absolute, clean, key_of, values_of, within

# moto answers these by itself, with the same id each time and nothing left to wait for.
_AT_ONCE = frozenset({"C1PA6795UKMFR9", "C2682N5HXP0BZ4", "a1b2c3d4"})


@dataclass(slots=True, kw_only=True)
class Zone:
    id: str
    account: str
    name: str
    private: bool
    records: RecordSets
    """What the API lists."""
    served: RecordSets
    """What the name servers answer."""


@dataclass(slots=True, kw_only=True)
class Change:
    id: str
    submitted_at: datetime
    comment: str | None
    in_sync: bool = False


class HostedZones:
    """All zones of a world. moto makes and deletes them; their records are kept here and shown to moto."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._zones: dict[tuple[str, str], Zone] = {}
        self._changes: dict[tuple[str, str], Change] = {}

    def find(self, account: str, zone_id: str) -> Zone:
        """The zone of that id; NoSuchHostedZone where the account has none."""
        moto = global_resources("route53", account).zones.get(zone_id)
        if moto is None:
            raise AwsError("NoSuchHostedZone", f"No hosted zone found with ID: {zone_id}", 404)
        known = self._zones.get((account, zone_id))
        if known is None:
            records = {key_of(record): record for record in map(_as_answered, moto.rrsets)}
            known = Zone(
                id=zone_id, account=account, name=absolute(moto.name), private=bool(moto.private_zone),
                records=records, served=records,
            )  # fmt: skip
            self._zones[account, zone_id] = known
        return known

    def authoritative(self, name: str) -> Iterator[Zone]:
        """The public zones that `name` may be in, of whatever account, the closest ones first."""
        fitting = [zone for zone in self.every() if within(name, zone.name)]
        yield from sorted(fitting, key=lambda zone: (-zone.name.count("."), zone.account, zone.id))

    def every(self) -> Iterator[Zone]:
        """All public zones, of whatever account."""
        for account in accounts_of("route53"):
            for zone_id in global_resources("route53", account).zones:
                zone = self.find(account, zone_id)
                if not zone.private:
                    yield zone

    def change(self, zone: Zone, records: RecordSets, comment: str | None) -> Change:
        """Have the zone hold `records` now, and its name servers answer them when the change is INSYNC."""
        zone.records = records
        self._show_moto(zone)
        change = Change(id=self._new_id(), submitted_at=self._world.now(), comment=comment)
        self._changes[zone.account, change.id] = change

        def arrive() -> None:
            zone.served, change.in_sync = records, True

        self._world.after("route53.insync", arrive)
        return change

    def find_change(self, account: str, change_id: str) -> Change:
        """The change of that id; NoSuchChange where the account made none."""
        known = self._changes.get((account, change_id))
        if known is not None:
            return known
        if change_id in _AT_ONCE:
            return Change(id=change_id, submitted_at=self._world.now(), comment=None, in_sync=True)
        raise AwsError("NoSuchChange", f"Could not find resource with ID: {change_id}", 404)

    def reset(self) -> None:
        self._zones.clear()
        self._changes.clear()

    def state(self) -> dict[str, Any]:
        """By zone name what is served, and which of the listed records are not served yet."""
        return {
            f"{zone.account}/{zone.name}": {
                "served": [zone.served[key] for key in sorted(zone.served)],
                "listed": [zone.records[key] for key in sorted(zone.records)],
            }
            for _, zone in sorted(self._zones.items(), key=lambda entry: (entry[1].account, entry[1].name))
        }

    def _new_id(self) -> str:
        letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
        return "C" + "".join(self._world.random.choice(letters) for _ in range(20))

    def _show_moto(self, zone: Zone) -> None:
        """moto counts a zone's records, and refuses to delete a zone that still has some."""
        made: Any = importlib.import_module("moto.route53.models").RecordSet
        moto = global_resources("route53", zone.account).zones[zone.id]
        moto.rrsets = [made({**record, "ResourceRecords": values_of(record)}) for record in zone.records.values()]


def shown(change: Change) -> dict[str, Any]:
    """`change` as the API tells it."""
    told: dict[str, Any] = {
        "Id": f"/change/{change.id}",
        "Status": "INSYNC" if change.in_sync else "PENDING",
        "SubmittedAt": change.submitted_at,
    }
    if change.comment is not None:
        told["Comment"] = change.comment
    return told


def _as_answered(record: Any) -> dict[str, Any]:
    """A record set of moto's in boto3's shape. moto keeps the values of some as text and of some as `Value`."""
    values = [value["Value"] if isinstance(value, dict) else value for value in record.records or ()]
    return clean(
        {
            "Name": record.name,
            "Type": record.type,
            "TTL": record.ttl,
            "SetIdentifier": record.set_identifier,
            "Weight": record.weight,
            "AliasTarget": record.alias_target,
            "ResourceRecords": [{"Value": value} for value in values],
        }
    )
