"""secrets.put"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime

from drctl.actions.secrets.put_sight import Sight as Found
from drctl.aws.secretsmanager import Secret, ValueDigest
from drctl.model.past import ChangeState, Past, PastChange
from drctl.model.values import Json
from tests.actions.cases.secrets_check import NAME, OWN_STAGES, plant_replicated
from tests.actions.laws import PAST, Case, Live, Sight, Sightings
from tests.simulated import PRIMARY, RECOVERY, Simulated

TOKEN = "6f1d7e0a-0d53-5c0e-9d2e-6b9c4a3f1d77"
OTHER = "amply/prod/other"
COPY: Mapping[str, Json] = {"region": RECOVERY, "secret": NAME, "copy_from": {"secret": OTHER, "region": PRIMARY}}
GENERATE: Mapping[str, Json] = {"region": RECOVERY, "secret": NAME, "generate": {"length": 50}}
OLD, OURS = ValueDigest("v1", "old"), ValueDigest(TOKEN, "new")
SECRET = Secret(name=NAME, arn="arn:aws:secretsmanager:eu-west-1:111111111111:secret:x", stages=OWN_STAGES)
PUT = replace(SECRET, stages={"v1": ("AWSPREVIOUS",), TOKEN: ("AWSCURRENT",)})
OUTLIVED = replace(SECRET, stages={TOKEN: ("AWSPREVIOUS",), "v3": ("AWSCURRENT",)})


def put(state: ChangeState = ChangeState.RETURNED, before: str | None = "v1") -> Past:
    change = PastChange(
        name="put",
        summary="set it",
        state=state,
        intended_at=datetime(2026, 11, 23, 4, tzinfo=UTC),
        undo={"version": before, "made": TOKEN},
    )
    return replace(PAST, changes=(change,))


LOST = put(ChangeState.INTENDED)


def found(secret: Secret | None = SECRET, current: ValueDigest | None = OLD, past: Past = PAST) -> Sight:
    return Sight(Found(secret=secret, token=TOKEN, current=current), past)


def copied(source: ValueDigest | None, secret: Secret = SECRET, current: ValueDigest | None = OLD) -> Sight:
    return Sight(Found(secret=secret, token=TOKEN, current=current, source=source))


def plant(simulated: Simulated) -> None:
    """The secret in the recovery Region, and in the primary Region another with the wanted value."""
    simulated.client("secretsmanager", RECOVERY).create_secret(Name=NAME, SecretString="old")
    simulated.client("secretsmanager").create_secret(Name=OTHER, SecretString="new")


def plant_follower(simulated: Simulated) -> None:
    """In the place of the secret, a replica that somebody writes elsewhere."""
    there = simulated.client("secretsmanager", RECOVERY)
    there.delete_secret(SecretId=NAME, ForceDeleteWithoutRecovery=True)
    plant_replicated(simulated)


def current_value(simulated: Simulated) -> object:
    return simulated.client("secretsmanager", RECOVERY).get_secret_value(SecretId=NAME, VersionStage="AWSCURRENT")[
        "SecretString"
    ]


CASES = (
    Case(
        kind="secrets.put",
        name="generate",
        params=GENERATE,
        sees=Sightings(
            absent={
                "another value": found(),
                "no value": found(replace(SECRET, stages={}), None),
                "the call never arrived": found(past=LOST),
            },
            settling={
                "set, and not shown yet": found(past=put()),
                "in rotation": found(replace(SECRET, stages={**OWN_STAGES, "v2": ("AWSPENDING",)})),
            },
            there={"ours": found(PUT, OURS), "ours, the answer lost": found(PUT, OURS, LOST)},
            dead_end={
                "not there": found(None, None),
                "waits to be deleted": found(replace(SECRET, deleted=True), None),
                "ours, and another one since": found(OUTLIVED, ValueDigest("v3", "third")),
                "ours, and two others since": found(past=put(before="v0")),
            },
            foreign={
                "a replica": found(replace(SECRET, primary_region=PRIMARY)),
                "changed by others since": found(OUTLIVED, ValueDigest("v3", "third"), put()),
            },
            undo_own={"as set": found(PUT, OURS, put()), "as set, the answer lost": found(PUT, OURS, LOST)},
            undo_over={
                "never changed": found(),
                "as before": found(past=put()),
                "the value is another's": found(past=LOST),
            },
        ),
        live=Live(
            plant=plant,
            takes=("put",),
            undo_takes=("move-back",),
            fingerprint=current_value,
            plant_foreign=plant_follower,
        ),
        exempt={"unknown": "a secret has no status: a version has a label or has not"},
    ),
    Case(
        kind="secrets.put",
        name="copy",
        params=COPY,
        sees=Sightings(
            absent={"another value": copied(ValueDigest("v9", "new"))},
            there={"the same value": copied(ValueDigest("v9", "old"))},
            dead_end={"nothing to copy": copied(None)},
        ),
        live=Live(plant=plant, takes=("put",), undo_takes=("move-back",), fingerprint=current_value),
    ),
)
