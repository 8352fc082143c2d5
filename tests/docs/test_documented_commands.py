"""What the documentation tells people to type works, and ends as it says."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.drills.commands import Drctl
from tests.drills.conftest import end_simulations
from tests.drills.rehearsing import running_worlds

ROOT = Path(__file__).parents[2]
GUIDES = frozenset({"drill-in-staging.md", "the-bad-day.md"})
"""What is typed there needs an environment: tests/docs/test_guides.py."""
_ALL = [ROOT / "README.md", *(ROOT / "docs").rglob("*.md")]
PAGES = sorted(path for path in _ALL if "```console" in path.read_text() and path.name not in GUIDES)

LONG = frozenset(
    {
        "evidence.md",
        "first-drill.md",
        "forecast-and-trend.md",
        "permissions.md",
        "reports.md",
        "runbook-language.md",
        "scheduled-drills.md",
        "the-clock.md",
    }
)
"""They drill more than once, type many commands, or nothing that is not drilled elsewhere."""


def commands_in(page: Path) -> Iterator[tuple[list[str], int, str]]:
    """The `$ drctl …` lines of a page's console blocks, how each says that it ends, and what it then says."""
    for block in re.findall(r"```console\n(.*?)```", page.read_text(), flags=re.DOTALL):
        for line in block.splitlines():
            if line.startswith("$ drctl "):
                ends = re.search(r"#\s*exit (\d+)(?:: (.*))?", line)
                code, told = (int(ends.group(1)), ends.group(2) or "") if ends else (0, "")
                yield shlex.split(line[2:], comments=True)[1:], code, told


@pytest.mark.parametrize(
    "page",
    [pytest.param(page, marks=pytest.mark.thorough if page.name in LONG else ()) for page in PAGES],
    ids=lambda page: str(page.relative_to(ROOT)),
)
def test_every_documented_command_works_and_ends_as_it_says(page: Path, tmp_path: Path) -> None:
    drctl = Drctl(state=tmp_path / "state", folder=tmp_path, pipe=running_worlds().pipe)
    try:
        found = list(commands_in(page))
        assert found, f"{page} has no command in it"
        for words, code, told in found:
            assert told in drctl(*words, code=code).out, words
    finally:
        end_simulations(tmp_path / "state")


def test_the_readme_has_two_commands_of_one_line_each() -> None:
    text = (ROOT / "README.md").read_text()
    for marker in ("the drill", "the test"):
        (command,) = re.findall(rf"<!-- {marker} command -->\n```sh\n(.+)\n```", text)
        assert command.startswith("python3 -m venv .venv && ")
