"""wait"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from tests.actions.laws import PAST, Case, Live, Sight, Sightings
from tests.simulated import Simulated

NOTHING_MADE = "it lets time go by and changes nothing"
OVER = Sight(None, replace(PAST, elapsed=timedelta(minutes=2)))


def plant(simulated: Simulated) -> None:
    """Nothing: time goes by without AWS."""


CASES = (
    Case(
        kind="wait",
        params={"duration": "2m"},
        sees=Sightings(
            settling={
                "just begun": Sight(None),
                "a second short": Sight(None, replace(PAST, elapsed=timedelta(seconds=119))),
            },
            there={"to the second": OVER, "long ago": Sight(None, replace(PAST, elapsed=timedelta(days=2)))},
            undo_over={"over": OVER},
        ),
        live=Live(plant=plant),
        exempt={
            "absent": NOTHING_MADE,
            "dead_end": "time always goes by",
            "unknown": "time has no status",
            "foreign": NOTHING_MADE,
            "undo_own": NOTHING_MADE,
            "undo": NOTHING_MADE,
            "foreign_live": NOTHING_MADE,
        },
    ),
)
