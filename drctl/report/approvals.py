"""What steps ask of people: the evidence and its hash, who has answered, who may, and until when."""

from __future__ import annotations

from collections.abc import Sequence

from drctl.model.approval_evidence import told
from drctl.model.approval_request import request_now
from drctl.model.events import AnswerGiven, ApprovalAsked
from drctl.model.instant import format_instant
from drctl.model.plan import Plan
from drctl.model.quorum import standing, verdict
from drctl.model.run import Run, StepRun, StepState
from drctl.report.plain_json import instant_or_none, plain
from drctl.report.shape import AnswerSection, ApprovalSection
from drctl.report.wording import printable

SHORT = 12
"""Characters of a hash that are shown to people."""


def request_lines(asked: ApprovalAsked, answers: Sequence[AnswerGiven]) -> tuple[str, ...]:
    """The request for a person, line by line."""
    evidence = (f"  {printable(line)}" for line in told(asked.evidence))
    about = (printable(line) for line in standing(asked, answers))
    return (f"{asked.step} asks {asked.role}, on the evidence {asked.sha256[:SHORT]}:", *evidence, *about)


def approval_sections(run: Run, plan: Plan) -> list[ApprovalSection]:
    """Every request that stands or was answered, in the plan's order."""
    return [
        _section(step, step.asked, run, plan)
        for planned in plan.steps
        if (step := run.step(planned.id)).asked is not None and step.asked is not None
    ]


def _section(step: StepRun, asked: ApprovalAsked, run: Run, plan: Plan) -> ApprovalSection:
    open_ = step.state in (StepState.RUNNING, StepState.HELD) and verdict(asked, step.answers) is None
    stands = request_now(asked, run, plan, run.last_at or asked.at) if open_ else asked
    answers = step.answers if stands is asked else ()
    evidence = plain(stands.evidence)
    return ApprovalSection(
        step=asked.step,
        role=asked.role,
        open=open_,
        asked_at=format_instant(asked.at),
        until=instant_or_none(asked.until),
        approvers=asked.approvers,
        may=list(asked.may),
        not_by=list(asked.not_by),
        evidence=evidence if isinstance(evidence, dict) else {},
        sha256=stands.sha256,
        answers=[_answer(answer) for answer in answers],
        told=list(request_lines(stands, answers)),
    )


def _answer(answer: AnswerGiven) -> AnswerSection:
    return AnswerSection(
        at=format_instant(answer.at),
        by=answer.by,
        approved=answer.approved,
        comment=answer.comment,
        via=answer.via,
        typed_by=answer.typed_by,
        sha256=answer.evidence,
    )
