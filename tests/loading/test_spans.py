"""What the schema calls a span is what the loader reads as one."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from drctl.loading.schemas import SPAN
from drctl.model.duration import parse_duration

PATTERN = re.compile(str(SPAN["pattern"]))
SPANS = st.lists(st.sampled_from(["1d", "2h", "30m", "45s", "0s", "m", "7", " ", "1.5h", "-"]), max_size=4).map("".join)


def reads(text: str) -> bool:
    try:
        parse_duration(text)
    except ValueError as error:
        # A span beyond ten years has the form of one.
        return "below ten years" in str(error)
    return True


@given(SPANS | st.from_regex(PATTERN, fullmatch=True))
def test_the_schema_and_the_loader_agree_on_what_a_span_looks_like(text: str) -> None:
    text = text.strip()
    assert bool(PATTERN.fullmatch(text)) == reads(text)
