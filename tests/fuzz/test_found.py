"""What fuzzing has found, each once by its name."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from drctl.bootstrap.simulated import SimulatedSettings
from drctl.cli import cli
from drctl.errors import GuardRefused, JournalCorrupt
from drctl.journal.codec import UnreadableEvent, decode, encode
from drctl.loading.language.inputs import parse_given
from drctl.loading.yaml_source import read_yaml
from drctl.model import events as e
from drctl.model.instant import parse_instant
from drctl.model.timing import Mark
from drctl.model.values import Json, ValueKind
from drctl.sim.control_client import attach

NOW = datetime(2026, 1, 14, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "place", "told"),
    [
        ("a: !!int abc", (1, 4), "'abc' is not of the type that its tag says"),
        ("a: !!float abc", (1, 4), "'abc' is not of the type that its tag says"),
        ("a: !!bool maybe", (1, 4), "'maybe' is not of the type that its tag says"),
        ("%TAG ! tag:yaml.org,2002:\n---\na: !int x", (3, 4), "'x' is not of the type that its tag says"),
        ("a: !!str {b: c}", (1, 4), "the tag 'tag:yaml.org,2002:str' is not part of this language"),
        ("a: 1\nb: 1e999", (2, 4), "a number that is too large"),
        ('a:\n  "\\U00110000"', (2, 6), "not YAML: a number is too large"),
        ('a: "\\UFFFFFFFF"', (1, 7), "not YAML: a number is too large"),
        (f"%YAML {'9' * 5000}.1\n--- a", (1, 7), "not YAML: a number is too large"),
        ("a: 1\nb: \0", (2, 4), "not YAML: the character U+0000 is not allowed"),
        ('"\\ud800": 1', (1, 1), "a key with half a character"),
        (f"? {'k' * 5000}\n: 1", (1, 3), "a key of more than 200 characters"),
        ("a:\n" + "  - " * 60 + "x", (2, 163), "not YAML: nested deeper than 40 levels"),
        ("[" + "1," * 60_000 + "1]", (1, 100_000), "not YAML: more than 50,000 values"),
    ],
)
def test_yaml_that_python_chokes_on_has_its_place(text: str, place: tuple[int, int], told: str) -> None:
    _, (problem, *_) = read_yaml(text, "a.yaml")
    assert ((problem.line, problem.column), problem.message) == (place, told)


def test_no_key_can_command_a_terminal() -> None:
    document, _ = read_yaml('"\\e[2J\\n": { "\\u202e": x }', "a.yaml")
    assert document is not None
    assert document.problem(("\x1b[2J\n", "\u202e"), "is wrong").path == "\\x1b[2J\\n.\\u202e"


def test_a_message_does_not_repeat_a_page_of_what_it_is_about() -> None:
    document, _ = read_yaml("a: b", "a.yaml")
    assert document is not None
    assert len(document.problem(("a",), f"got {'x' * 5000!r}").message) == 500


@pytest.mark.parametrize("text", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "2026-01-14T03:42:00"])
def test_an_instant_that_utc_does_not_have_is_none(text: str) -> None:
    with pytest.raises(ValueError, match="expected a time"):
        parse_instant(text)


def test_an_input_with_half_a_character_is_refused() -> None:
    with pytest.raises(ValueError, match="half a character"):
        parse_given(ValueKind.STRING, "x\udcff")


MARKED = encode(e.Marked(at=NOW, mark=Mark.ONSET, instant=NOW))
INTENDED = encode(e.ChangeIntended(at=NOW, step="a", name="b", summary="c", operation="d", target="e"))
WAITING = encode(e.StepWaiting(at=NOW, step="a", until="b", percent=1.5))
STARTED = encode(
    e.RunStarted(
        at=NOW,
        run="r",
        runbook="b",
        mode=e.Mode.DRILL,
        approve=e.Approve.AUTO,
        environment="x",
        simulated=True,
        sources={"b": "c"},
        inputs={},
        variables={},
    )
)


@pytest.mark.parametrize(
    ("written", "old", "new"),
    [
        (MARKED, '"Marked"', "[]"),
        (MARKED, '"Marked"', "{}"),
        (MARKED, "2026-01-14T00:00:00+00:00", "9999-12-31T23:59:59-14:00"),
        (MARKED, '"source":""', '"source":"\\ud800"'),
        (MARKED, '"source":""', f'"source":{"[" * 100_000}'),
        (MARKED, '"source":""', f'"source":{"9" * 5000}'),
        (INTENDED, '"settle":0.0', '"settle":1e300'),
        (INTENDED, '"settle":0.0', '"settle":NaN'),
        (INTENDED, '"undo":{}', '"undo":{"a":Infinity}'),
        (INTENDED, '"undo":{}', '"undo":{"a":1e999}'),
        (WAITING, "1.5", "9" * 400),
        (STARTED, f'"schema":{e.SCHEMA}', '"schema":"4"'),
        (STARTED, '"sources":{"b":"c"}', '"sources":{"b":1}'),
    ],
)
def test_an_event_that_python_chokes_on_is_unreadable(written: str, old: str, new: str) -> None:
    assert old in written
    with pytest.raises(UnreadableEvent):
        decode(written.replace(old, new))


def test_what_a_service_answers_is_recorded_as_far_as_json_and_utf_8_hold_it() -> None:
    said = e.ChangeReturned(at=NOW, step="a", name="b", facts={"x\ud800": ["\udcff", float("nan"), float("inf")]})
    read = decode(encode(said))
    assert isinstance(read, e.ChangeReturned)
    assert list(read.facts.values()) == [["\ufffd\ufffd\ufffd", None, None]]


SETTINGS: dict[str, Json] = {
    **dict.fromkeys(("url", "world", "estate", "default_account", "home_region", "role"), "x"),
    "speed": "instant",
    "accounts": {"production": "111111111111"},
}


@pytest.mark.parametrize(
    "odd", [{"url": 1}, {"accounts": []}, {"accounts": {"a": 1}}, {"more": "x"}, {"folder": None}, {"speed": "x"}]
)
def test_settings_of_a_run_that_are_not_as_they_were_written_are_damage(odd: dict[str, Json]) -> None:
    assert SimulatedSettings.read(SETTINGS).folder == "."
    with pytest.raises(JournalCorrupt, match="settings cannot be read"):
        SimulatedSettings.read({**SETTINGS, **odd})


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:99999999", "http://[x", "http://127.0.0.1", "", "http://elsewhere:80"]
)
def test_a_simulated_aws_that_could_not_be_is_refused(url: str) -> None:
    with pytest.raises(GuardRefused):
        attach(url)


def call(*arguments: str) -> Result:
    return CliRunner().invoke(cli, arguments, prog_name="drctl")


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DRCTL_STATE_DIR", str(tmp_path / "state"))
    return tmp_path


@pytest.mark.parametrize("out", ["", "x" * 300, "nothing/x", "x/" * 3000])
def test_a_file_that_nobody_could_write_is_refused(out: str, here: Path) -> None:
    result = call("graph", "aurora-failover", "--out", out)
    assert (result.exit_code, result.stdout) == (2, "")
    assert list(here.iterdir()) == []


def test_a_name_as_long_as_a_name_can_be_is_written(here: Path) -> None:
    assert call("graph", "aurora-failover", "--out", "x" * 255).exit_code == 0
    assert [path.name for path in here.iterdir()] == ["x" * 255]


def test_a_pipe_stays_a_pipe_and_nobody_waits_for_its_reader(here: Path) -> None:
    os.mkfifo("pipe")
    assert call("graph", "aurora-failover", "--out", "pipe").exit_code == 2
    reader = os.open("pipe", os.O_RDONLY | os.O_NONBLOCK)
    try:
        assert call("graph", "aurora-failover", "--out", "pipe").exit_code == 0
        assert b"flowchart" in os.read(reader, 10_000)
    finally:
        os.close(reader)
    assert (here / "pipe").is_fifo()


@pytest.mark.parametrize("path", ["", "x" * 300, "x/" * 3000, "x/" * 3000 + ".yaml", "x\udcff"])
def test_a_path_that_no_file_can_have_is_not_found(path: str, here: Path) -> None:
    (here / "a.yaml").write_text("runbook: a\n")
    result = call("validate", path)
    assert result.exit_code == 2
    assert "error: " in result.stderr


@pytest.mark.parametrize("folder", ["x" * 300, "x/" * 3000, "file/x"])
def test_a_state_folder_that_cannot_be_is_refused_or_empty(folder: str, here: Path) -> None:
    (here / "file").touch()
    for command in (["runs"], ["status"], ["logs", "latest"], ["resume", "latest"]):
        assert call(*command, "--state-dir", folder).exit_code in (0, 2)
