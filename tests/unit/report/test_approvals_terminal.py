"""Approvals on a real (pseudo) terminal: a clear answer counts, and nothing else does."""

from __future__ import annotations

import os
import pty
import queue
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

import pytest

from drctl.model.events import ApprovalAsked
from drctl.ports.approvals import Answer, ApprovalRequest
from drctl.report.approvals_terminal import TerminalApprovals

REQUEST = ApprovalRequest(
    run="dr-1", step="approve-traffic", role="incident-commander", shows=(("restore-db", "amply-prod answers"),)
)


@dataclass
class Desk:
    """A person at a terminal: what they type, and what they are shown, prompt by prompt."""

    controller: int
    terminal: int
    prompts: queue.SimpleQueue[str] = field(default_factory=queue.SimpleQueue)

    def types(self, text: str) -> None:
        os.write(self.controller, text.encode())

    def sees(self) -> str:
        return self.prompts.get(timeout=10)


@pytest.fixture
def desk() -> Iterator[Desk]:
    controller, terminal = pty.openpty()
    yield Desk(controller, terminal)
    # Nobody may be left reading: the next test's terminal could get the same number.
    os.write(controller, b"\x04")
    for thread in threading.enumerate():
        if thread.name == "approval":
            thread.join(10)
    os.close(controller)
    os.close(terminal)


def answered(approvals: TerminalApprovals, request: ApprovalRequest = REQUEST) -> Answer:
    for _ in range(10_000_000):
        if (answer := approvals.answer(request)) is not None:
            return answer
    raise AssertionError("no answer")


def test_a_yes_with_a_comment_is_an_approval_by_whoever_sits_there(desk: Desk) -> None:
    approvals = TerminalApprovals(desk.terminal, desk.prompts.put, "ops@bastion")
    assert approvals.answer(REQUEST) is None
    question = desk.sees()
    assert "restore-db: amply-prod answers" in question
    assert "incident-commander" in question
    desk.types("y\n")
    desk.sees()
    desk.types("looks good\n")
    assert answered(approvals) == Answer(approved=True, by="ops@bastion", comment="looks good")


def test_a_no_is_a_refusal(desk: Desk) -> None:
    approvals = TerminalApprovals(desk.terminal, desk.prompts.put, "ops")
    approvals.answer(REQUEST)
    desk.types("No\n\n")
    assert answered(approvals) == Answer(approved=False, by="ops")


@pytest.mark.parametrize("unclear", ["", "maybe", "yess", "1"])
def test_anything_unclear_is_asked_again_and_approves_nothing(desk: Desk, unclear: str) -> None:
    approvals = TerminalApprovals(desk.terminal, desk.prompts.put, "ops")
    approvals.answer(REQUEST)
    desk.sees()
    desk.types(f"{unclear}\n")
    assert "nothing was approved" in desk.sees()
    assert approvals.answer(REQUEST) is None
    desk.types("n\n\n")
    assert not answered(approvals).approved


def test_the_end_of_the_input_is_no_answer(desk: Desk) -> None:
    approvals = TerminalApprovals(desk.terminal, desk.prompts.put, "ops")
    approvals.answer(REQUEST)
    desk.sees()
    desk.types("\x04")
    assert approvals.answer(REQUEST) is None


def test_two_questions_are_asked_one_after_the_other(desk: Desk) -> None:
    approvals = TerminalApprovals(desk.terminal, desk.prompts.put, "ops")
    other = ApprovalRequest(run="dr-1", step="approve-dns", role="incident-commander")
    approvals.answer(REQUEST)
    assert "approve-traffic" in desk.sees()
    approvals.answer(other)
    assert desk.prompts.empty()
    desk.types("y\nfirst\n")
    assert answered(approvals).comment == "first"
    desk.types("n\nsecond\n")
    assert answered(approvals, other) == Answer(approved=False, by="ops", comment="second")


def test_the_display_makes_room_while_the_question_is_open(desk: Desk) -> None:
    held: list[str] = []

    @contextmanager
    def suspended() -> Iterator[None]:
        held.append("off")
        yield
        held.append("on")

    approvals = TerminalApprovals(desk.terminal, desk.prompts.put, "ops", suspended)
    approvals.answer(REQUEST)
    desk.sees()
    assert held == ["off"]
    desk.types("y\n\n")
    answered(approvals)
    assert held == ["off", "on"]


def test_where_there_is_no_terminal_there_is_never_an_answer() -> None:
    read_end, write_end = os.pipe()
    os.write(write_end, b"y\n\n")
    for fd in (None, read_end):
        approvals = TerminalApprovals(fd, lambda text: None, "ops")
        assert all(approvals.answer(REQUEST) is None for _ in range(100))
    os.close(read_end)
    os.close(write_end)


ASKED = ApprovalAsked(
    at=datetime(2026, 11, 14, 3, tzinfo=UTC),
    step="approve-traffic",
    role="incident-commander",
    evidence={
        "steps": [{"step": "restore-db", "state": "succeeded", "fact": "amply-prod answers", "outputs": {"lag_s": 4}}]
    },
    sha256="a" * 64,
)


def asked(**changed: Any) -> ApprovalRequest:
    return replace(REQUEST, asked=replace(ASKED, **changed))


def test_what_was_measured_is_shown_and_the_answer_says_which_evidence_that_was(desk: Desk) -> None:
    approvals = TerminalApprovals(desk.terminal, desk.prompts.put, "ops@bastion")
    approvals.answer(asked(approvers=2, may=("ops", "jana")))
    question = desk.sees()
    for shown in ("lag_s 4", "not fenced", "0 of 2 have approved", "ops, jana", "a" * 12):
        assert shown in question
    desk.types("y\n\n")
    assert answered(approvals, asked(approvers=2, may=("ops", "jana"))).evidence == "a" * 64


def test_a_yes_to_evidence_that_has_changed_is_asked_again_and_approves_nothing(desk: Desk) -> None:
    approvals = TerminalApprovals(desk.terminal, desk.prompts.put, "ops")
    approvals.answer(asked())
    desk.sees()
    other = asked(sha256="b" * 64)
    assert approvals.answer(other) is None
    desk.types("y\n")
    assert "nothing was approved" in desk.sees()
    assert "b" * 12 in desk.sees()
    assert approvals.answer(other) is None
    desk.types("y\n\n")
    assert answered(approvals, other).evidence == "b" * 64


def test_an_answer_is_asked_for_again_once_its_evidence_has_changed(desk: Desk) -> None:
    approvals = TerminalApprovals(desk.terminal, desk.prompts.put, "ops")
    approvals.answer(asked())
    desk.types("y\n\n")
    answered(approvals, asked())
    while not desk.prompts.empty():
        desk.sees()
    other = asked(sha256="b" * 64)
    while desk.prompts.empty():
        assert approvals.answer(other) is None
    desk.types("n\n\n")
    assert answered(approvals, other) == Answer(approved=False, by="ops", evidence="b" * 64)


def test_whoever_began_the_run_is_shown_the_evidence_and_not_asked(desk: Desk) -> None:
    approvals = TerminalApprovals(desk.terminal, desk.prompts.put, "ops@bastion")
    assert approvals.answer(asked(not_by=("ops@laptop",))) is None
    shown = desk.sees()
    assert "amply-prod answers" in shown
    assert "somebody else has to" in shown
    assert "Approve? [y/N]" not in shown


def test_a_step_that_is_tried_again_asks_again(desk: Desk) -> None:
    approvals = TerminalApprovals(desk.terminal, desk.prompts.put, "ops")
    approvals.answer(asked())
    desk.types("n\n\n")
    assert not answered(approvals, asked()).approved
    assert approvals.answer(asked(epoch=2)) is None
    desk.types("y\n\n")
    assert answered(approvals, asked(epoch=2)).approved
