"""What a failed call means for its step, by the class of the failure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum

from drctl.model.failure import CallFailure, FailureKind


class Then(Enum):
    BACK_OFF = "back off, then look"
    LOOK_SOON = "look again at once"
    LET_SETTLE = "look when AWS has had time to show the effect"
    HOLD = "hold: a person has to look"
    GIVE_UP = "the step has failed"


AFTER_A_CHANGE: dict[FailureKind, Then] = {
    FailureKind.THROTTLE: Then.BACK_OFF,
    FailureKind.UNREACHABLE: Then.BACK_OFF,
    FailureKind.EXPIRED: Then.BACK_OFF,
    FailureKind.STATE: Then.BACK_OFF,
    FailureKind.ALREADY: Then.LOOK_SOON,
    FailureKind.PRECONDITION: Then.LOOK_SOON,
    # The step chooses the next instance class, or refuses, when it looks again.
    FailureKind.CAPACITY: Then.LOOK_SOON,
    FailureKind.AMBIGUOUS: Then.LET_SETTLE,
    FailureKind.QUOTA: Then.GIVE_UP,
    FailureKind.NOT_FOUND: Then.GIVE_UP,
    FailureKind.AUTH: Then.GIVE_UP,
    FailureKind.VALIDATION: Then.GIVE_UP,
    FailureKind.NOT_SIMULATED: Then.GIVE_UP,
    FailureKind.UNKNOWN: Then.GIVE_UP,
    FailureKind.GUARD: Then.GIVE_UP,
}

AFTER_A_LOOK: dict[FailureKind, Then] = {
    FailureKind.THROTTLE: Then.BACK_OFF,
    FailureKind.UNREACHABLE: Then.BACK_OFF,
    FailureKind.AMBIGUOUS: Then.BACK_OFF,
    FailureKind.EXPIRED: Then.BACK_OFF,
    FailureKind.STATE: Then.BACK_OFF,
    # Not being allowed to look says nothing of what is there: never "absent".
    FailureKind.AUTH: Then.HOLD,
    FailureKind.UNKNOWN: Then.HOLD,
    FailureKind.GUARD: Then.HOLD,
    FailureKind.QUOTA: Then.GIVE_UP,
    FailureKind.CAPACITY: Then.GIVE_UP,
    FailureKind.ALREADY: Then.GIVE_UP,
    FailureKind.PRECONDITION: Then.GIVE_UP,
    FailureKind.NOT_FOUND: Then.GIVE_UP,
    FailureKind.VALIDATION: Then.GIVE_UP,
    FailureKind.NOT_SIMULATED: Then.GIVE_UP,
}


@dataclass(frozen=True, slots=True)
class Advice:
    because: str
    hint: str | None


def advice(failure: CallFailure, run: str) -> Advice:
    """What to tell an operator about a failure that stops a step."""
    call = f"{failure.service}:{failure.operation}"
    hints = {
        FailureKind.AUTH: f"{_what_to_allow(failure, call)}, then: drctl resume {run}",
        FailureKind.QUOTA: f"raise the quota in {failure.region}, then: drctl resume {run}",
        FailureKind.CAPACITY: f"add another choice to the step, or wait, then: drctl resume {run}",
        FailureKind.NOT_SIMULATED: "this step can only be run against AWS itself",
        FailureKind.UNKNOWN: f"look at the resource, then: drctl resume {run}",
    }
    return Advice(str(failure), hints.get(failure.kind))


_ACTION_DENIED = re.compile(r"not authorized to perform:? ([a-z0-9-]+:[A-Za-z]+)")
_KEY_UNUSABLE = re.compile(r"kms.*(key|state)|^DisabledException$", re.IGNORECASE)


def _what_to_allow(failure: CallFailure, call: str) -> str:
    # A call is refused as well for a key that is disabled or elsewhere, and no permission helps with that.
    if _KEY_UNUSABLE.search(failure.code):
        return f"see that the key is there in {failure.region}, enabled, and that the role of this step may use it"
    # It may need more actions than its own, such as adding tags or making a grant; AWS names the one that is missing.
    named = _ACTION_DENIED.search(failure.message)
    return f"allow {named[1] if named else call} to the role of this step"
