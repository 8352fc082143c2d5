"""Whatever stands where a word of the language is expected: it is read, or refused in one sentence."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from functools import partial
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drctl.loading.language.conditions import parse_condition
from drctl.loading.language.inputs import check_value, parse_given
from drctl.loading.language.references import NotAReference, parse_reference, parse_text
from drctl.model.duration import format_duration, parse_duration
from drctl.model.instant import format_instant, parse_instant
from drctl.model.region import parse_region
from drctl.model.resolve import resolve
from drctl.model.scenario import FaultKind
from drctl.model.values import ValueKind
from drctl.sim.faults import parse_fault
from tests.fuzz.effort import examples
from tests.fuzz.judging import in_time

WORDS: dict[str, tuple[Callable[[str], Any], str]] = {
    "text": (parse_text, "${{ inputs.a }}steps.-_19é\n"),
    "reference": (parse_reference, "inputs.env.steps.item.a-_1 "),
    "condition": (parse_condition, "inputs.a ()!&|=<>'\"0-.9${{}}itemtruenull٣"),
    "span": (parse_duration, "0123456789dhms -.٣²"),
    "instant": (parse_instant, "0123456789-:TZ+. W"),
    "region": (parse_region, "abcdeuswt-0123456789²"),
    "fault": (parse_fault, "rdsecs3:*@#%.=throtledni0123456789-"),
    **{
        f"--set of {kind}": (partial(parse_given, kind), "0123456789.eE+-[]{}, :truefalsNaN\"'&*!\n")
        for kind in ValueKind
        if kind is not ValueKind.OBJECT
    },
}
LONG = st.sampled_from(["(", "!", "${{", "9", "a.", "-", "a && ", "1d", "[", "'", " ", "{{", "\\"]).flatmap(
    lambda part: st.sampled_from([40, 500, 5000, 50_000]).map(lambda times: part * times)
)


@pytest.mark.parametrize("name", WORDS)
@examples(30)
@given(st.data())
def test_any_text_is_read_or_refused_in_one_sentence(name: str, data: st.DataObject) -> None:
    read, alphabet = WORDS[name]
    text = data.draw(st.text(alphabet, max_size=30) | st.text(st.characters(), max_size=10) | LONG)
    with in_time():
        try:
            read(text)
        except ValueError as refused:
            told = str(refused)
        else:
            told = ""
    assert told.isprintable()
    assert len(told) < len(text) * 10 + 500
    assert re.search(r"invalid literal|could not convert|codec|Exceeds the limit", told) is None, told


@examples(40)
@given(st.integers(0, 3660 * 86400))
def test_a_span_reads_back(seconds: int) -> None:
    span = timedelta(seconds=seconds)
    assert parse_duration(format_duration(span)) == span


@examples(40)
@given(
    st.datetimes(datetime(1, 1, 2), datetime(9999, 12, 30)),  # noqa: DTZ001
    st.integers(-14 * 60, 14 * 60),
)
def test_an_instant_reads_back_to_the_millisecond(naive: datetime, offset: int) -> None:
    instant = naive.replace(tzinfo=timezone(timedelta(minutes=offset)), microsecond=naive.microsecond // 1000 * 1000)
    assert parse_instant(format_instant(instant)) == instant


@examples(40)
@given(
    st.sampled_from(["rds:RestoreDBInstanceFromDBSnapshot", "rds:*", "*:*", "s3:GetObject"]),
    st.sampled_from(FaultKind),
    st.none() | st.sampled_from(["eu-west-1", "us-east-1"]),
    st.sampled_from(["", ":3", ":#2", ":30%", ":all"]),
)
def test_a_fault_is_what_it_says(called: str, kind: FaultKind, region: str | None, which: str) -> None:
    fault = parse_fault(f"{called}{f'@{region}' if region else ''}:{kind}{which}")
    assert f"{fault.service}:{fault.operation}" == called
    assert (fault.kind, fault.region) == (kind, region or "*")
    assert (fault.times, fault.nth, fault.probability) == {
        "": (1, 1, 1.0),
        ":3": (3, 1, 1.0),
        ":#2": (1, 2, 1.0),
        ":30%": (None, 1, 0.3),
        ":all": (None, 1, 1.0),
    }[which]


PLAIN: st.SearchStrategy[Any] = st.recursive(
    st.booleans() | st.integers(-(10**30), 10**30) | st.text("abc -_", max_size=5),
    lambda inner: st.lists(inner, max_size=3),
    max_leaves=6,
)


@examples(40)
@given(st.lists(PLAIN, max_size=4))
def test_a_list_that_is_set_reads_back_and_can_be_recorded(values: list[Any]) -> None:
    read = parse_given(ValueKind.LIST, json.dumps(values))
    assert read == values
    assert check_value(ValueKind.LIST, read) is None


@examples(40)
@given(st.text("${} inputs.ab", max_size=20), st.text(max_size=5))
def test_what_is_read_resolves_without_another_reading(text: str, value: str) -> None:
    """A value that looks like a reference is never read as one."""
    try:
        read = parse_text(text)
    except NotAReference:
        return
    sly = f"${{{{ inputs.{value} }}}}"
    resolved = resolve(read, lambda _reference: sly)
    assert isinstance(resolved, str)
