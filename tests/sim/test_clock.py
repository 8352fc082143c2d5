"""Virtual time moves only when it is moved, and what falls due happens in its order on the way."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from drctl.sim.clock import SimClock
from tests.simulated import START, Simulated

MINUTE = timedelta(minutes=1)


def test_time_moves_only_when_it_is_moved(simulated: Simulated) -> None:
    for _ in range(20):
        simulated.client("sts").get_caller_identity()
    assert simulated.now() == START
    simulated.advance(90 * MINUTE)
    assert simulated.now() == START + 90 * MINUTE


def test_what_aws_stamps_is_virtual(simulated: Simulated) -> None:
    simulated.advance(5 * MINUTE)
    simulated.client("ssm").put_parameter(Name="/a", Value="b", Type="String")
    secret = simulated.client("secretsmanager").create_secret(Name="s", SecretString="x")["ARN"]
    changed = simulated.client("ssm").get_parameter(Name="/a")["Parameter"]["LastModifiedDate"]
    created = simulated.client("secretsmanager").describe_secret(SecretId=secret)["CreatedDate"]
    assert changed == created == START + 5 * MINUTE


def test_time_never_goes_back() -> None:
    clock = SimClock(START)
    clock.advance_to(START + MINUTE)
    assert clock.advance_to(START) == START + MINUTE


@given(st.lists(st.integers(min_value=1, max_value=500), max_size=30))
def test_callbacks_run_in_the_order_of_their_instants(delays: list[int]) -> None:
    clock = SimClock(datetime(2026, 1, 1, tzinfo=UTC))
    begin, seen = clock.now(), list[timedelta]()
    for delay in delays:
        clock.after(timedelta(seconds=delay), lambda: seen.append(clock.now() - begin))
    clock.advance_to(begin + timedelta(seconds=500))
    assert seen == sorted(timedelta(seconds=delay) for delay in delays)


def test_a_callback_can_plan_the_next_one_within_the_same_move() -> None:
    clock, seen = SimClock(START), list[datetime]()

    def first() -> None:
        clock.after(MINUTE, lambda: seen.append(clock.now()))

    clock.after(MINUTE, first)
    clock.advance_to(START + 10 * MINUTE)
    assert seen == [START + 2 * MINUTE]
