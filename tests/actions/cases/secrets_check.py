"""secrets.check"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from drctl.actions.secrets.check import Sight as Found
from drctl.aws.secretsmanager import Secret
from tests.actions.laws import Case, Live, Sight, Sightings
from tests.simulated import PRIMARY, RECOVERY, Simulated

NAME = "amply/prod/database-password"
PARAMS = {"region": RECOVERY, "secrets": [NAME]}
REPLICA = Secret(
    name=NAME,
    arn=f"arn:aws:secretsmanager:{RECOVERY}:111111111111:secret:{NAME}-abcdef",
    stages={"v1": ("AWSCURRENT",)},
    primary_region=PRIMARY,
)
SOURCE = replace(REPLICA, primary_region=None, replicas={RECOVERY: "InSync"})
OWN_STAGES = {"v1": ("AWSCURRENT",)}
NOTHING_MADE = "it looks and changes nothing"


def plant_replicated(simulated: Simulated) -> None:
    """The secret with a replica that is in sync."""
    simulated.client("secretsmanager").create_secret(
        Name=NAME, SecretString="opens-nothing", AddReplicaRegions=[{"Region": RECOVERY}]
    )
    simulated.advance(timedelta(minutes=1))


def found(secret: Secret | None, version: str | None = "v1", primary: Secret | None = None) -> Sight:
    return Sight((Found(name=NAME, secret=secret, version=version, primary=primary),))


def follows(status: str) -> Sight:
    return found(REPLICA, primary=replace(SOURCE, replicas={RECOVERY: status}))


CASES = (
    Case(
        kind="secrets.check",
        params=PARAMS,
        sees=Sightings(
            settling={"a replica of it on its way": found(replace(SOURCE, replicas={PRIMARY: "InProgress"}))},
            there={"handed out": found(REPLICA), "the primary": found(SOURCE)},
            dead_end={
                "not there": found(None, None),
                "waits to be deleted": found(replace(REPLICA, deleted=True), None),
                "its key is disabled": found(REPLICA, None),
                "a replica of it failed": found(replace(SOURCE, replicas={PRIMARY: "Failed"})),
            },
            unknown={"a status nobody thought of": found(replace(SOURCE, replicas={PRIMARY: "Hovering"}))},
            undo_over={"handed out": found(REPLICA)},
        ),
        exempt={
            "absent": NOTHING_MADE,
            "foreign": "whoever made it, it is only looked at",
            "undo_own": NOTHING_MADE,
            "undo": NOTHING_MADE,
            "foreign_live": NOTHING_MADE,
        },
    ),
    Case(
        kind="secrets.check",
        name="with its primary",
        params={**PARAMS, "source_region": PRIMARY},
        sees=Sightings(
            settling={
                "on its way": follows("InProgress"),
                "an older version": found(REPLICA, "v0", SOURCE),
            },
            there={"in sync": follows("InSync")},
            dead_end={
                "detached": follows("Detached"),
                "no replica of that one": found(REPLICA, primary=replace(SOURCE, replicas={})),
                "no primary": found(REPLICA),
            },
            unknown={"a status nobody thought of": follows("Hovering")},
        ),
        live=Live(plant=plant_replicated),
    ),
)
