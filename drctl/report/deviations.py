"""Where a run left its plan: what was skipped, tried again, amended, taken over, late, or done by a fallback."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from drctl.model.finding import FindingKind
from drctl.report.shape import RunDocument

_KINDS = {
    FindingKind.OVERRIDE: "override",
    FindingKind.LATE: "late",
    FindingKind.TAKEOVER: "take-over",
    FindingKind.JOURNAL_LOST: "journal",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Deviation:
    """`at` is the path of its instant in the document, where it has one."""

    kind: str
    what: str
    step: str = ""
    by: str = ""
    at: str | None = None


def deviations(document: RunDocument) -> list[Deviation]:
    """All of them, by kind; empty where everything went as it was planned."""
    return [*_steps(document), *_amended(document), *_found(document)]


def _steps(document: RunDocument) -> Iterator[Deviation]:
    for index, step in enumerate(document["steps"]):
        at = f"steps.{index}.ended_at" if step["ended_at"] is not None else None
        if step["state"] == "skipped":
            kind = "skip" if step["skipped_by"] else "condition"
            yield Deviation(kind=kind, what=step["because"], step=step["id"], by=step["skipped_by"], at=at)
        if step["fell_back_to"] is not None:
            what = f"{step['fell_back_to']} took its place: {step['because']}"
            yield Deviation(kind="fallback", what=what, step=step["id"], at=at)
        if step["attempts"] > 1:
            yield Deviation(kind="retry", what=f"{step['attempts']} attempts", step=step["id"], at=at)


def _amended(document: RunDocument) -> Iterator[Deviation]:
    for index, amended in enumerate(document["amendments"]):
        yield Deviation(
            kind="amendment of the plan", what=amended["why"], by=amended["by"], at=f"amendments.{index}.at"
        )


def _found(document: RunDocument) -> Iterator[Deviation]:
    for finding in document["findings"]:
        if kind := _KINDS.get(finding["kind"]):
            yield Deviation(kind=kind, what=finding["what"], step=finding["step"] or "")
