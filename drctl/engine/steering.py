"""Carry out what operators order while a run is driven."""

from __future__ import annotations

from drctl.engine.ledger import Ledger
from drctl.engine.orders import Rules, carry_out
from drctl.engine.parts import Parts
from drctl.engine.starter import Starter
from drctl.model import events as e
from drctl.model.plan import Plan


class Steering:
    """The orders of one drive: each is recorded, and then what follows from it is done."""

    def __init__(self, plan: Plan, parts: Parts, ledger: Ledger, starter: Starter) -> None:
        self.plan = plan
        """The plan as it stands: an order may have amended it."""
        self._parts, self._ledger, self._starter = parts, ledger, starter
        self._run, self._scheduler = ledger.run, starter.scheduler
        self._rules = Rules(self._asks_person, parts.replan)

    def obey(self, in_flight: frozenset[str]) -> None:
        """Carry out what operators have ordered, but for steps that are in flight: those have to come home first."""
        for order in self._ledger.orders():
            if order.step in in_flight:
                continue
            events = carry_out(order, self._run, self.plan, self._rules, self._scheduler.now())
            if isinstance(events[0], e.RunPaused):
                # Recorded once everything has come home; until then the order stays in the inbox.
                self._parts.pause.ask(order.by, order.why, order.id)
                continue
            self._ledger.write(events, (order.id,))
            self._follow(events[0])

    def _follow(self, event: e.Event) -> None:
        match event:
            case e.RunAborted():
                self._scheduler.halt()
            case e.PlanAmended(sources=sources):
                self.plan = self._parts.replan(sources)
                self._starter.follow(self.plan)
                self._parts.progress.begin(self.plan, self._run)
                self._starter.start_what_can()
            case e.StepRetried(step=id):
                self._starter.drop(id)
                self._starter.try_again(id)
            case e.StepSkipped(step=id):
                self._starter.drop(id)
                self._starter.start_after(id)

    def _asks_person(self, kind: str) -> bool:
        spec = self._parts.catalogue.spec(kind)
        return spec is not None and spec.asks_person
