"""`sustain`: the checks that have to stay green after `verified`."""

from __future__ import annotations

from datetime import timedelta

import pytest

from drctl.model.plan import Sustain
from tests.fakes.runbook_texts import plan_of, problems_in

W = "uses: wait, with: { duration: 1s }"
STEPS = f"""
steps:
  - {{ id: look, {W} }}
  - {{ id: each, foreach: [a, b], {W} }}
  - {{ id: ask, uses: approval, with: {{ role: boss }} }}
  - {{ id: make, uses: db.restore, with: {{ region: eu-west-1, instance: x, snapshot: s }} }}
  - {{ id: seen, marks: verified, needs: [make], {W} }}
finally:
  - {{ id: last, {W} }}
"""


def test_a_window_names_its_checks_and_has_a_cadence() -> None:
    plan = plan_of("sustain: { for: 15m, every: 30s, checks: [seen, each] }" + STEPS)
    assert plan.sustain == Sustain(
        lasts=timedelta(minutes=15), every=timedelta(seconds=30), checks=("seen", "each[a]", "each[b]")
    )


def test_it_is_looked_at_once_a_minute_where_nothing_is_said_and_there_is_none_without_the_key() -> None:
    sustained = plan_of("sustain: { for: 5m, checks: [look] }" + STEPS).sustain
    assert sustained is not None
    assert sustained.every == timedelta(minutes=1)
    assert plan_of(STEPS.removeprefix("\n")).sustain is None


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("{ for: 5m, checks: [looks] }", "sustain.checks[0] there is no step 'looks' -> look"),
        ("{ for: 5m, checks: [make] }", "sustain.checks[0] only looks can be repeated, and db.restore changes things"),
        ("{ for: 5m, checks: [ask] }", "sustain.checks[0] only looks can be repeated, and approval asks"),
        (
            "{ for: 5m, checks: [last] }",
            "sustain.checks[0] 'last' is a step of `finally`, which comes after the window",
        ),
        ("{ for: 5m, checks: [look, look] }", "sustain.checks[1] 'look' is here twice"),
        ("{ for: 5m, checks: [] }", "sustain.checks expected at least one"),
        ("{ for: 5m, checks: [1] }", "sustain.checks[0] expected the id of a step, got the number 1"),
        ("{ for: 5m, every: 6m, checks: [look] }", "sustain.every 6m is longer than the window of 5m"),
        ("{ for: 5m, every: 1s, checks: [look] }", "sustain.every expected 10s or more, got 1s"),
        ("{ checks: [look] }", "sustain.for is missing"),
        ("{ for: 5m }", "sustain.checks is missing"),
        ("{ for: 5m, checks: [look], often: 3 }", "sustain.often unknown key 'often'"),
        ("[look]", "sustain expected a mapping, got a list"),
    ],
)
def test_what_is_wrong_with_it_is_told_at_its_place(text: str, problem: str) -> None:
    assert [found.split(" ", 1)[1] for found in problems_in(f"sustain: {text}{STEPS}")] == [problem]


def test_it_begins_once_a_step_has_marked_verified() -> None:
    text = f"sustain: {{ for: 5m, checks: [a] }}\nsteps:\n  - {{ id: a, {W} }}\n"
    assert [found.split(" ", 1)[1] for found in problems_in(text)] == [
        "sustain begins once the service is verified, and no step `marks: verified`"
    ]


def test_the_window_alone_says_when_the_service_was_sustained() -> None:
    text = f"sustain: {{ for: 5m, checks: [a] }}\nsteps:\n  - {{ id: a, marks: verified, {W} }}\n"
    text += f"  - {{ id: b, marks: sustained, {W} }}\n"
    assert [found.split(" ", 1)[1] for found in problems_in(text)] == [
        "steps[1].marks 'sustained' is set by the window that `sustain` asks for"
    ]


def test_a_runbook_may_name_whom_its_findings_belong_to() -> None:
    assert plan_of("owner: team-platform" + STEPS).owner == "team-platform"
