"""A run document in which every section has something to say, for what has to show all of it."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from drctl.model.instant import format_instant
from drctl.report.document import run_document
from drctl.report.plain_json import to_text
from tests.fakes.sample_run import PLAN, at, failed, held, passed, run_of

AT = "2026-11-14T04:20:00Z"
LATER = "2026-11-14T04:50:00.250Z"
SHA = "ab" * 32


def plain_document(events: Callable[[], Any] = passed) -> Any:
    """The document of the sample run, as JSON gives it back."""
    return json.loads(to_text(run_document(run_of(events()), PLAN)))


def held_document() -> Any:
    return plain_document(held)


def full_document() -> Any:
    """The sample run with people in it, and with all that can go another way than planned."""
    document = plain_document()
    document.update(
        incident="INC-7",
        undo_reason="restore-db failed and nobody watches",
        decisions=[{"at": AT, "what": "skip", "by": "bea", "step": "unmute", "why": "there is nothing to mute"}],
        approvals=[_approval()],
        amendments=[{"at": AT, "by": "carl", "why": "a larger class", "difference": "-  class: s\n+  class: m\n"}],
        held={"because": "a decision is needed", "steps": [{"step": "serve", "because": "stuck", "hint": "look"}]},
        reassessed={"verdict": "FAILED", "reasons": ["RTO missed: by an amended onset."]},
        cost={
            "usd": 12.34, "parts": [{"what": "a database for 40m", "usd": 11.5}], "no_price_for": ["a zonal shift"],
            "not_counted": "traffic", "prices_of": "2026-10-01",
        },
        sustain={
            "for_s": 1800, "every_s": 30, "checks": ["check-health"], "from": AT, "until": LATER, "held": False,
            "because": "check-health answered 503",
        },
    )  # fmt: skip
    document["rto"]["amendments"] = [
        {
            "at": AT,
            "mark": "onset",
            "before": None,
            "after": AT,
            "by": "bea",
            "why": "the log says so",
            "after_end": True,
        },
        {"at": AT, "mark": "onset", "before": AT, "after": LATER, "by": "bea", "why": "again", "after_end": False},
    ]
    document["rpo"]["stores"][0].update(method="beacon row", precision_s=15)
    document["steps"][1].update(attempts=3, fell_back_to="restore-db-single-az", failure="no capacity", hint="wait")
    document["steps"][3].update(undo_failed="somebody else has changed it", state="running", waiting_for="the bucket")
    document["steps"][1]["changes"].append(
        {
            **document["steps"][1]["changes"][0],
            "state": "failed",
            "failure_kind": "denied",
            "failure": "no",
            "undoing": True,
        }
    )
    document["findings"].append(
        {**document["findings"][0], "id": "F2", "kind": "override", "severity": "serious", "due": None}
    )
    document["forecast"].update(
        expected_finish_p50=AT, expected_finish_p90=LATER, headroom_p50_s=600, headroom_p90_s=-60,
        decide_by={"what": "approve", "step": "ok", "p50": AT, "p90": LATER},
        eats={"step": "serve", "over_s": 30, "remaining_s": 90},
    )  # fmt: skip
    document["forecast"]["before"]["p90_s"] = 2400
    document["forecast"]["steps"][1].update(p50_s=1290, guess=False, of=3)
    document["forecast"]["source"].update(runs=3, measured=7)
    return document


def _approval() -> Any:
    answer = {
        "at": AT,
        "by": "bea",
        "approved": True,
        "comment": "go",
        "via": "token",
        "typed_by": "carl",
        "sha256": SHA,
    }
    return {
        "step": "approve-traffic", "role": "incident-commander", "open": True, "asked_at": AT, "until": LATER,
        "approvers": 2, "may": ["bea", "dan"], "not_by": ["ops"], "evidence": {"elapsed_s": 90}, "sha256": SHA,
        "answers": [answer, {**answer, "approved": False}], "told": ["approve-traffic asks", "  the evidence"],
    }  # fmt: skip


def long_document(steps: int) -> Any:
    """A run of that many steps, eight side by side, a chain of them critical."""
    document = plain_document()
    pattern = next(step for step in document["steps"] if step["id"] == "restore-db")
    made = []
    for place in range(steps):
        minute, lane = divmod(place, 8)
        begin, takes = at(22 + minute), 20 + 5 * lane
        began, ended = format_instant(begin), format_instant(begin + timedelta(seconds=takes))
        one = {**pattern, "id": f"restore-db-{place}", "started_at": began, "ended_at": ended, "duration_s": takes}
        made.append(one)
    links = [
        {"step": s["id"], "started_at": s["started_at"], "ended_at": s["ended_at"], "duration_s": s["duration_s"],
         "expected_s": 30, "waited_s": 5}
        for s in made[7::8]
    ]  # fmt: skip
    document.update(steps=made, critical_path=links, last_event_at=ended, ended_at=ended)
    return document


__all__ = ["failed", "full_document", "held_document", "long_document", "plain_document"]
