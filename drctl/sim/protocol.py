"""The five wire protocols of AWS: parameters in, results and errors out, in boto3's shapes.

moto has parsers and serializers that are driven by the same models as boto3; this is the
only place that uses them.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from botocore.utils import parse_timestamp
from moto.core.parse import PROTOCOL_PARSERS, RequestParserError
from moto.core.serialize import SerializationContext, XFormedAttributePicker, get_serializer_class

from drctl.sim.overlay import AwsError
from drctl.sim.routing import Route
from drctl.sim.wsgi import Answer


def read_params(route: Route, body: bytes) -> dict[str, Any]:
    """The call's parameters under boto3's names; instants are aware, in UTC. Raises AwsError for what is malformed."""
    parser = PROTOCOL_PARSERS[route.protocol](route.model, timestamp_parser=_aware)
    request: Any = {
        "method": route.request.method,
        "values": route.request.values,
        "headers": route.request.headers,
        "body": body,
        "url_path": route.request.path,
        "url_params": route.uri_params,
    }
    try:
        params: dict[str, Any] = parser.parse(request)
    except (RequestParserError, ValueError, TypeError, AttributeError) as error:
        raise AwsError("SerializationException", f"the parameters of {route.operation} cannot be read") from error
    return {name: value for name, value in params.items() if value is not None}


def write(route: Route, result: Mapping[str, Any] | AwsError, request_id: str) -> Answer:
    """`result` as the service would send it. Values may be moto's own objects; an AwsError becomes an error."""
    serializer = get_serializer_class(route.service, route.protocol)(
        operation_model=route.model,
        context=SerializationContext(request_id),
        value_picker=XFormedAttributePicker(),
    )
    told = serializer.serialize(result)
    headers = {**told["headers"], "x-amzn-RequestId": request_id}
    body = told["body"]
    return Answer(
        _status_within(route, result) or int(told["status_code"]),
        tuple((name, str(value)) for name, value in headers.items()),
        body.encode() if isinstance(body, str) else body,
    )


def _status_within(route: Route, result: Mapping[str, Any] | AwsError) -> int | None:
    """The HTTP status that is a member of the result, as that of Lambda's Invoke; None where none is."""
    shape = route.model.output_shape
    if isinstance(result, AwsError) or shape is None:
        return None
    for name, member in shape.members.items():
        if member.serialization.get("location") == "statusCode" and result.get(name):
            return int(result[name])
    return None


def write_unmodelled(error: AwsError, request_id: str) -> Answer:
    """`error` for a service or an operation without a model: readable as JSON and by its header alike."""
    body = json.dumps({"__type": error.code, "message": error.message}).encode()
    headers = (
        ("Content-Type", "application/x-amz-json-1.1"),
        ("X-Amzn-Errortype", error.code),
        ("x-amzn-RequestId", request_id),
    )
    return Answer(error.status, headers, body)


def _aware(value: Any) -> datetime:
    parsed: datetime = parse_timestamp(value)
    return parsed.astimezone(UTC)


_XML_CODE = re.compile(rb"<Code>([^<]+)</Code>")


def error_code_of(answer: Answer) -> str | None:
    """The error code in `answer`; None where it is no error, the status where no code can be read."""
    if answer.status < 400:
        return None
    for name, value in answer.headers:
        if name.lower() == "x-amzn-errortype":
            return value.split(":", 1)[0].split("#")[-1]
    if found := _XML_CODE.search(answer.body):
        return found[1].decode()
    try:
        told = json.loads(answer.body)
    except ValueError:
        return str(answer.status)
    return str(told.get("__type", answer.status)).split("#")[-1] if isinstance(told, dict) else str(answer.status)
