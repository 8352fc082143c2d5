"""The drawing of the clock: where things are, as laws of its geometry."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drctl.report.timeline import MOST, PANEL, Timeline, timeline_of
from drctl.report.timeline_axis import axis_of
from drctl.report.timeline_lanes import lanes_of
from tests.fakes.full_document import full_document, held_document, long_document, plain_document

BEGIN = datetime(2026, 11, 14, 3, 42, tzinfo=UTC)


def drawn(document: Any) -> Timeline:
    made = timeline_of(document)
    assert made is not None
    return made


@pytest.mark.parametrize("document", [plain_document(), full_document(), held_document(), long_document(100)])
def test_everything_is_within_the_drawing_and_every_step_that_began_is_in_it(document: Any) -> None:
    made = drawn(document)
    rows = [row for panel in made.panels for row in panel.rows]
    assert all(0 <= row.start <= row.start + row.width <= 100.001 for row in rows)
    assert all(row.start + row.expected <= 100.001 for row in rows)
    assert all(0 <= flag.place <= 100 for flag in made.flags)
    assert len(rows) + len(made.lanes) == sum(step["started_at"] is not None for step in document["steps"])
    assert [flag.mark for flag in made.flags] == list(document["rto"]["marks"])
    assert all(len(panel.rows) <= PANEL for panel in made.panels)


@pytest.mark.parametrize("document", [plain_document(), full_document(), held_document(), long_document(400)])
def test_the_critical_path_is_one_chain_from_its_first_step_to_its_last(document: Any) -> None:
    made, links = drawn(document), [link["step"] for link in document["critical_path"]]
    shown = [row.id for panel in made.panels for row in panel.rows if row.critical]
    assert shown == [id for id in links if id in shown]
    whole = [joint for panel in made.panels for joint in panel.joints]
    # One that leaves a panel goes on in the next.
    assert sum(joint.below is not None for joint in whole) == len(shown) - 1
    assert sum(joint.above is not None for joint in whole) == len(shown) - 1
    for panel in made.panels:
        for joint in panel.joints:
            if joint.above is not None and joint.below is not None:
                above, below = panel.rows[joint.above], panel.rows[joint.below]
                assert joint.above < joint.below
                assert joint.end == pytest.approx(above.start + above.width)
                assert joint.start == below.start


def test_of_many_steps_those_that_matter_have_a_row() -> None:
    document = long_document(400)
    document["steps"][3].update(state="failed", failure="no")
    document["critical_path"] = document["critical_path"][:10]
    made = drawn(document)
    rows = {row.id: row for panel in made.panels for row in panel.rows}
    assert len(rows) == MOST
    assert {link["step"] for link in document["critical_path"]} <= rows.keys()
    assert rows[document["steps"][3]["id"]].look == "wrong"
    assert made.in_lanes == 400 - MOST


@pytest.mark.parametrize(
    ("changed", "look"),
    [
        ({}, "critical"),
        ({"uses": "approval"}, "person"),
        ({"uses": "wait"}, "wait"),
        ({"state": "held"}, "wrong"),
        ({"failure": "no"}, "wrong"),
    ],
)
def test_decisions_waits_and_failures_look_different(changed: dict[str, str], look: str) -> None:
    document = plain_document()
    document["steps"][1].update(changed)
    looks = {row.id: row.look for panel in drawn(document).panels for row in panel.rows}
    assert (looks["restore-db"], looks["promote-bucket"]) == (look, "plain")


def test_a_step_that_has_not_ended_reaches_to_the_last_event() -> None:
    document = plain_document()
    document["steps"][4].update(ended_at=None, duration_s=None, state="running")
    (row,) = [row for panel in drawn(document).panels for row in panel.rows if row.id == "rebuild-cache"]
    assert row.start + row.width == pytest.approx(100 / 1.02, abs=0.01)


@given(st.integers(0, 10**7))
def test_the_scale_has_few_steps_that_people_count_in(length: int) -> None:
    axis = axis_of(BEGIN, BEGIN + timedelta(seconds=length))
    assert 1 <= len(axis.ticks) <= 6
    assert axis.ticks[0].label == "+0s"
    places = [tick.place for tick in axis.ticks]
    assert places == sorted(set(places))
    assert 0 <= axis.place(BEGIN) <= axis.place(BEGIN + timedelta(seconds=length)) <= 100


@given(st.lists(st.tuples(st.floats(0, 100), st.floats(0, 100)), max_size=40))
def test_no_bar_lies_on_another_of_its_lane(bars: list[tuple[float, float]]) -> None:
    placed = lanes_of(sorted(bars))
    assert len(placed) == len(bars)
    ends: dict[int, float] = {}
    for bar in placed:
        assert bar.start >= ends.get(bar.lane, 0)
        ends[bar.lane] = bar.start + bar.width


def test_of_a_thousand_at_once_the_lanes_still_have_room() -> None:
    assert max(bar.lane for bar in lanes_of([(0.0, 50.0)] * 1000)) < 100
