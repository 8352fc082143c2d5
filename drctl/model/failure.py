"""A failed call, as a value: its class decides what the engine does next.

The classes and the error codes in each follow the error reference of the AWS
services; `drctl.aws.failures` maps codes to classes, once, for every step.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class FailureKind(StrEnum):
    THROTTLE = "throttle"
    """Too fast: back off and go on until the deadline."""
    QUOTA = "quota"
    """A service quota is used up: an operator can raise it and resume."""
    CAPACITY = "capacity"
    """AWS has none of it left: try the next choice, then stop."""
    STATE = "state"
    """The resource is busy: look again."""
    ALREADY = "already"
    """It exists: look again, it may be ours."""
    PRECONDITION = "precondition"
    """Somebody changed it since we looked: look again, never overwrite."""
    NOT_FOUND = "not-found"
    """It is not there."""
    AUTH = "auth"
    """Not allowed. While looking this is never read as absent."""
    EXPIRED = "expired"
    """The credentials ran out: refresh and go on."""
    VALIDATION = "validation"
    """The request is wrong: a mistake in the runbook or in drctl."""
    UNREACHABLE = "unreachable"
    """No connection was made: the call did not happen."""
    AMBIGUOUS = "ambiguous"
    """The call went out and no answer came back: it may have happened."""
    GUARD = "guard"
    """A guard of ours refused before a byte left: the wrong account, Region or world."""
    NOT_SIMULATED = "not-simulated"
    """The simulated AWS cannot do this."""
    UNKNOWN = "unknown"
    """A code nobody thought of: stop and ask."""


@dataclass(frozen=True, slots=True)
class CallFailure:
    """One call that failed: its class, the service's own code and words, and where it was sent."""

    kind: FailureKind
    code: str
    message: str
    service: str = ""
    operation: str = ""
    region: str = ""

    def __str__(self) -> str:
        where = f"{self.service}:{self.operation} in {self.region}: " if self.operation else ""
        return f"{where}{self.code}: {self.message}"
