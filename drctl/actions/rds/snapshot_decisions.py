"""What is decided of a snapshot that a step makes, forwards and backwards, whatever it is made from. Pure."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated

from pydantic import Field

from drctl.aws import rds
from drctl.aws.rds import DbSnapshot
from drctl.model.decision import Change, Decision, Done, Refuse, Wait
from drctl.model.evidence import Evidence
from drctl.model.instant import format_instant
from drctl.model.past import Past
from drctl.model.values import ValueKind

SnapshotName = Annotated[str, Field(pattern=r"^[a-z](-?[a-z0-9])*$", max_length=255)]
"""One that AWS takes and does not change: it would write capitals small."""

SNAPSHOT_OUTPUTS = {
    "snapshot": ValueKind.STRING,
    "arn": ValueKind.STRING,
    "recovery_point": ValueKind.TIMESTAMP,
    "kms_key": ValueKind.STRING,
    "storage_gb": ValueKind.INTEGER,
}


def judge_snapshot(found: DbSnapshot, region: str, past: Past) -> Decision:
    """Whether a snapshot that is there is this run's, and finished."""
    if found.owner != past.run and not past.adopt:
        return Refuse(
            f"snapshot {found.id} exists in {region}, made by {found.owner or 'somebody else'}",
            hint="choose another name, or set `adopt: true` on the step",
        )
    if found.status in rds.SNAPSHOT_SETTLING:
        # A copy that is queued behind others shows no percentage for a long time; that is no failure.
        return Wait(f"snapshot {found.id} to leave {found.status!r}", percent=found.percent)
    if found.status in rds.SNAPSHOT_DEAD_ENDS:
        return Refuse(
            f"snapshot {found.id} is {found.status!r}, which does not end by itself",
            hint=f"delete it; drctl resume {past.run}",
        )
    if found.status not in rds.SNAPSHOT_USABLE:
        return Refuse(f"snapshot {found.id} is {found.status!r}, which drctl does not know", hint=_look(region, found))
    return Done(f"snapshot {found.id} is {found.status}")


def decide_snapshot_removal(found: DbSnapshot | None, name: str, region: str, past: Past) -> Decision:
    """What is needed for a snapshot of this run to be gone. Anybody else's is left alone."""
    if found is None:
        return Done(f"snapshot {name} is not there")
    if found.owner != past.run:
        return Done(f"snapshot {found.id} was not made by this run, and is left alone")
    if found.status in rds.SNAPSHOT_SETTLING | {"deleting"}:
        return Wait(f"snapshot {found.id} to leave {found.status!r}")
    if found.status not in rds.SNAPSHOT_USABLE | rds.SNAPSHOT_DEAD_ENDS:
        return Refuse(f"snapshot {found.id} is {found.status!r}, which drctl does not know", hint=_look(region, found))
    return Change(
        name="delete",
        summary=f"delete snapshot {found.id}, which this run made",
        operation="rds:DeleteDBSnapshot",
        target=found.arn,
        settle=timedelta(seconds=60),
    )


def tell_snapshot(name: str, found: DbSnapshot | None) -> Evidence:
    """What is in the snapshot; missing while nothing says how old that is."""
    if found is None or found.recovery_point is None:
        return Evidence.missing(f"nothing says yet how old the data in {name} is")
    point = found.recovery_point
    return Evidence.of(
        f"snapshot {found.id} holds data up to {format_instant(point.at)} ({point.method})",
        outputs={
            "snapshot": found.id,
            "arn": found.arn,
            "recovery_point": format_instant(point.at),
            "kms_key": found.kms_key or "",
            "storage_gb": found.storage_gb,
        },
    )


def _look(region: str, found: DbSnapshot) -> str:
    return f"aws rds describe-db-snapshots --region {region} --db-snapshot-identifier {found.id}"
