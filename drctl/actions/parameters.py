"""The types of actions' parameters, and how `with:` becomes one of their dataclasses.

This is the edge where plain data turns into frozen types: strict (no "5" for 5),
closed (an unknown key is a mistake), every problem at once.
"""

from __future__ import annotations

import difflib
import json
from collections.abc import Mapping
from dataclasses import fields
from datetime import datetime, timedelta
from typing import Annotated, Any
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator, ConfigDict, PlainSerializer, TypeAdapter, ValidationError
from pydantic import WithJsonSchema as JsonSchema
from pydantic.json_schema import GenerateJsonSchema

from drctl.model.duration import format_duration, parse_duration
from drctl.model.instant import format_instant, parse_instant
from drctl.model.region import parse_region
from drctl.model.values import Json
from drctl.ports.action import ParamProblem

CLOSED = ConfigDict(extra="forbid", strict=True)
"""Goes on every parameter dataclass: `__pydantic_config__ = CLOSED`."""


def _duration(value: object) -> timedelta:
    if isinstance(value, timedelta):
        return value
    if not isinstance(value, str):
        raise ValueError(f"expected a duration such as 45s, 20m or 1h30m, got {value!r}")
    return parse_duration(value)


def _instant(value: object) -> datetime:
    if isinstance(value, datetime):
        return value
    if not isinstance(value, str):
        raise ValueError(f"expected a time such as 2026-01-14T03:42:00Z, got {value!r}")
    return parse_instant(value)


def is_https_url(text: str) -> bool:
    """Whether `text` is a URL that can be asked over TLS."""
    try:
        parts = urlsplit(text)
    except ValueError:
        return False
    return parts.scheme == "https" and bool(parts.hostname) and text.isascii() and text.isprintable()


def _https_url(text: str) -> str:
    if not is_https_url(without_password(text)):
        raise ValueError(f"expected a URL such as https://api.example.org, got {text!r}")
    return text


def without_password(url: str) -> str:
    """`url`, where it holds no user and password; ValueError, which does not repeat them, where it does."""
    if "@" in url.partition("://")[2].replace("\\", "/").partition("/")[0].partition("?")[0].partition("#")[0]:
        raise ValueError("has a user or a password in it, which would be recorded and reported; leave them out")
    return url


HttpsUrl = Annotated[str, AfterValidator(_https_url)]
Region = Annotated[str, AfterValidator(parse_region), JsonSchema({"type": "string", "format": "aws-region"})]
Duration = Annotated[
    timedelta,
    BeforeValidator(_duration),
    PlainSerializer(format_duration, return_type=str),
    JsonSchema({"type": "string", "format": "drctl-duration", "examples": ["45s", "20m", "1h30m"]}),
]
Instant = Annotated[
    datetime,
    BeforeValidator(_instant),
    PlainSerializer(format_instant, return_type=str),
    JsonSchema({"type": "string", "format": "date-time"}),
]


_adapters: dict[type[Any], TypeAdapter[Any]] = {}


def adapter(params: type[Any]) -> TypeAdapter[Any]:
    """The validator of one parameter dataclass, built once."""
    if params not in _adapters:
        _adapters[params] = TypeAdapter(params)
    return _adapters[params]


def check_params(params: type[Any], given: Mapping[str, Json]) -> tuple[ParamProblem, ...]:
    """Everything that is wrong with `given`; nothing where it makes a `params`."""
    try:
        make_params(params, given)
    except ValidationError as error:
        return tuple(_problem(params, dict(detail)) for detail in error.errors(include_url=False))
    return ()


def make_params(params: type[Any], given: Mapping[str, Json]) -> Any:
    """A `params` of `given`. Raises pydantic's ValidationError."""
    # Through JSON, so that a list becomes a tuple while "5" stays text: what YAML can hold, and no more.
    return adapter(params).validate_json(json.dumps(given))


def params_schema(params: type[Any]) -> Mapping[str, Json]:
    """The JSON Schema of `params`."""
    schema: Mapping[str, Json] = adapter(params).json_schema(schema_generator=_YamlDefaults)
    return schema


class _YamlDefaults(GenerateJsonSchema):
    """Shows a default as a runbook would write it: pydantic would write spans as ISO 8601, which no runbook takes."""

    def encode_default(self, dft: Any) -> Any:
        return format_duration(dft) if isinstance(dft, timedelta) else super().encode_default(dft)


def _problem(params: type[Any], detail: Mapping[str, Any]) -> ParamProblem:
    path = tuple(part for part in detail["loc"] if isinstance(part, str | int))
    if path[-1:] == ("[key]",):
        # pydantic's mark for a key that is wrong; in a runbook its place is the key's own.
        path = path[:-1]
    match detail["type"]:
        case "missing" | "missing_argument":
            return ParamProblem(path, "is missing")
        case "unexpected_keyword_argument" | "extra_forbidden":
            known = [field.name for field in fields(params)] if len(path) == 1 else []
            near = difflib.get_close_matches(str(path[-1]), known, n=1)
            return ParamProblem(path, "is not a parameter of this action", near[0] if near else None)
        case "value_error":
            return ParamProblem(path, str(detail["ctx"]["error"]))
        case "too_short":
            told = detail["ctx"]
            return ParamProblem(path, f"expected at least {told['min_length']}, got {told['actual_length']}")
    return ParamProblem(path, f"{detail['msg'][0].lower()}{detail['msg'][1:]}, got {detail['input']!r}")
