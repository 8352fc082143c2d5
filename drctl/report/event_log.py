"""A run's whole journal, as lines to read and as JSON."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from drctl.model.instant import format_instant
from drctl.model.recorded import Recorded
from drctl.report.event_line import Tone, event_line
from drctl.report.plain_json import Plain, plain_fields


def log_lines(records: Sequence[Recorded]) -> Iterator[tuple[str, Tone]]:
    """One line for each event (its number, when it happened, what to, what), and how it sounds."""
    lines = [(record, event_line(record.event)) for record in records]
    wide = max((len(line.subject) for _, line in lines), default=0)
    for record, line in lines:
        at = format_instant(record.event.at)
        yield f"{record.seq:>5}  {at}  {line.subject:<{wide}}  {line.text}", line.tone


def log_document(run: str, records: Sequence[Recorded], *, simulated: bool) -> dict[str, Plain]:
    """Every event with all its fields, its place in the sequence, its fence and its hash."""
    return {"run": run, "simulated": simulated, "events": [_event(record) for record in records]}


def _event(record: Recorded) -> dict[str, Plain]:
    place: dict[str, Plain] = {"seq": record.seq, "type": type(record.event).__name__}
    return place | plain_fields(record.event) | {"fence": record.fence, "hash": record.hash}
