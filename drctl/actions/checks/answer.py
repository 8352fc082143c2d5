"""What is wrong with an HTTP answer, in words for the operator who waits for it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Protocol

from drctl.actions.checks.excerpt import excerpt
from drctl.actions.checks.expected_json import found_values, wrong_value
from drctl.model.values import Json
from drctl.ports.http import HttpAnswer

FAILURES = {
    "dns": "its name does not resolve",
    "connect": "no connection",
    "tls": "TLS failed",
    "timeout": "no answer in time",
    "protocol": "what answers does not speak HTTP",
    "secret": "there is nothing to authorize with",
}


class WantedTls(Protocol):
    """What a certificate should be like, besides trusted and in the right name."""

    @property
    def min_days(self) -> int: ...


class Wanted(Protocol):
    """What an answer should be like."""

    @property
    def status(self) -> int: ...
    @property
    def json(self) -> Mapping[str, Any]: ...
    @property
    def response_headers(self) -> Mapping[str, str]: ...
    @property
    def tls(self) -> WantedTls | None: ...
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
    if wanted.tls is not None and (fault := _wrong_certificate(wanted.tls, answer)):
        return fault
    if fault := _wrong_header(wanted.response_headers, answer):
        return fault
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


def _wrong_certificate(wanted: WantedTls, answer: HttpAnswer) -> str:
    if answer.simulated:
        return ""  # there is none to look at; the evidence says so
    if answer.certificate is None:
        return "it came without TLS"
    ends, left = answer.certificate.not_after, answer.certificate.left
    if left <= timedelta(days=wanted.min_days):
        return f"its certificate ends on {ends:%Y-%m-%d}, in {left.days} days, not more than {wanted.min_days}"
    return ""


def _wrong_header(wanted: Mapping[str, str], answer: HttpAnswer) -> str:
    there = {name.lower(): value for name, value in answer.headers.items()}
    for name, value in wanted.items():
        if name.lower() not in there:
            return f"it has no header {name}"
        if there[name.lower()] != value:
            return f"its header {name} is {excerpt(there[name.lower()].encode())!r}, not {value!r}"
    return ""


def _wrong_json(wanted: Mapping[str, Any], body: bytes) -> str:
    try:
        data: Json = json.loads(body)
    except ValueError:
        return f"its body is not JSON: {excerpt(body)}"
    return wrong_value(wanted, data, excerpt(body))


def seen_in(wanted: Mapping[str, Any], body: bytes) -> str:
    """What was found at each path, for the evidence; `body` is one without a fault."""
    if not wanted:
        return ""
    return found_values(wanted, json.loads(body))


def seen_of_certificate(wanted: WantedTls | None, answer: HttpAnswer) -> str:
    """What is to be told of the certificate, where one was asked for."""
    if wanted is None:
        return ""
    if answer.certificate is None:
        return "; TLS is not simulated, and no certificate was looked at"
    return f", with a certificate until {answer.certificate.not_after:%Y-%m-%d}"
