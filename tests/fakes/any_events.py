"""Any events at all, in any order that time allows: what a journal could hold, and more."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from hypothesis import strategies as st

from drctl.model import events as e
from drctl.model.cost import Cost, CostPart
from drctl.model.events import Event
from drctl.model.evidence import Evidence, RecoveryPoint
from drctl.model.finding import Finding, FindingKind, Severity
from drctl.model.inventory import InventoryTime, Resource, Unread
from drctl.model.step_times import StepTimes
from drctl.model.timing import Mark
from drctl.model.verdict import Verdict
from tests.fakes.sample_run import ONSET, PLAN, begun, minutes

words = st.text(max_size=12)
steps = st.sampled_from([step.id for step in PLAN.steps])
numbers = st.one_of(st.integers(), st.floats())
facts = st.dictionaries(
    words, st.recursive(st.one_of(words, numbers, st.booleans(), st.none()), st.lists, max_leaves=4)
)
instants = st.integers(-300, 3000).map(lambda count: ONSET + minutes(count / 7))
spans = st.integers(1, 3000).map(lambda count: minutes(count / 7))
evidences = st.builds(
    Evidence, st.booleans(), words, facts, st.one_of(st.none(), st.builds(RecoveryPoint, instants, words))
)
findings = st.builds(
    Finding, st.sampled_from(FindingKind), st.sampled_from(Severity), words, st.one_of(st.none(), steps)
)
resources = st.builds(
    Resource,
    arn=words,
    kind=st.sampled_from(["rds:db", "rds:snapshot", "elasticache:replicationgroup", "ecs:task", "sqs:queue"]),
    account=words,
    region=words,
    name=words,
    tags=st.dictionaries(words, words, max_size=2),
    size=facts,
    since=st.one_of(st.none(), instants),
)
unread = st.builds(Unread, words, words, words, words)
costs = st.builds(
    Cost,
    st.floats(0, 1e6),
    st.lists(st.builds(CostPart, words, st.floats(0, 1e6)), max_size=4).map(tuple),
    st.tuples(words),
    words,
)
hints = st.one_of(st.none(), words)
now = st.just(ONSET)

times = st.builds(
    StepTimes,
    step=steps,
    uses=st.sampled_from(sorted({step.uses for step in PLAN.steps})),
    p50=st.integers(0, 10**5).map(lambda count: timedelta(seconds=count)),
    p90=st.integers(10**5, 10**6).map(lambda count: timedelta(seconds=count)),
    of=st.integers(1, 20),
    environment=words,
)

events: st.SearchStrategy[Event] = st.one_of(
    st.builds(e.HistoryRead, at=now, times=st.lists(times, max_size=5).map(tuple), runs=st.integers(0, 20)),
    st.builds(e.LeaseTaken, at=now, holder=words, reason=words),
    st.builds(e.Marked, at=now, mark=st.sampled_from(Mark), instant=instants, source=words),
    st.builds(e.MarkAmended, at=now, mark=st.sampled_from(Mark), instant=instants, by=words, why=words),
    st.builds(e.SustainBegan, at=now, lasts=spans, every=spans, checks=st.lists(steps, max_size=3).map(tuple)),
    st.builds(e.SustainLooked, at=now, check=steps, green=st.booleans(), because=words),
    st.builds(e.SustainEnded, at=now, held=st.booleans(), because=words),
    st.builds(
        e.ApprovalAsked, at=now, step=steps, role=words, evidence=st.just({}), sha256=words, epoch=st.integers(1, 5)
    ),
    st.builds(
        e.AnswerGiven,
        at=now,
        step=steps,
        approved=st.booleans(),
        by=words,
        via=st.sampled_from(["terminal", "order", "token", "policy"]),
        typed_by=words,
    ),
    st.builds(e.StepRetried, at=now, step=steps, by=words),
    st.builds(e.RunAborted, at=now, by=words, order=words, undo=st.booleans()),
    st.builds(e.NoteTaken, at=now, by=words, text=words),
    st.builds(
        e.FindingAssigned,
        at=now,
        finding=st.sampled_from(["F1", "F2", "F9"]),
        by=words,
        why=words,
        owner=words,
        due=st.one_of(st.none(), instants),
    ),
    st.builds(e.StepStarted, at=now, step=steps, epoch=st.integers(1, 5), params=facts),
    st.builds(e.StepWaiting, at=now, step=steps, until=words, percent=st.one_of(st.none(), st.floats(0, 100))),
    st.builds(
        e.ChangeIntended, at=now, step=steps, name=words, summary=words, operation=words, target=words, undo=facts
    ),
    st.builds(e.ChangeReturned, at=now, step=steps, name=words, facts=facts),
    st.builds(e.ChangeFailed, at=now, step=steps, name=words, kind=words, because=words),
    st.builds(e.StepSucceeded, at=now, step=steps, because=words, evidence=evidences),
    st.builds(e.StepFailed, at=now, step=steps, because=words, hint=hints),
    st.builds(e.StepHeld, at=now, step=steps, because=words, hint=hints),
    st.builds(e.StepSkipped, at=now, step=steps, reason=words, by=words),
    st.builds(e.StepFellBack, at=now, step=steps, to=steps, because=words),
    st.builds(e.UndoStarted, at=now, reason=words),
    st.builds(e.StepUndone, at=now, step=steps, because=words),
    st.builds(e.StepUndoFailed, at=now, step=steps, because=words, hint=hints),
    st.builds(e.FindingRecorded, at=now, finding=findings),
    st.builds(e.RunHeld, at=now, because=words),
    st.builds(e.RunPaused, at=now, by=words),
    st.builds(e.RunResumed, at=now, by=words),
    st.builds(
        e.InventoryTaken,
        at=now,
        when=st.sampled_from(InventoryTime),
        seen=st.tuples(words),
        resources=st.lists(resources, max_size=3).map(tuple),
        unread=st.tuples(unread),
        leftover=st.booleans(),
    ),
    st.builds(e.CostEstimated, at=now, cost=costs),
    st.builds(e.DeletionIntended, at=now, by=words, arn=words, operation=words),
    st.builds(e.CleanupEnded, at=now, by=words, left=st.tuples(words), unread=st.tuples(unread)),
    st.builds(e.RunFinished, at=now, verdict=st.sampled_from(Verdict), reasons=st.tuples(words)),
)


def _in_time(parts: list[tuple[Event, int]]) -> list[Event]:
    at: datetime = ONSET
    told: list[Event] = list(begun()[:1])
    for event, later in parts:
        at += minutes(later / 3)
        told.append(replace(event, at=at))
    return told


any_run: st.SearchStrategy[list[Event]] = st.lists(st.tuples(events, st.integers(0, 30)), max_size=30).map(_in_time)
"""Event 1, and then anything, time never going back."""
