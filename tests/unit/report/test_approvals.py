"""What a report and `drctl status` say of approvals, from the journal alone."""

from __future__ import annotations

from datetime import timedelta

import jsonschema

from drctl.model import events as e
from drctl.model.approval_evidence import digest
from drctl.model.plan import Store
from drctl.model.run import Run
from drctl.ports.approvals import Answer
from drctl.report.document import run_document
from drctl.report.event_line import event_line
from drctl.report.schema import document_schema
from drctl.report.shape import RunDocument
from drctl.report.status import status_text
from tests.fakes.approvals import ScriptedApprovals
from tests.fakes.runs import Bench, step


def asking(*, approvers: int = 2) -> Bench:
    """A run that is held because nobody is there to ask; meanwhile a store was restored."""
    bench = Bench(
        step("ok", uses="ask", params={"role": "commander", "approvers": approvers}),
        step("restore", takes="20m", store=Store("postgres")),
        step("b", "ok"),
    )
    bench.drive()
    return bench


def document(bench: Bench) -> RunDocument:
    told = run_document(Run.of(bench.journal.read()), bench.plan)
    jsonschema.validate(told, document_schema())
    return told


def test_what_is_asked_is_shown_on_the_evidence_as_it_is_by_now() -> None:
    bench = asking()
    (asked,) = [event for event in bench.journal.events() if isinstance(event, e.ApprovalAsked)]
    (section,) = document(bench)["approvals"]
    assert section["open"]
    assert asked.evidence["loss_s"] == {"postgres": None}
    assert section["evidence"]["loss_s"]["postgres"] is not None
    assert section["sha256"] == digest(section["evidence"]) != asked.sha256
    text = status_text(document(bench), width=100, colour=False)
    for shown in (section["sha256"][:12], "predicted loss of postgres", "0 of 2 have approved", "anybody"):
        assert shown in text


def test_what_was_answered_stays_with_the_evidence_that_it_was_answered_on() -> None:
    bench = asking(approvers=1)
    bench.approvals = ScriptedApprovals({"ok": Answer(approved=True, by="bea", comment="go")})
    bench.drive()
    (section,) = document(bench)["approvals"]
    assert not section["open"]
    (answer,) = section["answers"]
    assert (answer["by"], answer["comment"], answer["sha256"]) == ("bea", "go", section["sha256"])
    assert "asks commander" not in status_text(document(bench), width=100, colour=False)


def test_void_answers_are_a_line_of_the_log_and_one_of_the_decisions() -> None:
    at = asking().clock.now() + timedelta(minutes=1)
    void = e.AnswersVoided(at=at, step="ok", because="the evidence has changed", by=("bea", "carl"))
    assert event_line(void).text == "void is what bea, carl answered: the evidence has changed"
    bench = asking()
    bench.journal.append([void])
    (decision,) = [made for made in document(bench)["decisions"] if made["what"] == "void"]
    assert decision["why"] == "the answers of bea, carl: the evidence has changed"


def test_a_request_that_has_expired_is_to_be_asked_again_and_not_to_be_approved() -> None:
    bench = asking()
    run = Run.of(bench.journal.read())
    asked, ended = run.step("ok").asked, run.step("ok").ended_at
    assert asked is not None
    assert ended is not None
    assert "drctl approve dr-1 ok" in document(bench)["next"]
    bench.journal.append(
        [
            e.ApprovalAsked(at=ended, step="ok", role="commander", evidence={}, sha256="a" * 64, until=ended),
            e.StepHeld(at=ended, step="ok", because="expired"),
        ]
    )
    assert "drctl retry dr-1 ok" in document(bench)["next"]
