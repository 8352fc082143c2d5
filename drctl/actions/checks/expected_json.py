"""What a JSON answer has to hold: paths into it, each with the value that must be there or limits for a number."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import AfterValidator

from drctl.actions.checks.excerpt import excerpt
from drctl.actions.checks.json_limits import is_number, parse_limits
from drctl.actions.checks.json_path import find_value, parse_path, same_value
from drctl.model.values import Json


def _json_path(text: str) -> str:
    parse_path(text)
    return text


def _wanted_value(value: Any) -> Any:
    parse_limits(value)
    return value


ExpectedJson = Mapping[Annotated[str, AfterValidator(_json_path)], Annotated[Any, AfterValidator(_wanted_value)]]
"""Path → the value, or limits: `at_least`, `at_most`, `equals`, each widened by `within`."""


def wrong_value(wanted: Mapping[str, Any], data: Json, told: str) -> str:
    """The first thing in `data` that is not as wanted; empty where nothing is. `told` shows `data` to the reader."""
    for path, value in wanted.items():
        try:
            found = find_value(data, path)
        except LookupError as missing:
            return f"{path} is not in it ({missing.args[0]}): {told}"
        limits = parse_limits(value)
        if limits is None and not same_value(found, value):
            return f"{path} is {shown(found)}, not {shown(value)}"
        if limits is not None and not (is_number(found) and limits.holds(found)):  # type: ignore[arg-type]
            return f"{path} is {shown(found)}, not a number {limits}"
    return ""


def found_values(wanted: Mapping[str, Any], data: Json) -> str:
    """What was found at each path, for the evidence; in `data` nothing is wrong."""
    told = ""
    for path, value in wanted.items():
        limits = parse_limits(value)
        told += f", {path} = {value!r}" if limits is None else f", {path} = {find_value(data, path)!r} ({limits})"
    return told


def shown(value: Json) -> str:
    """`value` as JSON, and no more of it than a sentence bears."""
    return excerpt(json.dumps(value, ensure_ascii=False).encode())
