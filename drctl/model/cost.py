"""What a drill has cost, about: from what it made, how long that was there, and a dated list of prices. Pure."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from drctl.model.inventory import Resource

HOURS_A_MONTH = 730
"""How AWS counts a month in its examples (AWS Pricing Calculator)."""
_LEAST: Mapping[str, timedelta] = {"rds": timedelta(minutes=10), "fargate": timedelta(minutes=1)}
"""The least that is billed: Amazon RDS User Guide, "On-Demand DB instances"; AWS Fargate pricing."""
NOT_COUNTED = "requests, data transfer, objects in S3, logs and what was there before"


@dataclass(frozen=True, slots=True)
class Price:
    usd: float
    per: str
    """`hour` or `gb-month`."""


@dataclass(frozen=True, slots=True)
class Prices:
    read_on: str
    """The day on which they were read, as YYYY-MM-DD."""
    regions: Mapping[str, Mapping[str, Price]]


@dataclass(frozen=True, slots=True)
class CostPart:
    what: str
    usd: float


@dataclass(frozen=True, slots=True)
class Cost:
    usd: float
    """The sum of the parts."""
    parts: tuple[CostPart, ...]
    """The dearest first."""
    missing: tuple[str, ...]
    """What there is no price for, so that it is not in the sum."""
    prices_of: str
    """The date of the prices."""


def cost_of(resources: Sequence[Resource], until: datetime, prices: Prices) -> Cost:
    """The cost of `resources`, each from when AWS made it to `until`."""
    parts: list[CostPart] = []
    missing: dict[str, None] = {}
    for one in resources:
        for key, amount in _amounts(one, until):
            price = prices.regions.get(one.region, {}).get(key)
            if price is None or amount is None:
                missing[f"{key} in {one.region}" if amount is not None else f"{one.name}, whose age is not known"] = (
                    None
                )
            else:
                parts.append(CostPart(f"{one.kind} {one.name}: {key}", price.usd * amount))
    parts.sort(key=lambda part: (-part.usd, part.what))
    return Cost(math.fsum(part.usd for part in parts), tuple(parts), tuple(sorted(missing)), prices.read_on)


def _amounts(one: Resource, until: datetime) -> Iterator[tuple[str, float | None]]:
    """What of a resource is billed, by the key of its price, and how much of that; None where it is not known."""
    size = one.size
    match one.kind:
        case "rds:db":
            count = 2 if size.get("multi_az") else 1
            yield f"rds:{size.get('class')}", _times(count, _hours(one, until, _LEAST["rds"]))
            stored = _times(count * _number(size.get("storage_gb")), _hours(one, until))
            yield f"rds:storage:{size.get('storage_type')}", _times(1 / HOURS_A_MONTH, stored)
        case "rds:snapshot" | "rds:auto-backup":
            stored = _times(_number(size.get("storage_gb")), _hours(one, until))
            yield "rds:backup", _times(1 / HOURS_A_MONTH, stored)
        case "elasticache:replicationgroup":
            hours = _hours(one, until)
            # Part of an hour is billed as a whole one (Amazon ElastiCache pricing).
            whole = None if hours is None else float(math.ceil(hours))
            yield f"elasticache:{size.get('class')}", _times(_number(size.get("nodes")), whole)
        case "elasticache:snapshot":
            yield "elasticache:backup", _hours(one, until)
        case "ecs:task":
            hours = _hours(one, until, _LEAST["fargate"])
            # ECS tells them in units of 1/1024 vCPU and in MiB.
            yield "fargate:vcpu", _times(_number(size.get("cpu")) / 1024, hours)
            yield "fargate:gb", _times(_number(size.get("memory")) / 1024, hours)


def _hours(one: Resource, until: datetime, least: timedelta = timedelta(0)) -> float | None:
    if one.since is None:
        return None
    return max(until - one.since, least) / timedelta(hours=1)


def _times(count: float, amount: float | None) -> float | None:
    return None if amount is None else count * amount


def _number(value: object) -> float:
    try:
        return float(value) if isinstance(value, int | float | str) else 0.0
    except ValueError:
        return 0.0
