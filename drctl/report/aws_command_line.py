"""A call of AWS's API as the line of the AWS command line (version 2) that makes it.

Sources: AWS CLI User Guide, "Specify parameter values for the AWS CLI", "Use quotation marks and literals with
strings" and "Blob"; AWS CLI Command Reference, for commands and options with names of their own.
"""

from __future__ import annotations

import json
import shlex
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from drctl.ports.by_hand import Argument, AwsRequest, Form, Secret

COMMANDS = {"s3": "s3api", "codedeploy": "deploy", "config": "configservice"}
"""Services whose command has another name than boto3's client."""
NEGATIVE = {
    ("ec2", "egress"): "ingress",
    ("ec2", "no-reboot"): "reboot",
    ("ec2", "disable-api-termination"): "enable-api-termination",
}
"""Options whose opposite is not `no-` and their name."""
BODY = "drctl-body"
"""The file that a body is put in first: the command line takes one from nowhere else."""
VARIABLE = "SECRET_VALUE"
"""The variable of the shell that a secret is put in."""


def aws_commands(request: AwsRequest) -> list[list[str]]:
    """What to type, one command after the other, each in words of the shell; the last is the call itself."""
    before = [[assigned(name, secret)] for secret, name in _named(request) if secret.source is not None]
    bodies = [["printf", "%s", quoted(_content(a.value)), ">", BODY] for a in request.arguments if _is_file(a)]
    return [*before, *bodies, list(_words(request))]


def assigned(name: str, secret: Secret) -> str:
    """The line that puts a secret in the variable `name`, where a call is known that hands it out."""
    if secret.source is None:
        raise ValueError("nobody knows where this secret is kept")
    words = [*_words(secret.source), "--query", secret.field, "--output", "text"]
    # The AWS command line cannot look into a JSON object that is a text in its answer.
    inside = f" | jq -r {quoted('.' + json.dumps(secret.key))}" if secret.key else ""
    return f'{name}="$({" ".join(words)}{inside})"'


def quoted(text: str) -> str:
    """`text` as one word of the shell, with nothing in it that steers a terminal."""
    if all(char.isprintable() or char == "\n" for char in text):
        return shlex.quote(text)
    # Bash Reference Manual, "ANSI-C Quoting".
    parts = [char if char.isprintable() else "".join(f"\\x{byte:02x}" for byte in char.encode()) for char in text]
    return "$'" + "".join({"\\": "\\\\", "'": "\\'"}.get(part, part) for part in parts) + "'"


def to_fill_in(request: AwsRequest) -> list[str]:
    """The variables and places that a person has to fill in with a secret."""
    unknown = [f"${name}" for secret, name in _named(request) if secret.source is None]
    inside = any(_holds_secret(a.value) for a in request.arguments if not isinstance(a.value, Secret))
    return unknown + ([f"<{VARIABLE}>"] if inside else [])


def _words(request: AwsRequest) -> Iterator[str]:
    yield from ("aws", COMMANDS.get(request.service, request.service), request.command)
    yield from ("--region", quoted(request.region))
    if request.endpoint_url is not None:
        yield from ("--endpoint-url", quoted(request.endpoint_url))
    if request.as_json:
        yield from ("--cli-input-json", quoted(_json({a.name: a.value for a in request.arguments})))
    else:
        for argument in request.arguments:
            yield from _option(argument, request)
    if request.query:
        yield from ("--query", quoted(request.query))
    if request.streams:
        yield "/dev/stdout"


def _option(argument: Argument, request: AwsRequest) -> Iterator[str]:
    option, value = f"--{argument.option}", argument.value
    if isinstance(value, Secret):
        name = next(name for secret, name in _named(request) if secret == value)
        yield from (option, f'"${name}"')
        return
    match argument.form:
        case Form.FLAG:
            opposite = NEGATIVE.get((request.service, argument.option), f"no-{argument.option}")
            yield option if value else f"--{opposite}"
        case Form.TEXT:
            yield from _text(option, str(value))
        case Form.LIST if value and not any(_is_misread(one) for one in value):
            yield from (option, *map(quoted, value))
        case Form.LIST | Form.JSON:
            yield from (option, quoted(_json(value)))
        case Form.RAW:
            yield from ("--cli-binary-format", "raw-in-base64-out")
            yield from _text(option, str(value))
        case Form.FILE:
            yield from (option, BODY)


def _text(option: str, value: str) -> Iterator[str]:
    if value.startswith("-"):
        yield f"{option}={quoted(value)}"
    else:
        yield from (option, quoted(value))


def _is_misread(value: str) -> bool:
    # One word of a list that begins like JSON is read as JSON, and one with a dash as an option.
    return value.startswith(("-", "[", "{")) or not value


def _json(value: Any) -> str:
    return json.dumps(value, default=_odd, ensure_ascii=False, separators=(",", ":"))


def _odd(value: Any) -> str:
    if isinstance(value, Secret):
        return f"<{VARIABLE}>"
    return value.isoformat() if isinstance(value, datetime) else str(value)


def _named(request: AwsRequest) -> list[tuple[Secret, str]]:
    """The secrets that are whole values, with the variables that they are put in."""
    found: list[Secret] = []
    for argument in request.arguments:
        if isinstance(argument.value, Secret) and argument.value not in found:
            found.append(argument.value)
    return [(secret, VARIABLE if place == 0 else f"{VARIABLE}_{place + 1}") for place, secret in enumerate(found)]


def _holds_secret(value: Any) -> bool:
    if isinstance(value, Mapping):
        return any(_holds_secret(inner) for inner in value.values())
    if isinstance(value, list | tuple):
        return any(_holds_secret(inner) for inner in value)
    return isinstance(value, Secret)


def _is_file(argument: Argument) -> bool:
    return argument.form is Form.FILE and not isinstance(argument.value, Secret)


def _content(value: Any) -> str:
    return bytes(value).decode("utf-8", "replace")
