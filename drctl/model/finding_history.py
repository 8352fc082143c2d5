"""What has become of findings: whether a later run looked for one again and did not find it. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from drctl.model.events import Mode, RunStarted
from drctl.model.finding import Finding
from drctl.model.owned_finding import OwnedFinding, owned_findings
from drctl.model.plan import Plan
from drctl.model.run import Run
from drctl.model.verdict import Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class TrackedFinding:
    """A finding of one run, and what later runs say of it."""

    run: RunStarted
    ended_at: datetime | None
    """When its run ended; None where it has not."""
    owned: OwnedFinding
    closed_by: str | None
    """The run that looked again and did not find it; None while there is none."""
    overdue: bool


def tracked_findings(runs: Sequence[tuple[Run, Plan]], today: date) -> tuple[TrackedFinding, ...]:
    """The findings of all `runs`, those of the newest run first."""
    told = sorted(
        ((run.started, run, plan) for run, plan in runs if run.started is not None),
        key=lambda one: one[0].at,
        reverse=True,
    )
    found = []
    for place, (first, run, plan) in enumerate(told):
        for owned in owned_findings(run, plan):
            # The first that did not find it; one that found it again later has a finding of its own.
            later = reversed(told[:place])
            closed = next((it.run for it, ran, its in later if _closes(owned.finding, first, it, ran, its)), None)
            overdue = closed is None and owned.due is not None and owned.due < today
            found.append(
                TrackedFinding(run=first, ended_at=run.ended_at, owned=owned, closed_by=closed, overdue=overdue)
            )
    return tuple(found)


def _closes(finding: Finding, first: RunStarted, later: RunStarted, run: Run, plan: Plan) -> bool:
    """Whether that later run did what was found wanting, and did not find it again."""
    if later.runbook != first.runbook or run.verdict is None or run.verdict is Verdict.ABORTED:
        return False
    # What a recovery has found is looked for in drills; what a drill has found, in the same drill.
    same = later.environment == first.environment and later.scenario == first.scenario
    if first.mode is Mode.DRILL and not same:
        return False
    if finding.step is not None and finding.step in plan.ids and run.step(finding.step).evidence is None:
        return False
    return not any(_alike(finding, other) for other in run.findings)


def _alike(one: Finding, other: Finding) -> bool:
    if one.kind is not other.kind or one.step != other.step:
        return False
    return one.step is not None or one.what == other.what
