"""The step machine: from what a tick found to what is recorded and done next. Pure.

observe → decide → act → settle → verify. Undo is the same machine with another goal.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import takewhile

from drctl.engine.endings import deadline_passed, ended_well, gave_up, held, with_adoption
from drctl.engine.live import Goal, Live, Move
from drctl.engine.responses import AFTER_A_CHANGE, AFTER_A_LOOK, Then, advice
from drctl.engine.rhythm import backoff, next_look
from drctl.model import events as e
from drctl.model.decision import Change, Decision, Done, Refuse, Wait
from drctl.model.evidence import Evidence
from drctl.model.failure import CallFailure, FailureKind
from drctl.model.past import ChangeState, Past, PastChange
from drctl.model.values import Json

OBSERVE_DEADLINE = timedelta(minutes=10)
"""How long a step goes on trying to look at a world that does not answer."""
SOURCE_SIDE_DEADLINE = timedelta(seconds=60)
"""How long a step may take that needs the Region which is probably gone."""
ACCEPTED_AT_MOST = 3
"""How often one change may be accepted without its effect ever showing."""


def after_look(
    live: Live,
    decision: Decision,
    evidence: Evidence | None,
    past: Past,
    now: datetime,
    *,
    adopted: bool = False,
) -> Move:
    """What follows from a look that succeeded. `adopted` where it is done only because the step may adopt."""
    live = replace(live, failures=0, unread_since=None)
    match decision:
        case Done(because, looks, apart):
            move = _done(live, because, looks, apart, evidence, past, now)
            return with_adoption(move, live.step, because, now) if adopted else move
        case Wait(until, again_in, percent):
            return _waiting(replace(live, good_looks=0), until, now, past, again_in=again_in, percent=percent)
        case Refuse(because, hint):
            return gave_up(live, because, hint, past, now)
        case Change():
            return _change(replace(live, good_looks=0), decision, past, now)


def after_act(
    live: Live, change: Change, facts: Mapping[str, Json], requests: tuple[str, ...], past: Past, now: datetime
) -> Move:
    """What follows from a call that AWS accepted: look whether it has the effect."""
    returned = e.ChangeReturned(at=now, step=live.step.id, name=change.name, facts=facts, request_ids=requests)
    waiting = replace(live, failures=0, waiting_for=change.summary)
    return Move(live=waiting, events=(returned,), look_at=now + live.spec.poll_least)


def after_failed_look(live: Live, failure: CallFailure, past: Past, now: datetime) -> Move:
    """What follows from a look that failed. The world is unknown then; it is never read as absent."""
    since = live.unread_since or now
    told = advice(failure, past.run)
    match AFTER_A_LOOK[failure.kind]:
        case Then.HOLD:
            return held(live, told.because, told.hint, past, now)
        case Then.GIVE_UP:
            return gave_up(live, told.because, told.hint, past, now)
    limit = _longest_unread(live, failure.kind)
    if now - since >= limit:
        return held(live, f"cannot be looked at: {told.because}", f"drctl resume {past.run}", past, now)
    again = replace(live, unread_since=since, failures=live.failures + 1, good_looks=0)
    wait = backoff(again.failures, f"{past.run}/{live.step.id}")
    return _said(again, f"an answer from {failure.service} ({failure.code})", now, now + wait)


def _longest_unread(live: Live, kind: FailureKind) -> timedelta:
    if live.step.source_side:
        return SOURCE_SIDE_DEADLINE
    # Whoever throttles is there and asks for patience; on the day on which everybody recovers, that takes its time.
    return max(OBSERVE_DEADLINE, live.step.deadline) if kind is FailureKind.THROTTLE else OBSERVE_DEADLINE


def after_failed_act(
    live: Live, change: Change, failure: CallFailure, requests: tuple[str, ...], past: Past, now: datetime
) -> Move:
    """What follows from a call that failed: it may have happened, it may not, and the class tells which."""
    failed = e.ChangeFailed(
        at=now,
        step=live.step.id,
        name=change.name,
        kind=failure.kind.value,
        because=str(failure),
        request_ids=requests,
    )
    told = advice(failure, past.run)
    again = replace(live, good_looks=0, waiting_for=f"{change.summary} ({failure.code})")
    match AFTER_A_CHANGE[failure.kind]:
        case Then.GIVE_UP | Then.HOLD:
            ended = gave_up(live, told.because, told.hint, past, now)
            return replace(ended, events=(failed, *ended.events))
        case Then.LET_SETTLE:
            look_at = now + max(change.settle, timedelta(seconds=15))
        case Then.BACK_OFF:
            look_at = now + backoff(_failures_in_a_row(change, past) + 1, f"{past.run}/{live.step.id}/{change.name}")
        case Then.LOOK_SOON:
            look_at = now + live.spec.poll_least
    return Move(live=again, events=(failed,), look_at=look_at)


def _failures_in_a_row(change: Change, past: Past) -> int:
    """How often this change has failed since it last did not; the looks in between went well and say nothing of it."""
    answered = (
        c for c in reversed(past.changes)
        if c.name == change.name and c.epoch == past.epoch and c.state is not ChangeState.INTENDED
    )  # fmt: skip
    return sum(1 for _ in takewhile(lambda c: c.state is ChangeState.FAILED, answered))


def after_bug(live: Live, change: Change | None, error: str, past: Past, now: datetime) -> Move:
    """What follows from an action that broke: its step has failed, and the other branches go on."""
    events: tuple[e.Event, ...] = ()
    if change is not None:
        # Whether the call went out before the action broke, nobody knows.
        failed = e.ChangeFailed(
            at=now, step=live.step.id, name=change.name, kind=FailureKind.AMBIGUOUS.value, because=error
        )
        events = (failed,)
    ended = gave_up(live, f"drctl itself failed: {error}", "the log has the details", past, now)
    return replace(ended, events=(*events, *ended.events))


def asked(live: Live, role: str, past: Past, now: datetime, *, timed: bool) -> Move:
    """A person of `role` has been asked and has not answered. At the deadline the step gives up: silence is no yes."""
    if timed and now - live.counted_from >= _deadline(live):
        return deadline_passed(live, f"an answer of the {role}", _deadline(live), past, now)
    return _said(live, f"an answer of the {role}", now, now)


def unanswered(live: Live, because: str, past: Past, now: datetime) -> Move:
    """The request has expired. Nothing follows from it but that a person has to be asked anew."""
    return held(live, because, f"drctl retry {past.run} {live.step.id}", past, now)


def nobody_to_ask(live: Live, role: str, past: Past, now: datetime) -> Move:
    """The step needs an answer and nobody is there to give it."""
    because = f"the {role} has to approve, and there is nobody to ask here"
    return held(live, because, f"in a terminal: drctl resume {past.run}", past, now)


def _done(
    live: Live,
    because: str,
    looks: int,
    apart: timedelta,
    evidence: Evidence | None,
    past: Past,
    now: datetime,
) -> Move:
    if live.goal is Goal.UNDO:
        if (late := _newest_unseen(past)) is not None and (visible_by := late.intended_at + late.settle) > now:
            # What cannot be seen yet is not gone: it would come to light after the undo, and be left over.
            return _said(live, f"AWS to show the effect of: {late.summary}", now, visible_by)
        return ended_well(live, because, Evidence.of(because), now)
    if evidence is None or not evidence.holds:
        fact = evidence.fact if evidence is not None else because
        return _waiting(replace(live, good_looks=0), fact, now, past)
    good = live.good_looks + 1
    if good < looks:
        still = f"another look, after {good} good of {looks}: {because}"
        return _said(replace(live, good_looks=good), still, now, now + apart)
    return ended_well(live, because, evidence, now)


def _waiting(
    live: Live,
    until: str,
    now: datetime,
    past: Past,
    *,
    again_in: timedelta | None = None,
    percent: float | None = None,
) -> Move:
    elapsed, deadline = now - live.counted_from, _deadline(live)
    if elapsed >= deadline:
        return deadline_passed(live, until, deadline, past, now)
    wait = again_in or next_look(now - live.begun, live.step.expect, live.spec.poll_least, live.spec.poll_most)
    # The last look is at the deadline itself: what is ready by then has made it.
    return _said(live, until, now, now + min(wait, deadline - elapsed), percent)


def _said(live: Live, until: str, now: datetime, look_at: datetime, percent: float | None = None) -> Move:
    if until == live.waiting_for:
        return Move(live=live, look_at=look_at)
    told = e.StepWaiting(at=now, step=live.step.id, until=until, percent=percent)
    return Move(live=replace(live, waiting_for=until), events=(told,), look_at=look_at)


def _deadline(live: Live) -> timedelta:
    return min(live.step.deadline, SOURCE_SIDE_DEADLINE) if live.step.source_side else live.step.deadline


def _change(live: Live, change: Change, past: Past, now: datetime) -> Move:
    earlier = [c for c in past.changes if c.name == change.name and c.undoing is (live.goal is Goal.UNDO)]
    last = earlier[-1] if earlier else None
    if now - live.counted_from >= _deadline(live):
        # What AWS said to the last call is why the time has gone by.
        said = f" ({last.failure})" if last is not None and last.state is ChangeState.FAILED and last.failure else ""
        return deadline_passed(live, f"{change.summary}{said}", _deadline(live), past, now)
    if last is not None and (unfinished := _still_settling(live, change, last, past, now)):
        return unfinished
    if past.journal_lost_at is not None and (doubtful := _perhaps_lost(live, change, past, past.journal_lost_at, now)):
        return doubtful
    accepted = [c for c in earlier if c.state is ChangeState.RETURNED and c.intended_at >= live.begun]
    if len(accepted) >= ACCEPTED_AT_MOST:
        because = f"AWS accepted this {len(accepted)} times and the effect never showed: {change.summary}"
        return gave_up(live, because, "somebody or something may be changing it back", past, now)
    intended = e.ChangeIntended(
        at=now,
        step=live.step.id,
        name=change.name,
        summary=change.summary,
        operation=change.operation,
        target=change.target,
        flip=change.flip,
        settle=change.settle,
        undo=change.undo,
        undoing=live.goal is Goal.UNDO,
    )
    return Move(live=replace(live, waiting_for=change.summary), events=(intended,), act=change)


def _perhaps_lost(live: Live, change: Change, past: Past, lost_at: datetime, now: datetime) -> Move | None:
    """The move where this call may have been made, and what told of it was lost; None where it may be made again."""
    if (visible_by := lost_at + change.settle) > now:
        until = f"AWS to show the effect of what may have been done before events were lost: {change.summary}"
        return _said(live, until, now, now + min(visible_by - now, live.spec.poll_most))
    if change.flip:
        because = (
            f"{change.summary}: the newest events of the journal were lost, this call may have been among them, "
            "and sending it again would flip back"
        )
        return held(live, because, f"look at {change.target}, then: drctl retry {past.run} {past.step}", past, now)
    return None


def _newest_unseen(past: Past) -> PastChange | None:
    """The change that AWS may show last of those that were made and of which none was taken back; None without any."""
    if any(c.undoing for c in past.changes):
        return None
    made = [c for c in past.changes if c.state is not ChangeState.FAILED or c.failure_kind == FailureKind.AMBIGUOUS]
    return max(made, key=lambda c: c.intended_at + c.settle, default=None)


def _still_settling(live: Live, change: Change, last: PastChange, past: Past, now: datetime) -> Move | None:
    """The move where an earlier call for the same change may still be on its way; None where it is certainly not."""
    if last.doubt_settled:
        return None
    in_doubt = last.state is ChangeState.INTENDED or last.failure_kind == FailureKind.AMBIGUOUS
    if not in_doubt and last.state is not ChangeState.RETURNED:
        return None
    if (visible_by := last.intended_at + last.settle) > now:
        # AWS may answer for a while as if the call had not been made; a second one is not wanted.
        wait = min(visible_by - now, live.spec.poll_most)
        return _said(live, f"AWS to show the effect of: {last.summary}", now, now + wait)
    if change.flip:
        # A flip changes things again when it is repeated, and nothing tells whether it has happened.
        doubt = "may have been sent before" if in_doubt else "was accepted before and its effect does not show"
        because = f"{change.summary}: this call {doubt}, and sending it again would flip back"
        return held(live, because, f"look at {change.target}, then decide", past, now)
    return None
