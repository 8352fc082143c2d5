"""Whatever is typed after `drctl`: an answer, or one message and an exit code that means something."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NoReturn

import click
import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from drctl.cli import cli
from drctl.cli.invocation import wants_json
from drctl.errors import Refused, SimulationGone
from drctl.journal.codec import encode
from drctl.journal.folder import JOURNAL
from tests.fakes.sample_run import RUN, held
from tests.fuzz.effort import examples
from tests.fuzz.judging import in_time
from tests.fuzz.test_journals import BEGUN, TEXTS, write
from tests.loading.shipped import RUNBOOKS

MEANT = {0, 1, 2, 3, 4, 130}
"""Every exit code but that of a bug."""


def _commands(group: click.Group, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    for name, command in group.commands.items():
        yield (*path, name), command
        if isinstance(command, click.Group):
            yield from _commands(command, (*path, name))


COMMANDS = dict(_commands(cli))
TEXT = st.text(st.characters(exclude_characters="\0/"), max_size=8)
NAMES = st.sampled_from(
    [
        *(
            "",
            " ",
            ".",
            "-",
            "--",
            "~",
            "latest",
            RUN,
            RUN[:9],
            RUN[-4:],
            "held",
            "none",
            "simulated",
            "amply",
            "aurora",
        ),
        *("aurora-failover", "aurora-failver", "quiet", "region-down", "production", "rds.restore_snapshot", "wait"),
        *("x" * 300, "x" * 5000, "y/" * 3000, "a\nb", "\x1b[2J", "\udcff", "\ud800", "é", "\N{PILE OF POO}", "％s%d{}"),
        *("here.yaml", "folder", "pipe", "empty.yaml", "bytes.yaml", "dangling.yaml", "loop.yaml", "odd\udcff.yaml"),
        *(
            "/dev/zero",
            "/dev/null",
            "/proc/self/mem",
            "/dev/null/x",
            "here.yaml/x",
            "../x",
            "nothing/here.yaml",
            "json",
        ),
        *(
            "-1",
            "0",
            "1",
            "60",
            "65536",
            "9" * 400,
            "1e9",
            "instant",
            "auto",
            "nan",
            "4h",
            "90m",
            "NaN=NaN",
            "=",
            "a=",
            "=b",
        ),
        *(
            "a=1",
            "a=b=c",
            "a=\ud800",
            "a=[1e999]",
            "a=[",
            "a=[*x]",
            "target_region=\x1b",
            "a=" + "9" * 5000,
            "--output=json",
        ),
        *(
            "rds:*:throttle:3",
            "rds:X:throttle",
            "*:*:denied:all",
            "rds:CopyDBSnapshot:hang:#2",
            "rds:*:throttle:0%",
            "a:b:c",
        ),
    ]
)
# What is written is written in a folder of the test.
FILES = st.sampled_from(
    ["", ".", "out", "folder", "pipe", "nothing/out", "x" * 255, "x" * 300, "\udcff", "a\nb", "here.yaml/x"]
)


def _values(parameter: click.Parameter) -> st.SearchStrategy[str]:
    if parameter.name == "out":
        return FILES
    if parameter.name == "state_dir":
        return st.sampled_from(
            ["state", "state", "state", "nothing", "folder", "here.yaml/x", "\udcff", "x" * 300, "y/" * 3000]
        )
    if isinstance(parameter.type, click.Choice):
        return st.sampled_from(list(parameter.type.choices)) | NAMES
    return NAMES | TEXT


@st.composite
def typed(draw: st.DrawFn) -> list[str]:
    """A command with some of its own arguments, each with any value, and now and then something else between."""
    path = draw(st.sampled_from(sorted(COMMANDS)))
    arguments: list[str] = []
    for parameter in COMMANDS[path].params:
        if isinstance(parameter, click.Argument):
            if draw(st.integers(0, 9)):
                arguments.append(draw(_values(parameter)))
        elif parameter.required or not draw(st.integers(0, 3)):
            name = draw(st.sampled_from(parameter.opts))
            if getattr(parameter, "is_flag", False) or getattr(parameter, "count", False):
                arguments.append(name)
            elif draw(st.booleans()) and name.startswith("--"):
                arguments.append(f"{name}={draw(_values(parameter))}")
            else:
                arguments += [name, draw(_values(parameter))]
    if not draw(st.integers(0, 5)):
        arguments.insert(draw(st.integers(0, len(arguments))), draw(NAMES | TEXT))
    # Every command, whether it has that option or not.
    as_json = draw(st.sampled_from([[], ["--output", "json"]]))
    state = [] if any(one.startswith("--state-dir") for one in arguments) else ["--state-dir", "state"]
    return [*path, *arguments, *(state if draw(st.integers(0, 5)) else []), *as_json]


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with files of many kinds in it, and no way to start a world from here."""

    def refused(*_given: object, **_named: object) -> NoReturn:
        raise Refused("nothing is started here")

    def gone(*_given: object, **_named: object) -> NoReturn:
        raise SimulationGone("no world goes on from here")

    monkeypatch.setattr("drctl.sim.launch.launch", refused)
    monkeypatch.setattr("drctl.sim.process.serve_here", refused)
    monkeypatch.setattr("drctl.bootstrap.simulated.attach", gone)
    monkeypatch.setenv("DRCTL_STATE_DIR", str(tmp_path / "state"))
    monkeypatch.chdir(tmp_path)
    Path("here.yaml").write_text((RUNBOOKS / "aurora-switchover.yaml").read_text())
    Path("empty.yaml").touch()
    Path("bytes.yaml").write_bytes(bytes(range(256)))
    Path("dangling.yaml").symlink_to("nowhere")
    Path("loop.yaml").symlink_to("loop.yaml")
    Path(os.fsdecode(b"odd\xff.yaml")).write_text("estate: x\n")
    Path("folder").mkdir()
    os.mkfifo("pipe")
    Path("runbooks/estates").mkdir(parents=True)
    write(Path("state/runs") / RUN / JOURNAL, [encode(event) for event in BEGUN])
    half = json.dumps(encode(BEGUN[0]))[:40]
    write(Path("state/runs/broken") / JOURNAL, [half])
    waiting = [encode(BEGUN[0]), *(encode(event) for event in held()[1:])]
    write(Path("state/runs/held") / JOURNAL, waiting)
    assert TEXTS
    return tmp_path


def call(arguments: list[str]) -> Any:
    with in_time():
        return CliRunner(env={"TERM": "dumb"}).invoke(cli, arguments, prog_name="drctl")


def judge(arguments: list[str]) -> None:
    result = call(arguments)
    assert result.exit_code in MEANT, (arguments, result.output)
    assert "Traceback" not in result.output, arguments
    assert "internal-error" not in result.output, arguments
    if result.exit_code:
        assert result.output.strip(), arguments
    json_asked = wants_json(arguments) and not {"-h", "--help", "--version"} & set(arguments)
    if json_asked and result.exit_code:
        assert json.loads(result.stdout)["error" if "error" in result.stdout else "valid"] is not None
    elif json_asked and result.stdout.startswith("{"):
        json.loads(result.stdout)


@pytest.mark.usefixtures("here")
def test_any_arguments() -> None:
    @examples(50)
    @given(typed())
    def fuzzed(arguments: list[str]) -> None:
        judge(arguments)

    fuzzed()


@pytest.mark.usefixtures("here")
def test_any_words() -> None:
    @examples(40)
    @given(st.lists(st.sampled_from([one for path in COMMANDS for one in path]) | NAMES | TEXT, max_size=5))
    def fuzzed(arguments: list[str]) -> None:
        judge(arguments)

    fuzzed()


@pytest.mark.usefixtures("here")
@pytest.mark.parametrize("path", sorted(COMMANDS), ids=" ".join)
def test_every_command_with_nothing_and_with_help(path: tuple[str, ...]) -> None:
    judge([*path])
    judge([*path, "--output", "json"])
    assert call([*path, "--help"]).exit_code == 0
