"""The marks that whoever begins a run has said: when it began, was noticed, and was declared."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from drctl.errors import InputInvalid
from drctl.model import events as e
from drctl.model.instant import format_instant
from drctl.model.timing import Mark, out_of_order

SKEW = timedelta(seconds=5)
"""How far the clock of this machine may be from what an operator has written down."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenMarks:
    """As they were typed; None where nothing was."""

    onset: datetime | None = None
    detected: datetime | None = None
    declared: datetime | None = None

    @property
    def any(self) -> bool:
        """Whether one of them was said."""
        return bool(self._given())

    def require_sense(self, now: datetime) -> None:
        """Raises InputInvalid where one is still to come, or is before what has to come first."""
        given = self._given()
        for mark, instant in given.items():
            if instant > now + SKEW:
                raise InputInvalid(f"--{mark} {format_instant(instant)} is still to come; it is {format_instant(now)}")
        # The run itself declares, now, where nobody has said it.
        marks = {Mark.DECLARED: max(now, *given.values()), **given} if given else {}
        for mark in given:
            if wrong := out_of_order(marks, mark):
                raise InputInvalid(f"--{mark} {format_instant(given[mark])}: {wrong}")

    def marked(self, now: datetime, otherwise: str, *, onset_is_now: bool = False) -> list[e.Event]:
        """The marks of a run that begins at `now`; what nobody said comes from `otherwise`."""
        said, events = "said by whoever began the run", list[e.Event]()
        for mark in (Mark.ONSET, Mark.DETECTED, Mark.DECLARED):
            instant = self._given().get(mark)
            if instant is not None:
                events.append(e.Marked(at=now, mark=mark, instant=min(instant, now), source=said))
            elif mark is Mark.DECLARED or (mark is Mark.ONSET and onset_is_now):
                events.append(e.Marked(at=now, mark=mark, instant=now, source=otherwise))
        return events

    def _given(self) -> dict[Mark, datetime]:
        told = {Mark.ONSET: self.onset, Mark.DETECTED: self.detected, Mark.DECLARED: self.declared}
        return {mark: instant for mark, instant in told.items() if instant is not None}
