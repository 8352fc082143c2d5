"""`drctl status --watch` on the command line."""

from __future__ import annotations

import pytest

from tests.cli.conftest import Call
from tests.fakes.sample_run import RUN, failed, held
from tests.fakes.stand_in_bootstrap import StandInBootstrap


@pytest.mark.parametrize("code", [0, 1])
def test_the_exit_code_is_the_runs_own(call: Call, bootstrap: StandInBootstrap, code: int) -> None:
    bootstrap.exit_code = code
    result = call("status", RUN, "--watch")
    assert result.exit_code == code
    assert result.stdout.splitlines()[-1] == f"SIMULATED run {RUN} finished: PASSED WITH EXCEPTIONS"


def test_ctrl_c_leaves_at_once_and_says_that_the_run_goes_on(call: Call, bootstrap: StandInBootstrap) -> None:
    bootstrap.events = held()
    result = call("status", "--watch")
    assert (result.exit_code, result.stderr) == (130, "left; the run is not touched by that\n")


def test_a_note_is_told_once_with_what_to_type(call: Call, bootstrap: StandInBootstrap) -> None:
    bootstrap.events = failed()
    said = call("status", "--watch", "--state-dir", "/tmp/drctl kept").stdout  # noqa: S108
    assert said.count(f"nobody drives this run now: drctl resume {RUN} --state-dir '/tmp/drctl kept'\n") == 1


def test_a_reader_that_has_gone_ends_it(
    call: Call, bootstrap: StandInBootstrap, monkeypatch: pytest.MonkeyPatch
) -> None:
    def gone(text: str) -> None:
        raise BrokenPipeError

    monkeypatch.setattr("drctl.cli.watching._line", gone)
    monkeypatch.setattr("drctl.cli.watching.close_quietly", lambda: None)
    assert call("status", "--watch").exit_code == 0


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("--interval", "5s"), "--interval goes with --watch"),
        (("--watch", "--interval", "5"), "expected a duration"),
        (("--watch", "--interval", "0s"), "expected at least 1s"),
        (("--watch", "--output", "json"), "no JSON document"),
    ],
)
def test_what_makes_no_sense_is_refused(call: Call, arguments: tuple[str, ...], told: str) -> None:
    result = call("status", *arguments)
    assert result.exit_code == 2
    assert told in result.output


def test_a_run_in_an_environment_is_forecast_as_of_now(call: Call, bootstrap: StandInBootstrap) -> None:
    bootstrap.events = held()
    assert "to meet 4h, retry restore-db by 07:13Z" in call("status").stdout
