"""Whatever a journal's file holds: its events, or that it is damaged; and events are read back as they were written."""

from __future__ import annotations

import contextlib
import dataclasses
import json
import sqlite3
import types
import typing
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from enum import Enum
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from drctl.cli import cli
from drctl.errors import JournalCorrupt, JournalUnavailable
from drctl.journal.chain import GENESIS, link
from drctl.journal.codec import UnreadableEvent, decode, encode
from drctl.journal.folder import JOURNAL
from drctl.journal.reading import read_journal
from drctl.loading.sources import Files, Kind, folders
from drctl.model import events as e
from tests.fakes.sample_run import ONSET, passed
from tests.fuzz.effort import examples
from tests.fuzz.judging import in_time
from tests.loading.shipped import RUNBOOKS

CALENDAR = st.datetimes(datetime(1971, 1, 1), datetime(8999, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
JSON: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)


def values_of(hint: Any) -> st.SearchStrategy[Any]:
    """Any value that a field of that type can have."""
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if hint is datetime:
        return CALENDAR
    if hint is timedelta:
        return st.timedeltas(timedelta(days=-9000), timedelta(days=9000))
    if hint is str:
        return st.text(max_size=20)
    if hint is float:
        return st.floats(allow_nan=False, allow_infinity=False)
    if dataclasses.is_dataclass(hint):
        return events_of(typing.cast("type[Any]", hint))
    if origin in (types.UnionType, typing.Union):
        return st.one_of([st.none() if one is type(None) else values_of(one) for one in arguments])
    if origin is tuple:
        return st.lists(values_of(arguments[0]), max_size=3).map(tuple)
    if isinstance(origin, type) and issubclass(origin, Mapping):
        return st.dictionaries(st.text(max_size=9), st.text(max_size=9) if arguments[1] is str else JSON, max_size=3)
    if isinstance(hint, type) and issubclass(hint, Enum):
        return st.sampled_from(hint)
    return st.from_type(hint)


def events_of(cls: type[Any]) -> st.SearchStrategy[Any]:
    hints = typing.get_type_hints(cls)
    return st.builds(cls, **{field.name: values_of(hints[field.name]) for field in dataclasses.fields(cls)})


EVENTS = typing.get_args(e.Event)
ANY = st.one_of([events_of(cls) for cls in EVENTS])


@pytest.mark.parametrize("cls", EVENTS, ids=lambda cls: cls.__name__)
@examples(12)
@given(st.data())
def test_any_event_is_read_back_as_it_was_written(cls: type[Any], data: st.DataObject) -> None:
    event = data.draw(events_of(cls).filter(lambda made: getattr(made, "schema", 0) <= e.SCHEMA))
    written = encode(event)
    assert decode(written) == event
    assert encode(decode(written)) == written


WILD = st.recursive(
    JSON
    | st.floats()
    | st.text(st.characters(), max_size=6)
    | st.sampled_from(["\ud800", "x\udcffy", 10**5000, -(10**400)]),
    lambda inner: (
        st.lists(inner, max_size=2) | st.dictionaries(st.text(st.characters(), max_size=3), inner, max_size=2)
    ),
    max_leaves=4,
)


@examples(60)
@given(st.dictionaries(st.text(max_size=3), st.floats() | st.text(st.characters(), max_size=5) | JSON, max_size=4))
def test_any_answer_of_a_service_can_be_recorded(facts: dict[str, Any]) -> None:
    """Not even half a character or NaN in what AWS or a program said ends a run."""
    written = encode(e.ChangeReturned(at=ONSET, step="a", name="b", facts=facts))
    written.encode()
    assert encode(decode(written)) == written


ODD_JSON = st.sampled_from(
    [
        *(
            "NaN",
            "Infinity",
            "1e999",
            "9" * 5000,
            "9" * 400,
            '"\\ud800"',
            "[" * 5000,
            '{"a":' * 3000,
            "-0",
            "{}",
            "[]",
            "null",
        ),
        *(
            '"9999-12-31T23:59:59-14:00"',
            '"0001-01-01T00:00:00+14:00"',
            '"2030-01-01"',
            "1e300",
            "-1e300",
            "true",
            '""',
        ),
        *('"\\u0000"', '"\\u001b[2J"', '"\\n"', '["x"]', '{"x": 1}', "0.5", '{"type": "Marked"}', '"x"', "2", "-1"),
    ]
)


def said(value: str) -> str:
    try:
        return json.dumps(json.loads(value))
    except (ValueError, RecursionError):
        return value


@st.composite
def spoilt(draw: st.DrawFn) -> str:
    """The JSON of an event with one or two of its fields as they should not be."""
    body = json.loads(encode(draw(st.sampled_from(BEGUN) | ANY)))
    fields = {key: json.dumps(value) for key, value in body.items()}
    for _ in range(draw(st.integers(1, 2))):
        victim = draw(st.sampled_from(sorted(body)))
        change = draw(st.sampled_from(["odd", "odd", "odd", "drop", "rename", "wild"]))
        if change == "odd":
            fields[victim] = draw(ODD_JSON)
        elif change == "wild":
            with contextlib.suppress(ValueError):
                fields[victim] = json.dumps(draw(WILD))
        elif change == "drop":
            fields.pop(victim, None)
        else:
            fields[draw(st.text(max_size=5))] = fields.pop(victim, "1")
    return "{" + ",".join(f"{json.dumps(key)}:{value}" for key, value in fields.items()) + "}"


SOURCES = Files(Kind.RUNBOOK, folders(RUNBOOKS.parent))
STARTED = passed()[0]
assert isinstance(STARTED, e.RunStarted)
RUN = STARTED.run
RUNBOOK = "aurora-switchover"
TEXTS = {RUNBOOK: SOURCES(RUNBOOK).text}
BEGUN: list[e.Event] = [
    dataclasses.replace(STARTED, runbook=RUNBOOK, sources=TEXTS, inputs={}, variables={}),
    *passed()[1:],
]


@examples(120)
@given(spoilt() | ODD_JSON | st.text())
def test_any_text_is_an_event_or_refused(text: str) -> None:
    try:
        event = decode(text)
    except UnreadableEvent:
        return
    assert encode(decode(encode(event))) == encode(event)


def write(path: Path, bodies: Iterable[str]) -> None:
    """A journal whose chain holds, whatever its events are."""
    path.unlink(missing_ok=True)
    path.parent.mkdir(parents=True, exist_ok=True)
    database = sqlite3.connect(path)
    database.execute(
        "CREATE TABLE event (seq INTEGER PRIMARY KEY, fence INTEGER NOT NULL, body TEXT NOT NULL, hash TEXT NOT NULL)"
    )
    head = GENESIS
    for seq, body in enumerate(bodies, 1):
        try:
            head = link(head, seq, 1, body)
            database.execute("INSERT INTO event VALUES (?, 1, ?, ?)", (seq, body, head))
        except UnicodeEncodeError:
            break
    database.commit()
    database.close()


@pytest.fixture(scope="module")
def state(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("state")


@examples(25)
@given(st.lists(spoilt(), min_size=1, max_size=3), st.integers(0, len(BEGUN)), st.data())
def test_a_run_of_any_events_is_shown_or_said_to_be_damaged(
    state: Path, odd: list[str], at: int, data: st.DataObject
) -> None:
    """Of every command that reads a run."""
    bodies = [encode(event) for event in BEGUN]
    run = RUN
    write(state / "runs" / run / JOURNAL, [*bodies[:at], *odd, *bodies[at + data.draw(st.integers(0, 3)) :]])
    command = data.draw(
        st.sampled_from(
            [["runs"], ["status"], ["logs", "latest"], ["report", "latest"], ["report", run, "--format", "json"]]
        )
    )
    out = ["--out", str(state / "out")] if command[0] == "report" and data.draw(st.booleans()) else []
    asked = [*command, *out, "--state-dir", str(state)]
    if command[0] != "report":
        asked += data.draw(st.sampled_from([[], ["--output", "json"]]))
    with in_time():
        result = CliRunner().invoke(cli, asked, prog_name="drctl")
    assert result.exit_code in (0, 2), result.output
    assert "Traceback" not in result.output
    if "json" in asked and not out:
        json.loads(result.stdout)


SCHEMAS = st.sampled_from(
    [
        "CREATE TABLE event (seq, fence, body, hash)",
        "CREATE TABLE event (seq INTEGER, fence INTEGER, body BLOB, hash TEXT)",
        "CREATE TABLE event (seq TEXT, fence TEXT, body TEXT, hash TEXT)",
        "CREATE TABLE event (a)",
        "CREATE TABLE other (a)",
        "CREATE VIEW event AS WITH RECURSIVE n(seq) AS (SELECT 1 UNION ALL SELECT seq + 1 FROM n)"
        " SELECT seq, 1 AS fence, 'x' AS body, 'y' AS hash FROM n",
        "CREATE TABLE event (seq INTEGER PRIMARY KEY, fence AS (seq), body AS ('x'), hash AS ('y'))",
    ]
)
CELLS = st.none() | st.integers(-(2**63), 2**63 - 1) | st.floats() | st.text(max_size=5) | st.binary(max_size=5)


@examples(40)
@given(SCHEMAS, st.lists(st.tuples(CELLS, CELLS, CELLS, CELLS), max_size=3), st.booleans())
def test_any_database_is_a_journal_or_said_to_be_none(
    state: Path, schema: str, rows: list[tuple[object, ...]], linked: bool
) -> None:
    path = state / "other.sqlite"
    path.unlink(missing_ok=True)
    database = sqlite3.connect(path)
    database.execute(schema)
    for seq, row in enumerate(rows, 1):
        if linked:
            row = (seq, row[1], row[2], link(GENESIS, seq, row[1], row[2]))  # type: ignore[arg-type]
        with contextlib.suppress(sqlite3.Error):
            database.execute("INSERT INTO event VALUES (?, ?, ?, ?)", row)
    database.commit()
    database.close()
    with in_time(), contextlib.suppress(JournalCorrupt):
        assert read_journal(path) == ()


@examples(40)
@given(st.data())
def test_any_bytes_are_a_journal_or_said_to_be_none(state: Path, data: st.DataObject) -> None:
    path = state / "bytes.sqlite"
    write(path, [encode(event) for event in BEGUN])
    content = bytearray(path.read_bytes())
    match data.draw(st.sampled_from(["any", "flip", "cut", "zero"])):
        case "any":
            content = bytearray(data.draw(st.binary(max_size=2000)))
        case "flip":
            for _ in range(data.draw(st.integers(1, 20))):
                content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
        case "cut":
            del content[data.draw(st.integers(0, len(content))) :]
        case "zero":
            at = data.draw(st.integers(0, len(content) - 1))
            content[at : at + 512] = bytes(len(content[at : at + 512]))
    path.write_bytes(content)
    with in_time(), contextlib.suppress(JournalCorrupt, JournalUnavailable):
        read_journal(path)
