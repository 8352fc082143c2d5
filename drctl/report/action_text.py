"""What is known of the actions, for people."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from types import MappingProxyType
from typing import Any

from drctl.ports.action import ActionSpec
from drctl.report.page import Page
from drctl.report.wording import span

Sheet = Mapping[str, Any]
NONE: Mapping[str, str] = MappingProxyType({})


def action_text(sheet: Sheet, *, width: int) -> str:
    """One action for people."""
    page = Page(width=width, colour=False, simulated=False)
    page.line(f"{sheet['kind']}: {sheet['summary']}")
    if sheet["from"] != "drctl":
        page.item(f"comes from the installed package {sheet['from']}")
    for trait in traits(sheet):
        page.item(trait)
    if sheet["parameters"]:
        page.heading("with")
        page.table(("parameter", "type", "default", "meaning"), [_parameter_row(p) for p in sheet["parameters"]])
    if sheet["outputs"]:
        page.heading("outputs")
        page.table(("output", "type"), list(sheet["outputs"].items()))
    if sheet["operations"]:
        page.heading("AWS calls")
        for dependency in sheet["depends_on"]:
            page.item(f"{', '.join(dependency['operations'])}: {dependency['on']}")
    page.heading("when something fails")
    for told in sheet["on_failure"]:
        page.item(told)
    if sheet["permissions"]:
        page.heading("IAM permissions of the example")
        for permission in sheet["permissions"]:
            only = "".join(
                f", where {condition['key']} is {' or '.join(condition['values'])}"
                for condition in permission["conditions"]
            )
            page.item(f"{', '.join(permission['actions'])} on {', '.join(permission['resources'])}{only}")
    if sheet["example"]:
        page.heading("example")
        for line in sheet["example"].splitlines():
            page.command(line)
    return page.text


def actions_text(
    specs: Sequence[ActionSpec],
    origins: Mapping[str, str] = NONE,
    faults: Mapping[str, str] = NONE,
    *,
    width: int,
) -> str:
    """All actions for people, by service, one line each.

    `origins` are the installed packages of those that are not drctl's own, `faults` tell of those that cannot be used.
    """
    page = Page(width=width, colour=False, simulated=False)
    rows: list[tuple[str, str]] = []
    for service, members in groupby(sorted(specs, key=_place), key=_service):
        rows += [(f"{service}:", ""), *((f"  {spec.kind}", _line(spec, origins)) for spec in members)]
    page.table(("", ""), rows)
    if faults:
        page.heading("installed, and cannot be used")
        for fault in faults.values():
            page.item(fault)
    return page.text


def _line(spec: ActionSpec, origins: Mapping[str, str]) -> str:
    origin = f" [{origins[spec.kind]}]" if spec.kind in origins else ""
    return f"{spec.summary}{_warning(spec)}{origin}"


def _place(spec: ActionSpec) -> tuple[str, str]:
    return _service(spec), spec.kind


def _service(spec: ActionSpec) -> str:
    service, dot, _ = spec.kind.partition(".")
    return service if dot else "flow"


def _warning(spec: ActionSpec) -> str:
    with_it = f" (irreversible with `{spec.irreversible_with}`)" if spec.irreversible_with else ""
    return " (irreversible)" if spec.irreversible else with_it


def traits(sheet: Sheet) -> Iterator[str]:
    """What is to be known of an action before it is used, one short sentence each."""
    yield f"expected to take {span(sheet['expect_s'])}, deadline {span(sheet['deadline_s'])}"
    if sheet["irreversible"]:
        yield "irreversible: it needs an approval upstream"
    elif sheet["mutating"]:
        yield "changes AWS, and can be undone"
    elif sheet["asks_person"]:
        yield "waits for a person's answer"
    else:
        yield "only looks"
    if sheet["recovers_store"]:
        yield "its evidence can carry a recovery point: give the step a `store`"


def _parameter_row(parameter: Mapping[str, Any]) -> tuple[str, str, str, str]:
    default = "required" if parameter["required"] else default_text(parameter["default"])
    return (parameter["name"], parameter["type"], default, parameter["meaning"])


def default_text(value: Any) -> str:
    """The default of a parameter, for people."""
    match value:
        case None:
            return "none"
        case bool():
            return "true" if value else "false"
        case list() | dict():
            return json.dumps(value) if value else "empty"
        case _:
            return str(value)
