"""s3.restore_versions"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from drctl.actions.s3.restore_parameters import Seen
from drctl.actions.s3.version_plan import make_plan
from drctl.aws.s3 import Bucket
from drctl.aws.s3_versions import History, Version, list_histories
from drctl.model.past import ChangeState, Past, PastChange
from tests.actions.laws import PAST, Case, Live, Sight, Sightings
from tests.simulated import PRIMARY, Simulated

BUCKET, PREFIX = "amply-storage-prod", "uploads/"
AT = datetime(2026, 11, 23, 4, tzinfo=UTC)
"""Half an hour goes by between planting what was there and spoiling it; this is in between."""


def ago(minutes: int) -> datetime:
    return AT - timedelta(minutes=minutes)


GOOD = Version(id="v1", at=ago(60), etag='"good"', size=4)
BAD = Version(id="v2", at=ago(-5), etag='"bad"', size=3)
GONE = Version(id="m2", at=ago(-5), marker=True)
COPIED = Version(id="v3", at=ago(-10), etag='"good"', size=4)
RESEALED = replace(COPIED, etag='"good, encrypted anew"')
THEIRS = Version(id="v4", at=ago(-20), etag='"theirs"', size=6)
FRESH = History("uploads/fresh", (BAD,))


def history(*versions: Version) -> History:
    return History("uploads/a", versions)


INTACT, DELETED, OVERWRITTEN = history(GOOD), history(GONE, GOOD), history(BAD, GOOD)
RESTORED = history(COPIED, BAD, GOOD)
DIGEST = make_plan([INTACT], AT).digest
PLANNING: dict[str, Any] = {
    "region": PRIMARY,
    "bucket": BUCKET,
    "prefix": PREFIX,
    "at": "2026-11-23T04:00:00Z",
}
PARAMS: dict[str, Any] = {**PLANNING, "plan": DIGEST}
ON = Bucket(name=BUCKET, region=PRIMARY, versioned=True)


def saw(*histories: History, past: Past = PAST, **changed: Any) -> Sight:
    return Sight(replace(Seen(bucket=ON, histories=histories), **changed), past)


def did(name: str, state: ChangeState, kind: str = "", facts: Any = None, **entry: Any) -> Past:
    change = PastChange(
        name=name,
        summary=name,
        state=state,
        intended_at=AT,
        undo={"keys": [{"key": "uploads/a", **entry}]},
        facts=facts or {},
        failure_kind=kind,
    )
    return replace(PAST, changes=(change,))


def copied(state: ChangeState = ChangeState.RETURNED, kind: str = "") -> Past:
    facts = {"copies": {"uploads/a": "v3"}} if state is ChangeState.RETURNED else None
    return did("copy", state, kind, facts, over="v2", etag='"good"', size=4)


LOST, HALFWAY = copied(ChangeState.INTENDED), copied(ChangeState.FAILED, "auth")
UNDELETED = did("undelete", ChangeState.RETURNED, markers=["m2"], version="v1")

AFTER_ONSET = replace(PAST, onset=ago(-15))
BEFORE_ONSET: dict[str, Any] = {
    "region": PRIMARY,
    "bucket": BUCKET,
    "prefix": PREFIX,
    "before_onset": "15m",
    "most_gone": 1,
    "plan": DIGEST,
}
PLANTED_ONE: dict[str, Any] = dict(PLANNING)
PLANTED_COPIES: dict[str, Any] = dict(PLANNING)
PLANTED_DELETIONS: dict[str, Any] = dict(PLANNING)
"""Their plans are digests of version ids, which nobody knows before they are planted."""


def plant_overwritten(simulated: Simulated) -> None:
    """Two objects with something else on top of them, one of them deleted after that; one intact, one new."""
    s3 = _plant(simulated)
    for key in ("a", "b"):
        s3.put_object(Bucket=BUCKET, Key=f"{PREFIX}{key}", Body=b"sealed")
    simulated.advance(timedelta(minutes=1))
    s3.delete_object(Bucket=BUCKET, Key=f"{PREFIX}b")
    s3.put_object(Bucket=BUCKET, Key=f"{PREFIX}new", Body=b"new")
    _know_plan(simulated, PLANTED_COPIES)


def plant_one(simulated: Simulated) -> None:
    """One object with something else on top of it: each object of a batch is a call of its own."""
    s3 = _plant(simulated)
    s3.put_object(Bucket=BUCKET, Key=f"{PREFIX}a", Body=b"sealed")
    _know_plan(simulated, PLANTED_ONE)


def plant_deleted(simulated: Simulated) -> None:
    """Two objects deleted, one of them twice; one overwritten."""
    s3 = _plant(simulated)
    for key in ("a", "b", "b"):
        s3.delete_object(Bucket=BUCKET, Key=f"{PREFIX}{key}")
        simulated.advance(timedelta(minutes=1))
    s3.put_object(Bucket=BUCKET, Key=f"{PREFIX}c", Body=b"sealed")
    _know_plan(simulated, PLANTED_DELETIONS)


def _plant(simulated: Simulated) -> Any:
    s3 = simulated.client("s3", PRIMARY)
    s3.create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": PRIMARY})
    s3.put_bucket_versioning(Bucket=BUCKET, VersioningConfiguration={"Status": "Enabled"})
    for key in ("a", "b", "c"):
        s3.put_object(Bucket=BUCKET, Key=f"{PREFIX}{key}", Body=f"good {key}".encode(), Metadata={"of": key})
    simulated.advance(timedelta(minutes=30))
    return s3


def _know_plan(simulated: Simulated, params: dict[str, Any]) -> None:
    histories, _ = list_histories(simulated.client("s3", PRIMARY), BUCKET, PREFIX, 100)
    params["plan"] = make_plan(histories, AT).digest


def versions(simulated: Simulated) -> object:
    return list_histories(simulated.client("s3", PRIMARY), BUCKET, "", 100)


CASES = (
    Case(
        kind="s3.restore_versions",
        params=PARAMS,
        sees=Sightings(
            absent={
                "deleted": saw(DELETED),
                "deleted twice": saw(history(replace(GONE, id="m3", at=ago(-9)), GONE, GOOD)),
                "overwritten": saw(OVERWRITTEN),
                "overwritten, then deleted": saw(history(replace(GONE, at=ago(-9)), BAD, GOOD)),
                "overwritten, and a copy that never arrived": saw(OVERWRITTEN, past=LOST),
                "written to since, before the operator's retry": saw(
                    history(THEIRS, COPIED, BAD, GOOD), past=replace(copied(), epoch=2)
                ),
            },
            there={
                "intact": saw(INTACT),
                "intact, and something newer": saw(INTACT, FRESH),
                "brought back": saw(RESTORED, past=copied()),
                "brought back, the answer lost": saw(RESTORED, past=LOST),
                "brought back, the journal lost": saw(RESTORED),
                "brought back under another ETag": saw(history(RESEALED, BAD, GOOD), past=copied()),
                "overwritten with the same": saw(history(replace(BAD, etag=GOOD.etag, size=GOOD.size), GOOD)),
            },
            dead_end={
                "no bucket": Sight(Seen(bucket=None)),
                "versioning suspended": saw(OVERWRITTEN, bucket=replace(ON, versioned=False)),
                "too many keys": saw(OVERWRITTEN, complete=False),
                "an archived version": saw(history(BAD, replace(GOOD, storage_class="GLACIER"))),
                "too large to copy": saw(history(BAD, replace(GOOD, size=6 * 1024**3))),
                "not the plan that was approved": saw(OVERWRITTEN, History("uploads/b", (GOOD,))),
                "a version of the plan is gone": saw(history(BAD)),
            },
            foreign={
                "written to since it was brought back": saw(history(THEIRS, COPIED, BAD, GOOD), past=copied()),
                "deleted again since it was undeleted": saw(
                    history(replace(GONE, id="m3", at=ago(-20)), GOOD), past=UNDELETED
                ),
            },
            undo_own={
                "brought back": saw(RESTORED, past=copied()),
                "brought back under another ETag": saw(history(RESEALED, BAD, GOOD), past=copied()),
                "brought back, the answer lost": saw(RESTORED, past=LOST),
                "brought back before the batch failed": saw(RESTORED, past=HALFWAY),
            },
            undo_over={
                "nothing done": saw(RESTORED),
                "taken back": saw(OVERWRITTEN, past=copied()),
                "never arrived": saw(OVERWRITTEN, past=LOST),
                "undeleted, and deleted again by somebody": saw(DELETED, past=UNDELETED),
            },
        ),
        exempt={
            "settling": "S3 tells at once what was written (Amazon S3 User Guide, consistency model)",
            "unknown": "a version has no status",
            "foreign_live": "whose a version is, only the past tells: see the tests of this action",
        },
    ),
    Case(
        kind="s3.restore_versions",
        name="planning only",
        params=PLANNING,
        sees=Sightings(
            there={"overwritten": saw(OVERWRITTEN), "deleted": saw(DELETED), "intact": saw(INTACT)},
            dead_end={"no bucket": Sight(Seen(bucket=None))},
            undo_over={"overwritten": saw(OVERWRITTEN)},
        ),
    ),
    Case(
        kind="s3.restore_versions",
        name="before the onset",
        params=BEFORE_ONSET,
        sees=Sightings(
            absent={"overwritten": saw(OVERWRITTEN, past=AFTER_ONSET), "deleted": saw(DELETED, past=AFTER_ONSET)},
            there={
                "intact": saw(INTACT, past=AFTER_ONSET),
                "one that is gone, where one may be": saw(INTACT, history(GONE), past=AFTER_ONSET),
            },
            dead_end={
                "an onset that nobody has told": saw(OVERWRITTEN),
                "more gone than may be": saw(INTACT, history(GONE), History("uploads/b", (GONE,)), past=AFTER_ONSET),
            },
        ),
    ),
    Case(
        kind="s3.restore_versions",
        name="overwritten",
        params=PLANTED_ONE,
        live=Live(plant=plant_one, takes=("copy",), undo_takes=("take-back",), fingerprint=versions),
    ),
)
