"""What AWS has handed out is never repeated, in whatever form a library quotes it."""

from __future__ import annotations

import json

import pytest

from drctl.aws.handed_out import HandedOut
from drctl.model.estate_services import Secret
from tests.faults.canaries import forms

AWKWARD = 'canary-Zx9/+= "q" \\ ~%41&k=v'


@pytest.mark.parametrize("quoted", [repr, json.dumps, "it is {}".format, lambda text: f"value: {text!r}, type: str"])
def test_a_value_is_blacked_out_however_it_is_quoted(quoted: object) -> None:
    handed_out = HandedOut()
    handed_out.remember(AWKWARD)
    told = handed_out.without(quoted(AWKWARD)).encode()  # type: ignore[operator]
    assert b"***" in told
    assert not [form for form in forms(AWKWARD) if form in told]


def test_what_is_in_a_json_secret_is_blacked_out_by_itself() -> None:
    handed_out = HandedOut()
    handed_out.remember(json.dumps({"username": "amply", "password": "canary-1234", "port": 5432}))
    assert handed_out.without("amply: canary-1234 at 5432") == "amply: *** at 5432"


def test_what_is_too_short_to_be_a_secret_blacks_out_nothing() -> None:
    handed_out = HandedOut()
    for nothing in (None, "", "a", "5432"):
        handed_out.remember(nothing)
    assert handed_out.without("a port 5432") == "a port 5432"


def test_nothing_is_remembered_of_what_nobody_was_handed() -> None:
    assert HandedOut().without(Secret().value_as("x")) == Secret().value_as("x")
