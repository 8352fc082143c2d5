"""A finding with its id, whom it belongs to, when it is due, and how to see that it is gone. Pure."""

from __future__ import annotations

import shlex
from dataclasses import dataclass
from datetime import date

from drctl.model.events import FindingAssigned, Mode, RunStarted
from drctl.model.finding import Finding
from drctl.model.plan import Plan
from drctl.model.quorum import person_of
from drctl.model.run import Run


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnedFinding:
    id: str
    """F1, F2, … in the order in which they were recorded; it never changes."""
    finding: Finding
    owner: str
    due: date | None
    """None until the run has ended."""
    retest: str
    """The command that would show it gone."""
    assigned: tuple[FindingAssigned, ...] = ()
    """How its owner and its due date were changed."""


def owned_findings(run: Run, plan: Plan) -> tuple[OwnedFinding, ...]:
    """The findings of `run`. Nothing where not even its first event is recorded."""
    if run.started is None:
        return ()
    first, found = run.started, []
    for place, finding in enumerate(run.findings, start=1):
        id = f"F{place}"
        owner = first.findings.owner or plan.owner or person_of(first.started_by)
        due = (run.ended_at + first.findings.due.of(finding.severity)).date() if run.ended_at is not None else None
        assigned = tuple(run.assigned.get(id, ()))
        for changed in assigned:
            owner = changed.owner or owner
            due = changed.due.date() if changed.due is not None else due
        found.append(
            OwnedFinding(id=id, finding=finding, owner=owner, due=due, retest=retest_of(first, plan), assigned=assigned)
        )
    return tuple(found)


def retest_of(first: RunStarted, plan: Plan) -> str:
    """The drill that repeats the run. What a recovery found is looked for in a simulated drill, which harms nobody."""
    words = ["drctl", "drill", "--runbook", plan.runbook]
    if first.mode is Mode.DRILL and first.environment != "simulated":
        words += ["--environment", first.environment]
    elif first.scenario is not None:
        words += ["--scenario", first.scenario]
    return shlex.join(words)
