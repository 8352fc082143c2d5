"""The verdict: what the run proved, and why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from drctl.model.duration import format_duration
from drctl.model.finding import Finding, FindingKind, Severity
from drctl.model.timing import RecoveryPointLoss, RecoveryTime


class Verdict(StrEnum):
    PASSED = "PASSED"
    PASSED_WITH_EXCEPTIONS = "PASSED WITH EXCEPTIONS"
    FAILED = "FAILED"
    NOT_PROVEN = "NOT PROVEN"
    ABORTED = "ABORTED"

    @property
    def objectives_met(self) -> bool:
        """Whether a script may go on: exit code 0."""
        return self in (Verdict.PASSED, Verdict.PASSED_WITH_EXCEPTIONS)


@dataclass(frozen=True, slots=True)
class Judgement:
    verdict: Verdict
    reasons: tuple[str, ...]


def judge(
    *,
    rto: RecoveryTime,
    rpo: RecoveryPointLoss,
    failed_steps: Mapping[str, str],
    skipped_critical: Sequence[str],
    findings: Sequence[Finding],
    aborted: str,
    left: Sequence[str] = (),
    not_sustained: str = "",
    never_sustained: str = "",
) -> Judgement:
    """The verdict of a run that has ended, with a plain sentence for each reason.

    `failed_steps` says why each of them failed, `aborted` who ended the run before its end, and nothing where nobody
    did, `left` what a drill has left that was to leave nothing, `not_sustained` which check turned red after it had
    been green, and `never_sustained` that nobody has seen whether they stay so.

    A skipped critical step, an override or an unread recovery point can never be PASSED.
    """
    if aborted:
        return Judgement(Verdict.ABORTED, (f"{aborted}.",))
    red = (not_sustained,) if not_sustained else ()
    if missed := (*_missed(rto, rpo, failed_steps), *red, *left):
        return Judgement(Verdict.FAILED, missed)
    open_window = (never_sustained,) if never_sustained else ()
    if unproven := (*_unproven(rto, rpo, skipped_critical), *open_window):
        return Judgement(Verdict.NOT_PROVEN, unproven)
    exceptions = tuple(finding.what for finding in findings if _is_exception(finding))
    if exceptions:
        return Judgement(Verdict.PASSED_WITH_EXCEPTIONS, exceptions)
    met = "both objectives were met" if rpo.objective is not None else "the recovery took no longer than allowed"
    return Judgement(Verdict.PASSED, (f"Every step was verified, and {met}.",))


def _is_exception(finding: Finding) -> bool:
    return finding.severity is not Severity.INFO or finding.kind is FindingKind.OVERRIDE


def _missed(rto: RecoveryTime, rpo: RecoveryPointLoss, failed_steps: Mapping[str, str]) -> tuple[str, ...]:
    reasons = [f"Step {step} failed: {because}" for step, because in failed_steps.items()]
    if rto.met is False and rto.total is not None:
        over = format_duration(rto.total - rto.objective)
        reasons.append(
            f"RTO missed: the recovery took {format_duration(rto.total)} from {rto.counted_from} to "
            f"{rto.counted_to}, {over} more than the {format_duration(rto.objective)} allowed."
        )
    if rpo.objective is not None:
        reasons += _lost_too_much(rpo, rpo.objective)
    return tuple(reasons)


def _lost_too_much(rpo: RecoveryPointLoss, objective: timedelta) -> list[str]:
    return [
        f"RPO missed: {store.store} lost the last {_span(store.loss)} before the onset, "
        f"{_span(store.loss - objective)} more than the {_span(objective)} allowed."
        for store in rpo.stores
        if not store.ephemeral and store.loss is not None and store.loss > objective
    ]


def _unproven(rto: RecoveryTime, rpo: RecoveryPointLoss, skipped_critical: Sequence[str]) -> tuple[str, ...]:
    reasons = [f"Step {step} is critical and was skipped, or never ran to its end." for step in skipped_critical]
    if rto.total is None:
        reasons.append(f"The recovery time is not known: {rto.counted_to} was never reached.")
    if rpo.objective is None:
        return tuple(reasons)
    reasons += [f"The recovery point of {store.store} is not known." for store in rpo.unread]
    if not any(not store.ephemeral for store in rpo.stores):
        reasons.append("No durable data store was recovered, so no loss of data was measured.")
    return tuple(reasons)


def _span(span: timedelta) -> str:
    return format_duration(span)
