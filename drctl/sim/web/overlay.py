"""The played hosts among the simulated services: they have no call of AWS, and are reset and shown with the rest."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from drctl.sim.overlay import Handler, World
from drctl.sim.web.played_web import PlayedWeb


class WebOverlay:
    service = "web"
    """Of no service of AWS."""

    def __init__(self, world: World) -> None:
        self._web = world.part(PlayedWeb)
        self.before: Mapping[str, Handler] = {}
        self.replaces: Mapping[str, Handler] = {}
        self.after: Mapping[str, Handler] = {}

    def reset(self) -> None:
        self._web.reset()

    def state(self) -> Mapping[str, Any]:
        return self._web.state()
