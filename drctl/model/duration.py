"""Spans of time as people write them: 45s, 20m, 1h30m, 2d."""

from __future__ import annotations

import re
from datetime import timedelta

_UNITS = {"d": 86400, "h": 3600, "m": 60, "s": 1}
_WHOLE = re.compile(r"(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?")
_LONGEST = timedelta(days=3660)


def parse_duration(text: str) -> timedelta:
    """The span that `text` names.

    Raises ValueError, with the form that is expected, for anything else: a bare
    number has no unit, and a guess at the unit is how an hour becomes a second.
    """
    found = _WHOLE.fullmatch(text.strip())
    if found is None or not any(found.groups()):
        raise ValueError(f"expected a duration such as 45s, 20m or 1h30m, got {text!r}")
    # Digits beyond any calendar are a typing mistake, and timedelta would overflow on them.
    if any(len(group) > 9 for group in found.groups() if group):
        raise ValueError(f"expected a duration below ten years, got {text!r}")
    seconds = sum(int(group) * unit for group, unit in zip(found.groups(), _UNITS.values(), strict=True) if group)
    span = timedelta(seconds=seconds)
    if span > _LONGEST:
        raise ValueError(f"expected a duration below ten years, got {text!r}")
    return span


def format_duration(span: timedelta) -> str:
    """`span` to the second, in the form that `parse_duration` reads; negative spans get a minus."""
    total = round(span.total_seconds())
    if total == 0:
        return "0s"
    sign, total = ("-", -total) if total < 0 else ("", total)
    parts = []
    for unit, seconds in _UNITS.items():
        count, total = divmod(total, seconds)
        if count:
            parts.append(f"{count}{unit}")
    return sign + "".join(parts)
