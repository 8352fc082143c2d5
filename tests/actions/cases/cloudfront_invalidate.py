"""cloudfront.invalidate"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from drctl.actions.cloudfront.invalidate import Seen
from drctl.aws.cloudfront import Invalidation
from tests.actions.cases.cloudfront_switch_origin import BEFORE, NAME, plant_distribution
from tests.actions.laws import Case, Live, Sight, Sightings
from tests.simulated import Simulated

PARAMS: dict[str, Any] = {"distribution": NAME, "paths": ["/index.html", "/assets/*"]}
COMPLETED = Invalidation(
    id="I1", status="Completed", paths=frozenset({"/assets/*", "/index.html"}), reference="the token"
)
NOTHING_TO_UNDO = "a cache that is emptied fills by itself"


def saw(invalidation: Invalidation | None = None, **changed: Any) -> Sight:
    return Sight(Seen(distribution=replace(BEFORE, **changed), invalidation=invalidation))


def plant(simulated: Simulated) -> None:
    """A distribution that somebody has invalidated before, for other paths."""
    id = plant_distribution(simulated)
    batch = {"CallerReference": "theirs", "Paths": {"Quantity": 1, "Items": ["/*"]}}
    simulated.client("cloudfront", "us-east-1").create_invalidation(DistributionId=id, InvalidationBatch=batch)


CASES = (
    Case(
        kind="cloudfront.invalidate",
        params=PARAMS,
        sees=Sightings(
            absent={"none yet": saw(), "none yet, while something is deployed": saw(status="InProgress")},
            settling={"in progress": saw(replace(COMPLETED, status="InProgress"))},
            there={"completed": saw(COMPLETED)},
            dead_end={
                "no distribution": Sight(Seen(distribution=None, invalidation=None)),
                "disabled": saw(enabled=False),
                "other paths": saw(replace(COMPLETED, paths=frozenset({"/*"}))),
            },
            unknown={
                "a status nobody thought of": saw(replace(COMPLETED, status="Levitating")),
                "a distribution's status nobody thought of": saw(status="Levitating"),
            },
            undo_over={"completed": saw(COMPLETED)},
        ),
        live=Live(plant=plant, takes=("invalidate",)),
        exempt={
            "foreign": "a caller reference is this step's own",
            "undo_own": NOTHING_TO_UNDO,
            "undo": NOTHING_TO_UNDO,
            "foreign_live": "a caller reference is this step's own",
        },
    ),
)
