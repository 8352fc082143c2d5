"""Answers of the simulated AWS that are not what they should be: older than a change, or with words nobody knows."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from unittest import mock

from drctl.sim.calls import is_mutating
from drctl.sim.overlay import Call
from drctl.sim.protocol import error_code_of
from drctl.sim.routing import Route
from drctl.sim.wsgi import Answer, Environ
from drctl.testing.simulated import Simulated


class Changed:
    """How many answers were changed."""

    count = 0


@contextmanager
def stale(simulated: Simulated, lag: timedelta) -> Iterator[Changed]:
    """For `lag` after each change that was accepted, looks are answered as they were before it."""
    carry_out = simulated.app._carry_out
    before: dict[str, Answer] = {}
    old_until = simulated.now()
    changed = Changed()

    def answered(call: Call, route: Route, environ: Environ, body: bytes) -> Answer:
        nonlocal old_until
        asked = f"{call.service}:{call.operation} {call.region} {json.dumps(call.params, sort_keys=True, default=str)}"
        if is_mutating(call.operation):
            answer = carry_out(call, route, environ, body)
            if not error_code_of(answer):
                old_until = simulated.now() + lag
            return answer
        if simulated.now() < old_until and asked in before:
            changed.count += 1
            return before[asked]
        before[asked] = carry_out(call, route, environ, body)
        return before[asked]

    with mock.patch.object(simulated.app, "_carry_out", answered):
        yield changed


_STATUS = re.compile(
    rb"(?P<xml><(?:\w*(?:Status|State|StateValue|StatusCode)|State>\s*<Code)>)[\w-]+(?=</)"
    rb"|(?P<json>\"(?:\w*(?:[Ss]tatus|[Ss]tate|StateValue|StatusCode))\": ?\")[\w-]+(?=\")"
)


@contextmanager
def levitating(simulated: Simulated) -> Iterator[Changed]:
    """Every status in an answer to a look is a word that AWS has never said before."""
    carry_out = simulated.app._carry_out
    changed = Changed()

    def answered(call: Call, route: Route, environ: Environ, body: bytes) -> Answer:
        answer = carry_out(call, route, environ, body)
        if is_mutating(call.operation) or error_code_of(answer):
            return answer
        text, count = _STATUS.subn(lambda found: (found["xml"] or found["json"]) + b"levitating", answer.body)
        changed.count += count
        headers = tuple((name, value) for name, value in answer.headers if name.lower() != "content-length")
        return replace(answer, body=text, headers=(*headers, ("Content-Length", str(len(text)))))

    with mock.patch.object(simulated.app, "_carry_out", answered):
        yield changed
