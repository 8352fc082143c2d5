"""The hosts outside of AWS that a world plays, and what each of them was sent."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from drctl.model.estate import Estate
from drctl.model.estate_web import WebHost
from drctl.sim.overlay import World
from drctl.sim.web.github import PlayedGithub
from drctl.sim.web.pagerduty import PlayedPagerduty
from drctl.sim.web.request import PlayedHost, WebRequest, text_answer
from drctl.sim.web.webhook import PlayedWebhook
from drctl.sim.wsgi import Answer


class PlayedWeb:
    """All of them, by their names."""

    def __init__(self, world: World) -> None:
        del world
        self.hosts: dict[str, PlayedHost] = {}

    def play(self, estate: Estate) -> None:
        """The hosts of `estate`, and no others, answer from now on."""
        self.hosts = {name: _played(host, _opened_by(estate, host)) for name, host in estate.web.items()}

    def find(self, host: str) -> PlayedHost | None:
        """The host of that name; None where the world plays none of it."""
        return self.hosts.get(host)

    def reset(self) -> None:
        """Forget every host."""
        self.hosts.clear()

    def state(self) -> Mapping[str, Any]:
        """What is left of a run in them, by host; of those in which nothing is, not a word."""
        return {name: held for name, host in sorted(self.hosts.items()) if (held := host.state())}


class Failing:
    """A host that is in trouble itself, and answers everything with the same status."""

    def __init__(self, status: int) -> None:
        self._status = status

    def answer(self, request: WebRequest) -> Answer:
        return text_answer(self._status, "upstream trouble")

    def state(self) -> Any:
        return None


def _played(host: WebHost, opened_by: frozenset[str]) -> PlayedHost:
    if host.fails_with is not None:
        return Failing(host.fails_with)
    match host.kind:
        case "webhook":
            return PlayedWebhook(opened_by)
        case "pagerduty":
            return PlayedPagerduty(opened_by)
        case "github":
            return PlayedGithub(host.repositories, opened_by)


def _opened_by(estate: Estate, host: WebHost) -> frozenset[str]:
    return frozenset() if host.secret is None else estate.secret_values(host.secret)
