"""Instants: aware UTC datetimes inside, RFC 3339 text outside."""

from __future__ import annotations

from datetime import UTC, datetime


def parse_instant(text: str) -> datetime:
    """The aware UTC instant that RFC 3339 `text` names; ValueError for anything else, or without an offset."""
    try:
        instant = datetime.fromisoformat(text)
        in_utc = instant.astimezone(UTC)
    except (ValueError, OverflowError):
        # In the first and the last hours of the calendar, UTC may have no such day.
        raise ValueError(f"expected a time such as 2026-01-14T03:42:00Z, got {text!r}") from None
    if instant.tzinfo is None:
        raise ValueError(f"expected a time with its offset, such as 2026-01-14T03:42:00Z, got {text!r}")
    return in_utc


def format_instant(instant: datetime) -> str:
    """`instant` in UTC as RFC 3339, with milliseconds only where there are any."""
    instant = instant.astimezone(UTC)
    spec = "milliseconds" if instant.microsecond else "seconds"
    return instant.isoformat(timespec=spec).replace("+00:00", "Z")
