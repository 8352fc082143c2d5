"""What is wrong with a PostgreSQL, in words for the operator who waits for it."""

from __future__ import annotations

from datetime import timedelta

from drctl.actions.checks.excerpt import excerpt
from drctl.actions.checks.json_path import same_value
from drctl.actions.checks.postgres_params import Params
from drctl.actions.checks.store_failures import told_failure
from drctl.model.duration import format_duration
from drctl.ports.postgres import PostgresAnswer, Scalar

SERVER = "PostgreSQL"


def find_fault(wanted: Params, answer: PostgresAnswer) -> str:
    """The first thing that is wrong with `answer`; empty where it is as wanted."""
    if answer.failure:
        return told_failure(answer.failure, answer.detail, SERVER)
    if wanted.writable and not answer.writable:
        return f"it takes no writes: {answer.write_failure or 'it did not say why'}"
    return _stale(wanted, answer) or _wrong_counts(wanted, answer) or _wrong_value(wanted, answer) or _late(answer)


def heartbeat_age(answer: PostgresAnswer) -> timedelta | None:
    """How old the newest heartbeat is by the server's own clock; None where there is none."""
    if answer.heartbeat_at is None or answer.now is None:
        return None
    return answer.now - answer.heartbeat_at


def _stale(wanted: Params, answer: PostgresAnswer) -> str:
    if wanted.heartbeat is None:
        return ""
    age = heartbeat_age(answer)
    if age is None:
        return f"there is no heartbeat in {wanted.heartbeat.table}.{wanted.heartbeat.column}"
    if wanted.max_heartbeat_age is not None and age > wanted.max_heartbeat_age:
        told = format_duration(timedelta(seconds=round(age.total_seconds())))
        return f"its newest heartbeat is {told} old, more than {format_duration(wanted.max_heartbeat_age)}"
    return ""


def _wrong_counts(wanted: Params, answer: PostgresAnswer) -> str:
    for table, known in wanted.row_counts.items():
        found = answer.counts.get(table)
        if found is None or not _near(found, known, wanted.row_tolerance):
            within = f" within {wanted.row_tolerance:g} %" if wanted.row_tolerance else ""
            return f"{table} has {found if found is not None else 'unknown'} rows, not {known}{within}"
    return ""


def _wrong_value(wanted: Params, answer: PostgresAnswer) -> str:
    if wanted.query is None:
        return ""
    value, told = answer.value, f"`{excerpt(wanted.query.encode())}` answers {shown(answer.value)}"
    if wanted.equals is not None and not _equal(value, wanted.equals, wanted.tolerance):
        return f"{told}, not {shown(wanted.equals)}"
    number = value if isinstance(value, int | float) and not isinstance(value, bool) else None
    if number is None and (wanted.at_least is not None or wanted.at_most is not None):
        return f"{told}, which is no number"
    if number is not None and wanted.at_least is not None and number < wanted.at_least:
        return f"{told}, less than {wanted.at_least:g}"
    if number is not None and wanted.at_most is not None and number > wanted.at_most:
        return f"{told}, more than {wanted.at_most:g}"
    return ""


def _late(answer: PostgresAnswer) -> str:
    if not answer.late_sequences:
        return ""
    more = len(answer.late_sequences) - 1
    return f"a sequence is behind: {answer.late_sequences[0]}{f'; so are {more} more' if more else ''}"


def shown(value: Scalar) -> str:
    """A value of a query as it may be recorded."""
    return "nothing" if value is None else excerpt(str(value).encode())


def _equal(value: Scalar, wanted: Scalar, tolerance: float) -> bool:
    if isinstance(value, int | float) and isinstance(wanted, int | float) and not isinstance(value, bool):
        return not isinstance(wanted, bool) and _near(value, wanted, tolerance)
    return same_value(value, wanted)


def _near(value: float, wanted: float, percent: float) -> bool:
    return abs(value - wanted) <= abs(wanted) * percent / 100
