"""Ask people: what they are shown, who of them counts, and what becomes of a request that nobody answers.

A request is recorded with the evidence that was measured for it. Once that is another, the answers so far are void
and it is asked anew. A request that is not answered in time is held, and never taken for a yes.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from drctl.engine import machine
from drctl.engine.context import past_of, started
from drctl.engine.ledger import Ledger
from drctl.engine.live import Live, Move
from drctl.engine.parts import Parts
from drctl.model import events as e
from drctl.model.approval_evidence import digest, measured_again, measured_evidence, shown_steps
from drctl.model.finding import Finding, FindingKind, Severity
from drctl.model.order import OrderKind
from drctl.model.plan import Plan
from drctl.model.quorum import POLICY, approvers, does_not_count, expired_words, is_expired, person_of, verdict
from drctl.model.run import Run
from drctl.ports.approvals import Answer, ApprovalRequest


class Asking:
    """The questions of one drive. It writes down what is asked and answered, and never waits for anybody."""

    def __init__(self, parts: Parts, ledger: Ledger, plan: Callable[[], Plan]) -> None:
        self._parts, self._ledger, self._plan = parts, ledger, plan
        self._heard: set[tuple[str, int, str, str, bool]] = set()
        """Answers that were dealt with: a terminal gives the same one until it is asked something else."""

    def look(self, live: Live) -> Answer | Move | None:
        """The answer to that step once there is one that counts; else what becomes of the step, where anything does."""
        now = self._parts.clock.now()
        if (asked := self._asked_now(live, now)) is None:
            return self._expired(live, now)
        if (answer := _answer(asked, self._run.step(live.step.id).answers)) is not None:
            return answer
        past = past_of(live, self._run, now)
        if self._parts.approvals is None:
            return machine.nobody_to_ask(live, asked.role, past, now)
        if (given := self._parts.approvals.answer(_request(asked, self._run))) is not None:
            self._hear(asked, given, now)
            if (answer := _answer(asked, self._run.step(live.step.id).answers)) is not None:
                return answer
        move = machine.asked(live, _whom(asked, self._run), past, now, timed=self._by_itself(now))
        return move if move.events else None

    def note_troubles(self) -> None:
        """Record what went wrong with telling people. It is of no weight: they can be asked without."""
        if self._parts.notices is None or not (troubles := self._parts.notices.troubles()):
            return
        now = self._parts.clock.now()
        findings = [Finding(FindingKind.NOT_TOLD, Severity.INFO, trouble) for trouble in troubles]
        self._ledger.write([e.FindingRecorded(at=now, finding=finding) for finding in findings])

    @property
    def _run(self) -> Run:
        return self._ledger.run

    def _asked_now(self, live: Live, now: datetime) -> e.ApprovalAsked | None:
        """The request that stands, asked anew where it has to be; None where it has expired."""
        step = self._run.step(live.step.id)
        asked = step.asked
        if asked is None:
            return self._ask(live, now, "they were given on no evidence")
        evidence = measured_again(asked.evidence, self._run, self._plan(), now)
        if digest(evidence) != asked.sha256:
            return self._ask(live, now, "the evidence has changed")
        if verdict(asked, step.answers) is not None or not is_expired(asked, now):
            return asked
        if self._by_itself(now) and not _while_undriven(asked, live):
            return None
        return self._ask(live, now, "the request has expired")

    def _ask(self, live: Live, now: datetime, because: str) -> e.ApprovalAsked:
        """Record a new request in the place of any before, and tell people of it."""
        step, params, policy = self._run.step(live.step.id), live.bound.params, self._parts.policy
        evidence = measured_evidence(self._run, self._plan(), params.shows, now)
        timed = self._parts.approvals is not None and self._by_itself(now)
        asked = e.ApprovalAsked(
            at=now,
            step=live.step.id,
            role=params.role,
            evidence=evidence,
            sha256=digest(evidence),
            epoch=max(step.epoch, 1),
            # An installed action that asks may know nothing of more than one.
            approvers=max(policy.quorum, getattr(params, "approvers", 1)),
            may=policy.roles.get(params.role, ()),
            not_by=_initiators(self._run) if not policy.initiator_may_approve else (),
            hands_in=policy.chat.hands_in if policy.chat is not None else (),
            until=now + policy.expires if timed else None,
        )
        void: list[e.Event] = []
        if step.answers:
            by = tuple(answer.by for answer in step.answers)
            shown = step.asked.sha256 if step.asked is not None else ""
            void = [e.AnswersVoided(at=now, step=live.step.id, because=because, by=by, sha256=shown)]
        self._ledger.write([*void, asked])
        if self._parts.notices is not None:
            self._parts.notices.tell(started(self._run).run, asked)
        return asked

    def _hear(self, asked: e.ApprovalAsked, given: Answer, now: datetime) -> None:
        """Record an answer; one that changes nothing is recorded as refused, once."""
        shown = given.evidence or asked.sha256
        key = (asked.step, asked.epoch, shown, given.by, given.approved)
        if key in self._heard or (given.via == POLICY and started(self._run).mode is e.Mode.RECOVER):
            return
        self._heard.add(key)
        answer = e.AnswerGiven(
            at=now,
            step=asked.step,
            approved=given.approved,
            by=given.by,
            comment=given.comment,
            evidence=shown,
            via=given.via,
        )
        because = does_not_count(asked, self._run.step(asked.step).answers, answer, now)
        if not because:
            self._ledger.write([answer])
            return
        kind = OrderKind.APPROVE if given.approved else OrderKind.REJECT
        refused = e.OrderRefused(at=now, order="", kind=kind, by=given.by, because=because, step=asked.step)
        self._ledger.write([refused])

    def _expired(self, live: Live, now: datetime) -> Move:
        asked = self._run.step(live.step.id).asked
        if asked is None:
            raise AssertionError("only what was asked expires")
        return machine.unanswered(live, expired_words(asked), past_of(live, self._run, now), now)

    def _by_itself(self, now: datetime) -> bool:
        """Whether time runs by itself. Virtual time leaps while others wait for AWS; a person is not held to that."""
        return self._parts.clock.wall_until(now + timedelta(seconds=1)) is not None


def _initiators(run: Run) -> tuple[str, ...]:
    """Who began the recovery; nobody in a drill, which whoever drills alone may approve."""
    first = started(run)
    return (person_of(first.started_by),) if first.mode is e.Mode.RECOVER and first.started_by else ()


def _while_undriven(asked: e.ApprovalAsked, live: Live) -> bool:
    return live.resumed is not None and is_expired(asked, live.resumed)


def _whom(asked: e.ApprovalAsked, run: Run) -> str:
    """Whose answer is waited for: the role, and how many of it where that is more than one."""
    if asked.approvers == 1:
        return asked.role
    have = len(approvers(asked, run.step(asked.step).answers))
    return f"{asked.role} ({have} of {asked.approvers} have approved)"


def _request(asked: e.ApprovalAsked, run: Run) -> ApprovalRequest:
    shown = []
    for id in shown_steps(asked.evidence):
        evidence = run.step(id).evidence
        shown.append((id, evidence.fact if evidence is not None else run.step(id).state.value))
    return ApprovalRequest(
        run=started(run).run,
        step=asked.step,
        role=asked.role,
        shows=tuple(shown),
        asked=asked,
        answers=run.step(asked.step).answers,
    )


def _answer(asked: e.ApprovalAsked, answers: tuple[e.AnswerGiven, ...]) -> Answer | None:
    """What the answers come to, as the step is told it; None while they come to nothing."""
    approved = verdict(asked, answers)
    if approved is None:
        return None
    if not approved:
        (no, *_) = (answer for answer in answers if not answer.approved)
        return Answer(approved=False, by=no.by, comment=no.comment, evidence=asked.sha256, via=no.via)
    counted = [answer for answer in answers if answer.by in approvers(asked, answers)]
    return Answer(
        approved=True,
        by=", ".join(approvers(asked, answers)),
        comment="; ".join(answer.comment for answer in counted if answer.comment),
        evidence=asked.sha256,
        via=counted[0].via,
    )
