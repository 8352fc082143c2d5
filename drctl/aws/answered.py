"""When AWS answered, by its own clock.

An action is given no clock, and the machine's could be wrong. How old a datapoint is
has to be told by the same clock that made it: every answer of AWS carries a Date.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any


def answered_at(answer: Mapping[str, Any]) -> datetime:
    """The instant, to the second, at which AWS gave `answer`. Raises ValueError for an answer without a Date."""
    date = answer.get("ResponseMetadata", {}).get("HTTPHeaders", {}).get("date")
    if not date:
        raise ValueError("an answer of AWS came without a Date header")
    return parsedate_to_datetime(date).astimezone(UTC)
