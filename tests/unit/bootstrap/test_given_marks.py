"""The marks that whoever begins a run has said are kept as they were said, or nothing is begun."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drctl.bootstrap import drills
from drctl.bootstrap.given_marks import SKEW, GivenMarks
from drctl.bootstrap.requests import DrillRequest
from drctl.engine.parts import PauseRequest
from drctl.errors import InputInvalid
from drctl.model import events as e
from drctl.model.timing import Mark
from tests.fakes.clock import START
from tests.fakes.progress import SilentProgress

MINUTE = timedelta(minutes=1)
instants = st.none() | st.integers(-30, 2).map(lambda count: START + count * MINUTE)


@pytest.mark.parametrize(
    ("given_marks", "because"),
    [
        (GivenMarks(onset=START + MINUTE), "--onset 2030-01-01T00:01:00Z is still to come; it is 2030-01-01T00:00:00Z"),
        (GivenMarks(onset=START - MINUTE, declared=START - 2 * MINUTE), "declared cannot be before onset"),
        (GivenMarks(onset=START - MINUTE, detected=START - 2 * MINUTE), "detected cannot be before onset"),
        (GivenMarks(detected=START - MINUTE, declared=START - 2 * MINUTE), "declared cannot be before detected"),
    ],
)
def test_what_cannot_be_is_refused_by_the_option_that_says_it(given_marks: GivenMarks, because: str) -> None:
    with pytest.raises(InputInvalid, match=because):
        given_marks.require_sense(START)


def test_a_clock_that_is_a_little_behind_is_forgiven_and_no_mark_is_in_the_future() -> None:
    marks = GivenMarks(declared=START + SKEW)
    marks.require_sense(START)
    assert [event.instant for event in marks.marked(START, "") if isinstance(event, e.Marked)] == [START]


@given(instants, instants, instants)
def test_what_was_said_is_marked_in_order_and_the_declaration_always_is(
    onset: datetime | None, detected: datetime | None, declared: datetime | None
) -> None:
    marks = GivenMarks(onset=onset, detected=detected, declared=declared)
    try:
        marks.require_sense(START)
    except InputInvalid:
        return
    made = {event.mark: event for event in marks.marked(START, "the start") if isinstance(event, e.Marked)}
    said = {Mark.ONSET: onset, Mark.DETECTED: detected, Mark.DECLARED: declared or START}
    assert {mark: event.instant for mark, event in made.items()} == {m: i for m, i in said.items() if i is not None}
    assert sorted(event.instant for event in made.values()) == [event.instant for event in made.values()]
    assert (made[Mark.DECLARED].source == "the start") is (declared is None)


def test_a_drill_of_which_nobody_says_anything_begins_with_its_onset() -> None:
    marks = GivenMarks().marked(START, "the start of the drill", onset_is_now=True)
    assert [(event.mark, event.instant) for event in marks if isinstance(event, e.Marked)] == [
        (Mark.ONSET, START),
        (Mark.DECLARED, START),
    ]


def test_a_simulated_drill_says_them_itself() -> None:
    request = DrillRequest(
        runbook="region-failover", inputs={}, marks=GivenMarks(onset=START), state_dir=Path("nowhere")
    )
    with pytest.raises(InputInvalid, match="a simulated drill says itself"):
        drills.start_drill(request, SilentProgress(), None, PauseRequest())
