"""What has become of a beacon that was to be written."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from drctl.model.beacon import BeaconKind


@dataclass(frozen=True, slots=True, kw_only=True)
class WrittenBeacon:
    """One store's. `failure` says why it is not there; `warning`, what else was not done, such as deleting old ones."""

    store: str
    kind: BeaconKind
    at: datetime | None = None
    failure: str = ""
    warning: str = ""
    skipped: bool = False
    """Whether its time had not come."""

    @property
    def fine(self) -> bool:
        """Whether it is in the store."""
        return self.at is not None and not self.failure
