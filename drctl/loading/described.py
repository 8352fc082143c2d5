"""A text that describes one thing (an estate, an environment) → the model, with every problem at once."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from drctl.loading.referee import Referee
from drctl.loading.validation import check_document
from drctl.loading.yaml_source import read_yaml
from drctl.model.problem import Problem

T = TypeVar("T")


def load_described(
    text: str, file: str, wanted: type[T], check: Callable[[Referee, T], None]
) -> tuple[T | None, tuple[Problem, ...]]:
    """The `wanted` that `text` describes, or (None and) everything that is wrong with it, in the order of the file.

    `file` is the name that problems show; `check` tells the referee what only the whole can show.
    Never raises for what `text` holds.
    """
    document, unreadable = read_yaml(text, file)
    if document is None:
        return None, unreadable
    checked = check_document(document, wanted)
    if checked.value is None:
        return None, (*unreadable, *checked.problems)
    referee = Referee(document, checked.gaps)
    check(referee, checked.value)
    found = tuple(
        sorted({*unreadable, *checked.problems, *referee.problems}, key=lambda problem: (problem.line, problem.column))
    )
    return (None, found) if found else (checked.value, ())
