"""`drctl manual` answers with a page that a shell can read, or with one document."""

from __future__ import annotations

import json
from pathlib import Path

from tests.cli.conftest import Call


def test_the_page_is_comments_and_commands(call: Call) -> None:
    answered = call("manual", "latest", "restore")
    assert answered.exit_code == 0
    lines = [line for line in answered.stdout.splitlines() if line and not line.startswith("#")]
    assert len(lines) == 1
    assert lines[0].startswith("drctl approve ")


def test_a_command_of_drctl_says_where_the_run_is_kept(call: Call, tmp_path: Path) -> None:
    answered = call("manual", "latest", "--state-dir", tmp_path, "--output", "json")
    (step,) = json.loads(answered.stdout)["steps"]
    assert step["hint"].endswith(f"--state-dir {tmp_path}")


def test_the_way_back_is_asked_for(call: Call) -> None:
    assert json.loads(call("manual", "latest", "--undo", "--output", "json").stdout)["undo"] is True
    assert "taking back" in call("manual", "latest", "--undo").stdout


def test_a_run_that_is_not_there_is_refused(call: Call) -> None:
    assert call("manual", "nobody").exit_code == 2
