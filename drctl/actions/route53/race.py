"""What it means that Route 53 refused a batch because the records were not what had been read. Pure."""

from __future__ import annotations

from drctl.model.decision import Refuse
from drctl.model.failure import FailureKind
from drctl.model.past import ChangeState, Past

SWITCH = "switch"


def lost_race(past: Past) -> Refuse | None:
    """A refusal where somebody else changed the records while this epoch was switching them.

    What they have set is theirs until a person has looked: to read it and send the batch
    again would overwrite it all the same, with one more look in between.
    """
    last = past.last(SWITCH)
    if last is None or last.state is not ChangeState.FAILED or last.failure_kind != FailureKind.PRECONDITION:
        return None
    if last.epoch < past.epoch:
        return None
    return Refuse(
        f"somebody else changed the records while they were being switched ({last.failure})",
        f"look at the records, then: drctl resume {past.run}",
    )
