"""What a step decides after looking at the world: one of four answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from drctl.model.values import Json


@dataclass(frozen=True, slots=True)
class Done:
    """The world is as the step wants it; what remains is to verify.

    Some AWS states flap: `looks` is how many good looks in a row it takes, `apart` the time between them.
    """

    because: str
    looks: int = 1
    apart: timedelta = timedelta(seconds=20)


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One mutating call is needed.

    `name` tells the calls of one step apart ("restore", "delete") and is what `Past` is asked about.
    `detail` is for `act` alone and is never journaled, so that it may hold what a journal must not.
    `undo` holds the previous value, journaled before the call: after a crash it is the only copy.
    `flip` marks a call that changes things again when it is repeated; it is never sent twice blindly.
    `settle` is how long AWS may still answer as if the call had not been made.
    """

    name: str
    summary: str
    operation: str
    target: str
    detail: Any = None
    undo: Mapping[str, Json] = field(default_factory=dict)
    flip: bool = False
    settle: timedelta = timedelta(seconds=15)


@dataclass(frozen=True, slots=True)
class Wait:
    """AWS is at work; `until` names what is waited for. `again_in` overrides the polling rhythm."""

    until: str
    again_in: timedelta | None = None
    percent: float | None = None


@dataclass(frozen=True, slots=True)
class Refuse:
    """Going on would be wrong or useless; a person has to look."""

    because: str
    hint: str | None = None


Decision = Done | Change | Wait | Refuse
