"""check.targets"""

from __future__ import annotations

from drctl.actions.checks.targets import Seen
from drctl.aws.targets import OTHERS, Target
from drctl.model.values import Json
from tests.actions.laws import Case, Live, Sight, Sightings
from tests.actions.service_planting import plant_service
from tests.simulated import RECOVERY, Simulated

NOTHING_MADE = "it looks and changes nothing"
GOOD = Target(id="10.1.0.10", state="healthy")
BAD = Target(
    id="10.1.0.11",
    state="unhealthy",
    reason="Target.ResponseCodeMismatch",
    description="Health checks failed with these codes: [500]",
)
BY_GROUP: dict[str, Json] = {
    "region": RECOVERY,
    "load_balancer": "amply-prod",
    "target_group": "amply-api",
    "healthy": 2,
}
BY_SERVICE: dict[str, Json] = {
    "region": RECOVERY,
    "service": {"cluster": "amply-prod", "name": "amply-api"},
    "healthy": 2,
}


def saw(*targets: Target) -> Sight:
    return Sight(Seen(groups={"amply-api": targets}))


def plant(simulated: Simulated) -> None:
    plant_service(simulated, count=2)


CASES = (
    Case(
        kind="check.targets",
        params=BY_GROUP,
        live=Live(plant=plant),
        sees=Sightings(
            settling={
                "none": saw(),
                "one too few": saw(GOOD),
                "one that fails": saw(GOOD, BAD),
                **{state: saw(GOOD, Target(id="10.1.0.12", state=state)) for state in sorted(OTHERS)},
                "another group has too few": Sight(Seen(groups={"a": (GOOD, GOOD), "b": (GOOD,)})),
            },
            there={"enough": saw(GOOD, GOOD), "enough, whatever the others do": saw(GOOD, GOOD, BAD)},
            dead_end={"not there": Sight(Seen(missing="there is no target group amply-api"))},
            unknown={"state": saw(GOOD, GOOD, Target(id="10.1.0.12", state="levitating"))},
            undo_over={"enough": saw(GOOD, GOOD)},
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
        kind="check.targets",
        name="of a service, none unhealthy",
        params={**BY_SERVICE, "none_unhealthy": True},
        live=Live(plant=plant),
        sees=Sightings(
            settling={"one that fails": saw(GOOD, GOOD, BAD)},
            there={"enough": saw(GOOD, GOOD), "one on its way": saw(GOOD, GOOD, Target(id="x", state="initial"))},
        ),
    ),
)
