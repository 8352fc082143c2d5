"""What a step would find and do, if the runbook were run now."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum

from drctl.model.hourly_cost import HourlyCost
from drctl.model.values import Json


class Outlook(StrEnum):
    """What a step makes of the world as it is."""

    CHANGES = "changes"
    DONE = "done"
    WAITS = "waits"
    REFUSED = "refused"
    FORBIDDEN = "forbidden"
    """A guard would not let its call pass."""
    PERSON = "person"
    LATER = "later"
    """What it needs is known once earlier steps are done."""
    UNKNOWN = "unknown"
    """The world did not let itself be looked at."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Foreseen:
    step: str
    uses: str
    title: str
    outlook: Outlook
    says: str
    operation: str = ""
    """The first call that it would make, in boto3's names."""
    target: str = ""
    resources: tuple[str, ...] = ()
    """The ARNs that this call is about."""
    current: Mapping[str, Json] = field(default_factory=dict)
    """The values that it would replace."""
    reversible: bool = True
    expect: timedelta = timedelta(0)
    critical: bool = True
    cost: HourlyCost | None = None
    """Of what the first call would make, an hour."""

    def plain(self) -> Mapping[str, Json]:
        """The step as scripts read it; spans in seconds."""
        return {
            "id": self.step,
            "uses": self.uses,
            "title": self.title,
            "outlook": str(self.outlook),
            "says": self.says,
            "operation": self.operation,
            "target": self.target,
            "resources": list(self.resources),
            "current": dict(self.current),
            "reversible": self.reversible,
            "expect_s": self.expect.total_seconds(),
            "critical": self.critical,
            "usd_an_hour": self.cost.usd if self.cost is not None and not self.cost.missing else None,
            "no_price_for": list(self.cost.missing) if self.cost is not None else [],
        }
