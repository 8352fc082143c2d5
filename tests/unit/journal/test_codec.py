"""Every event is read back as it was written, and nothing else is an event."""

from __future__ import annotations

import json
import typing
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drctl.journal.codec import UnreadableEvent, decode, encode
from drctl.model import events as e
from drctl.model.cost import Cost, CostPart
from drctl.model.evidence import Evidence, RecoveryPoint
from drctl.model.finding import Finding, FindingKind, Severity
from drctl.model.finding_policy import FindingDue, FindingPolicy
from drctl.model.inventory import Resource, Unread
from drctl.model.step_times import StepTimes
from drctl.model.verdict import Verdict

INSTANTS = st.datetimes(min_value=datetime(2000, 1, 1), max_value=datetime(2100, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=5,
)
MAPPINGS = st.dictionaries(st.text(), PLAIN, max_size=3)


def any_event(cls: type[Any]) -> st.SearchStrategy[Any]:
    hints = typing.get_type_hints(cls)
    return st.builds(cls, **{name: _of(hint) for name, hint in hints.items()})


def _of(hint: Any) -> st.SearchStrategy[Any]:
    known: dict[Any, st.SearchStrategy[Any]] = {
        datetime: INSTANTS,
        timedelta: st.integers(0, 10**6).map(lambda s: timedelta(seconds=s)),
        datetime | None: st.none() | INSTANTS,
        float: st.floats(allow_nan=False, allow_infinity=False),
        str: st.text(),
        Evidence: st.builds(
            Evidence, st.booleans(), st.text(), MAPPINGS, st.none() | st.builds(RecoveryPoint, INSTANTS, st.text())
        ),
        Finding: st.builds(
            Finding, st.sampled_from(FindingKind), st.sampled_from(Severity), st.text(), st.none() | st.text()
        ),
    }
    if hint in known:
        return known[hint]
    if typing.get_origin(hint) is tuple:
        return st.lists(_of(typing.get_args(hint)[0]), max_size=3).map(tuple)
    if hint in (Resource, Unread, Cost, CostPart, FindingPolicy, FindingDue, StepTimes):
        return any_event(hint)
    if "Mapping[str, str]" in str(hint):
        return st.dictionaries(st.text(), st.text(), max_size=3)
    if "Mapping" in str(hint):
        return MAPPINGS
    if hint is int:
        return st.just(e.SCHEMA)
    return st.from_type(hint)


ANY = st.one_of([any_event(cls) for cls in typing.get_args(e.Event)])


@given(ANY)
def test_what_is_written_is_read_back(event: e.Event) -> None:
    assert decode(encode(event)) == event


@given(st.text() | PLAIN.map(str))
def test_other_text_is_refused_and_never_guessed_at(text: str) -> None:
    with pytest.raises(UnreadableEvent):
        decode(text)


FINISHED = encode(e.RunFinished(at=datetime(2030, 1, 1, tzinfo=UTC), verdict=Verdict.PASSED, reasons=()))


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('"verdict":"PASSED"', '"verdict":"GREAT"', "GREAT"),
        ('"reasons":[]', '"reasons":[1]', "expected str"),
        ('"reasons":[]', '"other":[]', "no other"),
        ('"reasons":[],', "", "lacks reasons"),
        ("2030-01-01T00:00:00+00:00", "2030-01-01T00:00:00", "offset"),
        ("RunFinished", "RunExploded", "RunExploded"),
    ],
)
def test_a_damaged_event_is_refused_with_what_is_wrong(old: str, new: str, told: str) -> None:
    assert old in FINISHED
    with pytest.raises(UnreadableEvent, match=told):
        decode(FINISHED.replace(old, new))


def test_a_journal_of_a_newer_drctl_is_refused() -> None:
    with pytest.raises(UnreadableEvent, match="newer drctl"):
        decode(f'{{"type":"RunStarted","schema":{e.SCHEMA + 1}}}')


def test_an_event_of_before_findings_had_owners_is_read_as_it_was() -> None:
    """Version 3 began runs without a policy for findings."""
    began = e.RunStarted(
        at=datetime(2030, 1, 1, tzinfo=UTC),
        run="dr-1",
        runbook="r",
        mode=e.Mode.DRILL,
        approve=e.Approve.AUTO,
        environment="simulated",
        simulated=True,
        sources={},
        inputs={},
        variables={},
        schema=3,
    )
    body = json.loads(encode(began))
    del body["findings"]
    assert decode(json.dumps(body)) == began
