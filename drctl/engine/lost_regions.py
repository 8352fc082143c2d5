"""Findings about calls that needed a Region which is gone."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from drctl.model import events as e
from drctl.model.finding import Finding, FindingKind, Severity
from drctl.model.plan import PlannedStep
from drctl.model.run import Run
from drctl.ports.aws import AwsCall


def dead_region_findings(
    step: PlannedStep, calls: Sequence[AwsCall], lost: Sequence[str], run: Run, now: datetime
) -> list[e.Event]:
    """A finding for each kind of call that this step tried to make to a lost Region, once in a run.

    A step that is declared `source_side` may try; nothing may depend on it.
    """
    if step.source_side or not lost:
        return []
    known = {finding.what for finding in run.findings}
    told = []
    for call in calls:
        if call.region not in lost:
            continue
        what = f"{step.id} called {call.service}:{call.operation} in {call.region}, which is lost"
        if what not in known:
            known.add(what)
            finding = Finding(FindingKind.DEAD_REGION_CALL, Severity.SERIOUS, what, step.id)
            told.append(e.FindingRecorded(at=now, finding=finding))
    return list(told)
