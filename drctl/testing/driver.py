"""A small engine for one action: it looks, lets time go by, acts, and keeps the past. It proves nothing of the engine.

Every look is watched: a look that changes anything is an error wherever it happens.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from drctl.model.decision import Change, Decision, Done, Refuse, Wait
from drctl.model.evidence import Evidence
from drctl.model.failure import FailureKind
from drctl.model.past import ChangeState, Past, PastChange
from drctl.ports.action import OWNER_TAG, StepContext
from drctl.ports.aws import AwsCall
from drctl.ports.probes import Probes
from drctl.probes.http import HttpxProbe
from drctl.testing.access import kept_access
from drctl.testing.cases import RUN, STEP, Case, Live
from drctl.testing.simulated import Simulated

LONGEST = timedelta(hours=3)
POLL = timedelta(minutes=1)
_DID_NOTHING = frozenset({
    FailureKind.STATE, FailureKind.CAPACITY, FailureKind.ALREADY, FailureKind.THROTTLE, FailureKind.EXPIRED,
    FailureKind.UNREACHABLE,
})  # fmt: skip
"""Failures after which the engine looks again."""


@dataclass
class Outcome:
    decision: Decision
    evidence: Evidence | None = None
    changes: list[str] = field(default_factory=list)


class Driver:
    """Drives one case on a simulated AWS. The past is kept from one call to the next, as a journal keeps it."""

    def __init__(self, case: Case, simulated: Simulated) -> None:
        assert case.live is not None
        self.case, self.simulated = case, simulated
        self.bound = case.bound
        self.past = Past(run=RUN, step=STEP)
        self.calls: list[AwsCall] = []
        self._access = kept_access(simulated, case.account)
        self._context = StepContext(
            run=RUN,
            step=STEP,
            aws=self._access.for_account(case.account),
            probes=_probes(case.live, simulated),
            programs=case.live.programs,
            tags={OWNER_TAG: RUN, "drctl:step-id": STEP, "drctl:runbook": "laws", "drctl:mode": "drill"},
            token="6f1d7e0a-0d53-5c0e-9d2e-6b9c4a3f1d77",
            answer=case.live.answer,
        )
        self._begun = simulated.now()

    def converge(self, *, undo: bool = False, lose_answers: bool = False) -> Outcome:
        """Drive until done or refused. With `lose_answers` every call happens and nobody hears of it."""
        outcome = Outcome(Wait("to begin"))
        self._begun, deadline, good = self.simulated.now(), self.simulated.now() + LONGEST, 0
        while self.simulated.now() < deadline:
            decision, evidence = self.look(undo=undo)
            outcome.decision, outcome.evidence = decision, evidence
            match decision:
                case Refuse():
                    return outcome
                case Done(looks=looks, apart=apart):
                    good += 1 if undo or (evidence is not None and evidence.holds) else 0
                    if good >= (1 if undo else looks):
                        return outcome
                    self.simulated.advance(apart)
                case Wait(again_in=again_in):
                    good = 0
                    self.simulated.advance(again_in or POLL)
                case Change():
                    good = 0
                    if self._settled(decision):
                        self.act(decision, undo=undo, lose_answer=lose_answers)
                        # What AWS refused changed nothing, and may be asked for again.
                        if self.past.changes[-1].state is not ChangeState.FAILED:
                            outcome.changes.append(decision.name)
                    self.simulated.advance(POLL)
        raise AssertionError(f"{self.case} did not end within {LONGEST}: {outcome.decision}")

    def look(self, *, undo: bool = False) -> tuple[Decision, Evidence | None]:
        """One look; AssertionError where looking changes anything."""
        action, params = self.bound.action, self.bound.params
        before = len(self.simulated.calls())
        self.past = replace(self.past, began=self._begun, elapsed=self.simulated.now() - self._begun)
        try:
            seen = action.observe(params, self._context)
            if undo:
                return action.decide_undo(params, seen, self.past), None
            decision = action.decide(params, seen, self.past)
            done = isinstance(decision, Done)
            return decision, action.verify(params, seen, self.past, self._context) if done else None
        finally:
            self.calls += self._access.recorded_calls()
            assert len(self.simulated.calls()) == before, "looking has changed something"

    def failure_of_look(self) -> FailureKind | None:
        """How a look fails; None where it does not."""
        try:
            self.look()
        except Exception as error:
            failure = self._access.classify(error)
            if failure is None:
                raise
            return failure.kind
        return None

    def act(self, change: Change, *, undo: bool = False, lose_answer: bool = False) -> None:
        """Make the call of `change`, and remember it as a journal would."""
        spec, intended = self.bound.action.spec, _intended(change, self.simulated.now(), undo)
        assert not change.flip or change.operation in spec.flips, f"{change.operation} belongs into the spec's `flips`"
        try:
            facts = self.bound.action.act(self.bound.params, change, self._context)
        except Exception as error:
            failure = self._access.classify(error)
            if failure is None or failure.kind not in _DID_NOTHING:
                raise
            told = replace(intended, state=ChangeState.FAILED, failure_kind=failure.kind.value, failure=str(failure))
        else:
            told = intended if lose_answer else replace(intended, state=ChangeState.RETURNED, facts=facts)
        self.calls += self._access.recorded_calls()
        self.past = replace(self.past, changes=(*self.past.changes, told))

    def forget(self) -> None:
        """Lose the journal."""
        self.past = Past(run=RUN, step=STEP)

    def _settled(self, change: Change) -> bool:
        last = self.past.last(change.name)
        if last is None or last.state is ChangeState.FAILED:
            return True
        if last.intended_at + last.settle > self.simulated.now():
            return False
        assert not change.flip, f"{change.name} would be sent twice"
        return True


def _probes(live: Live, simulated: Simulated) -> Probes:
    return replace(live.probes, http=HttpxProbe(simulated.url)) if live.over_http else live.probes


def _intended(change: Change, now: datetime, undo: bool) -> PastChange:
    return PastChange(
        name=change.name,
        summary=change.summary,
        state=ChangeState.INTENDED,
        intended_at=now,
        operation=change.operation,
        target=change.target,
        flip=change.flip,
        settle=change.settle,
        undo=change.undo,
        undoing=undo,
    )
