"""Durations, instants and conditions are read as they are written, and nothing is guessed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drctl.model.condition import Compare, Condition, Either, Every, Literal, Not, holds
from drctl.model.duration import format_duration, parse_duration
from drctl.model.instant import format_instant, parse_instant
from drctl.model.reference import Reference
from drctl.model.values import Json, Scalar, ValueKind


@pytest.mark.parametrize(
    ("text", "seconds"), [("45s", 45), ("20m", 1200), ("1h30m", 5400), ("2d", 172800), ("0s", 0), (" 4h ", 14400)]
)
def test_a_duration_is_what_it_says(text: str, seconds: int) -> None:
    assert parse_duration(text) == timedelta(seconds=seconds)


@pytest.mark.parametrize("text", ["", "45", "m", "1.5h", "-1h", "1h 30m", "30m1h", "9999999999s", "99999d", "1w"])
def test_anything_else_is_refused_with_the_form_that_is_expected(text: str) -> None:
    with pytest.raises(ValueError, match="expected a duration"):
        parse_duration(text)


@given(st.integers(0, 10**8))
def test_a_duration_is_read_back_as_it_was_shown(seconds: int) -> None:
    assert parse_duration(format_duration(timedelta(seconds=seconds))) == timedelta(seconds=seconds)


def test_a_negative_span_is_shown_with_its_sign() -> None:
    assert format_duration(-timedelta(minutes=90)) == "-1h30m"


def test_an_instant_is_utc_and_has_an_offset() -> None:
    assert parse_instant("2026-01-14T04:42:00+01:00") == datetime(2026, 1, 14, 3, 42, tzinfo=UTC)
    assert format_instant(datetime(2026, 1, 14, 3, 42, tzinfo=UTC)) == "2026-01-14T03:42:00Z"
    for text in ("2026-01-14T03:42:00", "yesterday"):
        with pytest.raises(ValueError, match="expected a time"):
            parse_instant(text)


FACTS: dict[str, Json] = {"inputs.size": 5, "inputs.mode": "drill", "inputs.on": True, "inputs.one": 1}


def fact(reference: Reference) -> Json:
    return FACTS[str(reference)]


def compare(operator: str, left: str, right: Scalar) -> Condition:
    return Compare(operator, Reference(*(left.split(".")[0],), tuple(left.split(".")[1:])), Literal(right))


@pytest.mark.parametrize(
    ("condition", "true"),
    [
        (compare("==", "inputs.mode", "drill"), True),
        (compare("!=", "inputs.mode", "drill"), False),
        (compare(">=", "inputs.size", 5), True),
        (compare("<", "inputs.size", 5), False),
        (compare("<", "inputs.mode", 5), False),
        (compare("==", "inputs.on", 1), False),
        (compare("==", "inputs.one", True), False),
        (Not(compare("==", "inputs.size", 5)), False),
        (Every((Literal(True), Reference("inputs", ("on",)))), True),
        (Either((Literal(False), compare(">", "inputs.size", 4))), True),
    ],
)
def test_a_condition_compares_and_does_nothing_else(condition: Condition, true: bool) -> None:
    assert holds(condition, fact) is true


def test_a_value_fits_its_own_kind_and_text_shows_every_scalar() -> None:
    assert ValueKind.INTEGER.fits(ValueKind.NUMBER)
    assert ValueKind.REGION.fits(ValueKind.STRING)
    assert not ValueKind.STRING.fits(ValueKind.REGION)
    assert not ValueKind.LIST.fits(ValueKind.STRING)
