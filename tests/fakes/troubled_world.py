"""The small world on a bad day: it fails, shows things late, rings, and somebody else is at work in it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from drctl.model.failure import FailureKind
from tests.fakes.journal import PowerCut
from tests.fakes.world import Thing, World, WorldError

SOMEBODY = "somebody else"
LOST_ANSWER, BUG = "lost-answer", "bug"
"""What befalls a change besides the kinds of failure: both happen after it was made."""


@dataclass
class TroubledWorld(World):
    """Troubles are counted by looks and by changes, over all drives, from 1."""

    look_troubles: dict[int, FailureKind] = field(default_factory=dict)
    change_troubles: dict[int, str] = field(default_factory=dict)
    meddling: dict[int, tuple[str, str]] = field(default_factory=dict)
    """By looks: what somebody does just before to which thing (`remove` or `take`)."""
    rings: dict[str, tuple[datetime, datetime]] = field(default_factory=dict)
    lags: dict[str, timedelta] = field(default_factory=dict)
    """For how long a change of that thing does not show."""
    cut_at_look: int | None = None
    leased: Callable[[], bool] = lambda: True
    looks: int = 0
    met: Counter[str] = field(default_factory=Counter)
    """Which troubles were met, and how often."""
    meddled: set[str] = field(default_factory=set)
    flipped: Counter[str] = field(default_factory=Counter)
    without_lease: list[str] = field(default_factory=list)
    _shown: dict[str, tuple[datetime, Thing | None]] = field(default_factory=dict)
    """What is still shown of a thing, and until when."""

    def look(self, name: str) -> Thing | None:
        self.looks += 1
        if self.looks == self.cut_at_look:
            self.met["power cut at a look"] += 1
            raise PowerCut
        if self.looks in self.meddling:
            self.meddle(*self.meddling[self.looks])
        if (kind := self.look_troubles.get(self.looks)) is not None:
            self.met[f"look: {kind.value}"] += 1
            raise WorldError(kind)
        now = self.clock.now()
        if name in self.rings:
            begins, ends = self.rings[name]
            return Thing(SOMEBODY, now) if begins <= now < ends else None
        if name in self._shown and now < self._shown[name][0]:
            return self._shown[name][1]
        return self.things.get(name)

    def forget_what_was_shown(self) -> None:
        """Show everything as it is now: the clock of the next runner does not bring back what was shown before."""
        self._shown.clear()

    def meddle(self, what: str, name: str) -> None:
        """Have somebody else remove the thing, take it over, or make one of that name."""
        self.met[f"somebody else: {what}"] += 1
        self.meddled.add(name)
        self._shown.pop(name, None)
        if what == "remove":
            self.things.pop(name, None)
        elif what == "take" and name in self.things:
            self.things[name].owner = SOMEBODY
        elif what == "make":
            self.things.setdefault(name, Thing(SOMEBODY, self.clock.now(), flips=1))

    def change(self, name: str, happens: Any) -> None:
        if not self.leased():
            self.without_lease.append(name)
        self.writes += 1
        cut = self.writes == self.cut_at_call
        if cut and self.cut_when == "before":
            self.met["power cut before a call"] += 1
            raise PowerCut
        trouble = self.change_troubles.get(self.writes, "")
        if trouble:
            self.met[f"change: {trouble}"] += 1
        if trouble and trouble not in (LOST_ANSWER, BUG):
            raise WorldError(FailureKind(trouble))
        before = self.things.get(name)
        happens()
        if name in self.lags:
            self._shown[name] = (self.clock.now() + self.lags[name], before)
        if cut:
            self.met["power cut after a call"] += 1
            raise PowerCut
        if trouble == LOST_ANSWER:
            raise WorldError(FailureKind.AMBIGUOUS)
        if trouble == BUG:
            raise RuntimeError("the answer was not understood")
