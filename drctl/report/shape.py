"""The shape of the run document, which users' scripts rely on. `drctl.report.schema` publishes it as JSON Schema.

Fields are only ever added; one that is renamed or taken away raises `schema_version`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

# Not typing's: before Python 3.12 pydantic can make a schema of this one only.
from typing_extensions import TypedDict

from drctl.model.events import Approve, Mode
from drctl.model.past import ChangeState
from drctl.model.run import RunState, StepState
from drctl.model.timing import Mark
from drctl.model.verdict import Verdict
from drctl.report.control_shape import ControlSection
from drctl.report.forecast_shape import ForecastSection
from drctl.report.shape_clock import (
    FindingSection,
    MarkAmendmentSection,
    ParticipantSection,
    ReassessedSection,
    SustainSection,
)
from drctl.report.shape_values import Facts, Time


class Objectives(TypedDict):
    """How long the recovery may take, and how much data may be lost."""

    rto_s: float
    rpo_s: float | None


class RtoSection(TypedDict):
    """The recovery time: objective and actual, with the instants it is counted from."""

    objective_s: float
    actual_s: float | None
    """RTO(total), from `counted_from` to `counted_to`; null until the run has got there."""
    exec_s: float | None
    """RTO(exec), from the first act."""
    human_s: float | None
    """Of RTO(total), the time in which it waited for a person and nothing else was under way."""
    tool_s: float | None
    """Of RTO(total), all that is neither a person's nor AWS's: the three add up to it."""
    aws_s: float | None
    """Of RTO(total), the time in which at least one step waited for AWS, or a call was on its way there."""
    met: bool | None
    """Null while it is not known."""
    counted_from: Mark
    counted_to: Mark
    marks: Mapping[Mark, Time]
    """Every instant that was recorded, in the order of a recovery."""
    mark_sources: Mapping[Mark, str]
    """Where each of them comes from: a step, the scenario, a person."""
    amendments: list[MarkAmendmentSection]
    """Marks that people have given or corrected; `marks` has what they said last."""


class StoreSection(TypedDict):
    """What one data store lost."""

    store: str
    recovery_point: Time | None
    """The newest moment whose data is in the recovered store; null where nobody read it."""
    loss_s: float | None
    """Unknown is null, never zero."""
    method: str
    """How that is known: `beacon row`, `beacon key`, `beacon object`, `beacon message`, `beacon secret version`,
    `heartbeat row`, `replication backlog`, the field of a snapshot, …; empty where nobody read it."""
    precision_s: float | None
    """By how much less may be missing than `loss_s` says: the period of the beacon; null for any other method."""
    ephemeral: bool
    """It holds nothing that cannot be rebuilt, and does not count in RPO."""
    says: str
    """The loss as a plain sentence."""


class RpoSection(TypedDict):
    """The loss of data: one for each store, the worst compared with the objective."""

    objective_s: float | None
    """Null where the runbook recovers no data."""
    actual_s: float | None
    met: bool | None
    measured_against: Mark
    """`onset`; `declared` where the onset is not known."""
    stores: list[StoreSection]


class RecoveryPointSection(TypedDict):
    """A recovery point, and how it is known."""

    at: Time
    method: str
    precision_s: float | None
    """The period of the beacon that told it; null for any other method."""


class EvidenceSection(TypedDict):
    """What verification saw after a step."""

    holds: bool
    fact: str
    outputs: Facts
    recovery_point: RecoveryPointSection | None


class ChangeSection(TypedDict):
    """One mutating call of a step. `intended` means that no answer was recorded: in doubt."""

    name: str
    summary: str
    operation: str
    target: str
    state: ChangeState
    intended_at: Time
    undoing: bool
    facts: Facts
    failure_kind: str
    failure: str


class StepSection(TypedDict):
    """One step of the plan, as far as it has got."""

    id: str
    title: str
    uses: str
    state: StepState
    started_at: Time | None
    ended_at: Time | None
    duration_s: float | None
    expected_s: float
    attempts: int
    needs: list[str]
    critical: bool
    final: bool
    """A `finally` step."""
    dormant: bool
    """A fallback, which runs only when the step that it replaces gives up."""
    irreversible: bool
    store: str | None
    marks: Mark | None
    waiting_for: str
    because: str
    """Why it is in this state."""
    failure: str
    """Why it failed or was held, unless that was made good; kept when it is undone."""
    hint: str | None
    skipped_by: str
    fell_back_to: str | None
    undo_failed: str
    evidence: EvidenceSection | None
    changes: list[ChangeSection]


class PathSection(TypedDict):
    """One step of the critical path."""

    step: str
    started_at: Time
    ended_at: Time | None
    duration_s: float
    """Up to the last recorded event where it has not ended."""
    expected_s: float
    waited_s: float
    """From the end of the step before to the start of this one."""


class PredictedSection(TypedDict):
    """The longest chain of the plan, by its expected durations."""

    duration_s: float
    steps: list[str]


class DecisionSection(TypedDict):
    """What a person has decided, or a policy in his place."""

    at: Time
    what: str
    """`approve`, `reject`, `retry`, `skip`, `pause`, `resume`, `abort`, `amend`, `note`, …"""
    by: str
    step: str | None
    why: str
    """The reason, the comment, or the note itself."""


class AnswerSection(TypedDict):
    """What one person, or a policy, has answered."""

    at: Time
    by: str
    approved: bool
    comment: str
    via: str
    """`terminal`, `order`, `token` or `policy`."""
    typed_by: str
    """Who gave a token to drctl."""
    sha256: str
    """The evidence that was shown."""


class ApprovalSection(TypedDict):
    """What a step asks of people, or has asked."""

    step: str
    role: str
    open: bool
    """Whether it waits for an answer."""
    asked_at: Time
    until: Time | None
    """When it expires, which never means yes; null where time leaps."""
    approvers: int
    """How many different people have to approve."""
    may: list[str]
    """Who may answer; empty where anybody may."""
    not_by: list[str]
    """Whose answer does not count: whoever began the run."""
    evidence: Facts
    """What was measured."""
    sha256: str
    """Of the evidence, as canonical JSON; `drctl approve --evidence` takes its beginning."""
    answers: list[AnswerSection]
    told: list[str]
    """All of this for a person, line by line."""


class AmendmentSection(TypedDict):
    """Another text that the run has followed from then on, for steps that had not started."""

    at: Time
    by: str
    why: str
    difference: str
    """The lines that differ, as `diff -u` shows them."""


class HeldStepSection(TypedDict):
    """A step that a person has to decide on."""

    step: str
    because: str
    hint: str | None


class HeldSection(TypedDict):
    """Why the run waits for an operator."""

    because: str
    steps: list[HeldStepSection]


class JournalSection(TypedDict):
    """Where the journal stands: compare it with the one that is kept."""

    events: int
    head_hash: str


class CostPartSection(TypedDict):
    what: str
    usd: float


class CostSection(TypedDict):
    """By list prices of a day, on demand; no bill."""

    usd: float
    parts: list[CostPartSection]
    """What the sum is made of, the dearest first."""
    no_price_for: list[str]
    """What is not in the sum, because the list of prices does not have it."""
    not_counted: str
    prices_of: str
    """The date of the list of prices."""


class RunDocument(TypedDict):
    """A run of drctl, computed from its journal alone. Times are RFC 3339 in UTC, spans are seconds."""

    schema_version: Literal[1]
    run: str
    runbook: str
    title: str
    mode: Mode
    environment: str
    incident: str | None
    """What the incident is called that a recovery is for."""
    simulated: bool
    notice: str | None
    """Says SIMULATED where the run was: its times are no evidence of a real recovery."""
    scenario: str | None
    lost_regions: list[str]
    inputs: Facts
    approve: Approve
    started_by: str
    driven_by: str
    """Who held the lease last."""
    drctl: str
    """The version that began the run."""
    state: RunState
    started_at: Time
    ended_at: Time | None
    last_event_at: Time
    verdict: Verdict | None
    """Null until the run has finished."""
    reasons: list[str]
    reassessed: ReassessedSection | None
    """What the verdict would be by what was amended after it was recorded; null where nothing was."""
    objectives: Objectives
    rto: RtoSection
    rpo: RpoSection
    sustain: SustainSection | None
    """Null where the runbook has no sustain window: nothing was proven after `verified`."""
    steps: list[StepSection]
    critical_path: list[PathSection]
    """The longest chain of what really waited for what, first step first."""
    predicted: PredictedSection
    forecast: ForecastSection
    findings: list[FindingSection]
    participants: list[ParticipantSection]
    """Everybody whom the record names, in the order in which they came in."""
    cost: CostSection | None
    """What a drill in an environment has cost, about; null where nobody has counted."""
    decisions: list[DecisionSection]
    """What people have decided, in order."""
    approvals: list[ApprovalSection]
    """What steps ask of people, and what was answered."""
    amendments: list[AmendmentSection]
    """How the runbook was changed on the way; the text it began with is kept in the journal."""
    held: HeldSection | None
    undo_reason: str
    """Why the run undoes or undid what it changed; empty where it did not."""
    not_proven: list[str]
    """What nobody should take this run for: sentences, each with the fact of the run that it comes from."""
    controls: list[ControlSection]
    """What frameworks of audit ask of a test of recovery, and whether this run is evidence of it."""
    next: list[str]
    """The commands to type next."""
    journal: JournalSection
