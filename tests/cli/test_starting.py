"""`drctl --help` is there at once; colours come only where they are wanted; a closed pipe is no error."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from drctl.cli import cli
from tests.cli.conftest import Call

HEAVY = (
    "boto3",
    "botocore",
    "moto",
    "pydantic",
    "rich",
    "yaml",
    "structlog",
    "flask",
    "httpx",
    "platformdirs",
    "psycopg",
    "redis",
    "dns",
)

STAND_IN = """
import sys
from tests.fakes.stand_in_bootstrap import StandInBootstrap
sys.modules["drctl.bootstrap"] = StandInBootstrap()
from drctl.cli import main
sys.argv = ["drctl", *sys.argv[1:]]
main()
"""
ROOT = Path(__file__).parents[2]


def python(code: str, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", code, *arguments],
        capture_output=True,
        text=True,
        cwd=ROOT,
        env={**os.environ, **environment},
        check=False,
    )


def on_a_terminal(*arguments: str, **environment: str) -> str:
    """What `drctl` writes on a terminal, its progress and its answer."""
    controller, terminal = pty.openpty()
    written: list[bytes] = []

    def read() -> None:
        # Linux answers with an error where other systems say that the terminal is at its end.
        try:
            while data := os.read(controller, 65536):
                written.append(data)
        except OSError:
            return

    reader = threading.Thread(target=read)
    reader.start()
    env = {**os.environ, "TERM": "xterm-256color", **environment}
    subprocess.run(
        [sys.executable, "-c", STAND_IN, *arguments],
        stdin=terminal,
        stdout=terminal,
        stderr=terminal,
        cwd=ROOT,
        env=env,
        check=False,
    )
    os.close(terminal)
    reader.join()
    os.close(controller)
    return b"".join(written).decode()


def test_help_imports_nothing_heavy() -> None:
    loaded = python("import sys, drctl.cli; drctl.cli.cli.main(['--help'], standalone_mode=False); print(*sys.modules)")
    modules = loaded.stdout.splitlines()[-1].split()
    assert [name for name in HEAVY if name in modules] == []


@pytest.mark.parametrize("command", sorted(cli.commands))
def test_every_command_has_help_with_examples(call: Call, command: str) -> None:
    arguments = ("sim", "serve") if command == "sim" else (command,)
    result = call(*arguments, "--help")
    assert result.exit_code == 0
    assert "Examples:" in result.stdout
    assert f"drctl {' '.join(arguments)}" in result.stdout


def test_drctl_alone_shows_its_help(call: Call) -> None:
    result = call()
    assert (result.exit_code, result.stderr) == (0, "")
    assert "Exit codes:" in result.stdout


def test_the_version_is_told(call: Call) -> None:
    assert call("--version").stdout.startswith("drctl, version ")


def test_a_pipe_has_no_colours(tmp_path: Path) -> None:
    result = python(STAND_IN, "drill", "--runbook", "x", "--state-dir", str(tmp_path))
    assert result.returncode == 0, result.stderr
    assert "\x1b" not in result.stdout + result.stderr


def test_a_terminal_has_colours_unless_they_are_unwanted(tmp_path: Path) -> None:
    report = ("report", "latest", "--state-dir", str(tmp_path))
    assert "\x1b[" in on_a_terminal(*report, NO_COLOR="")
    assert "\x1b[" not in on_a_terminal(*report, NO_COLOR="1")
    assert "\x1b[" not in on_a_terminal(*report, "--no-color")
    assert "\x1b[" not in on_a_terminal(*report, TERM="dumb")


def test_on_a_terminal_a_drill_is_shown_live_and_then_reported(tmp_path: Path) -> None:
    written = on_a_terminal("drill", "--runbook", "x", "--state-dir", str(tmp_path))
    assert "SIMULATED drill orders-failover" in written
    assert "-- Verdict" in written


def test_a_reader_that_has_gone_is_no_error(tmp_path: Path) -> None:
    read_end, write_end = os.pipe()
    os.close(read_end)
    result = subprocess.run(
        [sys.executable, "-c", STAND_IN, "report", "latest", "--state-dir", str(tmp_path)],
        stdout=write_end,
        stderr=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        check=False,
    )
    os.close(write_end)
    assert (result.returncode, result.stderr) == (0, "")


def test_a_terminal_without_unicode_gets_a_question_mark_instead_of_a_crash(tmp_path: Path) -> None:
    result = python(STAND_IN, "actions", "--state-dir", str(tmp_path), PYTHONIOENCODING="ascii", PYTHONUTF8="0")
    assert result.returncode == 0, result.stderr


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="the system has no full disk at hand")
@pytest.mark.parametrize("arguments", [("report", "latest"), ("report", "latest", "--format", "json")])
def test_an_answer_that_cannot_be_written_is_no_success_and_no_bug(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    with Path("/dev/full").open("w") as full:
        result = subprocess.run(
            [sys.executable, "-c", STAND_IN, *arguments, "--state-dir", str(tmp_path)],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            cwd=ROOT,
            check=False,
        )
    assert result.returncode == 1
    assert result.stderr.startswith("error: answer-lost\n")


@pytest.mark.parametrize("closed", ["<&-", ">&-", "2>&-", "<&- >&- 2>&-"])
def test_streams_that_are_closed_are_no_bug(tmp_path: Path, closed: str) -> None:
    command = f'"$@" {closed}'
    drill = ("drill", "--runbook", "x", "--state-dir", str(tmp_path), "--output", "json")
    result = subprocess.run(
        ["/bin/sh", "-c", command, "sh", sys.executable, "-c", STAND_IN, *drill],
        capture_output=True,
        text=True,
        cwd=ROOT,
        check=False,
    )
    assert result.returncode == 0, result.stderr
