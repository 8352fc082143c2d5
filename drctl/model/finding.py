"""Something the next drill should not find again."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    INFO = "info"
    WARNING = "warning"
    SERIOUS = "serious"


class FindingKind(StrEnum):
    DEAD_REGION_CALL = "dead-region-call"
    """A step needed the Region that is lost."""
    STEP_FAILED = "step-failed"
    """A step that is not critical failed."""
    STEP_SKIPPED = "step-skipped"
    OVERRIDE = "override"
    """A resource that this run did not make was adopted, or a guard was forced."""
    LATE = "late"
    """A step took longer than its deadline and was extended, or a fallback took over."""
    LEFTOVER = "leftover"
    """Undo or cleanup could not remove what this run made."""
    TAKEOVER = "takeover"
    """A runner was made to give the run up although its lease still held."""
    JOURNAL_LOST = "journal-lost"
    """The newest events of the journal were lost: from there on, calls that flip are held once in every step."""
    AMENDED = "amended"
    """Steps that had not started followed another text than the one the run began with."""
    STOP_UNREAD = "stop-unread"
    """A stop condition could not be looked at, so that it would not have stopped anything."""
    NOT_TOLD = "not-told"
    """A notification did not go out, or nobody knows whether it did."""
    RETRIED = "retried"
    """A step did not come to its end at the first attempt."""
    LATE_ANSWER = "late-answer"
    """People took longer to approve than the step was expected to take."""
    LAPSED_ANSWER = "lapsed-answer"
    """Answers that were given did not count any more, and it was asked anew."""
    RECOVERY_POINT_UNREAD = "recovery-point-unread"
    """Nobody knows how much of a store was lost."""
    MARK_AMENDED = "mark-amended"
    """An instant of the recovery was given or corrected by a person."""
    NOT_SUSTAINED = "not-sustained"
    """A check that was green turned red in the sustain window."""
    UNWATCHED = "unwatched"
    """Nobody looked for a part of the sustain window."""


@dataclass(frozen=True, slots=True)
class Finding:
    kind: FindingKind
    severity: Severity
    what: str
    step: str | None = None
