"""Paths into JSON answers."""

from __future__ import annotations

import pytest

from drctl.actions.checks.json_path import find_value, parse_path, same_value
from drctl.model.values import Json

DATA: Json = {"status": "ok", "queues": [{"name": "mail", "depth": 0}, {"name": "export"}], "a-b": {"c d": [[1, 2]]}}


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("status", "ok"),
        ("queues[0].depth", 0),
        ("queues[1].name", "export"),
        ("a-b.c d[0][1]", 2),
        ("queues", [{"name": "mail", "depth": 0}, {"name": "export"}]),
    ],
)
def test_a_path_leads_to_its_value(path: str, value: Json) -> None:
    """Names with dots between them, and places in lists."""
    assert find_value(DATA, path) == value


@pytest.mark.parametrize("path", ["missing", "status.deeper", "queues[2]", "status[0]", "queues.name", "a-b[0]"])
def test_what_is_not_there_is_said(path: str) -> None:
    """A page without the value is not a page with another value."""
    with pytest.raises(LookupError):
        find_value(DATA, path)


@pytest.mark.parametrize("text", ["", ".", "a..b", ".a", "a.", "a[x]", "a[-1]", "a[0", "a]0[", "a[0]b", "[]"])
def test_what_is_no_path_is_refused(text: str) -> None:
    """A typing mistake is found before the run, not waited for in it."""
    with pytest.raises(ValueError, match="expected a path"):
        parse_path(text)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [(1, 1, True), (1, 1.0, True), (True, 1, False), (0, False, False), ("1", 1, False), (None, None, True)],
)
def test_a_truth_value_is_no_number(one: Json, other: Json, same: bool) -> None:
    """As JSON has it, and Python has not."""
    assert same_value(one, other) is same
