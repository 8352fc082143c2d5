"""A scenario's YAML → the model, with every problem at once, and what it extends folded in."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any

from drctl.loading.attacks import check_attacks
from drctl.loading.damaged import check_damaged
from drctl.loading.referee import Referee
from drctl.loading.scenario_names import check_names
from drctl.loading.schemas import schema_of
from drctl.loading.unbuilt import check_unbuilt
from drctl.loading.validation import adapter_of, check_document, plain_data
from drctl.loading.yaml_source import read_yaml
from drctl.model.estate import Estate
from drctl.model.problem import Problem
from drctl.model.scenario import Scenario
from drctl.model.values import Json

Find = Callable[[str], tuple[str, str] | None]
"""The text and file name of the scenario of that name; None where there is none."""


def load_scenario(
    text: str,
    file: str,
    *,
    find: Find,
    durations: Collection[str] | None = None,
    estate: Estate | None = None,
) -> tuple[Scenario | None, tuple[Problem, ...]]:
    """The scenario that `text` describes, or (None and) everything that is wrong with it.

    `find` gives the text of the scenario that it extends. With `durations`, a lag must be one of those names;
    with `estate`, what the scenario takes away must be in it. Never raises for what `text` holds.
    """
    data, problems = _folded(_Surroundings(find, durations, estate), text, file, ())
    return (None, problems) if problems or data is None else (_scenario(data), ())


def scenario_schema() -> Mapping[str, Json]:
    """The JSON Schema of a scenario's file."""
    return schema_of(Scenario, "A drctl scenario: what breaks in a simulated drill")


_RESOURCE = re.compile(r"[a-z][a-z0-9_]*\.[A-Za-z_][A-Za-z0-9_-]*")
"""The address of a resource of the root module: its type, a dot and its name."""


@dataclass(frozen=True, slots=True)
class _Surroundings:
    find: Find
    durations: Collection[str] | None
    estate: Estate | None


def _folded(
    known: _Surroundings, text: str, file: str, below: tuple[str, ...]
) -> tuple[dict[str, Any] | None, tuple[Problem, ...]]:
    document, unreadable = read_yaml(text, file)
    if document is None:
        return None, unreadable
    checked = check_document(document, Scenario)
    if checked.value is None:
        return None, (*unreadable, *checked.problems)
    referee = Referee(document, checked.gaps)
    _check(referee, checked.value, known)
    for index, address in enumerate(checked.value.terraform.destroys):
        if not _RESOURCE.fullmatch(address):
            at = ("terraform", "destroys", index)
            referee.wrong(at, f"expected a resource of Terraform such as aws_db_instance.old, got {address!r}")
    base, found = _base(referee, checked.value, known, below)
    if unreadable or checked.problems or referee.problems or found:
        return None, (*sorted({*unreadable, *checked.problems, *referee.problems}), *found)
    data = _over(base, plain_data(document, Scenario))
    whole = _scenario(data)
    if whole.detected_after > whole.declared_after:
        referee.wrong(("detected_after",), "is after `declared_after`: nobody decides before anybody has noticed")
    return data, tuple(referee.problems)


def _base(
    referee: Referee, scenario: Scenario, known: _Surroundings, below: tuple[str, ...]
) -> tuple[dict[str, Any], tuple[Problem, ...]]:
    """What the scenario that this one extends says, and what is wrong with that."""
    name = scenario.extends
    if name is None:
        return {}, ()
    chain = (*below, scenario.name)
    if name in chain:
        referee.wrong(("extends",), f"goes round in a circle: {' → '.join((*chain, name))}")
        return {}, ()
    found = known.find(name)
    if found is None:
        referee.wrong(("extends",), f"there is no scenario {name!r}")
        return {}, ()
    data, problems = _folded(known, *found, chain)
    return data or {}, problems


def _over(base: Any, own: Any) -> Any:
    """`own` laid over `base`: mappings key by key, anything else as a whole."""
    if isinstance(base, dict) and isinstance(own, dict):
        return {**base, **{key: _over(base.get(key), value) for key, value in own.items()}}
    return own


def _scenario(data: Mapping[str, Any]) -> Scenario:
    return adapter_of(Scenario).validate_json(json.dumps(data))


def _check(referee: Referee, scenario: Scenario, known: _Surroundings) -> None:
    if known.durations is not None:
        for name in scenario.durations:
            referee.refer(("durations", name), name, "lag", known.durations)
    if known.estate is not None:
        check_names(referee, scenario, known.estate)
        check_unbuilt(referee, scenario, known.estate)
        check_damaged(referee, scenario, known.estate)
        check_attacks(referee, scenario.attacked, known.estate)
