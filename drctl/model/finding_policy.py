"""Who has to see to findings, and by when, where an environment says so."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta

from drctl.model.finding import Severity


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingDue:
    """How long after the end of a run a finding is due, by its severity."""

    serious: timedelta = timedelta(days=14)
    warning: timedelta = timedelta(days=30)
    info: timedelta = timedelta(days=90)

    def of(self, severity: Severity) -> timedelta:
        match severity:
            case Severity.SERIOUS:
                return self.serious
            case Severity.WARNING:
                return self.warning
            case Severity.INFO:
                return self.info


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingPolicy:
    owner: str = ""
    """Whom findings belong to; the owner that the runbook names, if left out, and else whoever began the run."""
    due: FindingDue = field(default_factory=FindingDue)
    """How long they may take."""
