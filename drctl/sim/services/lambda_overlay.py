"""Lambda: functions that answer what their estate says. moto would run their code, in containers of its own.

Source: AWS Lambda API Reference, Invoke, GetFunction and ListFunctions. The one version is `$LATEST`, since an estate
describes no others.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from drctl.sim.overlay import AwsError, Call, Handler, World
from drctl.sim.services.lambda_functions import LambdaFunctions, PlayedFunction

_LONGEST_ANSWERED, _LONGEST_QUEUED = 6 * 1024 * 1024, 1024 * 1024
"""Bytes of a payload ("AWS Lambda Developer Guide, Lambda quotas")."""


class LambdaOverlay:
    """A function is invoked at once, whichever way it is asked for."""

    service = "lambda"

    def __init__(self, world: World) -> None:
        self._functions = world.part(LambdaFunctions)
        self.before: Mapping[str, Handler] = {}
        self.replaces: Mapping[str, Handler] = {
            "Invoke": self._invoke,
            "GetFunction": self._get,
            "ListFunctions": self._list,
        }
        self.after: Mapping[str, Handler] = {}

    def reset(self) -> None:
        self._functions.reset()

    def state(self) -> Mapping[str, Any]:
        return self._functions.state()

    def _get(self, call: Call) -> Mapping[str, Any]:
        return {"Configuration": _told(call, self._function(call))}

    def _list(self, call: Call) -> Mapping[str, Any]:
        return {"Functions": [_told(call, one) for one in self._functions.within(call.account, call.region)]}

    def _invoke(self, call: Call) -> Mapping[str, Any]:
        function = self._function(call)
        kind, payload = str(call.params.get("InvocationType") or "RequestResponse"), _text(call.params.get("Payload"))
        longest = _LONGEST_QUEUED if kind == "Event" else _LONGEST_ANSWERED
        if len(payload.encode()) > longest:
            said = f"Request must be smaller than {longest} bytes for the InvokeFunction operation"
            raise AwsError("RequestTooLargeException", said, 413)
        if function.state == "Pending":
            said = "The operation cannot be performed at this time. The function is currently in the following state: "
            raise AwsError("ResourceConflictException", said + function.state, 409)
        if kind == "DryRun":
            return {"StatusCode": 204, "Payload": b""}
        function.sent.append(payload)
        if kind == "Event":
            return {"StatusCode": 202, "Payload": b""}
        answer, failed = function.answer()
        failure = {"FunctionError": "Unhandled"} if failed else {}
        return {"StatusCode": 200, "ExecutedVersion": "$LATEST", "Payload": answer, **failure}

    def _function(self, call: Call) -> PlayedFunction:
        name = str(call.params["FunctionName"]).rsplit(":function:", 1)[-1].partition(":")[0]
        qualifier = str(call.params.get("Qualifier") or "$LATEST")
        function = self._functions.find(call.account, call.region, name)
        if function is None or qualifier != "$LATEST":
            arn = _arn(call, name) + ("" if qualifier == "$LATEST" else f":{qualifier}")
            raise AwsError("ResourceNotFoundException", f"Function not found: {arn}", 404)
        return function


def _told(call: Call, function: PlayedFunction) -> Mapping[str, Any]:
    return {
        "FunctionName": function.name,
        "FunctionArn": _arn(call, function.name),
        "Runtime": "python3.13",
        "State": function.state,
        "LastUpdateStatus": "Successful",
        "Timeout": int(function.described.timeout.total_seconds()),
        "Version": "$LATEST",
    }


def _text(payload: Any) -> str:
    if payload is None:
        return ""
    return payload.decode("utf-8", "replace") if isinstance(payload, bytes) else str(payload)


def _arn(call: Call, name: str) -> str:
    return f"arn:aws:lambda:{call.region}:{call.account}:function:{name}"
