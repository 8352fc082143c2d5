"""A mark that was given or corrected by a person: what it was before stays known."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from drctl.model.timing import Mark


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkAmendment:
    at: datetime
    mark: Mark
    before: datetime | None
    """None where it was not known."""
    after: datetime
    by: str
    why: str
    after_end: bool
    """Whether the verdict had been recorded already: that one stays."""
