"""What a change would cost an hour once it is made, told before. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from drctl.model.cost import Prices

_MAKES_DATABASE = frozenset({
    "rds:RestoreDBInstanceFromDBSnapshot", "rds:RestoreDBInstanceToPointInTime", "rds:CreateDBInstanceReadReplica",
})  # fmt: skip
_MAKES_CACHE = frozenset({"elasticache:CreateReplicationGroup"})


@dataclass(frozen=True, slots=True)
class HourlyCost:
    """The running cost of what a call makes. Its storage is not in it, which depends on what is in there."""

    usd: float
    missing: tuple[str, ...]
    """What there is no price for, so that it is not in the sum."""
    prices_of: str
    """The date of the prices."""


def hourly_cost(operation: str, params: Mapping[str, Any], prices: Prices) -> HourlyCost | None:
    """What the thing that `operation` makes with these parameters of a step costs an hour; None where it makes none."""
    made = dict(_made(operation, params))
    if not made:
        return None
    known = prices.regions.get(str(params.get("region")), {})
    priced = {key: known[key].usd * count for key, count in made.items() if key in known}
    missing = tuple(sorted(f"{key} in {params.get('region')}" for key in made if key not in known))
    return HourlyCost(sum(priced.values()), missing, prices.read_on)


def _made(operation: str, params: Mapping[str, Any]) -> Iterator[tuple[str, float]]:
    """How many of what is billed by the hour, by the key of its price."""
    if operation in _MAKES_DATABASE:
        yield f"rds:{params['instance_class']}", 2.0 if params["multi_az"] else 1.0
    elif operation in _MAKES_CACHE:
        yield f"elasticache:{params['node_type']}", 1.0 + params["replicas"]
