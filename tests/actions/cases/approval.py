"""approval"""

from __future__ import annotations

from drctl.ports.approvals import Answer
from tests.actions.laws import Case, Live, Sight, Sightings
from tests.simulated import Simulated

YES = Answer(approved=True, by="jana", comment="the numbers are good")
NO = Answer(approved=False, by="jana", comment="not before noon")
NOTHING_MADE = "it asks a person and changes nothing"


def plant(simulated: Simulated) -> None:
    """Nothing: a person is asked, not AWS."""


CASES = (
    Case(
        kind="approval",
        params={"role": "incident-commander", "shows": ["restore-db"]},
        sees=Sightings(
            settling={"nobody has answered": Sight(None)},
            there={"approved": Sight(YES)},
            dead_end={"rejected": Sight(NO)},
            undo_over={"approved": Sight(YES)},
        ),
        live=Live(plant=plant, answer=YES),
        exempt={
            "absent": NOTHING_MADE,
            "unknown": "an answer is yes or no",
            "foreign": NOTHING_MADE,
            "undo_own": NOTHING_MADE,
            "undo": NOTHING_MADE,
            "foreign_live": NOTHING_MADE,
        },
    ),
)
