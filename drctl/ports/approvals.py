"""Where a step asks a person, and where the answer comes from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class ApprovalRequest:
    """What is asked of whom, and the evidence that is shown: (step, fact) in the runbook's order."""

    run: str
    step: str
    role: str
    shows: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    approved: bool
    by: str
    comment: str = ""


class Approvals(Protocol):
    def answer(self, request: ApprovalRequest) -> Answer | None:
        """The answer to `request`, or None while there is none. Never blocks; the first call asks."""
