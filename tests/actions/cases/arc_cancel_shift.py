"""arc.cancel_shift"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from drctl.actions.arc.shift_sight import Seen, comment_of
from drctl.model.past import ChangeState
from tests.actions.cases.arc_zonal_shift import (
    OURS,
    THEIRS,
    ZONES,
    past,
    plant,
    plant_shift,
    seen,
    weights,
)
from tests.actions.cases.elb_find_load_balancer import ALB
from tests.actions.laws import FOREIGN_RUN, STEP, Case, Live, Sight, Sightings
from tests.simulated import RECOVERY, Simulated

FIRST_RUN = "az-loss-20261123-0342"
PARAMS: dict[str, Any] = {
    "region": RECOVERY, "load_balancer": "amply-prod", "zone": "eu-west-1b", "started_by": FIRST_RUN,
}  # fmt: skip
SHIFTED = replace(OURS, comment=comment_of(FIRST_RUN, STEP))
CANCELLED = past("cancel", zone_id="euw1-az1", minutes_left=119)
LOST = past("cancel", ChangeState.INTENDED, zone_id="euw1-az1", minutes_left=119)


def plant_shifted(simulated: Simulated) -> None:
    plant(simulated)
    plant_shift(simulated, comment_of(FIRST_RUN, STEP))


def plant_foreign(simulated: Simulated) -> None:
    """It was cancelled, and somebody else has shifted away from the same zone since."""
    arc = simulated.client("arc-zonal-shift", RECOVERY)
    (shift,) = arc.list_zonal_shifts(status="ACTIVE")["items"]
    arc.cancel_zonal_shift(zonalShiftId=shift["zonalShiftId"])
    plant_shift(simulated, comment_of(FOREIGN_RUN, STEP))


CASES = (
    Case(
        kind="arc.cancel_shift",
        params=PARAMS,
        sees=Sightings(
            absent={"shifted by that run": Sight(seen(SHIFTED)), "never arrived": Sight(seen(SHIFTED), LOST)},
            there={
                "no shift": Sight(seen()),
                "cancelled": Sight(seen(), CANCELLED),
                "away from another zone": Sight(seen(replace(THEIRS, away_from="euw1-az3"))),
            },
            dead_end={
                "no load balancer": Sight(Seen(balancer=None, zones=ZONES)),
                "not enabled": Sight(Seen(balancer=ALB, zones=ZONES)),
            },
            unknown={"a type nobody thought of": Sight(seen(replace(SHIFTED, type="LEVITATION")))},
            foreign={
                "somebody else's": Sight(seen(THEIRS)),
                "this run's own, where another was named": Sight(seen(OURS)),
                "a run with a longer name": Sight(seen(replace(SHIFTED, comment=f"drctl {FIRST_RUN}-2/{STEP}"))),
            },
            undo_own={"cancelled": Sight(seen(), CANCELLED), "cancelled, the answer lost": Sight(seen(), LOST)},
            undo_over={
                "never cancelled": Sight(seen()),
                "shifted again": Sight(seen(THEIRS), CANCELLED),
                "never arrived": Sight(seen(SHIFTED), LOST),
            },
        ),
        live=Live(
            plant=plant_shifted,
            takes=("cancel",),
            undo_takes=("shift-again",),
            fingerprint=weights,
            plant_foreign=plant_foreign,
        ),
        exempt={"settling": "a shift ends at once"},
    ),
)
