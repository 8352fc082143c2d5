"""An environment says when nothing is started, and what has to be drilled how often."""

from __future__ import annotations

from datetime import timedelta

import jsonschema
import pytest

from drctl.loading.environment import environment_schema, load_environment
from drctl.loading.yaml_source import read_yaml
from drctl.model.blocked_window import BlockedWindow, Day
from drctl.model.environment import PlannedDrill

FULL = """\
environment: staging
accounts: { main: { id: "111111111111" } }
default_account: main
regions: [eu-west-1]
modes: [drill]
blocked_windows:
  - { days: [sat, sun], from: 22:00, to: 06:00, timezone: Europe/Berlin, reason: nightly imports }
  - { from: 2026-12-20, to: 2027-01-06, reason: change freeze }
drills:
  - { runbook: staging-drill, every: 7d }
  - { runbook: queue-drain, every: 30d }
"""


def problems(text: str) -> list[str]:
    environment, found = load_environment(text, "e.yaml")
    assert (environment is None) is bool(found)
    return [str(problem).removeprefix("e.yaml:") for problem in found]


def test_windows_and_drills_are_read_as_they_are_written() -> None:
    environment, found = load_environment(FULL, "e.yaml")
    assert found == ()
    assert environment is not None
    assert environment.blocked_windows == (
        BlockedWindow(
            days=(Day.SAT, Day.SUN), start="22:00", end="06:00", timezone="Europe/Berlin", reason="nightly imports"
        ),
        BlockedWindow(start="2026-12-20", end="2027-01-06", reason="change freeze"),
    )
    assert environment.drills == (
        PlannedDrill(runbook="staging-drill", every=timedelta(days=7)),
        PlannedDrill(runbook="queue-drain", every=timedelta(days=30)),
    )


def test_the_schema_takes_them() -> None:
    document, _ = read_yaml(FULL, "e.yaml")
    assert document is not None
    jsonschema.validate(document.data, environment_schema())


@pytest.mark.parametrize(
    ("right", "wrong", "problem"),
    [
        (
            "sat,",
            "saturday,",
            "7:14  blocked_windows[0].days[0]  expected one of mon, tue, wed, thu, fri, sat, sun, got 'saturday'",
        ),
        ("[sat, sun]", "[sun, sun]", "7:19  blocked_windows[0].days[1]  'sun' is here twice"),
        ("22:00", "24:00", "7:31  blocked_windows[0].from  expected a time of day such as 22:00, as there are days"),
        ("06:00", "2026-12-20", "7:42  blocked_windows[0].to  expected a time of day such as 22:00, as there are days"),
        (
            "Europe/Berlin",
            "Europe/Berlinn",
            "7:59  blocked_windows[0].timezone  expected a time zone such as Europe/Berlin, got 'Europe/Berlinn'",
        ),
        ("Europe/Berlin", "../Berlin", "7:59  blocked_windows[0].timezone  expected a time zone"),
        ("Europe/Berlin", "Europe", "7:59  blocked_windows[0].timezone  expected a time zone"),
        (", reason: nightly imports", "", "7:5  blocked_windows[0].reason  is missing"),
        ("nightly imports", '" "', "7:82  blocked_windows[0].reason  expected text, got nothing but blanks"),
        (
            "2026-12-20",
            "22:00",
            "8:13  blocked_windows[1].from  expected a date such as 2026-12-20, got '22:00'; "
            "or name the `days` that it is for",
        ),
        ("2026-12-20", "2026-13-20", "8:13  blocked_windows[1].from  expected a date such as 2026-12-20"),
        ("2027-01-06", "9999-12-31", "8:29  blocked_windows[1].to  expected a date such as 2026-12-20"),
        ("2027-01-06", "2026-12-19", "8:29  blocked_windows[1].to  is before the window begins, on 2026-12-20"),
        ("staging-drill", "../staging", "10:16  drills[0].runbook  expected the name of a runbook, got '../staging'"),
        ("queue-drain", "staging-drill", "11:16  drills[1].runbook  'staging-drill' is here twice"),
        ("7d", "7", "10:38  drills[0].every  expected a duration such as 45s, 20m or 1h30m, got 7"),
        ("modes: [drill]", "modes: [recover]", "9:1  drills  nothing can be drilled here, as `modes` has no `drill`"),
        ("7d", "0s", "10:38  drills[0].every  expected a duration longer than nothing"),
    ],
)
def test_a_mistake_is_told_at_its_place(right: str, wrong: str, problem: str) -> None:
    assert right in FULL
    (told,) = problems(FULL.replace(right, wrong, 1))
    assert told.startswith(problem)
