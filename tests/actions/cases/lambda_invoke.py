"""lambda.invoke"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from drctl.aws.functions import Function
from drctl.model.estate_services import Function as Described
from drctl.model.past import ChangeState, Past, PastChange
from drctl.model.values import Json
from drctl.sim.services.lambda_functions import LambdaFunctions
from tests.actions.laws import PAST, Case, Live, Sight, Sightings
from tests.simulated import PRODUCTION, RECOVERY, Simulated

NAME = "amply-smoke-test"
PARAMS: Mapping[str, Json] = {
    "region": RECOVERY,
    "function": NAME,
    "payload": {"target": "api"},
    "answer": {"ok": True},
}
FUNCTION = Function(
    name=NAME,
    arn=f"arn:aws:lambda:{RECOVERY}:{PRODUCTION}:function:{NAME}",
    state="Active",
    update="Successful",
    timeout=timedelta(seconds=30),
)
ONLY_JOURNAL = "nothing but the journal tells whether a function was invoked"


def invoked(state: ChangeState = ChangeState.RETURNED, epoch: int = 1, **facts: Json) -> Past:
    change = PastChange(
        name=f"invoke-{epoch}",
        summary="invoke it",
        state=state,
        intended_at=datetime(2026, 11, 23, 4, tzinfo=UTC),
        facts=facts,
        epoch=epoch,
    )
    return replace(PAST, changes=(change,))


def plant(simulated: Simulated, described: Described | None = None) -> None:
    """A function that answers."""
    described = described or Described(answer={"ok": True, "checks": 12})
    simulated.world.part(LambdaFunctions).play(PRODUCTION, RECOVERY, NAME, described)


CASES = (
    Case(
        kind="lambda.invoke",
        params=PARAMS,
        sees=Sightings(
            absent={
                "never invoked": Sight(FUNCTION),
                "idle for long": Sight(replace(FUNCTION, state="Inactive")),
                "invoked in an earlier epoch": Sight(FUNCTION, replace(invoked(error="x"), epoch=2)),
            },
            settling={
                "being made": Sight(replace(FUNCTION, state="Pending")),
                "being changed": Sight(replace(FUNCTION, update="InProgress")),
            },
            there={
                "it answered": Sight(FUNCTION, invoked(status=200, result={"ok": True}, error="")),
                "it answered, and is gone": Sight(None, invoked(status=200, result={"ok": True}, error="")),
            },
            dead_end={
                "no function": Sight(None),
                "it failed": Sight(FUNCTION, invoked(status=200, error="KeyError: 'target'", request_id="r")),
                "it found something": Sight(FUNCTION, invoked(status=200, result={"ok": False}, error="")),
                "it answered nothing": Sight(FUNCTION, invoked(status=200, result=None, error="")),
                "cannot be run": Sight(replace(FUNCTION, state="Failed")),
                "may take too long": Sight(replace(FUNCTION, timeout=timedelta(minutes=15))),
            },
            unknown={"a status nobody thought of": Sight(replace(FUNCTION, state="Dreaming"))},
            undo_over={"never invoked": Sight(FUNCTION)},
        ),
        live=Live(plant=plant, takes=("invoke-1",)),
        exempt={
            "foreign": "a function belongs to nobody's run",
            "foreign_live": "a function belongs to nobody's run",
            "undo_own": "what a function did, only its author can take back",
            "undo": "what a function did, only its author can take back",
            "without_journal": ONLY_JOURNAL,
            "lost_answer": ONLY_JOURNAL,
        },
    ),
    Case(
        kind="lambda.invoke",
        name="one that only looks",
        params={**PARAMS, "changes_nothing": True},
        sees=Sightings(undo_over={"invoked": Sight(FUNCTION, invoked(status=200))}),
    ),
)
