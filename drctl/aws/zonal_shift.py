"""Zonal shifts of Application Recovery Controller, as frozen types.

A shift takes a load balancer's addresses in one zone out of DNS, until it expires or is
cancelled (Amazon Application Recovery Controller Developer Guide, "Zonal shift").
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from drctl.aws.answered import answered_at
from drctl.aws.failures import absent, already

LONGEST = timedelta(hours=72)
"""How far in the future a shift may expire (ARC API Reference, StartZonalShift)."""
LONGEST_COMMENT = 128
APPLIED, NOT_APPLIED = "APPLIED", "NOT_APPLIED"
STANDS_BACK = frozenset({"PRACTICE_RUN", "ZONAL_AUTOSHIFT"})
"""Types of shifts that end for one that a customer starts (ARC Developer Guide, "Precedence for zonal shifts")."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ZonalShift:
    """A shift that is active on a load balancer."""

    id: str
    away_from: str
    """A zone's id, such as euc1-az3."""
    expires_at: datetime
    comment: str
    type: str = "ZONAL_SHIFT"
    applied: str = APPLIED
    """APPLIED or NOT_APPLIED (ARC API Reference, ZonalShiftInResource)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ManagedResource:
    """A load balancer that zonal shift is enabled for."""

    weights: Mapping[str, float]
    """By zone id how much traffic goes there: 0 where it is shifted away, 1 otherwise."""
    shifts: tuple[ZonalShift, ...]
    answered_at: datetime
    """When AWS told this, by its own clock: what is left of a shift is told by it."""


def find_managed_resource(arc: Any, arn: str) -> ManagedResource | None:
    """The load balancer as ARC knows it, or None where zonal shift is not enabled for it."""
    with absent("ResourceNotFoundException"):
        answer = arc.get_managed_resource(resourceIdentifier=arn)
        return ManagedResource(
            weights={str(zone): float(weight) for zone, weight in answer["appliedWeights"].items()},
            shifts=tuple(_read(raw) for raw in answer["zonalShifts"]),
            answered_at=answered_at(answer),
        )
    return None


def start_shift(arc: Any, arn: str, zone_id: str, expires_in: timedelta, comment: str) -> str:
    """Shift away from a zone; the shift's id. ConflictException where there is a shift of somebody already."""
    answer = arc.start_zonal_shift(
        resourceIdentifier=arn, awayFrom=zone_id, expiresIn=_span(expires_in), comment=comment[:LONGEST_COMMENT]
    )
    return str(answer["zonalShiftId"])


def extend_shift(arc: Any, id: str, expires_in: timedelta) -> None:
    """Have a shift expire `expires_in` from now."""
    arc.update_zonal_shift(zonalShiftId=id, expiresIn=_span(expires_in))


def cancel_shift(arc: Any, id: str) -> None:
    """Have traffic come back to the zone."""
    with already("ResourceNotFoundException"):
        arc.cancel_zonal_shift(zonalShiftId=id)


def _span(span: timedelta) -> str:
    # ARC takes minutes or hours, in at most five characters, and 72 hours are 4320 minutes.
    return f"{max(1, int(span.total_seconds() // 60))}m"


def _read(raw: Mapping[str, Any]) -> ZonalShift:
    return ZonalShift(
        id=raw["zonalShiftId"],
        away_from=raw["awayFrom"],
        expires_at=raw["expiryTime"],
        comment=raw["comment"],
        type=raw.get("shiftType", "ZONAL_SHIFT"),
        applied=raw["appliedStatus"],
    )
