"""`/_sim/`: how a drill moves the simulated world, breaks it, and asks what happened in it."""

from __future__ import annotations

import base64
import json
import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qs

from drctl.model.instant import parse_instant
from drctl.model.scenario import Fault, LossMode
from drctl.sim.app import CONTROL, SimulatedAws
from drctl.sim.faults import FaultPlan, parse_fault
from drctl.sim.probing import probing
from drctl.sim.state import state_of
from drctl.sim.terraform.invocation import Invocation
from drctl.sim.terraform.played import PlayedTerraform
from drctl.sim.wsgi import Answer, Environ, StartResponse, read_body


class _BadRequest(Exception):
    """What was asked for cannot be done; the text says why."""


@dataclass(frozen=True, slots=True)
class Identity:
    """Which world this is, so that nobody resumes a run in another one."""

    world: str
    onset: datetime
    pid: int
    speed: str = "instant"
    """How fast its time runs by itself; `instant` where it stands still until it is moved."""


class Control:
    """The endpoints, as a WSGI application. Every answer is JSON; an error is `{"error": …}`."""

    def __init__(self, app: SimulatedAws, identity: Identity, stopping: threading.Event) -> None:
        self._app, self._identity, self._stopping = app, identity, stopping
        self._answers: Mapping[tuple[str, str], Callable[[Mapping[str, Any]], Any]] = {
            ("GET", "health"): self._health,
            ("GET", "clock"): self._clock,
            ("POST", "advance"): self._advance,
            ("GET", "calls"): self._calls,
            ("GET", "state"): self._state,
            ("POST", "scenario"): self._scenario,
            ("POST", "faults"): self._faults,
            ("POST", "access"): self._enforce,
            ("GET", "access"): self._access,
            ("POST", "program"): self._play,
            ("GET", "program"): self._program,
            ("GET", "program-file"): self._program_file,
            ("POST", "reset"): self._reset,
            ("POST", "stop"): self._stop,
            **{("POST", protocol): _refusing(answer) for protocol, answer in probing(app.world).items()},
        }

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        name = environ["PATH_INFO"].removeprefix(CONTROL)
        found = self._answers.get((environ["REQUEST_METHOD"], name))
        status, told = HTTPStatus.NOT_FOUND, {"error": f"there is no {environ['REQUEST_METHOD']} {CONTROL}{name}"}
        if found is not None:
            try:
                with self._app.lock:
                    status, told = HTTPStatus.OK, found(_asked(environ))
            except _BadRequest as wrong:
                status, told = HTTPStatus.BAD_REQUEST, {"error": str(wrong)}
        return Answer(status, (("Content-Type", "application/json"),), json.dumps(told).encode()).send(start_response)

    def _health(self, _: Mapping[str, Any]) -> Any:
        return {
            "world": self._identity.world,
            "onset": self._identity.onset.isoformat(),
            "pid": self._identity.pid,
            "speed": self._identity.speed,
            "now": self._now(),
        }

    def _clock(self, _: Mapping[str, Any]) -> Any:
        return {"now": self._now()}

    def _advance(self, asked: Mapping[str, Any]) -> Any:
        try:
            to = parse_instant(str(asked.get("to")))
        except ValueError as wrong:
            raise _BadRequest(f"to: {wrong}") from None
        self._app.world.clock.advance_to(to)
        return {"now": self._now()}

    def _now(self) -> str:
        # To the microsecond: a clock that answers less than it was moved to would be asked again for ever.
        return self._app.world.now().isoformat()

    def _calls(self, asked: Mapping[str, Any]) -> Any:
        since = str(asked.get("since", "0"))
        if not since.isdecimal():
            raise _BadRequest(f"since: expected the number of a call, got {since!r}")
        return {"calls": [call.as_json() for call in self._app.calls.since(int(since))]}

    def _state(self, _: Mapping[str, Any]) -> Any:
        return state_of(self._app.overlays)

    def _scenario(self, asked: Mapping[str, Any]) -> Any:
        """Lose and heal Regions, and break things: `{"lose": {Region: mode}, "heal": [Region], "broken": {…}}`."""
        world = self._app.world
        for region, mode in dict(asked.get("lose", {})).items():
            if mode not in tuple(LossMode):
                raise _BadRequest(f"lose: a Region is lost by {', '.join(LossMode)}, not by {mode!r}")
            world.lose(region, mode)
        for region in asked.get("heal", ()):
            world.heal(region)
        for kind, names in dict(asked.get("broken", {})).items():
            world.broken[kind] = set(names)
        return {"lost_regions": sorted(world.lost_regions)}

    def _faults(self, asked: Mapping[str, Any]) -> Any:
        """Put these faults in force instead of those before: `{"faults": ["rds:…:throttle:3", …]}`."""
        faults: list[Fault] = []
        for text in asked.get("faults", ()):
            try:
                faults.append(parse_fault(str(text)))
            except ValueError as wrong:
                raise _BadRequest(f"faults: {wrong}") from None
        self._app.faults = FaultPlan.of(faults)
        return {"faults": len(faults)}

    def _enforce(self, asked: Mapping[str, Any]) -> Any:
        """Have roles do what their policies allow, and nothing else: `{"roles": {ARN: [document, …]}}`."""
        try:
            self._app.access.enforce(dict(asked.get("roles", {})))
        except ValueError as wrong:
            raise _BadRequest(f"roles: {wrong}") from None
        return self._access({})

    def _access(self, _: Mapping[str, Any]) -> Any:
        return {"roles": self._app.access.as_json()}

    def _play(self, asked: Mapping[str, Any]) -> Any:
        """Play a program: `{"key": …, "argv": […], "account": id, "region": …, "limit_s": …, "answer": file}`."""
        try:
            self._terraform.start(Invocation.read(asked))
        except ValueError as wrong:
            raise _BadRequest(str(wrong)) from None
        return {}

    def _program(self, asked: Mapping[str, Any]) -> Any:
        return {"program": self._terraform.find(str(asked.get("key")))}

    def _program_file(self, asked: Mapping[str, Any]) -> Any:
        content = self._terraform.file(str(asked.get("key")), str(asked.get("file")))
        return {"content": base64.b64encode(content).decode() if content is not None else None}

    @property
    def _terraform(self) -> PlayedTerraform:
        return self._app.world.part(PlayedTerraform)

    def _reset(self, _: Mapping[str, Any]) -> Any:
        self._app.reset()
        return {}

    def _stop(self, _: Mapping[str, Any]) -> Any:
        self._stopping.set()
        return {}


def _refusing(answer: Callable[[Mapping[str, Any]], Any]) -> Callable[[Mapping[str, Any]], Any]:
    """`answer`, with what it does not understand as a request that cannot be granted."""

    def answered(asked: Mapping[str, Any]) -> Any:
        try:
            return answer(asked)
        except ValueError as wrong:
            raise _BadRequest(str(wrong)) from None

    return answered


def _asked(environ: Environ) -> Mapping[str, Any]:
    """What was asked for: the query of a GET, the JSON object of a POST."""
    if environ["REQUEST_METHOD"] == "GET":
        return {name: values[-1] for name, values in parse_qs(environ.get("QUERY_STRING", "")).items()}
    try:
        asked = json.loads(read_body(environ) or b"{}")
    except ValueError:
        raise _BadRequest("expected a JSON object") from None
    if not isinstance(asked, dict):
        raise _BadRequest("expected a JSON object")
    return asked
