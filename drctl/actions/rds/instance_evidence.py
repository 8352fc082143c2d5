"""What is told of an instance that is up. Pure."""

from __future__ import annotations

from drctl.aws.rds import DbInstance
from drctl.model.evidence import Evidence, RecoveryPoint
from drctl.model.instant import format_instant
from drctl.model.values import ValueKind

INSTANCE_OUTPUTS = {
    "endpoint": ValueKind.STRING,
    "port": ValueKind.INTEGER,
    "arn": ValueKind.STRING,
    "resource_id": ValueKind.STRING,
}


def tell_instance(name: str, found: DbInstance | None, held: str, point: RecoveryPoint | None = None) -> Evidence:
    """Where the instance answers and what it holds; missing while it has no endpoint."""
    if found is None or found.endpoint is None or found.port is None:
        return Evidence.missing(f"{name} has no endpoint yet")
    warming = f", {found.hydrated_percent:.0f} % of its storage loaded" if found.hydrated_percent else ""
    return Evidence.of(
        f"{found.name} answers at {found.endpoint}:{found.port} as {found.instance_class}, {held}{warming}",
        outputs={
            "endpoint": found.endpoint,
            "port": found.port,
            "arn": found.arn,
            "resource_id": found.resource_id,
        },
        recovery_point=point,
    )


def tell_recovered(name: str, found: DbInstance | None, point: RecoveryPoint | None) -> Evidence:
    """As `tell_instance`, with the newest moment whose data it holds; an RPO is never made up."""
    held = f"data up to {format_instant(point.at)} ({point.method})" if point else "a recovery point nobody knows"
    return tell_instance(name, found, f"with {held}", point)
