"""Planned work looks at the runs that are kept, and a drill that is late is found in them."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from drctl.bootstrap import preflight
from drctl.bootstrap.environment_world import EnvironmentSettings
from drctl.bootstrap.planned import DrillSkipped, PlannedBlocked, planned_start
from drctl.bootstrap.requests import DrillRequest
from drctl.cli import cli
from drctl.clock import SystemClock
from drctl.journal.sqlite import SqliteJournal
from drctl.loading.environment import load_environment
from drctl.model import events as e
from drctl.model.environment import Environment
from drctl.model.finding import FindingKind
from drctl.model.instant import parse_instant
from drctl.model.verdict import Verdict

RUNBOOK = """\
runbook: staging-drill
title: Wait a little
version: 1
objectives: { rto: 1h, rpo: 1h }
steps:
  - id: pause
    uses: wait
    with: { duration: 1s }
"""
ENVIRONMENT = """\
environment: staging
accounts: { main: { id: "111111111111" } }
default_account: main
regions: [eu-west-1]
modes: [drill]
blocked_windows:
  - { from: 2026-12-20, to: 2027-01-06, reason: change freeze }
drills:
  - { runbook: staging-drill, every: 7d }
"""
FREE = parse_instant("2026-11-27T12:00:00Z")
FROZEN = parse_instant("2026-12-24T12:00:00Z")


def staging() -> Environment:
    environment, problems = load_environment(ENVIRONMENT, "staging.yaml")
    assert problems == ()
    assert environment is not None
    return environment


def begin(
    state: Path, run: str, at: datetime, *, mode: e.Mode = e.Mode.DRILL, verdict: Verdict | None = None
) -> SqliteJournal:
    """A run in staging, driven by this process until its journal is released; ended where it has a verdict."""
    journal = SqliteJournal.open(state / "runs" / run / "journal.sqlite", create=True)
    journal.append(
        [
            e.RunStarted(
                at=at,
                run=run,
                runbook="staging-drill",
                mode=mode,
                approve=e.Approve.AUTO,
                environment="staging",
                simulated=False,
                sources={"staging-drill": RUNBOOK},
                inputs={},
                variables={},
                settings=EnvironmentSettings(environment=ENVIRONMENT, file="staging.yaml", folder=".").plain(),
            )
        ]
    )
    if verdict is not None:
        journal.append([e.RunFinished(at=at + timedelta(minutes=5), verdict=verdict, reasons=())])
    return journal


def asked(state: Path, *, skip: bool = False, despite: str | None = None) -> DrillRequest:
    return DrillRequest(
        runbook="staging-drill", inputs={}, skip_if_blocked=skip, despite_window=despite, state_dir=state
    )


def test_a_drill_with_nothing_in_the_way_starts_and_records_nothing_of_it(tmp_path: Path) -> None:
    begin(tmp_path, "dr-staging-20261101-aaaa", FREE - timedelta(days=9), verdict=Verdict.PASSED).release()
    assert planned_start(staging(), asked(tmp_path), tmp_path, FREE) == ()


def test_in_a_blocked_window_it_is_refused_with_the_reason_and_how_to_override_it(tmp_path: Path) -> None:
    with pytest.raises(PlannedBlocked, match="change freeze, until 2027-01-07T00:00:00Z") as refused:
        planned_start(staging(), asked(tmp_path), tmp_path, FROZEN)
    assert refused.value.exit_code == 2
    assert "--despite-window" in str(refused.value.hint)


def test_an_override_is_a_finding_with_who_and_why(tmp_path: Path) -> None:
    (event,) = planned_start(staging(), asked(tmp_path, despite="the auditor is here"), tmp_path, FROZEN)
    assert event.finding.kind is FindingKind.OVERRIDE
    assert "change freeze" in event.finding.what
    assert "(process " in event.finding.what
    assert event.finding.what.endswith("the auditor is here")


def test_an_override_wants_a_reason(tmp_path: Path) -> None:
    with pytest.raises(PlannedBlocked, match="wants a reason"):
        planned_start(staging(), asked(tmp_path, despite=" "), tmp_path, FROZEN)


def test_a_skipped_drill_is_a_report(tmp_path: Path) -> None:
    with pytest.raises(DrillSkipped) as skipped:
        planned_start(staging(), asked(tmp_path, skip=True), tmp_path, FROZEN)
    assert skipped.value.document == {
        "schema_version": 1,
        "skipped": True,
        "runbook": "staging-drill",
        "environment": "staging",
        "at": "2026-12-24T12:00:00Z",
        "obstacle": "window",
        "reason": "change freeze, until 2027-01-07T00:00:00Z",
        "until": "2027-01-07T00:00:00Z",
    }


def test_a_recovery_that_is_not_finished_stops_drills_also_while_nobody_drives_it(tmp_path: Path) -> None:
    begin(tmp_path, "dr-staging-20261127-incd", FREE, mode=e.Mode.RECOVER).release()
    with pytest.raises(DrillSkipped, match=r"the recovery dr-staging-20261127-incd .* is not finished"):
        planned_start(staging(), asked(tmp_path, skip=True, despite="no matter"), tmp_path, FREE)


def test_a_drill_stops_another_one_only_while_somebody_drives_it(tmp_path: Path) -> None:
    journal = begin(tmp_path, "dr-staging-20261127-busy", FREE)
    with pytest.raises(DrillSkipped, match="drives the drill dr-staging-20261127-busy"):
        planned_start(staging(), asked(tmp_path, skip=True), tmp_path, FREE)
    journal.release()
    assert planned_start(staging(), asked(tmp_path), tmp_path, FREE) == ()


def test_a_journal_of_the_environment_that_cannot_be_read_is_in_the_way_and_others_are_not(tmp_path: Path) -> None:
    for run in ("dr-production-20261127-brkn", "dr-staging-20261127-brkn"):
        path = tmp_path / "runs" / run / "journal.sqlite"
        path.parent.mkdir(parents=True)
        path.write_bytes(b"not a journal at all")
    with pytest.raises(PlannedBlocked, match="dr-staging-20261127-brkn cannot be read"):
        planned_start(staging(), asked(tmp_path), tmp_path, FREE)


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with the environment in it, where the command is typed."""
    (tmp_path / "runbooks" / "environments").mkdir(parents=True)
    (tmp_path / "runbooks" / "environments" / "staging.yaml").write_text(ENVIRONMENT)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DRCTL_STATE_DIR", str(tmp_path / "state"))
    return tmp_path


def overdue(*arguments: str) -> Result:
    return CliRunner().invoke(cli, ["runs", "--overdue", *arguments], prog_name="drctl")


def test_a_drill_that_never_was_is_overdue_and_the_command_is_red(here: Path) -> None:
    result = overdue()
    assert result.exit_code == 1, result.output
    assert "staging      staging-drill  7d     never drilled  -" in result.stdout


def test_what_is_overdue_is_told_to_scripts_since_when(here: Path) -> None:
    ended = SystemClock().now().replace(microsecond=0) - timedelta(days=10)
    begin(here / "state", "dr-staging-1", ended - timedelta(minutes=5), verdict=Verdict.PASSED).release()
    begin(here / "state", "dr-staging-2", SystemClock().now(), verdict=Verdict.FAILED).release()
    result = overdue("--environment", "staging", "--output", "json")
    assert result.exit_code == 1
    (late,) = json.loads(result.stdout)["overdue"]
    assert (late["runbook"], late["last_run"], late["every_s"]) == ("staging-drill", "dr-staging-1", 7 * 86400)
    assert parse_instant(late["overdue_since"]) == ended + timedelta(days=7)


def test_with_a_proof_that_is_young_enough_the_command_is_green(here: Path) -> None:
    begin(
        here / "state", "dr-staging-1", SystemClock().now() - timedelta(days=1), verdict=Verdict.PASSED_WITH_EXCEPTIONS
    ).release()
    result = overdue("--output", "json")
    assert (result.exit_code, json.loads(result.stdout)) == (0, {"overdue": []})
    assert overdue().stderr == "no drill is overdue\n"


def test_where_nobody_says_what_has_to_be_drilled_it_is_not_green(here: Path) -> None:
    environment = here / "runbooks" / "environments" / "staging.yaml"
    environment.write_text(ENVIRONMENT.partition("drills:")[0])
    for arguments in ((), ("--environment", "staging"), ("--environment", "stagign")):
        assert overdue(*arguments).exit_code == 2


def test_an_environment_that_is_wrong_is_told_and_not_left_out(here: Path) -> None:
    (here / "runbooks" / "environments" / "staging.yaml").write_text(ENVIRONMENT.replace("7d", "weekly"))
    result = overdue()
    assert result.exit_code == 2
    assert "drills[0].every" in result.stderr


ALWAYS = ENVIRONMENT.replace(
    "  - { from: 2026-12-20, to: 2027-01-06, reason: change freeze }",
    '  - { days: [mon, tue, wed, thu, fri, sat, sun], from: "00:00", to: "00:00", reason: never here }',
)


@pytest.fixture
def never_here(here: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An environment in which nothing planned is ever started, with its guard content."""
    (here / "runbooks" / "environments" / "staging.yaml").write_text(ALWAYS)
    (here / "runbooks" / "staging-drill.yaml").write_text(RUNBOOK)
    monkeypatch.setattr(preflight, "confirm", lambda *_: {})
    return here


def drill(*arguments: str) -> Result:
    return CliRunner().invoke(
        cli, ["drill", "--runbook", "staging-drill", "--environment", "staging", *arguments], prog_name="drctl"
    )


def test_a_drill_in_an_environment_is_refused_in_its_window_and_begins_no_run(never_here: Path) -> None:
    result = drill()
    assert result.exit_code == 2
    assert "no drill is started in staging now: never here, with no end in sight" in result.stderr
    assert not (never_here / "state" / "runs").exists()


def test_a_drill_in_an_environment_is_skipped_in_its_window_and_begins_no_run(never_here: Path) -> None:
    result = drill("--skip-if-blocked", "--output", "json")
    assert result.exit_code == 0
    assert json.loads(result.stdout)["reason"] == "never here, with no end in sight"
    assert not (never_here / "state" / "runs").exists()


def test_a_drill_in_an_environment_that_overrides_its_window_has_that_in_its_report(never_here: Path) -> None:
    result = drill("--despite-window", "the auditor is here", "--output", "json")
    (finding,) = json.loads(result.stdout)["findings"]
    assert finding["kind"] == "override"
    assert finding["what"].endswith("the auditor is here")
