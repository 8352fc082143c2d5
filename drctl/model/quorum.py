"""Who counts, and when enough have answered. Pure; an engine and a command go by the same rules.

No answer is ever the consequence of time, nobody counts twice, and one who says no is enough.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from drctl.model.events import AnswerGiven, ApprovalAsked
from drctl.model.instant import format_instant

POLICY = "policy"
"""How an answer came that no person gave: a drill that nobody watches approves of itself."""


def same_person(one: str, other: str) -> bool:
    """Whether two names are one person's: anna@laptop is anna@ops1. In doubt they are, so that nobody counts twice."""
    return _user(one) == _user(other)


def person_of(holder: str) -> str:
    """Who runs a process, as a lease names its holder: `anna@ops1 (process 7)` is anna@ops1."""
    return holder.partition(" (process")[0]


def different_people(people: Sequence[str]) -> int:
    """How many people `people` names at the least."""
    return len({_user(person) for person in people})


def is_listed(by: str, people: Sequence[str]) -> bool:
    """Whether `by` is one of `people`; a name without a host stands for the person on every host."""
    return any(_is(by, person) for person in people)


def may_not(asked: ApprovalAsked, by: str) -> str:
    """Why that person's answer does not count, whatever it is; empty where it does."""
    if not by.strip():
        return "nobody is named who gives it"
    if _began(asked, by):
        return f"{by} began this run, and whoever begins a recovery does not approve it: somebody else has to"
    if asked.may and not is_listed(by, asked.may):
        return f"{by} is none of those who answer as {asked.role}: {', '.join(asked.may)}"
    return ""


def is_expired(asked: ApprovalAsked, now: datetime) -> bool:
    """Whether the time for an answer is over."""
    return asked.until is not None and now >= asked.until


def expired_words(asked: ApprovalAsked) -> str:
    """What is said of a request that nobody has answered in time."""
    until = f" at {format_instant(asked.until)}" if asked.until is not None else ""
    return f"the request to the {asked.role} has expired{until}; expired never means yes"


def does_not_count(
    asked: ApprovalAsked, answers: Sequence[AnswerGiven], answer: AnswerGiven, now: datetime | None = None
) -> str:
    """Why one more answer, given `now` (or when it says), changes nothing; empty where it counts."""
    if answer.evidence != asked.sha256:
        return (
            f"the evidence has changed since: {answer.evidence[:12] or 'none'} was shown, "
            f"and what is asked now is {asked.sha256[:12]}"
        )
    if is_expired(asked, now or answer.at):
        return expired_words(asked)
    if answer.via == POLICY:
        return ""
    if because := may_not(asked, answer.by):
        return because
    people = _people(asked, answer)
    if any(_began(asked, person) for person in people):
        return f"{answer.typed_by} began this run, and cannot hand in what somebody else has approved"
    if answer.approved and (twice := [p for given in answers if given.approved for p in _shared(asked, given, people)]):
        return f"{twice[0]} has approved already, and nobody counts twice"
    return ""


def approvers(asked: ApprovalAsked, answers: Sequence[AnswerGiven]) -> tuple[str, ...]:
    """The different people whose yes counts, in the order in which they gave it."""
    counted = _counted(asked, answers)
    return tuple(answer.by for answer in counted if answer.approved)


def standing(asked: ApprovalAsked, answers: Sequence[AnswerGiven]) -> tuple[str, ...]:
    """How a request stands, for a person: who has answered, who may, and until when."""
    counted = _counted(asked, answers)
    said = ", ".join(f"{'approved' if answer.approved else 'REJECTED'} by {answer.by}" for answer in counted)
    who = ", ".join(asked.may) if asked.may else "anybody"
    but = f", but for {', '.join(asked.not_by)}, who began the run" if asked.not_by else ""
    until = f"until {format_instant(asked.until)}; after that it is held" if asked.until is not None else ""
    return (
        f"{len(approvers(asked, answers))} of {asked.approvers} have approved{f': {said}' if said else ''}",
        f"may answer as {asked.role}: {who}{but}",
        *((until,) if until else ()),
    )


def verdict(asked: ApprovalAsked, answers: Sequence[AnswerGiven]) -> bool | None:
    """True once enough people have approved, False once one has rejected, None until then. Time decides nothing."""
    counted = _counted(asked, answers)
    if any(not answer.approved for answer in counted):
        return False
    if any(answer.via == POLICY for answer in counted):
        return True
    return True if len(counted) >= max(asked.approvers, 1) else None


def _counted(asked: ApprovalAsked, answers: Sequence[AnswerGiven]) -> list[AnswerGiven]:
    counted: list[AnswerGiven] = []
    for answer in answers:
        if not does_not_count(asked, counted, answer):
            counted.append(answer)
    return counted


def _began(asked: ApprovalAsked, by: str) -> bool:
    return any(same_person(by, initiator) for initiator in asked.not_by)


def _people(asked: ApprovalAsked, answer: AnswerGiven) -> tuple[str, ...]:
    """Everybody who may have given that answer: a token is used by whoever has it, in whatever name."""
    if not answer.typed_by or is_listed(answer.typed_by, asked.hands_in):
        return (answer.by,)
    return answer.by, answer.typed_by


def _shared(asked: ApprovalAsked, given: AnswerGiven, people: Sequence[str]) -> list[str]:
    return [one for one in _people(asked, given) if any(same_person(one, person) for person in people)]


def _user(name: str) -> str:
    return name.partition("@")[0].strip().casefold()


def _is(by: str, person: str) -> bool:
    if "@" in by and "@" in person:
        return by.strip().casefold() == person.strip().casefold()
    return same_person(by, person)
