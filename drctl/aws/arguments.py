"""The parameters of a call as the options of the AWS command line (version 2) that stand for them.

Options are the members of the operation's input, in lower case with dashes (botocore's `xform_name`, by which the
command line is built); how each takes its value follows from its shape. AWS CLI User Guide, "Specify parameter values
for the AWS CLI" and "Blob".
"""

from __future__ import annotations

import base64
import functools
import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import quote

from drctl.aws.client_config import SIGNED_IN_US_EAST_1
from drctl.ports.by_hand import Argument, AwsRequest, Discretion, Form, Secret

READS = re.compile(r"(Describe|Get|List|Head|BatchGet)[A-Z]\w*|TestDNSAnswer|ReceiveMessage")
"""Operations that change nothing, by AWS's own way to name them. What was received is there again a moment later."""
OWN_OPTIONS = frozenset(
    {
        *("debug", "endpoint-url", "no-verify-ssl", "no-paginate", "output", "query", "profile", "region", "version"),
        *("color", "no-sign-request", "ca-bundle", "cli-read-timeout", "cli-connect-timeout", "cli-binary-format"),
        *("no-cli-pager", "cli-auto-prompt", "cli-input-json", "cli-input-yaml", "generate-cli-skeleton"),
    }
)
"""Options of the command line itself (AWS CLI Command Reference, "Global options")."""
TELLING_NAME = re.compile(r"(?i)pass(word|wd|phrase)|secret|token|api_?key|private_?key|credential")
"""Names of variables and headers whose values are nobody's to read."""

_REMARKS = frozenset({"Comment", "Description"})
"""Members that hold somebody's remark: no secret, though AWS keeps some of them out of its logs."""


def is_read(operation: str) -> bool:
    """Whether the operation changes nothing."""
    return READS.fullmatch(operation) is not None


def request_of(client: Any, service: str, operation: str, params: Mapping[str, Any], seen: Discretion) -> AwsRequest:
    """The call as a person would type it, to the Region of `client`."""
    model = client.meta.service_model.operation_model(operation)
    return request_from(model, service, client.meta.region_name, params, seen)


def request_from(model: Any, service: str, region: str, params: Mapping[str, Any], seen: Discretion) -> AwsRequest:
    """The same from botocore's model of the operation."""
    members = model.input_shape.members if model.input_shape is not None else {}
    arguments = tuple(_argument(name, members[name], value, seen) for name, value in params.items() if name in members)
    return AwsRequest(
        service=service,
        operation=model.name,
        command=option_of(model.name),
        region=region,
        arguments=arguments,
        streams=bool(model.has_streaming_output),
        as_json=any(a.option in OWN_OPTIONS or _is_path(a.value) for a in arguments),
    )


def skeleton_of(service: str, operation: str, region: str, known: Mapping[str, Any]) -> AwsRequest | None:
    """A call with the parameters that AWS requires: those of `known` that have the same name, and the others left open.

    None where there is no such operation.
    """
    model = _model(service, operation)
    if model is None:
        return None
    shape = model.input_shape
    wanted = {name: _left_open(name, known) for name in (shape.required_members if shape is not None else ())}
    arguments = tuple(
        Argument(name=name, option=option_of(name), form=Form.TEXT, value=value) for name, value in wanted.items()
    )
    return AwsRequest(
        service=service,
        operation=operation,
        command=option_of(operation),
        region="us-east-1" if service in SIGNED_IN_US_EAST_1 else region,
        arguments=arguments,
        streams=bool(model.has_streaming_output),
    )


def option_of(name: str) -> str:
    """An operation, or a member of its input, as the command line names it."""
    from botocore import xform_name

    return str(xform_name(name, "-"))


def _argument(name: str, shape: Any, value: Any, seen: Discretion) -> Argument:
    option = option_of(name)
    hidden = _hidden(shape, value, seen)
    if isinstance(hidden, Secret):
        return Argument(name=name, option=option, form=Form.TEXT, value=hidden)
    if name == "CopySource" and isinstance(value, Mapping):
        return Argument(name=name, option=option, form=Form.TEXT, value=_copy_source(value))
    match shape.type_name:
        case "boolean":
            return Argument(name=name, option=option, form=Form.FLAG, value=bool(value))
        case "blob":
            return _blob(name, option, shape, value)
        case "list" if shape.member.type_name in _PLAIN and not any(isinstance(one, Secret) for one in hidden):
            return Argument(name=name, option=option, form=Form.LIST, value=[_text(one) for one in hidden])
        case "list" | "structure" | "map":
            return Argument(name=name, option=option, form=Form.JSON, value=hidden)
    return Argument(name=name, option=option, form=Form.TEXT, value=_text(value))


_PLAIN = frozenset({"string", "character", "integer", "long", "float", "double", "timestamp"})


def _blob(name: str, option: str, shape: Any, value: Any) -> Argument:
    content = value.encode() if isinstance(value, str) else bytes(value)
    if shape.serialization.get("streaming"):
        return Argument(name=name, option=option, form=Form.FILE, value=content)
    try:
        return Argument(name=name, option=option, form=Form.RAW, value=content.decode())
    except UnicodeDecodeError:
        return Argument(name=name, option=option, form=Form.TEXT, value=base64.b64encode(content).decode())


def _hidden(shape: Any, value: Any, seen: Discretion) -> Any:
    """`value` as plain data, with a Secret in place of whatever must not be shown."""
    match shape.type_name:
        case "structure" if isinstance(value, Mapping):
            return _hidden_structure(shape, value, seen)
        case "map":
            return {
                str(key): Secret() if TELLING_NAME.search(str(key)) else _hidden(shape.value, inner, seen)
                for key, inner in value.items()
            }
        case "list":
            return [_hidden(shape.member, inner, seen) for inner in value]
        case "boolean":
            return bool(value)
        case "integer" | "long" | "float" | "double":
            return value
        case "blob":
            return _hidden_blob(shape, value, seen)
    text = _text(value)
    if (known := seen.secret_for(text)) is not None:
        return known
    return Secret() if shape.metadata.get("sensitive") and not seen.is_written(text) else text


def _hidden_structure(shape: Any, value: Mapping[str, Any], seen: Discretion) -> Any:
    named = str(next((value[key] for key in ("name", "Name", "HeaderName") if key in value), ""))
    return {
        key: Secret()
        if key in ("value", "Value", "HeaderValue") and TELLING_NAME.search(named)
        else str(inner)
        if key in _REMARKS
        else _hidden(shape.members[key], inner, seen)
        for key, inner in value.items()
        if key in shape.members
    }


def _hidden_blob(shape: Any, value: Any, seen: Discretion) -> Any:
    content = value.encode() if isinstance(value, str) else bytes(value)
    text = content.decode("utf-8", "replace")
    if (known := seen.secret_for(text)) is not None:
        return known
    if shape.metadata.get("sensitive") and not seen.is_written(text):
        return Secret()
    return base64.b64encode(content).decode()


def _text(value: Any) -> str:
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    return str(value)


def _is_path(value: Any) -> bool:
    """Whether the command line would take what a file holds instead."""
    return isinstance(value, str) and value.startswith(("file://", "fileb://"))


def _copy_source(value: Mapping[str, Any]) -> str:
    # Amazon S3 API Reference, CopyObject: the key is URL-encoded, the version stands after it.
    version = f"?versionId={value['VersionId']}" if value.get("VersionId") else ""
    return f"{value['Bucket']}/{quote(str(value['Key']), safe='/')}{version}"


def _left_open(name: str, known: Mapping[str, Any]) -> Any:
    """What is known under that name, however it is spelt; the name in angle brackets where nothing is."""
    wanted = name.lower()
    for key, value in known.items():
        if key.replace("_", "") == wanted and isinstance(value, str | int):
            return str(value)
    return f"<{option_of(name)}>"


def _model(service: str, operation: str) -> Any:
    try:
        return _service_model(service).operation_model(operation)
    except Exception:
        # A third party's action may name what this botocore does not know; the sheet then goes without it.
        return None


@functools.cache
def _service_model(service: str) -> Any:
    from botocore.loaders import create_loader
    from botocore.model import ServiceModel

    return ServiceModel(create_loader().load_service_model(service, "service-2"), service)
