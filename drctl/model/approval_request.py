"""A request as it stands: what is recorded of it, with the evidence as it would be measured now."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from drctl.model.approval_evidence import digest, measured_again
from drctl.model.events import ApprovalAsked
from drctl.model.plan import Plan
from drctl.model.run import Run


def request_now(asked: ApprovalAsked, run: Run, plan: Plan, now: datetime) -> ApprovalAsked:
    """`asked` itself while its evidence is what is measured; else the request that takes its place.

    A run that nobody drives asks nothing anew by itself; whoever looks at it is shown what holds now all the same.
    """
    evidence = measured_again(asked.evidence, run, plan, now)
    sha256 = digest(evidence)
    return asked if sha256 == asked.sha256 else replace(asked, at=now, evidence=evidence, sha256=sha256)
