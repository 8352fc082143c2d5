"""Where a step asks a person, and where the answer comes from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from drctl.model.events import AnswerGiven, ApprovalAsked


@dataclass(frozen=True, slots=True, kw_only=True)
class ApprovalRequest:
    """What is asked of whom, and the evidence that is shown: (step, fact) in the runbook's order."""

    run: str
    step: str
    role: str
    shows: tuple[tuple[str, str], ...] = ()
    asked: ApprovalAsked | None = None
    """The request as it is recorded, with everything that was measured; None where nothing was."""
    answers: tuple[AnswerGiven, ...] = ()
    """Who has answered already."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    approved: bool
    by: str
    comment: str = ""
    evidence: str = ""
    """The SHA-256 of the evidence that was shown; empty where it is that of the request."""
    via: str = "terminal"
    """How it came: `terminal`, `order`, `token`, `policy`."""


class Approvals(Protocol):
    def answer(self, request: ApprovalRequest) -> Answer | None:
        """The answer to `request`, or None while there is none. Never blocks; the first call asks."""


class ApprovalNotices(Protocol):
    """Where people are told that they are asked, besides the terminal. A run never waits for it."""

    def tell(self, run: str, asked: ApprovalAsked) -> None:
        """Begin to tell them. Returns at once, and raises nothing."""

    def troubles(self) -> tuple[str, ...]:
        """What has gone wrong with telling them since this was last called; nothing secret is in it."""
