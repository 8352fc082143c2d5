"""What the time of a run was spent on: on people, on what the steps wait for, or on the work of the tool.

Every moment belongs to one of the three, so that they add up to the recovery time, whatever happened.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from drctl.model import events as e

NONE = timedelta(0)


class Spender(StrEnum):
    HUMAN = "human"
    """The run waited for a person, and nothing else was under way."""
    AWS = "aws"
    """At least one step waited for AWS, or a call was on its way there."""
    TOOL = "tool"
    """All the rest: looking, deciding, and starting what can start."""


@dataclass(frozen=True, slots=True)
class Stretch:
    begun: datetime
    ended: datetime
    spender: Spender


@dataclass(frozen=True, slots=True)
class Shares:
    """None of them is negative, and together they are the whole."""

    human: timedelta
    tool: timedelta
    aws: timedelta


class TimeSpent:
    """Follows the events of a run, in their order. `stretches` has no gap and no overlap."""

    def __init__(self) -> None:
        self.stretches: list[Stretch] = []
        self._under_way: set[str] = set()
        self._asking: set[str] = set()
        self._at_aws: set[str] = set()
        """The steps that wait for what they began, and those whose call is on its way."""
        self._begun = False
        """Whether a step has started: until then people notice, declare, and begin."""

    def until(self, event: e.Event, last_at: datetime | None, *, waits_for_operator: bool) -> None:
        """Account for the time up to `event`, by what was under way before it. Then follow the event itself."""
        if last_at is not None and event.at > last_at:
            spender = Spender.HUMAN if waits_for_operator else self._before(event)
            self._spend(last_at, event.at, spender)
        self._follow(event)

    def _before(self, event: e.Event) -> Spender:
        spender = self._under_way_now()
        if spender is not Spender.TOOL or isinstance(event, e.InventoryTaken):
            return spender
        # Whoever drove it before was gone, where it had begun: it waited for somebody to take it up.
        return Spender.HUMAN if not self._begun or isinstance(event, e.LeaseTaken) else spender

    def _under_way_now(self) -> Spender:
        if self._at_aws - self._asking:
            return Spender.AWS
        return Spender.HUMAN if self._asking and self._under_way <= self._asking else Spender.TOOL

    def _spend(self, begun: datetime, ended: datetime, spender: Spender) -> None:
        if self.stretches and self.stretches[-1].spender is spender:
            begun = self.stretches.pop().begun
        self.stretches.append(Stretch(begun, ended, spender))

    def _follow(self, event: e.Event) -> None:
        match event:
            case e.StepStarted(step=step):
                self._ended(step)
                self._under_way.add(step)
                self._begun = True
            case e.ApprovalAsked(step=step):
                self._asking.add(step)
            case e.StepWaiting(step=step) | e.ChangeIntended(step=step) | e.ChangeReturned(step=step):
                self._at_aws.add(step)
            case e.ChangeFailed(step=step):
                self._at_aws.discard(step)
            case (
                e.StepSucceeded(step=step)
                | e.StepFailed(step=step)
                | e.StepHeld(step=step)
                | e.StepSkipped(step=step)
                | e.StepRetried(step=step)
                | e.StepFellBack(step=step)
                | e.StepUndone(step=step)
                | e.StepUndoFailed(step=step)
            ):
                self._ended(step)

    def _ended(self, step: str) -> None:
        self._under_way.discard(step)
        self._asking.discard(step)
        self._at_aws.discard(step)


def shares(stretches: Sequence[Stretch], begun: datetime, ended: datetime) -> Shares:
    """What the time from `begun` to `ended` was spent on; together it is exactly that.

    What lies before the first stretch is human: the run had not begun. What lies after the last is the tool's.
    """
    spent = dict.fromkeys(Spender, NONE)
    for stretch in stretches:
        spent[stretch.spender] += _within(stretch.begun, stretch.ended, begun, ended)
    if stretches:
        spent[Spender.HUMAN] += max(min(stretches[0].begun, ended) - begun, NONE)
    spent[Spender.TOOL] = ended - begun - spent[Spender.HUMAN] - spent[Spender.AWS]
    return Shares(human=spent[Spender.HUMAN], tool=spent[Spender.TOOL], aws=spent[Spender.AWS])


def _within(begun: datetime, ended: datetime, first: datetime, last: datetime) -> timedelta:
    return max(min(ended, last) - max(begun, first), NONE)
