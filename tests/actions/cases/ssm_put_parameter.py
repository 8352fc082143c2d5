"""ssm.put_parameter"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from drctl.aws.ssm import Parameter
from drctl.model.past import ChangeState, Past, PastChange
from tests.actions.laws import PAST, Case, Live, Sight, Sightings
from tests.simulated import RECOVERY, Simulated

NAME = "/amply/prod/deploy-freeze"
PARAMS = {"region": RECOVERY, "name": NAME, "value": "on"}
OFF = Parameter(name=NAME, value="off", type="String", version=4)
ON = replace(OFF, value="on", version=5)


def put(state: ChangeState = ChangeState.RETURNED, kind: str = "", **undo: Any) -> Past:
    change = PastChange(
        name="put",
        summary="set it",
        state=state,
        intended_at=datetime(2026, 11, 23, 4, tzinfo=UTC),
        facts={"version": 5} if state is ChangeState.RETURNED else {},
        undo=undo or {"existed": True, "value": "off", "type": "String"},
        failure_kind=kind,
    )
    return replace(PAST, changes=(change,))


LOST = put(ChangeState.INTENDED)
CREATED = put(existed=False)
DENIED = put(ChangeState.FAILED, "auth")


def plant(simulated: Simulated) -> None:
    simulated.client("ssm", RECOVERY).put_parameter(Name=NAME, Value="off", Type="String")


def plant_nothing(simulated: Simulated) -> None:
    """The parameter is not there yet."""


def plant_secret(simulated: Simulated) -> None:
    simulated.client("ssm", RECOVERY).put_parameter(Name=NAME, Value="hidden", Type="SecureString", Overwrite=True)


def values(simulated: Simulated) -> object:
    listed = simulated.client("ssm", RECOVERY).get_parameters_by_path(Path="/", Recursive=True)["Parameters"]
    return {one["Name"]: one["Value"] for one in listed}


CASES = (
    Case(
        kind="ssm.put_parameter",
        params=PARAMS,
        sees=Sightings(
            absent={"nothing there": Sight(None), "another value": Sight(OFF)},
            there={"the value": Sight(ON), "the value, from an earlier attempt": Sight(ON, LOST)},
            dead_end={"another type": Sight(replace(OFF, type="StringList"))},
            unknown={"a type nobody thought of": Sight(replace(OFF, type="Hologram"))},
            foreign={"a secret": Sight(replace(OFF, type="SecureString"))},
            undo_own={
                "as set": Sight(ON, put()),
                "as set, the answer lost": Sight(ON, LOST),
                "created": Sight(ON, CREATED),
            },
            undo_over={
                "never changed": Sight(ON),
                "refused by AWS, then set by others": Sight(ON, DENIED),
                "as before": Sight(OFF, put()),
                "never arrived": Sight(OFF, LOST),
                "gone again": Sight(None, CREATED),
            },
        ),
        live=Live(
            plant=plant,
            takes=("put",),
            undo_takes=("put-back",),
            fingerprint=values,
            plant_foreign=plant_secret,
        ),
        exempt={"settling": "a parameter has its value at once"},
    ),
    Case(
        kind="ssm.put_parameter",
        name="new",
        params=PARAMS,
        live=Live(plant=plant_nothing, takes=("put",), undo_takes=("delete",), fingerprint=values),
    ),
)
