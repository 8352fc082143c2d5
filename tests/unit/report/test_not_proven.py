"""What a run did not prove: each sentence is there because of a fact, and goes with it."""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping
from typing import Any

import pytest

from drctl.model.events import Event
from drctl.report.document import run_document
from drctl.report.not_proven import not_proven
from tests.fakes.sample_run import PLAN, failed, held, passed, run_of

Changed = Callable[[Any], None]


def told(*changes: Changed, events: list[Event] | None = None) -> str:
    document: Any = copy.deepcopy(run_document(run_of(passed() if events is None else events), PLAN))
    for change in changes:
        change(document)
    return "\n".join(not_proven(document))


def real(document: Any) -> None:
    document.update(simulated=False, environment="staging", notice=None)


def marked(**marks: str) -> Changed:
    return lambda document: document["rto"]["marks"].update(marks)


def step(id: str, **changed: Any) -> Changed:
    def change(document: Any) -> None:
        next(step for step in document["steps"] if step["id"] == id).update(changed)

    return change


def put(**fields: Any) -> Changed:
    return lambda document: document.update(fields)


def rto(**fields: Any) -> Changed:
    return lambda document: document["rto"].update(fields)


def stores(*names: str) -> Changed:
    def change(document: Any) -> None:
        document["rpo"]["stores"] = [one for one in document["rpo"]["stores"] if one["store"] in names]

    return change


NOW = "2026-11-14T05:00:00Z"
COST: Mapping[str, Any] = {
    "usd": 3,
    "parts": [],
    "no_price_for": ["a thing"],
    "not_counted": "traffic",
    "prices_of": "",
}
BY_POLICY = {"step": "ok", "answers": [{"via": "policy"}]}
BY_PERSON = {"step": "ok", "answers": [{"via": "terminal"}]}


@pytest.mark.parametrize(
    ("sentence", "there", "gone"),
    [
        ("the 22m30s of restore-db", [], [real]),
        ("2 changes of restore-db and switch-dns", [], [real]),
        ("database, storage and cache held none", [], [stores()]),
        ("switch-dns switched their records in a simulation", [], [step("switch-dns", uses="check.dns")]),
        ("switch-dns switched those of staging", [real], [real, step("switch-dns", uses="check.dns")]),
        ("TLS is not simulated", [step("check-health", evidence={"fact": "up; TLS is not simulated"})], []),
        ("serve sent none", [step("serve", uses="notify.email")], []),
        (
            "in serve it was played",
            [step("serve", uses="terraform.apply")],
            [step("serve", uses="terraform.apply"), real],
        ),
        ("another environment recovers as staging", [real], [real, put(mode="recover")]),
        ("nothing else needs eu-central-1", [real], [real, put(lost_regions=[])]),
        ("verified was not reached from onset", [rto(actual_s=None)], []),
        ("until the recovery was declared", [rto(counted_from="declared")], []),
        ("monitoring notices", [rto(mark_sources={"detected": "scenario x"})], [rto(mark_sources={"detected": "bea"})]),
        ("the clock stops when it serves", [rto(counted_to="serving")], []),
        ("watched for a while after verified", [], [marked(sustained=NOW)]),
        (
            "a check did not hold. It was red.",
            [put(sustain={"held": False, "for_s": 600, "because": "It was red."})],
            [],
        ),
        ("10m in which it was to be watched", [put(sustain={"held": None, "for_s": 600})], []),
        (
            "told by replication latency and snapshot database time",
            [],
            [
                lambda d: d["rpo"]["stores"][0].update(method="beacon row"),
                lambda d: d["rpo"]["stores"][1].update(method="heartbeat row"),
            ],
        ),
        ("no step has fenced it", [], [marked(fenced=NOW)]),
        ("What was lost of database", [lambda d: d["rpo"]["stores"][0].update(loss_s=None)], []),
        ("fill cache again", [], [stores("database")]),
        ("this runbook recovers none", [lambda d: d["rpo"].update(objective_s=None)], []),
        ("skipped by bea", [step("serve", state="skipped", skipped_by="bea")], []),
        ("What unmute would do", [], [step("unmute", state="succeeded")]),
        ("restore-db-single-az was never needed", [], [step("restore-db-single-az", state="succeeded")]),
        ("What serve should do: never begun", [step("serve", state="pending")], [put(verdict=None)]),
        ("ok was answered by a policy", [put(approvals=[BY_POLICY])], [put(approvals=[BY_PERSON])]),
        ("nobody was asked anything", [], [put(approve="ask")]),
        ("not counted are traffic, and a thing", [put(cost=COST)], []),
        ("nobody has counted it", [real], [real, put(cost=COST)]),
        ("it is running", [put(verdict=None, state="running")], []),
        ("was taken back", [put(undo_reason="it failed")], []),
    ],
)
def test_a_sentence_comes_and_goes_with_its_fact(sentence: str, there: list[Changed], gone: list[Changed]) -> None:
    assert sentence in told(*there)
    if gone != there:
        assert sentence not in told(*gone)


def test_nothing_is_said_that_is_always_there() -> None:
    """Of a real recovery in which people decided, everything was watched and nothing was left out."""
    everything: list[Changed] = [
        real,
        put(mode="recover", approve="ask"),
        marked(sustained=NOW, fenced=NOW),
        stores("database"),
        lambda d: d["rpo"]["stores"][0].update(method="beacon row"),
        step("unmute", state="succeeded"),
        step("restore-db-single-az", dormant=False, state="succeeded"),
    ]
    assert told(*everything) == ""


def test_what_failed_or_waits_is_not_said_to_be_proven() -> None:
    assert "verified was not reached" in told(events=failed())
    assert "it is held" in told(events=held())


def test_many_names_are_counted_and_not_all_told() -> None:
    many = told(*(step(id, state="skipped", skipped_by="bea") for id in (s.id for s in PLAN.steps)))
    assert "serve and 3 more should do" in many
