"""Ask a person before going on, above all before a point of no return.

Silence is never consent: a request that nobody answers in time is held. Who counts,
and whether there are enough of them, is decided before the step is told.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated

from pydantic import Field

from drctl.actions.parameters import CLOSED
from drctl.actions.read_only import ReadOnly
from drctl.model.decision import Decision, Done, Refuse, Wait
from drctl.model.evidence import Evidence
from drctl.model.past import Past
from drctl.model.values import ValueKind
from drctl.ports.action import ActionSpec, StepContext
from drctl.ports.approvals import Answer


@dataclass(frozen=True, slots=True, kw_only=True)
class Params:
    __pydantic_config__ = CLOSED

    role: Annotated[str, Field(min_length=1)]
    """Who may answer, such as incident-commander."""
    shows: tuple[str, ...] = ()
    """The steps whose evidence is shown to whoever answers."""
    approvers: Annotated[int, Field(ge=1, le=20)] = 1
    """How many different people have to approve. The environment may ask for more."""


class Approval(ReadOnly):
    """Holds once somebody has approved; refuses once somebody has rejected."""

    spec = ActionSpec(
        kind="approval",
        summary="Ask a person before going on",
        params=Params,
        outputs={"approver": ValueKind.STRING, "comment": ValueKind.STRING},
        expect=timedelta(minutes=5),
        deadline=timedelta(hours=4),
        asks_person=True,
        example="""\
- id: approve-traffic
  uses: approval
  with: { role: incident-commander }
""",
    )

    def observe(self, params: Params, ctx: StepContext) -> Answer | None:
        return ctx.answer

    def decide(self, params: Params, seen: Answer | None, past: Past) -> Decision:
        if seen is None:
            return Wait(f"approval by {params.role}")
        if not seen.approved:
            return Refuse(f"rejected by {seen.by}{_said(seen)}", hint=f"to be asked again: drctl resume {past.run}")
        return Done(f"approved by {seen.by}")

    def verify(self, params: Params, seen: Answer | None, past: Past, ctx: StepContext) -> Evidence:
        if seen is None or not seen.approved:
            return Evidence.missing(f"no approval by {params.role}")
        return Evidence.of(
            f"approved by {seen.by}{_said(seen)}", outputs={"approver": seen.by, "comment": seen.comment}
        )


def _said(answer: Answer) -> str:
    return f": {answer.comment}" if answer.comment else ""
