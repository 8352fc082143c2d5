"""One step in a small world of the simulated AWS, driven by the real engine while faults strike its calls."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, NoReturn

from drctl.engine.drive import drive
from drctl.engine.parts import Parts
from drctl.model.events import Approve, ChangeFailed, ChangeIntended, Event, Marked, Mode, RunStarted
from drctl.model.failure import CallFailure, FailureKind
from drctl.model.plan import Objectives, Plan, PlannedStep
from drctl.model.recorded import Recorded
from drctl.model.run import Run, StepRun, StepState
from drctl.model.scenario import Fault
from drctl.model.timing import Mark
from drctl.ports.aws import AwsAccess, AwsCall, AwsClients
from drctl.probes.http import HttpxProbe
from drctl.sim.calls import RecordedCall, is_mutating
from drctl.sim.engine_clock import JumpingClock
from drctl.sim.faults import FaultPlan
from drctl.sim.state import state_of
from drctl.testing.access import kept_access
from drctl.testing.cases import RUN, STEP, Case, Live, catalogue_of
from drctl.testing.simulated import Simulated
from tests.fakes.approvals import ScriptedApprovals
from tests.fakes.journal import MemoryJournal
from tests.fakes.pool import InlinePool
from tests.fakes.progress import SilentProgress

PATIENCE = timedelta(hours=12)
"""The step's deadline: long enough for every storm here, so that what is seen is the engine and not the deadline."""
ONE_FOR_ALL_REGIONS = frozenset({"route53-recovery-cluster"})
"""Services whose endpoints in several Regions are doors to one thing: where one does not open, another is taken."""
LATER_IS_OTHERWISE = {
    "s3.restore_versions": "the versions it makes have instants and random ids",
    "secrets.put": "generates another password at another instant",
}
"""Kinds whose fingerprint is another one where they come to it later, and why."""
AFTERWARDS = timedelta(hours=6)
"""After it everything that was on its way has come to rest."""
Operation = tuple[str, str]
"""boto3's names of a service and of its operation."""


class _World:
    """The simulated AWS as the engine's clock moves it; `passing` hears of every move."""

    def __init__(self, simulated: Simulated) -> None:
        self._simulated = simulated

    def clock(self) -> datetime:
        return self._simulated.now()

    def advance(self, to: datetime) -> datetime:
        return self._simulated.advance(to - self._simulated.now())


class NotedAccess:
    """AWS for the engine, which remembers every call (the AwsAccess port)."""

    def __init__(self, access: AwsAccess) -> None:
        self._access = access
        self.calls: list[AwsCall] = []

    def for_account(self, account: str | None, step: str | None = None) -> AwsClients:
        return self._access.for_account(account)

    def recorded_calls(self) -> tuple[AwsCall, ...]:
        calls = self._access.recorded_calls()
        self.calls += calls
        return calls

    def classify(self, error: Exception) -> CallFailure | None:
        return self._access.classify(error)

    def without_secrets(self, text: str) -> str:
        return self._access.without_secrets(text)


class _HeardJournal(MemoryJournal):
    """A journal of which somebody hears right after each event is durable."""

    hear: Callable[[Event], None] = staticmethod(lambda event: None)

    def append(self, events: Sequence[Event], obeyed: Sequence[str] = ()) -> tuple[Recorded, ...]:
        records = super().append(events, obeyed)
        for event in events:
            self.hear(event)
        return records


@dataclass(frozen=True, kw_only=True)
class Left:
    """What a drive has left behind: equal for two that did the same."""

    state: object
    """The simulated AWS once everything has come to rest, as plain data."""
    accepted: Counter[str]
    """The changes that AWS, and the rest of the world, has accepted: a doubled one is there twice."""
    made: int
    """How much has been done, as the case counts it where it is not by the calls."""


class OneStep:
    """One step of a run on a simulated AWS that is made anew for it. It can be driven again over the same journal."""

    def __init__(
        self, case: Case, simulated: Simulated, access: AwsAccess | None = None, patience: timedelta = PATIENCE
    ) -> None:
        assert case.live is not None
        simulated.renew()
        case.live.plant(simulated)
        self.case, self.live, self.simulated = case, case.live, simulated
        self.aws = NotedAccess(access or kept_access(simulated, case.account))
        self.journal = _HeardJournal()
        self.bugs: list[str] = []
        self._planted, self._made = len(simulated.calls()), case.live.made(simulated)
        spec = case.action.spec
        step = PlannedStep(
            id=STEP,
            uses=case.kind,
            params=_values(case.params),
            account=case.account,
            expect=spec.expect,
            deadline=max(spec.deadline, patience),
        )
        self._plan = Plan(
            runbook="faults", title="", objectives=Objectives(timedelta(hours=4), timedelta(hours=1)), steps=(step,)
        )
        self._begin()

    def strike(self, *faults: Fault) -> None:
        """Have `faults` strike the calls from now on, and none of those before."""
        self.simulated.app.faults = FaultPlan.of(faults)

    @property
    def struck(self) -> int:
        """How many calls the faults have struck."""
        return sum(rule.struck for rule in self.simulated.app.faults.armed)

    def once(self, kind: type[Event], happens: Callable[[], None]) -> None:
        """Have `happens` called right after the first event of that kind is durable."""
        heard: list[Event] = []

        def hear(event: Event) -> None:
            if isinstance(event, kind) and not heard:
                heard.append(event)
                happens()

        self.journal.hear = hear

    def drive(self) -> StepRun:
        """Drive the run from what its journal holds; the step as it ended. What breaks is a failure of the test."""
        answer = self.live.answer
        probes = replace(self.live.probes, http=HttpxProbe(self.simulated.url)) if self.live.over_http else None
        run = Run.of(self.journal.read())
        parts = Parts(
            catalogue=catalogue_of(self.case.kind),
            aws=self.aws,
            probes=probes or self.live.probes,
            programs=self.live.programs,
            clock=JumpingClock(_World(self.simulated)),
            journal=self.journal,
            progress=SilentProgress(),
            approvals=ScriptedApprovals({STEP: answer}) if answer is not None else None,
            pool=InlinePool(),
            replan=_no_replan,
            log_bug=self.bugs.append,
        )
        ended = drive(self._plan, run, parts).step(STEP)
        assert not self.bugs, self.bugs[0]
        return ended

    def events(self) -> list[Event]:
        return self.journal.events()

    @property
    def intended(self) -> list[str]:
        """The names of the changes that were begun, in order."""
        return [event.name for event in self.events() if isinstance(event, ChangeIntended)]

    @property
    def refused(self) -> Counter[str]:
        """How often each change was begun and certainly not made."""
        ambiguous = FailureKind.AMBIGUOUS.value
        return Counter(e.name for e in self.events() if isinstance(e, ChangeFailed) and e.kind != ambiguous)

    @property
    def accepted(self) -> Counter[str]:
        """The changes that were accepted since the world was planted."""
        calls = self.simulated.calls()[self._planted :]
        return Counter(
            f"{call.service}:{call.operation}{_where(call)} {_usual(json.dumps(call.params, sort_keys=True))}"
            for call in calls
            if call.outcome in ("ok", "lost")
        )

    def left(self) -> Left:
        """What was left behind, after everything has come to rest."""
        accepted = self.accepted
        # Where nothing else is said a case counts the calls, and those that AWS refused with them.
        made = self.live.made(self.simulated) - self._made if self.live.made is not _CALLS else 0
        self.strike()
        self.simulated.advance(AFTERWARDS)
        with self.simulated.app.lock:
            state: list[object] = [state_of(self.simulated.app.overlays)]
        if self.live.fingerprint is not None and self.case.kind not in LATER_IS_OTHERWISE:
            state.append(self.live.fingerprint(self.simulated))
        return Left(state=state, accepted=accepted, made=made)

    def _begin(self) -> None:
        now = self.simulated.now()
        self.journal.append(
            [
                RunStarted(
                    at=now,
                    run=RUN,
                    runbook="faults",
                    mode=Mode.DRILL,
                    approve=Approve.ASK,
                    environment="simulated",
                    simulated=True,
                    sources={},
                    inputs={},
                    variables={},
                    lost_regions=(),
                ),
                Marked(at=now, mark=Mark.ONSET, instant=now),
            ]
        )


@dataclass(frozen=True, kw_only=True)
class Undisturbed:
    """How a case ends where nothing strikes."""

    left: Left
    changes: tuple[str, ...]
    looks: tuple[Operation, ...]
    """The operations by which it looks, in the order in which they are first called."""
    makes: tuple[Operation, ...]
    """Those by which it changes something at AWS, likewise."""
    calls: Mapping[Operation, int]
    flips: bool
    """Whether any of its changes would change things again if it were repeated."""


_undisturbed: dict[str, Undisturbed] = {}


def undisturbed(case: Case, simulated: Simulated) -> Undisturbed:
    """How the case ends where nothing strikes; found out once."""
    if str(case) not in _undisturbed:
        step = OneStep(case, simulated)
        ended = step.drive()
        assert ended.state is StepState.SUCCEEDED, f"{case}: {ended.failure}"
        called = Counter(
            (call.service, call.operation) for call in step.aws.calls if call.service != "sts" or _asks(case)
        )
        _undisturbed[str(case)] = Undisturbed(
            left=step.left(),
            changes=tuple(step.intended),
            looks=tuple(o for o in called if not is_mutating(o[1])),
            makes=tuple(o for o in called if is_mutating(o[1])),
            calls=called,
            flips=any(event.flip for event in step.events() if isinstance(event, ChangeIntended)),
        )
    return _undisturbed[str(case)]


def _asks(case: Case) -> bool:
    # Whose credentials they are is asked once for all tests of a process, but for the action that asks nothing else.
    return case.kind == "guard.account"


def _no_replan(sources: Any) -> NoReturn:
    raise AssertionError("nobody amends this plan")


# What is otherwise where something else came before: ids that AWS makes up, and the latest restorable time.
_MADE_UP = (
    re.compile(r"(?<=[-/])[0-9a-f]{16,17}\b"),
    re.compile(r', "RestoreTime": "[^"]*"|{"Key": "drctl:restore-time"[^}]*}, |\'drctl:restore-time\': \'[^\']*\''),
)
_TOKEN = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|#\d+")
_CALLS = Live.__dataclass_fields__["made"].default


def _where(call: RecordedCall) -> str:
    return "" if call.service in ONE_FOR_ALL_REGIONS else f" in {call.region}"


def check(holds: bool, what: str) -> None:
    """Raise AssertionError with `what` where it does not hold."""
    if not holds:
        raise AssertionError(what)


def check_ended_the_same(step: OneStep, ended: StepRun, usual: Undisturbed, *, begun_anew: bool = False) -> None:
    """The step ended well, left the world as it would have undisturbed, and did nothing twice.

    What was begun anew carries the tokens of its new beginning, and is told by its operation alone.
    """
    check(ended.state is StepState.SUCCEEDED, f"{ended.state}: {ended.failure}")
    left, undisturbed_left = step.left(), usual.left
    if begun_anew:
        left, undisturbed_left = _anew(left), _anew(undisturbed_left)
    more, less = left.accepted - undisturbed_left.accepted, undisturbed_left.accepted - left.accepted
    check(not more and not less, f"accepted beyond the usual {dict(more)}, missing {dict(less)}")
    check(left.made == undisturbed_left.made, f"made {left.made} instead of {undisturbed_left.made}")
    same = left.state == undisturbed_left.state or _usual(repr(left.state)) == _usual(repr(undisturbed_left.state))
    check(same, f"left {left.state!r:.2000}\ninstead of {undisturbed_left.state!r:.2000}")


def in_doubt(step: OneStep) -> bool:
    """Whether the newest change is one that would change things again if it were repeated."""
    begun = [event for event in step.events() if isinstance(event, ChangeIntended)]
    return bool(begun) and begun[-1].flip


def check_held_in_doubt(step: OneStep, ended: StepRun, usual: Undisturbed) -> None:
    """Nobody knows whether the flip has happened: it was sent once, and a person is asked."""
    check(ended.state is StepState.HELD, str(ended.state))
    check(not step.accepted - usual.left.accepted, f"accepted {step.accepted}")
    sent = Counter(step.intended) - step.refused
    check(not sent[step.intended[-1]] > usual.changes.count(step.intended[-1]), f"{step.intended}")
    check(bool(ended.hint), ended.failure)


def _anew(left: Left) -> Left:
    accepted = Counter[str]()
    for call, count in left.accepted.items():
        accepted[call.partition(" {")[0]] += count
    return replace(left, accepted=accepted, state=_TOKEN.sub("", repr(left.state)))


def _usual(text: str) -> str:
    for made_up in _MADE_UP:
        text = made_up.sub("", text)
    return text


def _values(params: Mapping[str, Any]) -> Mapping[str, Any]:
    # Plain data is a plan's value where nothing in it refers to anything.
    return params
