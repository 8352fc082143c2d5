"""s3.recreate_bucket"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from drctl.aws.s3_buckets import BucketSettings, find_settings
from drctl.aws.s3_policy import BucketPolicy
from drctl.model.past import ChangeState, Past
from drctl.ports.action import OWNER_TAG
from tests.actions.cases.s3_contain import TLS
from tests.actions.cases.s3_promote_replica import ROLE, change, replication, rule
from tests.actions.laws import FOREIGN_RUN, PAST, RUN, Case, Live, Sight, Sightings
from tests.simulated import PRIMARY, RECOVERY, SHARED_SERVICES, Simulated

BUCKET, REPLICA = "amply-storage-prod", "amply-storage-prod-eu-west-1"
KEY = "arn:aws:kms:eu-central-1:111111111111:key/1234abcd"
POLICY: dict[str, Any] = {"Version": "2012-10-17", "Statement": [TLS]}
RULE = rule("to-ireland", REPLICA)
PARAMS: dict[str, Any] = {
    "region": PRIMARY,
    "bucket": BUCKET,
    "kms_key": KEY,
    "policy": POLICY,
    "replication": {"Role": ROLE, "Rules": [RULE]},
    "tags": {"team": "storage"},
}
OPEN: dict[str, Any] = {"region": PRIMARY, "bucket": BUCKET, "versioned": False, "public_access": "by policy"}
OURS = BucketSettings(
    name=BUCKET,
    region=PRIMARY,
    versioned=True,
    kms_key=KEY,
    blocked=True,
    ownership="BucketOwnerEnforced",
    policy=BucketPolicy(POLICY),
    # S3 adds what it takes for granted.
    replication=replication({**RULE, "ExistingObjectReplication": {"Status": "Disabled"}}),
    tags={OWNER_TAG: RUN, "team": "storage"},
)
BARE = replace(OURS, versioned=False, kms_key=None, policy=None, replication=None)
THEIRS = {OWNER_TAG: FOREIGN_RUN}


def saw(found: BucketSettings | None, past: Past = PAST, **changed: Any) -> Sight:
    return Sight(None if found is None else replace(found, **changed), past)


def did(name: str = "create", state: ChangeState = ChangeState.RETURNED, failure: str = "", **undo: Any) -> Past:
    made = replace(change(name, state, "already" if failure else "", **undo), failure=failure)
    return Past(run=RUN, step=PAST.step, changes=(made,))


TAKEN = did(state=ChangeState.FAILED, failure="BucketAlreadyExists: not available")
OWNED = did(state=ChangeState.FAILED, failure="BucketAlreadyOwnedByYou: you already own it")
ABORTED = did(state=ChangeState.FAILED, failure="OperationAborted: try again")


def create(simulated: Simulated, name: str, region: str, account: str = "111111111111") -> None:
    simulated.client("s3", region, account).create_bucket(
        Bucket=name,
        CreateBucketConfiguration={"LocationConstraint": region},
    )


def plant(simulated: Simulated) -> None:
    """The replica, and nothing under the bucket's name; but names that look like it."""
    create(simulated, REPLICA, RECOVERY)
    simulated.client("s3", RECOVERY).put_bucket_versioning(
        Bucket=REPLICA, VersioningConfiguration={"Status": "Enabled"}
    )
    create(simulated, f"{BUCKET}-logs", PRIMARY)


def plant_deleted(simulated: Simulated) -> None:
    """The bucket was deleted a minute ago: its name cannot be used yet."""
    plant(simulated)
    create(simulated, BUCKET, PRIMARY)
    simulated.client("s3", PRIMARY).delete_bucket(Bucket=BUCKET)


def plant_foreign(simulated: Simulated) -> None:
    create(simulated, BUCKET, PRIMARY)


def plant_taken(simulated: Simulated) -> None:
    create(simulated, BUCKET, PRIMARY, SHARED_SERVICES)


def world(simulated: Simulated) -> object:
    return find_settings(simulated.client("s3", PRIMARY), BUCKET)


ALL = ("create", "keep-versions", "encrypt", "put-policy", "replicate")

CASES = (
    Case(
        kind="s3.recreate_bucket",
        params=PARAMS,
        sees=Sightings(
            absent={
                "no bucket": saw(None),
                "no bucket, the name still going round": saw(None, ABORTED),
                "no bucket in the list yet": saw(None, OWNED),
                "another account had the name, before the operator's retry": saw(None, replace(TAKEN, epoch=2)),
                "only created": saw(BARE),
                "another key": saw(OURS, kms_key=None),
                "open to the public": saw(OURS, blocked=False),
                "another policy": saw(OURS, policy=BucketPolicy({"Statement": [{**TLS, "Sid": "x"}]})),
                "the replication is off": saw(OURS, replication=replication({**RULE, "Status": "Disabled"})),
                "somebody else's, adopted": saw(BARE, replace(PAST, adopt=True), tags=THEIRS),
            },
            there={
                "all as wanted": saw(OURS),
                "all as wanted, the answer lost": saw(OURS, did(state=ChangeState.INTENDED)),
                "all as wanted, by somebody else": saw(OURS, tags=THEIRS),
                "all as wanted, and full": saw(OURS, empty=False),
            },
            dead_end={
                "another account has the name": saw(None, TAKEN),
                "in another Region": saw(OURS, region=RECOVERY),
                "in a Region that S3 does not tell": saw(OURS, region=""),
                "objects belong to who writes them": saw(OURS, ownership="ObjectWriter"),
                "somebody else's, and not as wanted": saw(BARE, tags=THEIRS),
            },
            foreign={"another run's": saw(BARE, tags=THEIRS), "nobody's": saw(BARE, tags={})},
            undo_own={"ours and empty": saw(OURS), "ours, half made": saw(BARE, did())},
            undo_over={
                "gone": saw(None, did()),
                "not ours": saw(OURS, tags=THEIRS),
            },
        ),
        live=Live(
            plant=plant,
            takes=ALL,
            undo_takes=("delete",),
            fingerprint=world,
            plant_foreign=plant_foreign,
        ),
        exempt={
            "settling": "a bucket is there or not; a name that is going round is told by a refused call",
            "unknown": "a bucket has no status",
        },
    ),
    Case(
        kind="s3.recreate_bucket",
        name="open",
        params=OPEN,
        live=Live(plant=plant, takes=("create", "block-public-access"), undo_takes=("delete",), fingerprint=world),
    ),
)
