"""What happened, in the past tense. A run is the fold of these, and of nothing else.

Every event says when (`at`, aware UTC). Who wrote it (the fence), its place in the
sequence and its hash are the journal's business (`drctl.model.recorded`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from drctl.model.cost import Cost
from drctl.model.evidence import Evidence
from drctl.model.finding import Finding
from drctl.model.finding_policy import FindingPolicy
from drctl.model.inventory import InventoryTime, Resource, Unread
from drctl.model.order import OrderKind
from drctl.model.plan import OnStop
from drctl.model.step_times import StepTimes
from drctl.model.timing import Mark
from drctl.model.values import Json
from drctl.model.verdict import Verdict

SCHEMA = 4
"""The version of this vocabulary. A journal of a newer one is refused, never guessed at."""


class Mode(StrEnum):
    DRILL = "drill"
    RECOVER = "recover"


class Approve(StrEnum):
    AUTO = "auto"
    """Nobody watches: approvals are given by policy, and a failed drill undoes itself."""
    ASK = "ask"


@dataclass(frozen=True, slots=True, kw_only=True)
class RunStarted:
    """Event 1: everything that a resumed run needs to be the same run."""

    at: datetime
    run: str
    runbook: str
    mode: Mode
    approve: Approve
    environment: str
    simulated: bool
    sources: Mapping[str, str]
    """The text of the runbook and of every runbook nested in it, by name."""
    inputs: Mapping[str, Json]
    variables: Mapping[str, Json]
    settings: Mapping[str, Json] = field(default_factory=dict)
    """The environment as it was (accounts, roles, endpoint), without any credential."""
    scenario: str | None = None
    lost_regions: tuple[str, ...] = ()
    started_by: str = ""
    drctl: str = ""
    actions: Mapping[str, str] = field(default_factory=dict)
    """The installed package and version that each action of the plan came from; those of drctl are not in it."""
    expires_at: datetime | None = None
    """From when on what a drill has made counts as forgotten; None in a recovery, and in journals from before."""
    incident: str = ""
    """What the incident is called that a recovery is for."""
    findings: FindingPolicy = field(default_factory=FindingPolicy)
    """Who has to see to findings, and by when, by the environment."""
    schema: int = SCHEMA


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryRead:
    """How long the steps took in earlier runs, as it was known when this one began: what a forecast stands on."""

    at: datetime
    times: tuple[StepTimes, ...]
    runs: int
    """Of how many runs."""
    unread: int = 0
    """How many journals could not be read, or were left out to begin in time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LeaseTaken:
    at: datetime
    holder: str
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Marked:
    at: datetime
    mark: Mark
    instant: datetime
    source: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkAmended:
    """A person has given a mark, or corrected one; also after the end, where the recorded verdict stays."""

    at: datetime
    mark: Mark
    instant: datetime
    by: str
    why: str
    order: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SustainBegan:
    """The service is verified; from here on the checks have to stay green."""

    at: datetime
    lasts: timedelta
    every: timedelta
    checks: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SustainLooked:
    """One check of the sustain window was looked at."""

    at: datetime
    check: str
    green: bool
    because: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SustainEnded:
    """The sustain window is over: it was green to its end, or a check turned red."""

    at: datetime
    held: bool
    because: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StepStarted:
    at: datetime
    step: str
    epoch: int = 1
    params: Mapping[str, Json] = field(default_factory=dict)
    """The step's parameters with every reference resolved, without secrets."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StepWaiting:
    """Written when what is waited for changes, not at every look."""

    at: datetime
    step: str
    until: str
    percent: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeIntended:
    """Durable before the call is made. Intended without returned means: in doubt, look first."""

    at: datetime
    step: str
    name: str
    summary: str
    operation: str
    target: str
    flip: bool = False
    settle: timedelta = timedelta(0)
    undo: Mapping[str, Json] = field(default_factory=dict)
    undoing: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeReturned:
    at: datetime
    step: str
    name: str
    facts: Mapping[str, Json] = field(default_factory=dict)
    request_ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeFailed:
    at: datetime
    step: str
    name: str
    kind: str
    because: str
    request_ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class StepSucceeded:
    at: datetime
    step: str
    because: str
    evidence: Evidence


@dataclass(frozen=True, slots=True, kw_only=True)
class StepFailed:
    at: datetime
    step: str
    because: str
    hint: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StepHeld:
    """Stopped at a point where a person decides: a deadline, a flip in doubt, an unreadable world."""

    at: datetime
    step: str
    because: str
    hint: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StepSkipped:
    """`by` is empty where a condition of the runbook decided, and a name where a person did."""

    at: datetime
    step: str
    reason: str
    by: str = ""
    order: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class StepRetried:
    """An operator wants the step tried again: a new epoch, in which a call that was in doubt may be sent again."""

    at: datetime
    step: str
    by: str
    why: str = ""
    order: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ApprovalAsked:
    """A step asks people: on which evidence, who of them counts, and until when. It takes the place of any before."""

    at: datetime
    step: str
    role: str
    evidence: Mapping[str, Json]
    """What was measured (`drctl.model.approval_evidence`)."""
    sha256: str
    """Of the evidence; an answer names it, and counts for no other."""
    epoch: int = 1
    approvers: int = 1
    """How many have to approve, each of them another person."""
    may: tuple[str, ...] = ()
    """The people who may answer; empty where anybody may."""
    not_by: tuple[str, ...] = ()
    """Whose answer does not count: whoever began the run."""
    hands_in: tuple[str, ...] = ()
    """Who gives tokens to drctl for others, such as the page behind the chat's links."""
    until: datetime | None = None
    """When it expires, which never means yes; None where time leaps and a person cannot be held to it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerGiven:
    """A person, or a policy, has answered a step that asked."""

    at: datetime
    step: str
    approved: bool
    by: str
    comment: str = ""
    order: str = ""
    evidence: str = ""
    """The SHA-256 of the evidence that was shown."""
    via: str = ""
    """How it came: `terminal`, `order`, `token`, `policy`."""
    typed_by: str = ""
    """Who gave a token to drctl, where that was not necessarily the person whose answer it is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswersVoided:
    """Answers that were given for a request count no more, and it is asked anew."""

    at: datetime
    step: str
    because: str
    by: tuple[str, ...]
    """Whose answers they were."""
    sha256: str = ""
    """The evidence that they were given on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StepFellBack:
    """The step has given up and `to` takes its place."""

    at: datetime
    step: str
    to: str
    because: str


@dataclass(frozen=True, slots=True, kw_only=True)
class UndoStarted:
    at: datetime
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StepUndone:
    at: datetime
    step: str
    because: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StepUndoFailed:
    at: datetime
    step: str
    because: str
    hint: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingRecorded:
    at: datetime
    finding: Finding


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingAssigned:
    """Somebody else has to see to a finding, or by another day."""

    at: datetime
    finding: str
    """Its id in the run, such as F1."""
    by: str
    why: str
    owner: str = ""
    """Empty where that stays."""
    due: datetime | None = None
    """The day that it is due on, at midnight in UTC; None where that stays."""
    order: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RunHeld:
    at: datetime
    because: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RunPaused:
    at: datetime
    by: str = ""
    why: str = ""
    order: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RunResumed:
    at: datetime
    by: str = ""
    approve: Approve | None = None
    """Who answers from now on, where that was chosen anew."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RunAborted:
    """An operator has ended the run before its end. What follows is undo, where that was asked for, and `finally`."""

    at: datetime
    by: str
    why: str = ""
    undo: bool = False
    order: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanAmended:
    """The steps that have not started follow another text from here on; the one before stays recorded."""

    at: datetime
    by: str
    why: str
    sources: Mapping[str, str]
    difference: str
    order: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteTaken:
    at: datetime
    by: str
    text: str
    step: str = ""
    order: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderRefused:
    """An order that could not be obeyed, and why: nothing was changed for it."""

    at: datetime
    order: str
    kind: OrderKind
    by: str
    because: str
    step: str = ""
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class StopTripped:
    """A stop condition of the runbook no longer holds: nothing more is begun."""

    at: datetime
    condition: str
    because: str
    then: OnStop


@dataclass(frozen=True, slots=True, kw_only=True)
class StopIgnored:
    """An operator wants the run to go on in spite of a stop condition."""

    at: datetime
    condition: str
    by: str
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class InventoryTaken:
    """What there was of a drill at that time."""

    at: datetime
    when: InventoryTime
    seen: tuple[str, ...] = ()
    """The ARNs of all that there was before the drill began."""
    resources: tuple[Resource, ...] = ()
    """What the drill has made."""
    unread: tuple[Unread, ...] = ()
    leftover: bool = False
    """Whether the drill was to take all of it back, so that `resources` should not be there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CostEstimated:
    """What the drill has cost, by the prices of that day."""

    at: datetime
    cost: Cost


@dataclass(frozen=True, slots=True, kw_only=True)
class DeletionIntended:
    """Durable before the call is made: `drctl cleanup` deletes what the run has made."""

    at: datetime
    by: str
    arn: str
    operation: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CleanupEnded:
    """`drctl cleanup` is through: what it could not delete, and where it could not look."""

    at: datetime
    by: str
    left: tuple[str, ...] = ()
    """Each ARN with the reason."""
    unread: tuple[Unread, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RunFinished:
    at: datetime
    verdict: Verdict
    reasons: tuple[str, ...]


Event = (
    RunStarted
    | HistoryRead
    | LeaseTaken
    | Marked
    | MarkAmended
    | SustainBegan
    | SustainLooked
    | SustainEnded
    | StepStarted
    | StepWaiting
    | ChangeIntended
    | ChangeReturned
    | ChangeFailed
    | StepSucceeded
    | StepFailed
    | StepHeld
    | StepSkipped
    | StepRetried
    | ApprovalAsked
    | AnswerGiven
    | AnswersVoided
    | StepFellBack
    | UndoStarted
    | StepUndone
    | StepUndoFailed
    | FindingRecorded
    | FindingAssigned
    | RunHeld
    | RunPaused
    | RunResumed
    | RunAborted
    | PlanAmended
    | NoteTaken
    | OrderRefused
    | StopTripped
    | StopIgnored
    | InventoryTaken
    | CostEstimated
    | DeletionIntended
    | CleanupEnded
    | RunFinished
)
