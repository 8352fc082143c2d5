"""What an operator tells a run that is under way, or that nobody drives."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from drctl.model.timing import Mark


class OrderKind(StrEnum):
    PAUSE = "pause"
    ABORT = "abort"
    RETRY = "retry"
    SKIP = "skip"
    APPROVE = "approve"
    REJECT = "reject"
    NOTE = "note"
    AMEND = "amend"
    MARK = "mark"
    ASSIGN = "assign"


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """One order. It becomes one event, which carries its `id`, so that it is never obeyed twice."""

    id: str
    kind: OrderKind
    by: str
    """Who gives it: user@host."""
    why: str = ""
    """The reason, the comment, or the note itself."""
    step: str = ""
    """The step that is meant; empty where the order is for the whole run."""
    undo: bool = False
    """Of an abort: whether what was changed is taken back."""
    sources: Mapping[str, str] = field(default_factory=dict)
    """Of an amendment: the texts of the runbook from now on, as event 1 has those it began with."""
    difference: str = ""
    """Of an amendment: the lines that differ, as a person reads them."""
    evidence: str = ""
    """Of an answer: the SHA-256 of the evidence that was shown; empty where it is that of the request."""
    via: str = "order"
    """Of an answer: how it came, `order` or `token`."""
    typed_by: str = ""
    """Of an answer in somebody's name, by a token: who gave it to drctl, user@host."""
    mark: Mark | None = None
    """Of a mark: which one."""
    instant: datetime | None = None
    """Of a mark: when it was."""
    finding: str = ""
    """Of an assignment: the finding's id, such as F1."""
    owner: str = ""
    """Of an assignment: who has to see to it; empty where that stays."""
    due: datetime | None = None
    """Of an assignment: the day it is due on, at midnight in UTC; None where that stays."""
