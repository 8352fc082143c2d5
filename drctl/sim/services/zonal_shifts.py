"""Zonal shifts of a world: which load balancers send nothing to which zone.

What a shift may be and how it ends follows the ARC API Reference (StartZonalShift, GetManagedResource).
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from drctl.sim.moto_resources import resources
from drctl.sim.overlay import AwsError, World

ENABLED = "zonal_shift.config.enabled"
_LONGEST = timedelta(hours=72)
_SPAN = re.compile(r"([1-9][0-9]*)(m|h)")


@dataclass(slots=True, kw_only=True)
class Shift:
    id: str
    account: str
    region: str
    resource: str
    """The load balancer's ARN."""
    away_from: str
    started_at: datetime
    expires_at: datetime
    comment: str
    cancelled: bool = False

    def status(self, now: datetime) -> str:
        return "CANCELED" if self.cancelled else "ACTIVE" if now < self.expires_at else "EXPIRED"


class ZonalShifts:
    """All shifts, oldest first."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._shifts: list[Shift] = []

    def start(self, account: str, region: str, balancer: Any, away_from: str, span: str, comment: str) -> Shift:
        """Shift `balancer` (moto's) away from a zone; ConflictException where it is shifted already."""
        if away_from not in zone_ids(balancer):
            raise _invalid(f"The resource has nothing in the Availability Zone {away_from}.")
        if self.active(balancer.arn) is not None:
            raise AwsError("ConflictException", "There is already an active zonal shift for this resource.", 409)
        now = self._world.now()
        shift = Shift(
            id=f"{self._world.random.getrandbits(32):08x}-0000-4000-8000-{len(self._shifts) + 1:012d}",
            account=account, region=region, resource=balancer.arn, away_from=away_from,
            started_at=now, expires_at=now + _parse(span), comment=comment,
        )  # fmt: skip
        self._shifts.append(shift)
        return shift

    def update(self, shift: Shift, span: str | None, comment: str | None) -> None:
        """Have an active shift end later or sooner, or say something else."""
        self._require_active(shift)
        shift.expires_at = shift.expires_at if span is None else self._world.now() + _parse(span)
        shift.comment = shift.comment if comment is None else comment

    def cancel(self, shift: Shift) -> None:
        self._require_active(shift)
        shift.cancelled = True

    def find(self, account: str, region: str, id: str) -> Shift:
        """The shift of that id; ResourceNotFoundException where there is none."""
        for shift in self.of(account, region):
            if shift.id == id:
                return shift
        raise AwsError("ResourceNotFoundException", f"There is no zonal shift with the id {id}.", 404)

    def of(self, account: str, region: str) -> Iterator[Shift]:
        yield from (one for one in self._shifts if (one.account, one.region) == (account, region))

    def active(self, resource: str) -> Shift | None:
        """The shift that keeps a load balancer away from a zone now."""
        now = self._world.now()
        return next((one for one in self._shifts if one.resource == resource and one.status(now) == "ACTIVE"), None)

    def keeps_from(self, balancer: Any, address: str) -> bool:
        """Whether `balancer` (moto's) sends nothing to a target at that address, for the zone that it is in."""
        shift = self.active(balancer.arn)
        return shift is not None and _zone_of(balancer, address) == shift.away_from

    def zones_of(self, balancer: Any) -> list[str]:
        """The names of the zones that `balancer` (moto's) takes requests in now, in order."""
        shift = self.active(balancer.arn)
        away = shift.away_from if shift is not None else None
        return sorted(name for id, name in zone_ids(balancer).items() if id != away)

    def reset(self) -> None:
        self._shifts.clear()

    def state(self) -> dict[str, str]:
        """By load balancer the zone that it is shifted away from."""
        now = self._world.now()
        return {
            f"{one.account}/{one.region}/{one.resource.split('/')[2]}": one.away_from
            for one in self._shifts
            if one.status(now) == "ACTIVE"
        }

    def _require_active(self, shift: Shift) -> None:
        if (status := shift.status(self._world.now())) != "ACTIVE":
            raise AwsError("ConflictException", f"The zonal shift is {status}, not ACTIVE.", 409)


def zone_ids(balancer: Any) -> dict[str, str]:
    """The zones of a load balancer of moto's, by id; the value is the zone's name."""
    return {subnet.availability_zone_id: subnet.availability_zone for subnet in balancer.subnets}


def _zone_of(balancer: Any, address: str) -> str | None:
    """The id of the zone that an address of the load balancer's network is in."""
    account, region = balancer.arn.split(":")[4], balancer.arn.split(":")[3]
    target = ipaddress.ip_address(address)
    for subnet in resources("ec2", account, region).describe_subnets():
        if subnet.vpc_id == balancer.vpc_id and target in ipaddress.ip_network(subnet.cidr_block):
            return str(subnet.availability_zone_id)
    return None


def _parse(span: str) -> timedelta:
    found = _SPAN.fullmatch(span)
    length = timedelta(**{"m": {"minutes": int(found[1])}, "h": {"hours": int(found[1])}}[found[2]]) if found else None
    if length is None or length > _LONGEST:
        raise _invalid("The expiry is from 1m to 72h.")
    return length


def _invalid(said: str) -> AwsError:
    return AwsError("ValidationException", said)
