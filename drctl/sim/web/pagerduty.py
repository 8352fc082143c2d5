"""PagerDuty's Events API v2: incidents by their deduplication keys.

Source: PagerDuty developer documentation, "Send an alert event".
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from drctl.sim.web.request import WebRequest, json_answer
from drctl.sim.wsgi import Answer

_SEVERITIES = frozenset({"critical", "error", "warning", "info"})
_LEADS_TO = {"trigger": "triggered", "acknowledge": "acknowledged", "resolve": "resolved"}


class PlayedPagerduty:
    """Takes events with one of the routing keys it was given, and with any where it was given none."""

    def __init__(self, routing_keys: frozenset[str]) -> None:
        self._keys = routing_keys
        self.incidents: dict[str, dict[str, Any]] = {}

    def answer(self, request: WebRequest) -> Answer:
        if (request.method, request.path) != ("POST", "/v2/enqueue"):
            return json_answer(404, {"status": "not found", "message": "Not Found"})
        if faults := list(self._faults(request.json or {})):
            return json_answer(400, {"status": "invalid event", "message": "Event object is invalid", "errors": faults})
        self._take(request.json or {})
        key = (request.json or {})["dedup_key"]
        return json_answer(202, {"status": "success", "message": "Event processed", "dedup_key": key})

    def state(self) -> Any:
        return {key: dict(incident) for key, incident in sorted(self.incidents.items())}

    def _faults(self, event: Mapping[str, Any]) -> Iterator[str]:
        key, action, payload = event.get("routing_key"), event.get("event_action"), event.get("payload") or {}
        if not key or (self._keys and key not in self._keys):
            yield "Invalid routing key"
        if action not in _LEADS_TO:
            yield "'event_action' is invalid"
        if not 0 < len(str(event.get("dedup_key") or "")) <= 255:
            yield "'dedup_key' is invalid"
        if action == "trigger":
            for name in ("summary", "source", "severity"):
                if not payload.get(name):
                    yield f"'payload.{name}' is missing or blank"
            if payload.get("severity") not in _SEVERITIES:
                yield "'payload.severity' is invalid"

    def _take(self, event: Mapping[str, Any]) -> None:
        action, key = event["event_action"], str(event["dedup_key"])
        found = self.incidents.get(key)
        open_now = found is not None and found["status"] != "resolved"
        if action == "trigger" and not open_now:
            payload = event["payload"]
            self.incidents[key] = {
                "status": "triggered",
                "summary": payload["summary"],
                "severity": payload["severity"],
                "source": payload["source"],
            }
        elif action != "trigger" and found is not None and open_now:
            # An event for an incident that is not open is taken, and changes nothing.
            found["status"] = _LEADS_TO[action]
