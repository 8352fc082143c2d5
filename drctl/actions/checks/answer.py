"""What is wrong with an HTTP answer, in words for the operator who waits for it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Protocol

from drctl.actions.checks.excerpt import excerpt
from drctl.actions.checks.json_path import find_value, same_value
from drctl.model.values import Json
from drctl.ports.http import HttpAnswer

FAILURES = {
    "dns": "its name does not resolve",
    "connect": "no connection",
    "tls": "TLS failed",
    "timeout": "no answer in time",
    "protocol": "what answers does not speak HTTP",
}


class Wanted(Protocol):
    """What an answer should be like."""

    @property
    def status(self) -> int: ...
    @property
    def json(self) -> Mapping[str, Any]: ...
    @property
    def contains(self) -> str | None: ...
    @property
    def max_latency(self) -> timedelta | None: ...


def find_fault(wanted: Wanted, answer: HttpAnswer) -> str:
    """The first thing that is wrong with `answer`; empty where it is as wanted."""
    if answer.failure:
        return f"{FAILURES.get(answer.failure, answer.failure)} ({answer.detail})"
    if answer.status != wanted.status:
        return _wrong_status(wanted.status, answer)
    if wanted.contains is not None and wanted.contains not in answer.body.decode("utf-8", "replace"):
        return f"{wanted.contains!r} is not in it: {excerpt(answer.body)}"
    if wanted.json and (fault := _wrong_json(wanted.json, answer.body)):
        return fault
    if wanted.max_latency is not None and answer.took > wanted.max_latency:
        return f"it took {milliseconds(answer.took)} ms, more than {milliseconds(wanted.max_latency)} ms"
    return ""


def milliseconds(span: timedelta) -> int:
    """`span` in whole milliseconds."""
    return round(span / timedelta(milliseconds=1))


def _wrong_status(wanted: int, answer: HttpAnswer) -> str:
    location = {name.lower(): value for name, value in answer.headers.items()}.get("location")
    if 300 <= answer.status < 400 and location:
        # It could lead to the Region that is lost, and would then be checked in place of this one.
        return f"status {answer.status}, not {wanted}; it redirects to {location}, which is not followed"
    told = f": {excerpt(answer.body)}" if answer.body else ""
    return f"status {answer.status}, not {wanted}{told}"


def _wrong_json(wanted: Mapping[str, Any], body: bytes) -> str:
    try:
        data: Json = json.loads(body)
    except ValueError:
        return f"its body is not JSON: {excerpt(body)}"
    for path, value in wanted.items():
        try:
            found = find_value(data, path)
        except LookupError as missing:
            return f"{path} is not in it ({missing.args[0]}): {excerpt(body)}"
        if not same_value(found, value):
            return f"{path} is {_shown(found)}, not {_shown(value)}"
    return ""


def _shown(value: Json) -> str:
    return excerpt(json.dumps(value, ensure_ascii=False).encode())
