"""Lambda functions, as frozen types.

Source: AWS Lambda API Reference, Invoke and GetFunction; AWS Lambda Developer Guide, "Lambda function states".
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from drctl.aws.failures import absent
from drctl.model.values import Json


@dataclass(frozen=True, slots=True, kw_only=True)
class Function:
    name: str
    arn: str
    state: str
    update: str
    """How far its last update is."""
    timeout: timedelta
    """The longest it may run."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Invocation:
    """What became of one call."""

    status: int
    """200 for an answer, 202 for what is queued."""
    result: Json
    error: str
    """What the function itself failed with; empty where it did not."""
    request_id: str


def find_function(lambda_: Any, name: str, qualifier: str | None) -> Function | None:
    """The function of that name or ARN, as that version or alias; None where there is none."""
    with absent("ResourceNotFoundException"):
        raw = lambda_.get_function(FunctionName=name, **_qualified(qualifier))["Configuration"]
        return Function(
            name=raw["FunctionName"],
            arn=raw["FunctionArn"],
            # An older runtime's function may have neither; it can be invoked.
            state=raw.get("State", "Active"),
            update=raw.get("LastUpdateStatus", "Successful"),
            timeout=timedelta(seconds=raw["Timeout"]),
        )
    return None


def invoke(lambda_: Any, name: str, qualifier: str | None, payload: Mapping[str, Json], *, queued: bool) -> Invocation:
    """Invoke a function once: for its answer, or (`queued`) for later, of which nothing is heard."""
    raw = lambda_.invoke(
        FunctionName=name,
        InvocationType="Event" if queued else "RequestResponse",
        Payload=json.dumps(payload).encode(),
        **_qualified(qualifier),
    )
    body: bytes = raw["Payload"].read() if "Payload" in raw else b""
    result = _read(body)
    return Invocation(
        status=int(raw["StatusCode"]),
        result=None if raw.get("FunctionError") else result,
        error=_error(raw["FunctionError"], result) if raw.get("FunctionError") else "",
        request_id=str(raw["ResponseMetadata"].get("RequestId", "")),
    )


def function_arn(region: str, account: str, name: str) -> str:
    """The ARN of a function that is named, or that is given by its ARN."""
    return name if name.startswith("arn:") else f"arn:aws:lambda:{region}:{account}:function:{name}"


def _qualified(qualifier: str | None) -> dict[str, str]:
    return {} if qualifier is None else {"Qualifier": qualifier}


def _read(body: bytes) -> Json:
    try:
        read: Json = json.loads(body)
    except ValueError:
        return None
    return read


def _error(kind: str, result: Json) -> str:
    told = result if isinstance(result, Mapping) else {}
    # `Unhandled` says nothing that the type of the error does not say better.
    return f"{told.get('errorType') or kind}: {told.get('errorMessage') or 'no message'}"
