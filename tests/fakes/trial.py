"""A script, acted out: the engine is driven, killed and taken up again, and remembers what was asked of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from random import Random

from drctl.engine.orders import Rules, carry_out
from drctl.errors import InputInvalid, LeaseLost
from drctl.model import events as e
from drctl.model.amendment import touched_steps
from drctl.model.events import Approve
from drctl.model.finding import Finding, FindingKind, Severity
from drctl.model.order import Order, OrderKind
from drctl.model.plan import Plan
from drctl.model.run import Run, RunState, StepState
from drctl.ports.approvals import Answer, ApprovalRequest
from tests.fakes.clock import START
from tests.fakes.journal import MemoryJournal, PowerCut
from tests.fakes.pool import InlinePool, LatePool
from tests.fakes.runs import Bench
from tests.fakes.scripts import Command, Drive, Meanwhile, Script, Told, amendments
from tests.fakes.troubled_world import SOMEBODY, TroubledWorld
from tests.fakes.world import Thing

LOOPS_AT_MOST = 20_000
"""After how many turns of the engine a drive counts as endless; the longest that ends by itself takes about 3,000."""


class Endless(AssertionError):
    """A drive that goes on and on."""


class TrialJournal(MemoryJournal):
    """A journal that counts the engine's turns, lets calls home at each, and can lose its lease."""

    def __init__(
        self,
        made: Callable[[Told], Order | None],
        pool: LatePool | None = None,
        told: Sequence[tuple[int, Told]] = (),
    ) -> None:
        super().__init__()
        self._made, self._told = made, list(told)
        self.pool, self.turns = pool, 0
        self.steal_at: int | None = None

    def orders(self) -> tuple[Order, ...]:
        self.turns += 1
        if self.turns > LOOPS_AT_MOST:
            raise Endless("every drive ends: this one goes on and on")
        for due in [due for due in self._told if due[0] <= self.appends]:
            if (order := self._made(due[1])) is not None:
                self.inbox[order.id] = order
                self._told.remove(due)
        return super().orders()

    def renew(self) -> None:
        if self.pool is not None:
            self.pool.let_some_home()
        super().renew()

    def _check(self) -> None:
        if self.steal_at is not None and self.appends >= self.steal_at:
            self.stolen = True
        super()._check()


class People:
    """They answer whatever is asked, or say nothing until the fourth question, when they interrupt the run."""

    def __init__(self, trial: Trial, answer: bool | None) -> None:
        self._trial, self._answer, self._asked = trial, answer, 0

    def answer(self, request: ApprovalRequest) -> Answer | None:
        self._asked += 1
        if self._answer is None:
            if self._asked > 3:
                self._trial.pause.ask("ana@ops")
            return None
        return Answer(approved=self._answer, by="kim")


class Trial(Bench):
    """One script, acted out turn by turn."""

    def __init__(self, script: Script) -> None:
        super().__init__(
            *script.plan.steps,
            approve=script.approve,
            mode=script.mode,
            stops=script.plan.stops,
            after_drill=script.plan.after_drill,
            sustain=script.plan.sustain,
        )
        self.script, self.first = script, self.plan
        self.amendments = amendments(self.plan)
        lags = {step.id: timedelta(seconds=90) for step in self.plan.steps if step.params.get("settles") == "90s"}
        self.troubled = TroubledWorld(
            self.clock,
            look_troubles=dict(script.look_troubles),
            change_troubles=dict(script.change_troubles),
            meddling=dict(script.meddling),
            rings={
                name: (START + timedelta(minutes=begins), START + timedelta(minutes=begins + lasts))
                for name, (begins, lasts) in script.rings.items()
            },
            lags=lags,
        )
        self.world = self.troubled
        for name in script.foreign:
            self.world.things[name] = Thing(SOMEBODY, START)
        self.given: dict[str, Order] = {}
        self.boundaries: list[int] = []
        """After how many events each drive began."""
        self.intended_in: Counter[str] = Counter()
        """The newest event by which each step has intended something."""
        self.driven: list[Run] = []
        """What each drive that came to its end had in its hands."""
        self.met: Counter[str] = self.troubled.met

    def replan(self, sources: Mapping[str, str]) -> Plan:
        """The plan in that text."""
        if sources["things"] not in self.amendments:
            raise InputInvalid("this is no runbook")
        return self.amendments[sources["things"]]

    def folded(self) -> Run:
        """The run as its journal has it; the plan it follows is at hand afterwards."""
        run = Run.of(self.journal.read())
        self.plan = self.replan(run.amended[-1].sources) if run.amended else self.first
        return run

    @property
    def finished(self) -> bool:
        """Whether the run has ended."""
        return self.folded().state is RunState.FINISHED

    def take(self, turn: Drive | Command | Meanwhile) -> None:
        """Act out one turn."""
        match turn:
            case Drive():
                self.go(turn)
            case Command(told):
                if (order := self.order(told)) is not None:
                    self.give(order)
            case Meanwhile(minutes, what, place):
                self.troubled.forget_what_was_shown()
                self.clock.set(self.clock.now() + timedelta(minutes=minutes))
                if what:
                    makers = [step.id for step in self.first.steps if step.uses == "thing.make"]
                    if makers:
                        self.troubled.meddle(what, makers[place % len(makers)])

    def go(self, turn: Drive) -> None:
        """Take the run up as `drctl resume` does, and drive it. A finished one is left as it is."""
        run = self.folded()
        if run.state is RunState.FINISHED:
            return
        pool = LatePool(Random(turn.late)) if turn.late else None
        self.journal = self._journal(turn, pool)
        self.pool = pool or InlinePool()
        self.pause = type(self.pause)()
        self.approvals = People(self, turn.answers) if turn.someone or run.approve is Approve.AUTO else None
        self.troubled.leased = lambda: not self.journal.stolen
        self._set_cut(turn)
        self.boundaries.append(len(self.journal.lines))
        try:
            self.journal.append([*self._taking_up(turn, run)])
            self.driven.append(self.drive())
        except PowerCut:
            self.met["the runner is killed"] += 1
        except LeaseLost:
            self.met["the lease is taken"] += 1
            if pool is not None:
                pool.let_all_home()

    def _journal(self, turn: Drive, pool: LatePool | None) -> TrialJournal:
        before = self.journal
        journal = TrialJournal(self.order, pool, turn.coming)
        journal.lines, journal.fence, journal.inbox = before.lines, before.fence + 1, before.inbox
        match turn.gone:
            case "before an append":
                journal.cut_before = turn.gone_at
            case "after an append":
                journal.cut_after = turn.gone_at
            case "lease taken":
                journal.steal_at = turn.gone_at
        return journal

    def _set_cut(self, turn: Drive) -> None:
        world, at = self.troubled, turn.gone_at
        calls = turn.gone in ("before a call", "after a call")
        world.cut_when = turn.gone.partition(" ")[0]
        # There are fewer calls than looks and appends.
        world.cut_at_call = world.writes + 1 + at // 3 if calls else None
        world.cut_at_look = world.looks + at if turn.gone == "at a look" else None

    def _taking_up(self, turn: Drive, run: Run) -> list[e.Event]:
        now = self.clock.now()
        taken: list[e.Event] = [e.LeaseTaken(at=now, holder="runner", reason="resume")]
        if turn.ignores and run.tripped is not None:
            what = f"ana@ops went on in spite of the stop condition {run.tripped.condition}: known"
            taken.append(e.StopIgnored(at=now, condition=run.tripped.condition, by="ana@ops", why="known"))
            finding = Finding(FindingKind.OVERRIDE, Severity.SERIOUS, what)
            taken.append(e.FindingRecorded(at=now, finding=finding))
        taken.append(e.RunResumed(at=now, by="ana@ops", approve=turn.approve))
        return taken

    def order(self, told: Told) -> Order | None:
        """An order with an id of its own: mostly one that can be meant, or None for as long as there is none."""
        step, text = "", ""
        if told.kind is OrderKind.AMEND:
            texts = ["nonsense", *self.amendments] if told.place % 4 == 3 else self._fresh_texts()
            if not texts:
                return None
            text = texts[told.place % len(texts)]
        elif told.kind not in (OrderKind.PAUSE, OrderKind.ABORT, OrderKind.NOTE):
            ids = [step.id for step in self.first.steps] if told.place % 4 == 3 else self._meant(told.kind)
            if not ids:
                return None
            step = ids[told.place % len(ids)]
        order = Order(
            id=f"order-{len(self.given)}",
            kind=told.kind,
            by="ana@ops",
            why="because",
            step=step,
            undo=told.undo,
            sources={"things": text} if text else {},
        )
        self.given[order.id] = order
        return order

    def _meant(self, kind: OrderKind) -> list[str]:
        """The steps for which such an order has a meaning now."""
        run = Run.of(self.journal.read())
        asks = kind in (OrderKind.APPROVE, OrderKind.REJECT)
        states = {
            OrderKind.RETRY: (StepState.FAILED, StepState.HELD, StepState.SKIPPED),
            OrderKind.SKIP: (StepState.PENDING, StepState.RUNNING, StepState.FAILED, StepState.HELD),
        }.get(kind, (StepState.RUNNING, StepState.HELD))
        return [s.id for s in self.first.steps if run.step(s.id).state in states and (not asks or s.uses == "ask")]

    def _fresh_texts(self) -> list[str]:
        """The texts that change only what has not started."""
        run = Run.of(self.journal.read())
        started = {id for id, step in run.steps.items() if step.state is not StepState.PENDING or step.epoch}
        return [
            name
            for name, plan in self.amendments.items()
            if plan != self.plan and not started & set(touched_steps(self.plan, plan))
        ]

    def give(self, order: Order) -> None:
        """Carry an order out as the command does that finds the run undriven."""
        run = self.folded()
        rules = Rules(lambda kind: kind == "ask", self.replan)
        events = carry_out(order, run, self.plan, rules, self.clock.now())
        journal = MemoryJournal()
        journal.lines, journal.fence, journal.inbox = self.journal.lines, self.journal.fence + 1, self.journal.inbox
        journal.append(events, (order.id,))
        self.journal = journal

    def act_out(self) -> None:
        """Every turn of the script, then drives without trouble until the run ends or waits for a person.

        Before each of them whoever waits for an order to be obeyed finds the run undriven.
        """
        for turn in self.script.turns:
            self.take(turn)
        for _ in range(3):
            for order in list(self.journal.inbox.values()):
                self.give(order)
            self.take(Drive(answers=True))
        for order in list(self.journal.inbox.values()):
            self.give(order)
