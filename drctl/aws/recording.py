"""A record of the calls that leave, kept for the thread that makes them.

One tick of a step runs on one thread, so what this thread recorded since it last
asked is what the tick has done: where it went, what answered, under which request id.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Mapping
from typing import Any

from drctl.ports.aws import AwsCall

_SIGNED_FOR = "drctl_signed_for"
_KEPT = 10_000
"""Calls kept for a thread that never asks: enough for any tick, and an end to a loop without one."""


class CallRecorder:
    """The calls of each thread. `taken` gives each of them once."""

    def __init__(self) -> None:
        self._local = threading.local()

    def taken(self) -> tuple[AwsCall, ...]:
        """The calls of this thread since it last asked."""
        calls = tuple(self._calls)
        self._calls.clear()
        return calls

    def newest(self) -> AwsCall | None:
        """This thread's newest call, left where it is."""
        return self._calls[-1] if self._calls else None

    def add(self, call: AwsCall) -> None:
        """Record a call of this thread."""
        self._calls.append(call)

    @property
    def _calls(self) -> deque[AwsCall]:
        if not hasattr(self._local, "calls"):
            self._local.calls = deque(maxlen=_KEPT)
        calls: deque[AwsCall] = self._local.calls
        return calls


class Listener:
    """Hears one client's calls through botocore's events and records them."""

    def __init__(self, recorder: CallRecorder, service: str) -> None:
        self._recorder = recorder
        self._service = service

    def listen(self, events: Any) -> None:
        """Record every call of the client whose events these are."""
        events.register("before-sign", self._signed)
        events.register("after-call", self._answered)
        events.register("after-call-error", self._unanswered)

    def _signed(self, request: Any, region_name: str, **_: Any) -> None:
        # The Region a call is signed for is the one it needs, whatever the client was made for:
        # global services sign for us-east-1, and S3 follows a bucket to where it is.
        request.context[_SIGNED_FOR] = request.context.get("signing", {}).get("region") or region_name

    def _answered(self, http_response: Any, parsed: Mapping[str, Any], model: Any, context: Any, **_: Any) -> None:
        code = str(parsed.get("Error", {}).get("Code") or http_response.status_code)
        self._recorder.add(
            AwsCall(
                service=self._service,
                operation=model.name,
                region=context.get(_SIGNED_FOR) or context["client_region"],
                request_id=str(parsed.get("ResponseMetadata", {}).get("RequestId", "")),
                failed=code if http_response.status_code >= 300 else "",
            )
        )

    def _unanswered(self, exception: Exception, context: Any, event_name: str, **_: Any) -> None:
        # Credentials are fetched while a call is signed. Where that fails, this call never left,
        # and the one that did (AssumeRole) has been recorded for itself.
        if getattr(exception, "response", None) is not None or _SIGNED_FOR not in context:
            return
        self._recorder.add(
            AwsCall(
                service=self._service,
                operation=event_name.rsplit(".", 1)[-1],
                region=context[_SIGNED_FOR],
                failed=type(exception).__name__,
            )
        )
