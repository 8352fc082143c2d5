"""The Lambda functions of a world, and what each of them was sent."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from drctl.model.estate_services import Function
from drctl.sim.overlay import World


@dataclass(slots=True)
class PlayedFunction:
    """One function; `sent` are the payloads it was invoked with, as text, in order."""

    name: str
    described: Function
    state: str = "Active"
    sent: list[str] = field(default_factory=list)

    def answer(self) -> tuple[bytes, bool]:
        """What it answers, and whether that is a failure of its own."""
        if self.described.error is not None:
            told = {"errorMessage": self.described.error, "errorType": "Exception", "stackTrace": []}
            return json.dumps(told).encode(), True
        return json.dumps(dict(self.described.answer)).encode(), False


class LambdaFunctions:
    """All of them, in every account and Region."""

    def __init__(self, world: World) -> None:
        del world
        self._played: dict[tuple[str, str, str], PlayedFunction] = {}

    def play(self, account: str, region: str, name: str, described: Function) -> PlayedFunction:
        """Have a function answer as it is described."""
        played = self._played[account, region, name] = PlayedFunction(name, described)
        return played

    def find(self, account: str, region: str, name: str) -> PlayedFunction | None:
        """The function of that name; None where there is none."""
        return self._played.get((account, region, name))

    def within(self, account: str, region: str) -> list[PlayedFunction]:
        """Every function there, by name."""
        return [one for key, one in sorted(self._played.items()) if key[:2] == (account, region)]

    def reset(self) -> None:
        """Forget every function."""
        self._played.clear()

    def state(self) -> Mapping[str, Any]:
        """What each function was sent, by account, Region and name."""
        return {"/".join(key): list(one.sent) for key, one in sorted(self._played.items()) if one.sent}
