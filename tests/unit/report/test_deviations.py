"""Where a run left its plan, as the report lists it."""

from __future__ import annotations

from typing import Any

from drctl.report.deviations import deviations
from tests.fakes.full_document import full_document, plain_document
from tests.fakes.parsed_html import at


def kinds(document: Any) -> set[tuple[str, str]]:
    return {(one.kind, one.step) for one in deviations(document)}


def test_a_run_that_went_as_planned_has_none() -> None:
    document = plain_document()
    document["findings"] = []
    document["steps"] = [step for step in document["steps"] if step["state"] != "skipped"]
    assert deviations(document) == []


def test_every_kind_is_told_with_its_step_and_when() -> None:
    document = full_document()
    document["steps"][5].update(state="skipped", skipped_by="bea", because="no time")
    for kind in ("late", "takeover", "journal-lost"):
        document["findings"].append({**document["findings"][0], "kind": kind, "step": None})
    assert kinds(document) == {
        ("condition", "unmute"),
        ("skip", "serve"),
        ("fallback", "restore-db"),
        ("retry", "restore-db"),
        ("amendment of the plan", ""),
        ("override", "promote-bucket"),
        ("late", ""),
        ("take-over", ""),
        ("journal", ""),
    }
    for one in deviations(document):
        assert one.at is None or at(document, one.at)


def test_what_is_no_deviation_is_left_to_the_findings() -> None:
    assert all(kind != "dead-region-call" for kind, _ in kinds(plain_document()))
