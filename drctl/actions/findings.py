"""What one check of many has found, and how all of them are told: the worst in one sentence, the rest behind it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

from drctl.aws.denied import Denied
from drctl.model.decision import Refuse
from drctl.model.values import Json


class Status(StrEnum):
    OK = "ok"
    VIOLATION = "violation"
    UNKNOWN = "unknown"
    """It could not be looked at. That is never ok."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    check: str
    """What was looked at: `rds.backup-retention`."""
    subject: str
    """Of what, and where: `amply-prod in eu-central-1`."""
    status: Status
    observed: str
    """What was there, in a few words."""
    wrong: str = ""
    """One sentence where it is not ok."""
    fix: str = ""
    """What to do about it."""

    @property
    def ok(self) -> bool:
        return self.status is Status.OK

    @property
    def json(self) -> dict[str, Json]:
        """As an output; what has nothing to say is left out."""
        return {name: str(value) for name, value in asdict(self).items() if value}


def judged(check: str, subject: str, *, holds: bool, observed: Any, wrong: str, fix: str) -> Finding:
    """Ok where it holds, a violation where it does not."""
    if holds:
        return Finding(check=check, subject=subject, status=Status.OK, observed=str(observed))
    return Finding(check=check, subject=subject, status=Status.VIOLATION, observed=str(observed), wrong=wrong, fix=fix)


def unknown(check: str, subject: str, seen: Denied) -> Finding:
    """What may not be looked at."""
    lacking = f", for want of {seen.missing}" if seen.missing else ""
    return Finding(
        check=check,
        subject=subject,
        status=Status.UNKNOWN,
        observed=seen.code,
        wrong=f"{check} of {subject} is not known: {seen.operation} was answered {seen.code}{lacking}",
        fix=f"allow {seen.wanted} to the role of this step",
    )


def worst_first(findings: Sequence[Finding], order: Sequence[str]) -> tuple[Finding, ...]:
    """Those that are not ok: what is wrong before what is not known, then as `order` has their checks."""
    rank = {check: place for place, check in enumerate(order)}
    wrong = [finding for finding in findings if not finding.ok]
    return tuple(sorted(wrong, key=lambda one: (one.status is Status.UNKNOWN, rank.get(one.check, len(rank)))))


def refuse(wrong: Collection[Finding]) -> Refuse:
    """One sentence for the first, with how many others there are; all of them, with what to do, in the hint."""
    first, *others = wrong
    more = f", and {len(others)} more" if others else ""
    listed = "; ".join(f"{one.wrong}: {one.fix}" for one in wrong)
    return Refuse(f"{first.wrong}{more}", listed if others else first.fix)
