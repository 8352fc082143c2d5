"""The simulated AWS as one WSGI application: losses and faults first, then an overlay or moto."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from email.utils import format_datetime
from http import HTTPStatus

from moto.core.models import DEFAULT_ACCOUNT_ID

from drctl.model.scenario import Fault, FaultKind, LossMode
from drctl.sim import moto_patches
from drctl.sim.access.enforcement import Access, Denial
from drctl.sim.calls import CallLog, is_mutating
from drctl.sim.clock import SimClock
from drctl.sim.credentials import account_of
from drctl.sim.fault_answers import denied, error_of
from drctl.sim.faults import FaultPlan
from drctl.sim.lost_regions import lost_region_of
from drctl.sim.moto_backend import MotoBackend, NotImplementedByMoto
from drctl.sim.overlay import AwsError, Call, ConnectionHangs, ConnectionLost, Handler, ServiceOverlay, World
from drctl.sim.protocol import error_code_of, read_params, write, write_unmodelled
from drctl.sim.routing import (
    UNSIGNED,
    Route,
    Scope,
    find_route,
    find_scope,
    is_known,
    is_unsigned_call,
    not_found_code,
    service_of,
    unmatched_route,
)
from drctl.sim.wsgi import Answer, Environ, StartResponse, Wsgi, collect, read_body, with_body

log = logging.getLogger(__name__)

CONTROL = "/_sim/"
_LOOKS = frozenset({"GET", "HEAD", "OPTIONS"})
"""Methods that change nothing (RFC 9110, Safe Methods)."""
_UNAVAILABLE = Answer(503, (("Content-Type", "text/plain"),), b"")


class SimulatedAws:
    """One world behind the protocols of AWS. Requests are taken one at a time.

    `application` answers what is no call of AWS, `control` what begins with `/_sim/`.
    """

    def __init__(self, world: World, overlays: Sequence[ServiceOverlay], application: Wsgi | None = None) -> None:
        moto_patches.install(world.now)
        self.world = world
        self.overlays = tuple(overlays)
        self.control: Wsgi | None = None
        self.faults = FaultPlan()
        self.access = Access()
        self.calls = CallLog()
        # moto is not safe under threads: two conditional writes of DynamoDB could both win.
        self.lock = threading.RLock()
        self._application = application
        self._moto = MotoBackend()
        self._replaces = _table(self.overlays, "replaces")
        self._before = _table(self.overlays, "before")
        self._after = _table(self.overlays, "after")
        self._answered = 0

    def reset(self) -> None:
        """Forget every resource, fault, loss and recorded call; the clock stays where it is, with nothing due."""
        with self.lock:
            self._moto.reset()
            # moto is one for the whole process, and another world of it may have been served since.
            moto_patches.install(self.world.now)
            for overlay in self.overlays:
                overlay.reset()
            self.world.reset(SimClock(self.world.now()))
            self.faults = FaultPlan()
            self.access = Access()
            self.calls = CallLog()
            self._answered = 0

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request. Raises ConnectionLost or ConnectionHangs where no answer may come."""
        if self.control is not None and environ.get("PATH_INFO", "").startswith(CONTROL) and not _is_proxied(environ):
            return self.control(environ, start_response)
        scope = find_scope(environ)
        body = read_body(environ)
        with self.lock:
            if scope is not None:
                return self._dated(self._answer(scope, environ, body)).send(start_response)
            if self._application is None or (not _is_proxied(environ) and is_unsigned_call(environ)):
                return self._answer(UNSIGNED, environ, body).send(start_response)
            answer = collect(self._application, with_body(environ, body))
            self._record_sent(environ, answer)
            return answer.send(start_response)

    def _dated(self, answer: Answer) -> Answer:
        """AWS dates its answers by its own clock, and that is the virtual one: callers tell the age of things by it."""
        kept = (header for header in answer.headers if header[0].lower() != "date")
        return replace(answer, headers=(*kept, ("Date", format_datetime(self.world.now(), usegmt=True))))

    def _answer(self, scope: Scope, environ: Environ, body: bytes) -> Answer:
        if scope.region in self.world.lost_regions:
            return self._lost(scope.region)
        service = service_of(scope, environ, body)
        if not is_known(service):
            return write_unmodelled(_not_simulated(f"the service {service}"), self._request_id())
        route = find_route(service, with_body(environ, body))
        if route is None:
            route = unmatched_route(service, with_body(environ, body))
            return self._write(route, _not_simulated(f"{service}:{route.operation}"))
        try:
            call = self._call(scope, route, body)
        except AwsError as error:
            return self._write(route, error)
        if (region := lost_region_of(call, self.world.lost_regions)) is not None:
            return self._lost(region)
        if (denial := self.access.denial(call, self.world)) is not None:
            return self._deny(denial, call, route)
        if (fault := self.faults.strike(call.service, call.operation, call.region)) is not None:
            return self._fail(fault, call, route, environ, body)
        answer = self._carry_out(call, route, environ, body)
        if answer.status == HTTPStatus.NOT_FOUND and (denial := self.access.hidden(call)) is not None:
            return self._deny(denial, call, route)
        self._record(call, route, error_code_of(answer) or "ok")
        return answer

    def _deny(self, denial: Denial, call: Call, route: Route) -> Answer:
        error = denied(call, route.protocol, denial.action, denial.resource, explicit=denial.explicit)
        self._record(call, route, error.code)
        return self._write(route, error)

    def _call(self, scope: Scope, route: Route, body: bytes) -> Call:
        account = account_of(scope.access_key) or self._moto.account_of(scope.access_key)
        return Call(
            service=route.service,
            operation=route.operation,
            region=scope.region,
            account=account or self.world.default_account or DEFAULT_ACCOUNT_ID,
            params=read_params(route, body),
            role=self._moto.role_of(scope.access_key),
        )

    def _lost(self, region: str) -> Answer:
        mode = self.world.loss_modes.get(region, LossMode.RESET)
        if mode == LossMode.HANG:
            raise ConnectionHangs
        if mode == LossMode.UNAVAILABLE:
            return _UNAVAILABLE
        raise ConnectionLost

    def _fail(self, fault: Fault, call: Call, route: Route, environ: Environ, body: bytes) -> Answer:
        match fault.kind:
            case FaultKind.RESET:
                raise ConnectionLost
            case FaultKind.HANG:
                raise ConnectionHangs
            case FaultKind.UNAVAILABLE:
                return _UNAVAILABLE
            case FaultKind.ANSWER_LOST:
                answer = self._carry_out(call, route, environ, body)
                self._record(call, route, error_code_of(answer) or "lost")
                raise ConnectionLost
            case _:
                error = error_of(fault, call, route.protocol, not_found_code(route))
                self._record(call, route, error.code)
                return self._write(route, error)

    def _carry_out(self, call: Call, route: Route, environ: Environ, body: bytes) -> Answer:
        try:
            return self._handle(call, route, environ, body)
        except AwsError as error:
            return self._write(route, error)
        except NotImplementedByMoto:
            return self._write(route, _not_simulated(f"{call.service}:{call.operation}"))
        except (ConnectionLost, ConnectionHangs):
            raise
        except Exception:
            log.exception("%s:%s in %s failed inside the simulation", call.service, call.operation, call.region)
            said = f"the simulated {call.service}:{call.operation} crashed; its log has the traceback"
            return self._write(route, AwsError("InternalFailure", said, 500))

    def _handle(self, call: Call, route: Route, environ: Environ, body: bytes) -> Answer:
        key = (call.service, call.operation)
        for guard in self._before.get(key, ()):
            guard(call)
        if replacing := self._replaces.get(key):
            return self._write(route, replacing[0](call) or {})
        answer = self._moto.answer(with_body(environ, body), call)
        if answer.status < 300:
            for after in self._after.get(key, ()):
                if (changed := after(call)) is not None:
                    answer = self._write(route, changed)
        return answer

    def _write(self, route: Route, result: Mapping[str, object] | AwsError) -> Answer:
        return write(route, result, self._request_id())

    def _record(self, call: Call, route: Route, outcome: str) -> None:
        if is_mutating(call.operation):
            self.calls.add(call, at=self.world.now(), shape=route.model.input_shape, outcome=outcome)

    def _record_sent(self, environ: Environ, answer: Answer) -> None:
        """What the outside world was asked to change counts like a call, without what may be secret in it."""
        method, host = str(environ.get("REQUEST_METHOD")), str(environ.get("drctl.host") or "")
        if method in _LOOKS:
            return
        sent = Call(service="web", operation=method, region="", account="", params={"host": host})
        outcome = "ok" if answer.status < 400 else str(answer.status)
        self.calls.add(sent, at=self.world.now(), shape=None, outcome=outcome)

    def _request_id(self) -> str:
        self._answered += 1
        return f"00000000-0000-4000-8000-{self._answered:012d}"


def _table(overlays: Sequence[ServiceOverlay], kind: str) -> dict[tuple[str, str], list[Handler]]:
    table: dict[tuple[str, str], list[Handler]] = {}
    for overlay in overlays:
        handlers: Mapping[str, Handler] = getattr(overlay, kind)
        for operation, handler in handlers.items():
            table.setdefault((overlay.service, operation), []).append(handler)
    return table


def _not_simulated(what: str) -> AwsError:
    return AwsError("NotSimulated", f"the simulated AWS cannot do {what}")


def _is_proxied(environ: Environ) -> bool:
    """Whether this came as to a proxy: for the simulated internet, whatever its path looks like."""
    return "drctl.target" in environ
