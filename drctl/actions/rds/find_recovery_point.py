"""Choose the newest usable snapshot in the recovery Region, and say how old its data really is.

A copied snapshot is as new as the data in it, not as the copy: read the wrong one of
its three times, and hours of lost writes look like minutes.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from drctl.actions.parameters import CLOSED, Duration, Instant, Region
from drctl.actions.rds.recovery_point_age import judge_age
from drctl.actions.read_only import ReadOnly
from drctl.aws.kms import KmsKey, find_key
from drctl.aws.rds import SNAPSHOT_DEAD_ENDS, SNAPSHOT_SETTLING, SNAPSHOT_USABLE, DbSnapshot, list_snapshots
from drctl.model.decision import Decision, Done, Refuse, Wait
from drctl.model.evidence import Evidence
from drctl.model.instant import format_instant
from drctl.model.past import Past
from drctl.model.values import ValueKind
from drctl.ports.action import ActionSpec, Permission, StepContext


@dataclass(frozen=True, slots=True, kw_only=True)
class Params:
    __pydantic_config__ = CLOSED

    region: Region
    source: str
    """The instance whose snapshots are looked for; it need not exist any more, nor its Region answer."""
    engine: str = "postgres"
    before: Instant | None = None
    """Only data up to this moment: from before a corruption, for instance."""
    max_age: Duration | None = None
    """How far before the incident's onset the newest data may end: an older recovery point is refused."""


@dataclass(frozen=True, slots=True)
class Seen:
    newest_first: tuple[DbSnapshot, ...]
    """Those of the engine and up to `before`; one that says nothing of its age is last."""
    key: KmsKey | None = None
    """The key of the snapshot that would be chosen."""


class FindRecoveryPoint(ReadOnly):
    """Holds once a snapshot is chosen. It is recorded, so that a resumed run stays with it."""

    spec = ActionSpec(
        kind="rds.find_recovery_point",
        summary="Choose the newest usable RDS snapshot and its true recovery point",
        params=Params,
        outputs={
            "snapshot": ValueKind.STRING,
            "recovery_point": ValueKind.TIMESTAMP,
            "method": ValueKind.STRING,
            "engine_version": ValueKind.STRING,
            "kms_key": ValueKind.STRING,
            "storage_gb": ValueKind.INTEGER,
        },
        operations=("rds:DescribeDBSnapshots", "kms:DescribeKey"),
        example="""\
- id: newest-recovery-point
  uses: rds.find_recovery_point
  with: { region: eu-west-1, source: amply-prod, engine: postgres, max_age: 25h }
""",
    )

    def observe(self, params: Params, ctx: StepContext) -> Seen:
        listed = list_snapshots(ctx.aws.client("rds", params.region), params.source)
        seen = Seen(_newest_first(listed, params))
        chosen = _choose(seen)
        if not isinstance(chosen, DbSnapshot) or chosen.kms_key is None:
            return seen
        return Seen(seen.newest_first, find_key(ctx.aws.client("kms", params.region), chosen.kms_key))

    def decide(self, params: Params, seen: Seen, past: Past) -> Decision:
        chosen = _choose(seen)
        if not isinstance(chosen, DbSnapshot):
            return chosen or _nothing(params)
        if unfit := judge_age(chosen, seen.newest_first, params.max_age, past):
            return unfit
        if chosen.kms_key is not None and (seen.key is None or not seen.key.usable):
            state = f"is {seen.key.state}" if seen.key else "is not there"
            return Refuse(
                f"{chosen.id} is the newest snapshot, and its key {chosen.kms_key} {state}",
                hint=f"enable the key, or give `before` to take an older snapshot; drctl resume {past.run}",
            )
        return Done(f"{chosen.id} is the newest usable snapshot of {params.source} in {params.region}")

    def verify(self, params: Params, seen: Seen, past: Past, ctx: StepContext) -> Evidence:
        chosen = _choose(seen)
        if not isinstance(chosen, DbSnapshot) or chosen.recovery_point is None:
            return Evidence.missing(f"no usable snapshot of {params.source}")
        point = chosen.recovery_point
        return Evidence.of(
            f"{chosen.id} holds data up to {format_instant(point.at)} ({point.method})",
            outputs={
                "snapshot": chosen.id,
                "recovery_point": format_instant(point.at),
                "method": point.method,
                "engine_version": chosen.engine_version,
                "kms_key": chosen.kms_key or "",
                "storage_gb": chosen.storage_gb,
            },
        )

    def permissions(self, params: Params, region: str, account: str) -> tuple[Permission, ...]:
        snapshots = f"arn:aws:rds:{params.region}:{account}:snapshot:*"
        source = f"arn:aws:rds:{params.region}:{account}:db:{params.source}"
        keys = f"arn:aws:kms:{params.region}:{account}:key/*"
        return (
            Permission(("rds:DescribeDBSnapshots",), (snapshots, source), "find the newest snapshot"),
            Permission(("kms:DescribeKey",), (keys,), "see that the snapshot can be decrypted"),
        )


def _newest_first(listed: tuple[DbSnapshot, ...], params: Params) -> tuple[DbSnapshot, ...]:
    fitting = [
        snapshot for snapshot in listed if snapshot.engine == params.engine and not _is_after(snapshot, params.before)
    ]
    return tuple(sorted(fitting, key=_age_known, reverse=True))


def _is_after(snapshot: DbSnapshot, before: datetime | None) -> bool:
    return before is not None and snapshot.recovery_point is not None and snapshot.recovery_point.at > before


def _age_known(snapshot: DbSnapshot) -> tuple[bool, float, str]:
    point = snapshot.recovery_point
    return (point is not None, point.at.timestamp() if point else 0.0, snapshot.id)


def _choose(seen: Seen) -> DbSnapshot | Wait | Refuse | None:
    """The snapshot to take; why there is none yet; why a person has to look; None where there is nothing at all."""
    on_its_way: Wait | None = None
    for snapshot in seen.newest_first:
        if snapshot.status in SNAPSHOT_SETTLING:
            on_its_way = on_its_way or Wait(f"snapshot {snapshot.id} to leave {snapshot.status!r}")
        elif snapshot.status not in SNAPSHOT_USABLE | SNAPSHOT_DEAD_ENDS:
            # Passing over it would quietly lose what is in it.
            return Refuse(
                f"snapshot {snapshot.id} is {snapshot.status!r}, which drctl does not know",
                hint="look at it in the RDS console; give `before` to take an older one",
            )
        elif snapshot.status in SNAPSHOT_USABLE and snapshot.recovery_point is not None:
            return snapshot
    # An older one that is ready is better than a newer copy that may take hours.
    return on_its_way


def _nothing(params: Params) -> Refuse:
    limit = f" up to {format_instant(params.before)}" if params.before else ""
    return Refuse(
        f"no usable {params.engine} snapshot of {params.source} in {params.region}{limit}",
        hint=f"aws rds describe-db-snapshots --region {params.region} shows what is there; "
        "snapshots of another Region have to be copied beforehand",
    )
