"""`drctl trend` on the command line: what it refuses, and when CI goes red."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from drctl.model.trend import TrendRun
from tests.cli.conftest import Call
from tests.fakes.sample_trend import finished
from tests.fakes.stand_in_bootstrap import StandInBootstrap

SAME = (finished(1, 60), finished(2, 61))
SLOWER = (finished(1, 60, steps={"restore": 20}), finished(2, 90, steps={"restore": 50}))


@pytest.mark.parametrize(
    ("runs", "more", "code"),
    [
        pytest.param(SLOWER, (), 0, id="no gate: told, and nothing more"),
        pytest.param(SLOWER, ("--max-regression", "20%"), 1, id="slower than allowed"),
        pytest.param(SLOWER, ("--max-regression", "200 %"), 0, id="allowed"),
        pytest.param(SLOWER, ("--max-regression", "20%", "--floor", "2h"), 0, id="below the floor"),
        pytest.param(SAME, ("--max-regression", "20%"), 0, id="as before"),
        pytest.param(SLOWER[1:], ("--max-regression", "20%"), 0, id="nothing to compare"),
    ],
)
def test_the_gate_closes_for_regressions_only(
    call: Call, bootstrap: StandInBootstrap, runs: tuple[TrendRun, ...], more: tuple[str, ...], code: int
) -> None:
    bootstrap.trend = runs
    result = call("trend", "--runbook", "staging-drill", *more)
    assert result.exit_code == code
    assert ("Step restore grew to 50m" in result.stdout) is bool(code)


def test_what_is_ignored_stops_nothing_and_a_name_that_is_none_is_told(call: Call, bootstrap: StandInBootstrap) -> None:
    bootstrap.trend = SLOWER
    ignored = [word for name in ("rto", "rto-exec", "restore", "restroe") for word in ("--ignore", name)]
    result = call("trend", "--runbook", "staging-drill", "--max-regression", "20%", *ignored)
    assert result.exit_code == 0
    assert "--ignore restroe: the newest run has no such figure" in result.stderr


def test_scripts_get_one_document(call: Call, bootstrap: StandInBootstrap) -> None:
    bootstrap.trend = SLOWER
    result = call("trend", "--runbook", "staging-drill", "--max-regression", "20%", "--output", "json")
    document = json.loads(result.stdout)
    assert result.exit_code == 1
    assert [run["rto_s"] for run in document["runs"]] == [3600, 5400]
    assert [change["step"] or change["what"] for change in document["changes"] if change["regressed"]] == [
        "rto",
        "rto-exec",
        "restore",
    ]


def test_the_page_is_written_and_the_gate_still_counts(call: Call, bootstrap: StandInBootstrap, tmp_path: Path) -> None:
    bootstrap.trend = SLOWER
    page = tmp_path / "trend.html"
    result = call("trend", "--runbook", "x", "--max-regression", "20%", "--format", "html", "--out", page)
    assert result.exit_code == 1
    assert page.read_text().startswith("<!DOCTYPE html>")
    assert "Step restore grew to 50m" in result.stderr
    assert call("trend", "--runbook", "x", "--format", "html").stdout.startswith("<!DOCTYPE html>")


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("--out", "x.html"), "--out goes with --format html"),
        (("--floor", "5s"), "go with --max-regression"),
        (("--ignore", "rto"), "go with --max-regression"),
        (("--max-regression", "20"), "expected a share such as 20%"),
        (("--max-regression", "-5%"), "expected a share such as 20%"),
        (("--last", "1"), "2<=x<=500"),
        (("--format", "html", "--output", "json"), "is no page"),
    ],
)
def test_what_makes_no_sense_is_refused(call: Call, arguments: tuple[str, ...], told: str) -> None:
    result = call("trend", "--runbook", "staging-drill", *arguments)
    assert result.exit_code == 2
    assert told in result.output
