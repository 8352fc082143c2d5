"""Whether a recovery point is new enough, counted back from the onset as the data loss of the run is. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from drctl.aws.rds import SNAPSHOT_SETTLING, DbSnapshot
from drctl.model.decision import Refuse, Wait
from drctl.model.duration import format_duration
from drctl.model.instant import format_instant
from drctl.model.past import Past


def judge_age(
    chosen: DbSnapshot, newest_first: Sequence[DbSnapshot], max_age: timedelta | None, past: Past
) -> Wait | Refuse | None:
    """What is wrong with the age of the snapshot that was chosen; None where it is new enough, or has no limit."""
    if max_age is None or chosen.recovery_point is None:
        return None
    if past.onset is None:
        return Refuse(
            "nobody knows when the incident began, so that `max_age` cannot be judged",
            hint=f"leave `max_age` out; drctl resume {past.run}",
        )
    age = _age(chosen.recovery_point.at, past.onset)
    if age <= max_age:
        return None
    for newer in newest_first[: newest_first.index(chosen)]:
        if newer.status in SNAPSHOT_SETTLING and _may_be_new_enough(newer, max_age, past.onset):
            return Wait(f"snapshot {newer.id} to leave {newer.status!r}: {chosen.id} is {format_duration(age)} old")
    return Refuse(
        f"{chosen.id} holds data up to {format_instant(chosen.recovery_point.at)}, {format_duration(age)} before "
        f"the incident began, and the limit is {format_duration(max_age)}",
        hint=f"recover from something newer, or raise `max_age` and lose more; drctl resume {past.run}",
    )


def _age(at: datetime, onset: datetime) -> timedelta:
    """To the second; never below zero, as for a snapshot that was still taken after the onset."""
    return timedelta(seconds=max(0, int((onset - at).total_seconds())))


def _may_be_new_enough(snapshot: DbSnapshot, max_age: timedelta, onset: datetime) -> bool:
    return snapshot.recovery_point is None or _age(snapshot.recovery_point.at, onset) <= max_age
