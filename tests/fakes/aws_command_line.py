"""The AWS command line as far as these tests need it: what it would send, from botocore's models of the services."""

from __future__ import annotations

import base64
import functools
import json
import shlex
from typing import Any

from botocore import xform_name
from botocore.loaders import create_loader
from botocore.model import OperationModel, ServiceModel
from botocore.validate import ParamValidator

CLIENTS = {"s3api": "s3", "deploy": "codedeploy", "configservice": "config"}
NUMBERS = {"integer": int, "long": int, "float": float, "double": float}


def parsed(line: str, files: dict[str, bytes] | None = None) -> tuple[str, str, dict[str, Any], dict[str, str]]:
    """The service, the operation and its parameters, and the global options, of one `aws …` line.

    AssertionError for an option that the command line does not know, and for parameters that AWS would not take.
    """
    program, command, name, *words = shlex.split(line)
    assert program == "aws"
    service = CLIENTS.get(command, command)
    model = _operation(service, name)
    members = model.input_shape.members if model.input_shape is not None else {}
    options = {xform_name(member, "-"): member for member in members}
    params: dict[str, Any] = {}
    given: dict[str, str] = {}
    while words:
        word = words.pop(0)
        if not word.startswith("--"):
            assert model.has_streaming_output, f"{word} is no option of {command} {name}"
            given["outfile"] = word
            continue
        option, equals, value = word.removeprefix("--").partition("=")
        if option in ("region", "endpoint-url", "query", "output", "cli-binary-format"):
            given[option] = value if equals else words.pop(0)
        elif option.startswith("no-") and option.removeprefix("no-") in options:
            params[options[option.removeprefix("no-")]] = False
        else:
            assert option in options, f"{command} {name} has no --{option}"
            member = options[option]
            taken = [value] if equals else _values(members[member], words)
            params[member] = _read(members[member], taken, raw="cli-binary-format" in given, files=files or {})
    if model.input_shape is not None:
        report = ParamValidator().validate(params, model.input_shape)
        assert not report.has_errors(), report.generate_report()
    return service, model.name, params, given


def _values(shape: Any, words: list[str]) -> list[str]:
    if shape.type_name == "boolean":
        return []
    taken = [words.pop(0)]
    while shape.type_name in ("list", "structure", "map") and words and not words[0].startswith("--"):
        taken.append(words.pop(0))
    return taken


def _read(shape: Any, taken: list[str], *, raw: bool, files: dict[str, bytes]) -> Any:
    kind = shape.type_name
    if kind == "boolean":
        return True
    if kind in ("list", "structure", "map"):
        if taken[0][:1] in "[{":
            assert len(taken) == 1
            return _deep(shape, json.loads(taken[0]))
        assert kind == "list"
        return [NUMBERS.get(shape.member.type_name, str)(one) for one in taken]
    (value,) = taken
    assert not value.startswith(("file://", "fileb://")), "it would be read from a file"
    if kind == "blob" and shape.serialization.get("streaming"):
        return files[value]
    if kind == "blob":
        return value.encode() if raw or value.startswith("$") else base64.b64decode(value)
    return NUMBERS.get(kind, str)(value)


def _deep(shape: Any, value: Any) -> Any:
    match shape.type_name:
        case "structure":
            assert set(value) <= set(shape.members), set(value) - set(shape.members)
            return {name: _deep(shape.members[name], inner) for name, inner in value.items()}
        case "list":
            return [_deep(shape.member, inner) for inner in value]
        case "map":
            return {name: _deep(shape.value, inner) for name, inner in value.items()}
        case "blob" if not value.startswith("<"):
            return base64.b64decode(value)
    return value


def _operation(service: str, name: str) -> OperationModel:
    model = _service(service)
    found = {xform_name(operation, "-"): operation for operation in model.operation_names}
    assert name in found, f"aws {service} has no command {name}"
    return model.operation_model(found[name])


@functools.cache
def _service(service: str) -> ServiceModel:
    return ServiceModel(create_loader().load_service_model(service, "service-2"), service)
