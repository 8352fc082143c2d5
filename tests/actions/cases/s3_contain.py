"""s3.contain"""

from __future__ import annotations

import json
from typing import Any

from drctl.actions.s3.contain import Seen
from drctl.actions.s3.containment import containing
from drctl.aws.s3_policy import BucketPolicy, with_statement
from drctl.model.past import ChangeState, Past
from tests.actions.cases.s3_promote_replica import change
from tests.actions.laws import PAST, Case, Live, Sight, Sightings
from tests.simulated import PRIMARY, Simulated

BUCKET = "amply-storage-prod"
RESTORER = "arn:aws:iam::111111111111:role/drctl-recovery"
PARAMS: dict[str, Any] = {"region": PRIMARY, "bucket": BUCKET, "exempt": [RESTORER]}
OPENING = {**PARAMS, "state": "open", "exempt": []}
TLS: dict[str, Any] = {
    "Sid": "TlsOnly",
    "Effect": "Deny",
    "Principal": "*",
    "Action": "s3:*",
    "Resource": [f"arn:aws:s3:::{BUCKET}", f"arn:aws:s3:::{BUCKET}/*"],
    "Condition": {"Bool": {"aws:SecureTransport": "false"}},
}
OURS = containing(BUCKET, (RESTORER,))
REREAD = {**OURS, "Action": sorted(str(a) for a in OURS["Action"]), "Resource": [OURS["Resource"]]}  # type: ignore[union-attr]
"""Ours as AWS may write it: other order, other brackets."""
OTHER = containing(BUCKET, ())
LONG = {**TLS, "Sid": "Long", "Resource": [f"arn:aws:s3:::{BUCKET}/{number:060}/*" for number in range(220)]}


def policy(*statements: Any) -> BucketPolicy:
    return BucketPolicy({"Version": "2012-10-17", "Id": "theirs", "Statement": list(statements)})


def saw(*statements: Any, past: Past = PAST) -> Sight:
    return Sight(Seen(bucket=True, policy=policy(*statements) if statements else None), past)


def did(name: str, *before: Any, state: ChangeState = ChangeState.RETURNED) -> Past:
    document = policy(*before).document if before else None
    return Past(run=PAST.run, step=PAST.step, changes=(change(name, state, policy=document),))


LOST = did("contain", TLS, state=ChangeState.INTENDED)


def plant(simulated: Simulated) -> None:
    s3 = simulated.client("s3", PRIMARY)
    s3.create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": PRIMARY})


def put(simulated: Simulated, policy: BucketPolicy) -> None:
    simulated.client("s3", PRIMARY).put_bucket_policy(Bucket=BUCKET, Policy=policy.text)


def plant_with_policy(simulated: Simulated) -> None:
    plant(simulated)
    put(simulated, policy(TLS))


def plant_contained(simulated: Simulated) -> None:
    plant(simulated)
    put(simulated, with_statement(policy(TLS), OURS))


def plant_foreign(simulated: Simulated) -> None:
    put(simulated, policy(OTHER))


def world(simulated: Simulated) -> object:
    s3 = simulated.client("s3", PRIMARY)
    try:
        return json.loads(s3.get_bucket_policy(Bucket=BUCKET)["Policy"])
    except s3.exceptions.ClientError:
        return None


CASES = (
    Case(
        kind="s3.contain",
        params=PARAMS,
        sees=Sightings(
            absent={"no policy": saw(), "another policy": saw(TLS)},
            there={
                "contained": saw(OURS),
                "contained beside others": saw(TLS, OURS),
                "contained, as AWS writes it": saw(TLS, REREAD),
                "contained, the answer lost": saw(TLS, OURS, past=LOST),
                "one statement without a list": Sight(Seen(bucket=True, policy=BucketPolicy({"Statement": OURS}))),
            },
            dead_end={
                "no bucket": Sight(Seen(bucket=False)),
                "no room in the policy": saw(LONG),
                "contained for other roles": saw(OTHER),
            },
            foreign={"contained for other roles": saw(OTHER, past=LOST)},
            undo_own={
                "contained": saw(TLS, OURS, past=did("contain", TLS)),
                "contained, the answer lost": saw(TLS, OURS, past=LOST),
            },
            undo_over={
                "contained by somebody before": saw(TLS, OURS),
                "released": saw(TLS, past=did("contain", TLS)),
                "the bucket is gone": Sight(Seen(bucket=False), LOST),
            },
        ),
        live=Live(
            plant=plant,
            takes=("contain",),
            undo_takes=("release",),
            fingerprint=world,
            plant_foreign=plant_foreign,
        ),
        exempt={
            "settling": "S3 answers at once",
            "unknown": "a policy has no status",
        },
    ),
    Case(
        kind="s3.contain",
        name="beside another statement",
        params=PARAMS,
        live=Live(plant=plant_with_policy, takes=("contain",), undo_takes=("release",), fingerprint=world),
    ),
    Case(
        kind="s3.contain",
        name="open",
        params=OPENING,
        sees=Sightings(
            absent={"contained": saw(TLS, OURS), "contained for other roles": saw(OTHER)},
            there={"no policy": saw(), "others only": saw(TLS)},
            dead_end={"no bucket": Sight(Seen(bucket=False))},
            undo_own={"released": saw(TLS, past=did("release", TLS, OURS))},
            undo_over={
                "never contained": saw(TLS),
                "contained again": saw(TLS, OURS, past=did("release", TLS, OURS)),
            },
        ),
        live=Live(plant=plant_contained, takes=("release",), undo_takes=("contain",), fingerprint=world),
    ),
)
