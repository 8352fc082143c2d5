"""Where an Application Load Balancer sends a request: its listener, then the first rule that fits.

Rules are tried in the order of their priorities, the default last ("Elastic Load Balancing User Guide,
Listener rules for your Application Load Balancer").
"""

from __future__ import annotations

import fnmatch
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from drctl.sim.services.load_balancers import forwards

_HTTPS = 443


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpRequest:
    """What a load balancer looks at. `port` is the one that was dialled; None where the URL named none."""

    host: str
    path: str
    method: str = "GET"
    port: int | None = None


@dataclass(frozen=True, slots=True)
class Forward:
    """To one of the targets of these groups."""

    groups: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Fixed:
    """Answered by the load balancer itself."""

    status: int
    headers: tuple[tuple[str, str], ...] = ()
    body: str = ""


def route(balancer: Any, request: HttpRequest) -> Forward | Fixed | None:
    """What `balancer` (moto's) does with `request`; None where it does not listen on that port."""
    listener = _listener(balancer, request.port)
    if listener is None:
        return None
    for rule in _in_order(listener):
        if all(_fits(condition, request) for condition in rule.conditions):
            return _action(rule.actions[-1].data, request)
    return None


def _listener(balancer: Any, port: int | None) -> Any:
    listeners = {int(one.port): one for one in balancer.listeners.values()}
    if port is not None:
        return listeners.get(port)
    return listeners.get(_HTTPS) or next((listeners[number] for number in sorted(listeners)), None)


def _in_order(listener: Any) -> Iterator[Any]:
    rules = list(listener.rules.values())
    numbered = [rule for rule in rules if not rule.is_default]
    yield from sorted(numbered, key=lambda rule: int(rule.priority))
    yield from (rule for rule in rules if rule.is_default)


def _fits(condition: Mapping[str, Any], request: HttpRequest) -> bool:
    field = condition.get("Field")
    if field == "host-header":
        return any(fnmatch.fnmatchcase(request.host, one.lower()) for one in _values(condition, "HostHeaderConfig"))
    if field == "path-pattern":
        return any(fnmatch.fnmatchcase(request.path, one) for one in _values(condition, "PathPatternConfig"))
    if field == "http-request-method":
        return request.method in _values(condition, "HttpRequestMethodConfig")
    # Headers, queries and source addresses are not played; a rule that asks for one does not fit.
    return False


def _values(condition: Mapping[str, Any], config: str) -> list[str]:
    return [str(one) for one in condition.get("Values") or (condition.get(config) or {}).get("Values") or ()]


def _action(action: Mapping[str, Any], request: HttpRequest) -> Forward | Fixed:
    if action["Type"] == "fixed-response":
        config = action.get("FixedResponseConfig") or {}
        kind = (("Content-Type", config.get("ContentType") or "text/plain"),)
        return Fixed(int(config.get("StatusCode") or 200), kind, config.get("MessageBody") or "")
    if action["Type"] == "redirect":
        config = action.get("RedirectConfig") or {}
        host = str(config.get("Host") or "#{host}").replace("#{host}", request.host)
        path = str(config.get("Path") or "/#{path}").replace("#{path}", request.path.lstrip("/"))
        location = f"{str(config.get('Protocol') or 'https').lower()}://{host}{path}"
        return Fixed(302 if config.get("StatusCode") == "HTTP_302" else 301, (("Location", location),))
    weighed = {
        str(group["TargetGroupArn"]): int(group.get("Weight", 1))
        for group in (action.get("ForwardConfig") or {}).get("TargetGroups") or ()
    }
    return Forward(tuple(group for group in forwards(dict(action)) if weighed.get(group, 1) > 0))
