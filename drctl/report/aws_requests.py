"""Every change that a run has asked AWS for, with the ids by which CloudTrail and AWS Support find it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import TypedDict

from drctl.model.events import ChangeFailed, ChangeIntended, ChangeReturned
from drctl.model.instant import format_instant
from drctl.model.recorded import Recorded


class AwsRequestLine(TypedDict):
    """One change. `outcome` is returned, failed or in-doubt: an intent that nothing is known to have come of."""

    step: str
    change: str
    operation: str
    target: str
    undoing: bool
    intended_at: str
    ended_at: str | None
    outcome: str
    kind: str | None
    request_ids: list[str]


def aws_request_lines(records: Sequence[Recorded]) -> str:
    """The changes as lines of JSON, in the order in which they were intended."""
    return "".join(f"{json.dumps(line, ensure_ascii=True)}\n" for line in _lines(records))


def _lines(records: Sequence[Recorded]) -> Iterator[AwsRequestLine]:
    open_changes: dict[tuple[str, str], AwsRequestLine] = {}
    lines = []
    for event in (record.event for record in records):
        if isinstance(event, ChangeIntended):
            line = _intended(event)
            open_changes[event.step, event.name] = line
            lines.append(line)
        elif isinstance(event, ChangeReturned | ChangeFailed):
            found = open_changes.pop((event.step, event.name), None)
            if found is not None:
                found["ended_at"] = format_instant(event.at)
                found["outcome"] = "returned" if isinstance(event, ChangeReturned) else "failed"
                found["kind"] = event.kind if isinstance(event, ChangeFailed) else None
                found["request_ids"] = list(event.request_ids)
    yield from lines


def _intended(event: ChangeIntended) -> AwsRequestLine:
    return AwsRequestLine(
        step=event.step,
        change=event.name,
        operation=event.operation,
        target=event.target,
        undoing=event.undoing,
        intended_at=format_instant(event.at),
        ended_at=None,
        outcome="in-doubt",
        kind=None,
        request_ids=[],
    )
