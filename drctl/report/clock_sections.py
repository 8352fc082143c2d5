"""The clock, the sustain window, findings and participants as sections of the run document."""

from __future__ import annotations

from datetime import timedelta

from drctl.model.instant import format_instant
from drctl.model.outcome import Outcome
from drctl.model.owned_finding import owned_findings
from drctl.model.participants import participants
from drctl.model.plan import Plan
from drctl.model.run import Run
from drctl.model.time_spent import shares
from drctl.report.plain_json import instant_or_none, seconds
from drctl.report.shape_clock import (
    FindingSection,
    MarkAmendmentSection,
    ParticipantSection,
    ReassessedSection,
    SustainSection,
)

_MILLISECOND = timedelta(milliseconds=1)


def spent_s(run: Run, outcome: Outcome) -> tuple[float | None, float | None, float | None]:
    """What the recovery time was spent on: human, tool and AWS time in seconds, which add up to it to the millisecond.

    None while the recovery time is not known.
    """
    begun, ended = run.marks.get(outcome.rto.counted_from), run.marks.get(outcome.rto.counted_to)
    if outcome.rto.total is None or begun is None or ended is None:
        return None, None, None
    spent = shares(run.time_spent.stretches, begun, ended)
    # Two are cut to the millisecond and the third is the rest, so that rounding neither loses nor adds anything.
    human, aws = (span // _MILLISECOND * _MILLISECOND for span in (spent.human, spent.aws))
    whole = round(outcome.rto.total / _MILLISECOND) * _MILLISECOND
    return seconds(human), seconds(whole - human - aws), seconds(aws)


def mark_amendment_sections(run: Run) -> list[MarkAmendmentSection]:
    """Every amendment of a mark, in the order in which they were recorded."""
    return [
        MarkAmendmentSection(
            at=format_instant(one.at),
            mark=one.mark,
            before=instant_or_none(one.before),
            after=format_instant(one.after),
            by=one.by,
            why=one.why,
            after_end=one.after_end,
        )
        for one in run.mark_amendments
    ]


def sustain_section(run: Run, plan: Plan) -> SustainSection | None:
    """The sustain window as far as it has got; None where the runbook has none."""
    window = run.sustain
    if window is not None:
        return SustainSection(
            {
                "for_s": seconds(window.lasts),
                "every_s": seconds(window.every),
                "checks": list(window.checks),
                "from": format_instant(window.begun_at),
                "until": format_instant(window.ended_at or window.until),
                "held": window.held,
                "because": window.because,
            }
        )
    if plan.sustain is None:
        return None
    return SustainSection(
        {
            "for_s": seconds(plan.sustain.lasts),
            "every_s": seconds(plan.sustain.every),
            "checks": list(plan.sustain.checks),
            "from": None,
            "until": None,
            "held": None,
            "because": "",
        }
    )


def reassessed_section(run: Run, outcome: Outcome) -> ReassessedSection | None:
    """What the verdict would be by what was amended after the end; None where nothing was."""
    if run.verdict is None or not any(one.after_end for one in run.mark_amendments):
        return None
    return ReassessedSection(verdict=outcome.judgement.verdict, reasons=list(outcome.judgement.reasons))


def finding_sections(run: Run, plan: Plan) -> list[FindingSection]:
    """The findings, each with whom it belongs to, when it is due and how it is looked for again."""
    return [
        FindingSection(
            id=one.id,
            kind=one.finding.kind,
            severity=one.finding.severity,
            what=one.finding.what,
            step=one.finding.step,
            owner=one.owner,
            due=one.due.isoformat() if one.due is not None else None,
            retest=one.retest,
        )
        for one in owned_findings(run, plan)
    ]


def participant_sections(run: Run) -> list[ParticipantSection]:
    """Everybody whom the record names, in the order in which they came in."""
    return [
        ParticipantSection(
            who=one.who,
            roles=list(one.roles),
            first_at=format_instant(one.first_at),
            last_at=format_instant(one.last_at),
            did=one.did,
        )
        for one in participants(run)
    ]
