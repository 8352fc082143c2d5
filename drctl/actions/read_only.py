"""What every action has in common that changes nothing."""

from __future__ import annotations

from typing import Any, NoReturn

from drctl.model.decision import Change, Decision, Done
from drctl.model.past import Past
from drctl.ports.action import Permission, StepContext


class ReadOnly:
    """An action whose `decide` never asks for a change: there is nothing to make, and nothing to undo."""

    def act(self, params: Any, change: Change, ctx: StepContext) -> NoReturn:
        raise AssertionError(f"this action changes nothing, so there is no {change.name!r}")

    def decide_undo(self, params: Any, seen: Any, past: Past) -> Decision:
        return Done("nothing was changed")

    def permissions(self, params: Any, region: str, account: str) -> tuple[Permission, ...]:
        return ()
