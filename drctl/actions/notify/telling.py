"""What all notifications have in common: they are sent once, and whatever becomes of them, the run goes on.

A recovery is not stopped because nobody could be told of it. So nothing is looked at
beforehand, every failure of the call that does not pass in a few tries is an answer, and the step succeeds either way.
Its evidence says which, and what could not be told becomes a finding.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Protocol

from drctl.aws.failures import classify
from drctl.errors import Refused
from drctl.model.decision import Change, Decision, Done
from drctl.model.evidence import Evidence
from drctl.model.failure import FailureKind
from drctl.model.past import ChangeState, Past, PastChange
from drctl.model.values import Json, ValueKind
from drctl.ports.action import StepContext

OUTPUTS: Mapping[str, ValueKind] = {"delivered": ValueKind.BOOLEAN}
WITHIN = timedelta(seconds=10)
"""How long another system may take to answer."""
_TRIES = 5
"""How often a call is tried that certainly told nobody: within half a minute, because the run waits for it."""
_PASSES = frozenset({FailureKind.THROTTLE, FailureKind.UNREACHABLE, FailureKind.EXPIRED})
"""Failures that did nothing, and of which the next try may know nothing."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """What became of a notification; `fact` says how it went on ("as message 7c2f"), or why it did not."""

    delivered: bool
    fact: str


class Notification(Protocol):
    """The parameters of a notification."""

    @property
    def whom(self) -> str:
        """Who is told, as a report names them; nothing secret."""


class Telling:
    """An action whose one change is a notification, sent at most once in an epoch. A doubtful one is not sent again."""

    operation: str
    """What the journal calls the call."""

    def send(self, params: Any, ctx: StepContext) -> Delivery:
        """Make the call. A failure of AWS may pass through; it is read as "not delivered"."""
        raise NotImplementedError

    def observe(self, params: Any, ctx: StepContext) -> None:
        """Nothing: no system can be asked whether people were told, and a look could fail."""

    def decide(self, params: Any, seen: None, past: Past) -> Decision:
        told = _of_this_epoch(past)
        if told is not None:
            return Done(_fact(params, told))
        return Change(
            # An epoch's own: to start a step over is to tell people again.
            name=f"tell-{past.epoch}",
            summary=f"tell {params.whom}",
            operation=self.operation,
            target=params.whom,
            flip=True,
            settle=timedelta(0),
        )

    def act(self, params: Any, change: Change, ctx: StepContext) -> Mapping[str, Json]:
        try:
            delivery = self.send(params, ctx)
        except Exception as error:
            failure = classify(error)
            # The engine backs off and asks again.
            if (failure is not None and failure.kind in _PASSES) or (why := _reason(error)) is None:
                raise
            delivery = Delivery(False, why)
        return {"delivered": delivery.delivered, "fact": delivery.fact}

    def verify(self, params: Any, seen: None, past: Past, ctx: StepContext) -> Evidence:
        told = _of_this_epoch(past)
        if told is None:
            return Evidence.missing(f"{params.whom} has not been told")
        delivered = bool(told.facts.get("delivered"))
        fact = _fact(params, told)
        return Evidence.of(fact, outputs={"delivered": delivered}, warning="" if delivered else fact)

    def decide_undo(self, params: Any, seen: None, past: Past) -> Decision:
        return Done("what people were told cannot be taken back, and changes nothing")


def one_line(text: str, longest: int) -> str:
    """`text` as a heading takes it: on one line, and cut, since its length must not be why nobody is told."""
    line = " ".join(text.split())
    return line if len(line) <= longest else f"{line[: longest - 3]}..."


def _of_this_epoch(past: Past) -> PastChange | None:
    """The notification of this epoch that was sent, may have been, or was tried often enough; None where none was."""
    name = f"tell-{past.epoch}"
    tried = [change for change in past.changes if change.name == name]
    return tried[-1] if past.made(name) or len(tried) >= _TRIES else None


def _fact(params: Notification, told: PastChange) -> str:
    if told.state is ChangeState.FAILED and told.failure_kind != FailureKind.AMBIGUOUS:
        return f"{params.whom} was not told: {told.failure}"
    if told.state is not ChangeState.RETURNED:
        return f"whether {params.whom} was told is not known, and it is not told twice: no answer to the call was kept"
    said = told.facts.get("fact", "")
    return f"{params.whom} was told{said}" if told.facts.get("delivered") else f"{params.whom} was not told: {said}"


def _reason(error: Exception) -> str | None:
    if isinstance(error, Refused):
        return error.what
    failure = classify(error)
    if failure is None:
        return None
    doubt = "; whether it went out is not known" if failure.kind is FailureKind.AMBIGUOUS else ""
    return f"{failure.operation or 'the call'} failed with {failure.code}: {failure.message}{doubt}"
