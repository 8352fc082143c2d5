"""Who has taken part in a run, and as what. What a policy or a stop condition has decided is nobody's."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from drctl.model import events as e
from drctl.model.quorum import POLICY, person_of
from drctl.model.run import Decided, Run


class Role(StrEnum):
    INITIATOR = "initiator"
    """Began the run."""
    RUNNER = "runner"
    """Had it driven from his machine."""
    TAKER_OVER = "taker-over"
    """Drove it on in another's place."""
    APPROVER = "approver"
    """Answered what a step asked."""
    OPERATOR = "operator"
    """Paused, went on, tried again, skipped, aborted or amended."""
    NOTE_TAKER = "note-taker"
    MESSENGER = "messenger"
    """Handed in another's answer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Participant:
    who: str
    roles: tuple[Role, ...]
    """In the order of `Role`."""
    first_at: datetime
    last_at: datetime
    did: int
    """How much of what was recorded is his."""


def participants(run: Run) -> tuple[Participant, ...]:
    """Everybody whom the run's events name, in the order in which they came in."""
    found: dict[str, Participant] = {}
    for who, role, at in sorted(_parts(run), key=lambda part: part[2]):
        if not who:
            continue
        known = found.get(who) or Participant(who=who, roles=(), first_at=at, last_at=at, did=0)
        roles = tuple(one for one in Role if one in (*known.roles, role))
        found[who] = replace(known, roles=roles, last_at=at, did=known.did + 1)
    return tuple(found.values())


def _parts(run: Run) -> Iterator[tuple[str, Role, datetime]]:
    if run.started is not None:
        yield person_of(run.started.started_by), Role.INITIATOR, run.started.at
    driving = ""
    for lease in run.leases:
        who = person_of(lease.holder)
        yield who, Role.RUNNER if driving in ("", who) else Role.TAKER_OVER, lease.at
        driving = who
    for decided in run.decisions:
        yield from _of_decision(decided)


def _of_decision(event: Decided) -> Iterator[tuple[str, Role, datetime]]:
    match event:
        case e.AnswersVoided() | e.RunAborted(order=""):
            return
        case e.AnswerGiven(by=by, typed_by=typed_by, at=at, via=via):
            if via != POLICY:
                yield person_of(by), Role.APPROVER, at
            if typed_by and person_of(typed_by) != person_of(by):
                yield person_of(typed_by), Role.MESSENGER, at
        case e.NoteTaken(by=by, at=at):
            yield person_of(by), Role.NOTE_TAKER, at
        case _:
            yield person_of(event.by), Role.OPERATOR, event.at
