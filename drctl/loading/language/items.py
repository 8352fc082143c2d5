"""What a `foreach` loops over, and the key that each item gives its step."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from drctl.loading.language.drafts import StepDraft
from drctl.loading.language.nesting import plain
from drctl.loading.language.substitution import Substitution
from drctl.loading.problems import Problems
from drctl.loading.yaml_source import Path
from drctl.model.reference import Reference, Value, references_in
from drctl.model.resolve import as_text
from drctl.model.values import Json

_KEYS = ("key", "id", "name")
"""The entries of a mapping that can tell it from the others, the first that is there."""


@dataclass(frozen=True, slots=True)
class Item:
    """One item: its place in the list, what its step's id ends in, and its value."""

    number: int
    suffix: str
    value: Json


NO_LOOP = Item(0, "", None)
"""Stands for the one time that a step without `foreach` is planned."""


def items_of(step: StepDraft, substitution: Substitution, problems: Problems) -> tuple[Item, ...]:
    """The items of `step`; without any where its list is not known."""
    if step.foreach is None:
        return (NO_LOOP,)
    found = substitution.value(step.foreach, ("foreach",))
    if isinstance(found, Reference) or references_in(found):
        substitution.known(found, ("foreach",))
        return ()
    if not isinstance(found, tuple):
        if found is not None:
            problems.add_cause_free(step.problem(("foreach",), "`foreach` takes a list"))
        return ()
    return tuple(_keyed(step, found, problems))


def _keyed(step: StepDraft, values: tuple[Value, ...], problems: Problems) -> list[Item]:
    items: dict[str, Item] = {}
    for number, value in enumerate(values):
        item = plain(value)
        key = _key(item, number)
        if key in items:
            at: Path = ("foreach", number)
            problems.add(step.problem(at, f"two items have the key {key!r}; each needs its own `{_KEYS[0]}`"))
            continue
        items[key] = Item(number, f"[{key}]", item)
    return list(items.values())


def _key(item: Json, number: int) -> str:
    if isinstance(item, Mapping):
        item = next((item[name] for name in _KEYS if name in item), None)
    if item is None or isinstance(item, Mapping | list):
        return str(number + 1)
    # The key becomes part of an id that people type, and that goes into tags and file names.
    return re.sub(r"[^A-Za-z0-9._-]+", "-", as_text(item)).strip("-")[:64] or str(number + 1)
