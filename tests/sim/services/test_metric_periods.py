"""Datapoints of a minute become the periods and the statistics that somebody asks for."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from drctl.sim.overlay import AwsError
from drctl.sim.services.metric_periods import Period, periods_of, statistic

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


def minute_of(instant: datetime) -> float:
    return float(instant.minute)


def test_periods_begin_at_multiples_of_their_length_and_hold_no_future() -> None:
    found = periods_of(
        NOON + timedelta(minutes=7), NOON + timedelta(hours=1), 300,
        newest=NOON + timedelta(minutes=11), value_at=minute_of,
    )  # fmt: skip
    assert found == [
        Period(NOON + timedelta(minutes=5), (5.0, 6.0, 7.0, 8.0, 9.0)),
        Period(NOON + timedelta(minutes=10), (10.0, 11.0)),
    ]


def test_a_minute_without_a_value_has_no_datapoint() -> None:
    none = periods_of(NOON, NOON + timedelta(minutes=5), 60, newest=NOON + timedelta(hours=1), value_at=lambda _: None)
    assert none == []


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("Maximum", 4.0),
        ("Minimum", 1.0),
        ("Average", 2.5),
        ("Sum", 10.0),
        ("SampleCount", 4.0),
        ("p50", 2.0),
        ("p99.9", 4.0),
    ],
)
def test_statistics_are_of_all_values_of_the_period(name: str, value: float) -> None:
    assert statistic(name, (3.0, 1.0, 4.0, 2.0)) == value


def test_what_cloudwatch_does_not_know_is_refused() -> None:
    with pytest.raises(AwsError, match="not supported"):
        statistic("Median", (1.0,))
    with pytest.raises(AwsError, match="multiple of 60"):
        periods_of(NOON, NOON + timedelta(minutes=1), 30, newest=NOON, value_at=minute_of)
