"""secrets.promote"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from drctl.model.past import ChangeState, PastChange
from tests.actions.cases.secrets_check import NAME, REPLICA, plant_replicated
from tests.actions.laws import PAST, Case, Live, Sight, Sightings
from tests.simulated import PRIMARY, RECOVERY

OWN = replace(REPLICA, primary_region=None)
PROMOTED = replace(
    PAST,
    changes=(
        PastChange(
            name="promote",
            summary="promote it",
            state=ChangeState.RETURNED,
            intended_at=datetime(2026, 11, 23, 4, tzinfo=UTC),
            undo={"primary_region": PRIMARY, "version": "v1"},
        ),
    ),
)
FOR_GOOD = "promoted for good: undo is left to a person"


def follows(status: str) -> Sight:
    return Sight(replace(REPLICA, replicas={RECOVERY: status}))


CASES = (
    Case(
        kind="secrets.promote",
        params={"region": RECOVERY, "secret": NAME},
        sees=Sightings(
            absent={
                "a replica": Sight(REPLICA),
                "a replica cut off from its primary": follows("Detached"),
                "a replica that failed to follow": follows("Failed"),
            },
            settling={"a replica on its way": follows("InProgress")},
            there={"on its own": Sight(OWN), "its own primary": Sight(replace(REPLICA, primary_region=RECOVERY))},
            dead_end={
                "not there": Sight(None),
                "waits to be deleted": Sight(replace(REPLICA, deleted=True)),
                "without a value": Sight(replace(REPLICA, stages={})),
            },
            unknown={"a status nobody thought of": follows("Hovering")},
            undo_over={"never promoted": Sight(OWN), "follows again": Sight(REPLICA, PROMOTED)},
        ),
        live=Live(plant=plant_replicated, takes=("promote",)),
        exempt={
            "foreign": "a replica belongs to nobody's run; an approval stands before this step",
            "foreign_live": "a replica belongs to nobody's run; an approval stands before this step",
            "undo_own": FOR_GOOD,
            "undo": FOR_GOOD,
        },
    ),
)
