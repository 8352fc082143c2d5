"""The guides to real accounts are followed line by line, in an environment that is a simulated AWS of its own."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from botocore import xform_name

from drctl.bootstrap.texts import estate_of, scenario_of
from drctl.clock import SystemClock
from drctl.loading.validation import adapter_of
from drctl.model.estate import Estate
from drctl.model.scenario import Scenario
from drctl.sim.control_client import Simulation
from drctl.sim.credentials import key_of
from drctl.testing.simulated import client_of
from tests.drills.commands import Drctl
from tests.drills.rehearsing import running_worlds
from tests.fakes.aws_command_line import parsed

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Line:
    """A line that is typed, how it says that it ends, and what it then says."""

    typed: str
    code: int
    told: str
    person: str
    """Who types it, where it is somebody else."""


def lines_of(page: Path) -> Iterator[Line]:
    for block in re.findall(r"```console\n(.*?)```", page.read_text(), flags=re.DOTALL):
        for line in block.splitlines():
            assert line.startswith("$ "), f"{page.name}: {line!r} is not typed"
            typed, _, aside = line[2:].partition("   # ")
            ends, person = re.fullmatch(r"exit (\d+)(?:: (.*))?", aside), re.fullmatch(r"as (\w+)", aside)
            assert ends or person or not aside, f"{page.name}: {aside!r} is no ending, and nobody"
            code, told = (int(ends[1]), ends[2] or "") if ends else (0, "")
            yield Line(typed.strip(), code, told, person[1] if person else "")


def files_of(page: Path) -> dict[str, str]:
    """The files that the page has its reader write: YAML whose first line is their name."""
    blocks = re.findall(r"```yaml\n# (\S+)\n(.*?)```", page.read_text(), flags=re.DOTALL)
    return dict(blocks)


class Terminal:
    """Types what a guide says."""

    def __init__(self, drctl: Drctl, simulation: Simulation, account: str) -> None:
        self._drctl, self._simulation, self._account = drctl, simulation, account

    def type(self, line: Line) -> None:
        if line.typed.startswith("aws "):
            service, operation, params, given = parsed(line.typed)
            client = client_of(self._simulation.url, service, given["region"], self._account)
            getattr(client, xform_name(operation))(**params)
            return
        program, *words = shlex.split(line.typed)
        assert program == "drctl", line.typed
        somebody = {"LOGNAME": line.person} if line.person else {}
        drctl = replace(self._drctl, extra={**self._drctl.extra, **somebody})
        said = drctl(*words, code=line.code)
        assert line.told in said.out + said.err, f"{line.typed}\n{said.out}\n{said.err}"


def world(scenario: str | None, folder: Path) -> Simulation:
    estate = estate_of("amply")
    struck = scenario_of(scenario, estate) if scenario is not None else None
    now = SystemClock().now()
    return running_worlds().launch(
        folder / "world",
        adapter_of(Estate).dump_json(estate).decode(),
        adapter_of(Scenario).dump_json(struck).decode() if struck is not None else None,
        onset=now - struck.declared_after if struck is not None else now,
    )


def signed_in(folder: Path, account: str, simulation: Simulation) -> Drctl:
    """Somebody who has signed in to that account, in a folder of runbooks and environments."""
    key = key_of(account)
    return Drctl(
        state=folder / "state",
        folder=folder,
        extra={"AWS_ACCESS_KEY_ID": key.access_key, "AWS_SECRET_ACCESS_KEY": key.secret_key},
    )


@pytest.mark.thorough
def test_the_guide_to_a_first_drill_in_staging_is_right_line_by_line(tmp_path: Path) -> None:
    page, simulation = ROOT / "docs" / "drill-in-staging.md", world(None, tmp_path)
    try:
        for name, text in files_of(page).items():
            (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
            # All that the test adds: where the AWS is that stands in for the reader's.
            (tmp_path / name).write_text(f"{text}endpoint_url: {simulation.url}\n")
        terminal = Terminal(signed_in(tmp_path, "222222222222", simulation), simulation, "222222222222")
        lines = list(lines_of(page))
        assert len(lines) >= 10
        for line in lines:
            terminal.type(line)
    finally:
        simulation.stop()


@pytest.mark.thorough
def test_the_guide_to_the_bad_day_is_right_line_by_line(tmp_path: Path) -> None:
    page, simulation = ROOT / "docs" / "the-bad-day.md", world("region-down", tmp_path)
    try:
        environment = (ROOT / "runbooks" / "environments" / "example.yaml").read_text()
        environment = re.sub(r"(?m)^environment: example$", "environment: production", environment)
        environment = re.sub(r"(?ms)^stop_alarms:\n(  .*?\n)+", "", environment)
        # Anna sits at this machine today.
        environment = environment.replace("anna@ops1", "anna")
        folder = tmp_path / "runbooks" / "environments"
        folder.mkdir(parents=True)
        (folder / "production.yaml").write_text(f"{environment}\nendpoint_url: {simulation.url}\n")
        terminal = Terminal(signed_in(tmp_path, "111111111111", simulation), simulation, "111111111111")
        lines = list(lines_of(page))
        assert len(lines) >= 8
        for line in lines:
            terminal.type(line)
    finally:
        simulation.stop()
