"""What a store has lost, as one plain sentence that anybody understands."""

from __future__ import annotations

from datetime import timedelta

from drctl.model.duration import format_duration
from drctl.model.instant import format_instant
from drctl.model.timing import Mark, StoreLoss

_THINGS = {
    "beacon object": "objects",
    "replication backlog": "objects",
    "object versions": "objects",
    "beacon message": "messages",
    "beacon secret version": "versions",
}
"""What is missing, by the method that has told; of a database or a cache it is what was written."""
_REFERENCES = {Mark.ONSET: "the onset", Mark.DECLARED: "the declaration"}


def loss_in_words(loss: StoreLoss, reference: Mark) -> str:
    """The sentence for one store, against `reference`, the mark up to which its data should be there."""
    against = _REFERENCES.get(reference, f"the mark {reference}")
    if loss.recovery_point is None:
        if loss.ephemeral:
            return f"{loss.store}: it holds nothing that cannot be rebuilt, and nobody read a recovery point of it"
        return f"{loss.store}: nobody read a recovery point of it, so what is missing is not known"
    if loss.loss is None:
        return f"{loss.store}: it goes up to {format_instant(loss.recovery_point)}, and {against} is not known"
    if not loss.loss:
        return f"{loss.store}: nothing that was written before {against} is missing"
    things = _THINGS.get(loss.method, "writes")
    return f"{loss.store}: {things} of the last {_span(loss.loss)} before {against} are missing{_up_to(loss)}"


def _up_to(loss: StoreLoss) -> str:
    if loss.precision is None or loss.loss is None:
        return ""
    # The next beacon was due a period later: what came before it may be there.
    return f", or up to {_span(min(loss.precision, loss.loss))} less"


def _span(span: timedelta) -> str:
    return format_duration(span) if span >= timedelta(seconds=1) else f"{round(span.total_seconds() * 1000)} ms"
