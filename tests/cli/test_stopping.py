"""How commands stop: exit codes, errors in five slots, bugs in a log, Ctrl-C with the way back."""

from __future__ import annotations

import json
import os
import signal
from pathlib import Path

import pytest

from drctl.engine.parts import PauseRequest
from drctl.errors import (
    DrctlError,
    GuardRefused,
    JournalCorrupt,
    JournalUnavailable,
    LeaseHeld,
    LeaseLost,
    NotFound,
    RunHeld,
)
from drctl.model import events as e
from tests.cli.conftest import Call
from tests.fakes.sample_run import RUN, at, begun, held
from tests.fakes.stand_in_bootstrap import StandInBootstrap

DRILL = ("drill", "--runbook", "orders-failover")


@pytest.mark.parametrize("code", [0, 1, 3, 4])
def test_a_drill_exits_as_its_run_ended(call: Call, bootstrap: StandInBootstrap, code: int) -> None:
    bootstrap.exit_code = code
    assert call(*DRILL).exit_code == code
    assert call("resume", "latest").exit_code == code


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (NotFound("there is no runbook 'x'"), 2),
        (GuardRefused("this is account 111111111111"), 2),
        (JournalCorrupt("event 12 is not the one that was written"), 2),
        (RunHeld("an operator has to look"), 3),
        (JournalUnavailable("the disk is full"), 3),
        (LeaseHeld("ops@bastion drives it"), 4),
        (LeaseLost("ops@bastion has taken it over"), 4),
        (DrctlError("it ended badly"), 1),
        (RuntimeError("a bug"), 70),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Exception) else str(value),
)
def test_every_error_has_its_exit_code(call: Call, bootstrap: StandInBootstrap, error: Exception, code: int) -> None:
    bootstrap.raises = error
    assert call(*DRILL).exit_code == code
    as_json = call(*DRILL, "--output", "json")
    assert as_json.exit_code == code
    assert json.loads(as_json.stdout)["error"]["exit_code"] == code


def test_an_error_has_five_slots(call: Call, bootstrap: StandInBootstrap) -> None:
    bootstrap.raises = NotFound("there is no run 'x'", context=["dr-1", "dr-2"], hint="drctl runs")
    assert call("status", "x").stderr == (
        "error: not-found\n\nthere is no run 'x'\n\n  dr-1\n  dr-2\n\nnote: nothing was changed\nhint: drctl runs\n"
    )


@pytest.mark.parametrize(
    "arguments",
    [
        ("dril",),
        ("drill",),
        (*DRILL, "--set", "novalue"),
        (*DRILL, "--set", "a=1", "--set", "a=2"),
        (*DRILL, "--speed", "2"),
        (*DRILL, "--output", "xml"),
        ("validate",),
        ("report", "latest", "--format", "pdf"),
        ("schema", "poem"),
    ],
    ids=" ".join,
)
def test_wrong_arguments_are_refused_before_anything_is_done(
    call: Call, bootstrap: StandInBootstrap, arguments: tuple[str, ...]
) -> None:
    result = call(*arguments)
    assert result.exit_code == 2
    assert result.stdout == ""
    assert result.stderr.startswith("error: usage\n")
    assert "note: nothing was changed\nhint: drctl" in result.stderr
    assert bootstrap.requests == []


def test_a_mistyped_option_names_the_nearest(call: Call) -> None:
    assert "--runbook" in call("drill", "--runbok", "x").stderr


def test_a_bug_is_one_line_on_the_screen_and_a_traceback_in_the_log(
    call: Call, bootstrap: StandInBootstrap, tmp_path: Path
) -> None:
    bootstrap.raises = KeyError("endpoint")
    result = call("status")
    assert result.exit_code == 70
    assert len(result.stderr.splitlines()) == 1
    (log,) = (tmp_path / "state" / "log").glob("drctl-crash-*.log")
    assert str(log) in result.stderr
    assert "Traceback" in log.read_text()
    assert "Traceback" not in result.stderr


def test_a_bug_is_told_even_where_the_state_folder_cannot_be_written(
    call: Call, bootstrap: StandInBootstrap, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "state").write_text("a file where the folder should be")
    monkeypatch.setenv("DRCTL_STATE_DIR", str(tmp_path / "state" / "below"))
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    bootstrap.raises = RuntimeError("boom")
    result = call("status")
    assert result.exit_code == 70
    assert list(tmp_path.glob("drctl-crash-*.log"))


def test_the_first_ctrl_c_pauses_and_the_resume_command_is_shown(call: Call, bootstrap: StandInBootstrap) -> None:
    def press(pause: PauseRequest) -> None:
        os.kill(os.getpid(), signal.SIGINT)
        assert pause.asked

    bootstrap.events = [*begun(), e.RunPaused(at=at(5))]
    bootstrap.during = press
    result = call(*DRILL)
    assert result.exit_code == 130
    assert f"drctl resume {RUN}" in result.stdout
    as_json = call(*DRILL, "--output", "json")
    assert (as_json.exit_code, json.loads(as_json.stdout)["state"]) == (130, "paused")


def test_a_run_that_ended_before_it_could_pause_exits_as_it_ended(call: Call, bootstrap: StandInBootstrap) -> None:
    bootstrap.during = lambda pause: os.kill(os.getpid(), signal.SIGTERM)
    assert call(*DRILL).exit_code == 0


def test_the_second_ctrl_c_leaves_at_once_with_the_resume_command(call: Call, bootstrap: StandInBootstrap) -> None:
    def press_twice(pause: PauseRequest) -> None:
        os.kill(os.getpid(), signal.SIGINT)
        os.kill(os.getpid(), signal.SIGINT)

    bootstrap.during = press_twice
    result = call(*DRILL)
    assert result.exit_code == 130
    assert f"hint: drctl resume {RUN}\n" in result.stderr
    document = json.loads(call(*DRILL, "--output", "json").stdout)
    assert document["error"]["name"] == "interrupted"


def test_ctrl_c_is_the_callers_again_after_the_run(call: Call) -> None:
    before = signal.getsignal(signal.SIGINT)
    call(*DRILL)
    assert signal.getsignal(signal.SIGINT) is before


def test_ctrl_c_before_anything_began_says_that_nothing_was_changed(call: Call, bootstrap: StandInBootstrap) -> None:
    bootstrap.events, bootstrap.raises = [], KeyboardInterrupt()
    result = call(*DRILL)
    assert result.exit_code == 130
    assert "nothing was changed" in result.stderr
    assert call("status").exit_code == 130


def test_an_error_in_a_run_without_a_hint_says_how_to_go_on(call: Call, bootstrap: StandInBootstrap) -> None:
    bootstrap.events, bootstrap.raises = held(), JournalUnavailable("the disk is full")
    assert f"hint: drctl resume {RUN}\n" in call(*DRILL).stderr


def test_logs_never_reach_stdout(call: Call, bootstrap: StandInBootstrap, tmp_path: Path) -> None:
    import logging

    def speak(pause: PauseRequest) -> None:
        logging.getLogger("drctl.engine").info("looked at amply-prod")

    bootstrap.during = speak
    quiet = call(*DRILL, "--output", "json")
    assert "looked at" not in quiet.stdout + quiet.stderr
    loud = call(*DRILL, "--output", "json", "-v")
    assert "looked at" not in loud.stdout
    assert "looked at" in loud.stderr
    lines = (tmp_path / "state" / "log" / "drctl.jsonl").read_text().splitlines()
    assert [json.loads(line)["event"] for line in lines] == ["looked at amply-prod"] * 2
