"""The events that RDS tells of an instance (Amazon RDS User Guide, "RDS event categories and event messages")."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

from drctl.sim.overlay import Call
from drctl.sim.services.rds_shapes import rds_of

FAILOVER = "failover"
_LONGEST_KEPT = timedelta(days=14)


def tell(instance: Any, category: str, message: str, at: datetime) -> None:
    """Have the instance tell `message` from now on, among moto's own events."""
    instance.backend.events.append(
        SimpleNamespace(
            source_identifier=instance.db_instance_identifier,
            source_type="db-instance",
            message=message,
            event_categories=[category],
            source_arn=instance.arn,
            date=at,
        )
    )


def describe_events(call: Call, now: datetime) -> Mapping[str, Any]:
    """The events that are asked for, oldest first. moto gives all of them, of whatever time and category."""
    params = call.params
    until = params.get("EndTime") or now
    since = params.get("StartTime") or until - timedelta(minutes=params.get("Duration", 60))
    wanted = set(params.get("EventCategories", ()))
    found = [
        event
        for event in rds_of(call).events
        if params.get("SourceIdentifier") in (None, event.source_identifier)
        and params.get("SourceType") in (None, event.source_type)
        and max(since, now - _LONGEST_KEPT) <= _at(event) <= until
        and (not wanted or wanted & set(event.event_categories))
    ]
    return {"Events": [_shape(event) for event in sorted(found, key=_at)]}


def _at(event: Any) -> datetime:
    at: datetime = event.date
    return at if at.tzinfo else at.replace(tzinfo=UTC)


def _shape(event: Any) -> Mapping[str, Any]:
    return {
        "SourceIdentifier": event.source_identifier,
        "SourceType": event.source_type,
        "Message": event.message,
        "EventCategories": list(event.event_categories),
        "Date": _at(event),
        "SourceArn": event.source_arn,
    }
