"""Planned work gives way to what is graver, and says to what."""

from __future__ import annotations

from datetime import datetime

import pytest

from drctl.model.blocked_window import BlockedWindow
from drctl.model.environment import Environment, EnvironmentAccount
from drctl.model.events import Mode
from drctl.model.instant import parse_instant
from drctl.model.skipping import Obstacle, OpenRun, Skip, Start, planned_work

FREE = parse_instant("2026-11-27T12:00:00Z")
FROZEN = parse_instant("2026-12-24T12:00:00Z")
STAGING = Environment(
    name="staging",
    accounts={"main": EnvironmentAccount(id="111111111111")},
    default_account="main",
    regions=("eu-west-1",),
    modes=(Mode.DRILL,),
    blocked_windows=(BlockedWindow(start="2026-12-20", end="2027-01-06", reason="change freeze"),),
)
RECOVERY = OpenRun(run="dr-staging-1", runbook="region-failover", mode=Mode.RECOVER, driver=None)
DRILL = OpenRun(run="dr-staging-2", runbook="staging-drill", mode=Mode.DRILL, driver="ops@ci (process 7)")
LEFT = OpenRun(run="dr-staging-3", runbook="staging-drill", mode=Mode.DRILL, driver=None)
UNREADABLE = OpenRun(run="dr-staging-4", runbook="-", mode=None, driver=None)


def test_with_nothing_in_the_way_it_starts() -> None:
    assert planned_work(STAGING, [], FREE, despite=False) == Start()


def test_a_drill_that_nobody_drives_is_not_in_the_way() -> None:
    assert planned_work(STAGING, [LEFT], FREE, despite=False) == Start()


@pytest.mark.parametrize(
    ("runs", "at", "obstacle", "reason"),
    [
        ([RECOVERY], FREE, Obstacle.INCIDENT, "the recovery dr-staging-1 (region-failover) is not finished"),
        ([DRILL], FREE, Obstacle.BUSY, "ops@ci (process 7) drives the drill dr-staging-2 (staging-drill)"),
        ([], FROZEN, Obstacle.WINDOW, "change freeze, until 2027-01-07T00:00:00Z"),
        (
            [UNREADABLE],
            FREE,
            Obstacle.INCIDENT,
            "dr-staging-4 cannot be read, and may be a recovery that is not finished",
        ),
        ([DRILL, RECOVERY], FROZEN, Obstacle.INCIDENT, "the recovery dr-staging-1 (region-failover) is not finished"),
    ],
)
def test_what_is_in_the_way_is_named_the_gravest_first(
    runs: list[OpenRun], at: datetime, obstacle: Obstacle, reason: str
) -> None:
    answer = planned_work(STAGING, runs, at, despite=False)
    assert isinstance(answer, Skip)
    assert (answer.obstacle, answer.reason) == (obstacle, reason)


def test_only_a_window_can_be_overridden() -> None:
    started = planned_work(STAGING, [], FROZEN, despite=True)
    assert isinstance(started, Start)
    assert started.overridden is not None
    assert started.overridden.window.reason == "change freeze"
    for run in (RECOVERY, DRILL):
        assert isinstance(planned_work(STAGING, [run], FROZEN, despite=True), Skip)


def test_what_overrides_no_window_is_no_override() -> None:
    assert planned_work(STAGING, [], FREE, despite=True) == Start(None)
