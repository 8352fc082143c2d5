"""In a simulated run Terraform is played, other programs run here, and neither can reach a real account."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from drctl.bootstrap.programs import SimulatedSurroundings
from drctl.ports.programs import Program, ProgramRequest, ProgramState
from drctl.programs.surroundings import environment_of
from drctl.sim.simulated_programs import SimulatedPrograms
from tests.fakes.programs import MemoryPrograms


class PlayingNothing:
    """A simulation that plays what it is told to, and never ends it."""

    def __init__(self) -> None:
        self.asked: dict[str, dict[str, Any]] = {}

    def play_program(self, **asked: Any) -> None:
        self.asked[asked["key"]] = asked

    def program(self, key: str) -> dict[str, Any] | None:
        return {"state": "running", "exit_code": None, "output": ""} if key in self.asked else None

    def program_file(self, key: str, name: str) -> str | None:
        return "cGxhbg==" if (key, name) == ("work", "plan.bin") else None


def request(*argv: str) -> ProgramRequest:
    return ProgramRequest(key="one", argv=argv, folder=Path("/"), account="111111111111", region="eu-west-1")


@pytest.fixture
def local() -> MemoryPrograms:
    return MemoryPrograms()


@pytest.mark.parametrize("program", ["terraform", "tofu", "/usr/local/bin/terraform"])
def test_terraform_is_played_and_never_run(local: MemoryPrograms, program: str) -> None:
    world = PlayingNothing()
    programs = SimulatedPrograms(local, world)  # type: ignore[arg-type]
    programs.start(request(program, "plan"))
    assert local.started == []
    assert world.asked["one"]["argv"] == (program, "plan")
    assert programs.find("one") == Program(state=ProgramState.RUNNING)
    assert programs.read("work", "plan.bin") == b"plan"


def test_everything_else_runs_here(local: MemoryPrograms) -> None:
    world = PlayingNothing()
    programs = SimulatedPrograms(local, world)  # type: ignore[arg-type]
    programs.start(request("terraform.sh"))
    assert [started.argv for started in local.started] == [("terraform.sh",)]
    assert world.asked == {}
    assert programs.find("another") is None
    assert programs.read("one", "output.json") is None


def test_time_stands_still_while_a_program_runs_here(local: MemoryPrograms) -> None:
    """At speed `instant` a look waits, so that a virtual deadline does not pass in a moment of the wall."""
    programs = SimulatedPrograms(local, PlayingNothing(), waits=True)  # type: ignore[arg-type]
    programs.start(request("script"))
    found = programs.find("one")
    assert found is not None
    assert found.state is ProgramState.ENDED


def test_what_a_program_finds_of_aws_is_the_simulated_one_whatever_it_was_given() -> None:
    """No profile, no file, no instance role, and no endpoint of a single service leads past it."""
    given = {
        "AWS_PROFILE": "production",
        "AWS_ENDPOINT_URL_S3": "https://s3.amazonaws.com",
        "AWS_SESSION_TOKEN": "real",
        "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS": "true",
        "MODE": "drill",
    }
    aws = SimulatedSurroundings("http://127.0.0.1:4566").variables("111111111111", "eu-west-1")
    seen = environment_of({"PATH": "/bin", "AWS_PROFILE": "me", "HTTPS_PROXY": "x"}, given, aws, {})
    assert seen == {
        "PATH": "/bin",
        "MODE": "drill",
        "AWS_ENDPOINT_URL": "http://127.0.0.1:4566",
        "AWS_ACCESS_KEY_ID": "DRCTLSIM111111111111",
        "AWS_SECRET_ACCESS_KEY": "simulated-secret-that-opens-nothing",
        "AWS_REGION": "eu-west-1",
        "AWS_DEFAULT_REGION": "eu-west-1",
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "AWS_EC2_METADATA_DISABLED": "true",
    }
