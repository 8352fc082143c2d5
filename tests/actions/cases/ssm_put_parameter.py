"""ssm.put_parameter"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from drctl.actions.ssm.put_sight import Seen
from drctl.aws.ssm import Parameter
from drctl.aws.ssm_secure import SecureVersion, Source
from drctl.model.past import ChangeState, Past, PastChange
from tests.actions.laws import PAST, Case, Live, Sight, Sightings
from tests.actions.planting import plant_key
from tests.simulated import RECOVERY, Simulated

NAME = "/amply/prod/deploy-freeze"
PARAMS = {"region": RECOVERY, "name": NAME, "value": "on"}
OFF = Parameter(name=NAME, value="off", type="String", version=4)
ON = replace(OFF, value="on", version=5)


def seen(parameter: Parameter | None) -> Seen:
    return Seen(parameter=parameter)


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


SECRET, KEY = "amply/prod/dsn", "alias/amply-prod-data"
SECURE = {"region": RECOVERY, "name": NAME, "type": "SecureString", "from_secret": SECRET, "key": KEY}
NEW = Source(version="s-2", is_text=True, digest="new")
OTHER = replace(NEW, digest="other")


def secure(*digests: str, key: str = KEY) -> Seen:
    """A SecureString with these values, oldest first, and a secret whose value is `new`."""
    versions = tuple(
        SecureVersion(version=number, key=key if number == len(digests) else KEY, digest=digest)
        for number, digest in enumerate(digests, start=1)
    )
    found = replace(OFF, type="SecureString", version=len(digests)) if digests else None
    return Seen(parameter=found, source=NEW, versions=versions)


def put_secure(state: ChangeState = ChangeState.RETURNED) -> Past:
    made = put(state, existed=True, version=1, type="SecureString").changes[0]
    facts = {"version": 2} if state is ChangeState.RETURNED else {}
    return replace(PAST, changes=(replace(made, facts=facts),))


def plant_source(simulated: Simulated) -> None:
    plant_key(simulated, RECOVERY)
    simulated.client("secretsmanager", RECOVERY).create_secret(Name=SECRET, SecretString="a-new-value")


def plant_secure(simulated: Simulated) -> None:
    plant_source(simulated)
    simulated.client("ssm", RECOVERY).put_parameter(Name=NAME, Value="an-old-value", Type="SecureString", KeyId=KEY)


def plant_labelled(simulated: Simulated) -> None:
    plant(simulated)
    ssm = simulated.client("ssm", RECOVERY)
    ssm.label_parameter_version(Name=NAME, ParameterVersion=1, Labels=["live"])


def labelled(simulated: Simulated) -> object:
    history = simulated.client("ssm", RECOVERY).get_parameter_history(Name=NAME)["Parameters"]
    return [one["Version"] for one in history if "live" in one["Labels"]], history[-1]["Value"]


def plant(simulated: Simulated) -> None:
    simulated.client("ssm", RECOVERY).put_parameter(Name=NAME, Value="off", Type="String")


def plant_nothing(simulated: Simulated) -> None:
    """The parameter is not there yet."""


def plant_secret(simulated: Simulated) -> None:
    simulated.client("ssm", RECOVERY).put_parameter(Name=NAME, Value="hidden", Type="SecureString", Overwrite=True)


def values(simulated: Simulated) -> object:
    listed = simulated.client("ssm", RECOVERY).get_parameters_by_path(Path="/", Recursive=True, WithDecryption=True)[
        "Parameters"
    ]
    return {one["Name"]: one["Value"] for one in listed}


CASES = (
    Case(
        kind="ssm.put_parameter",
        params=PARAMS,
        sees=Sightings(
            absent={"nothing there": Sight(seen(None)), "another value": Sight(seen(OFF))},
            there={"the value": Sight(seen(ON)), "the value, from an earlier attempt": Sight(seen(ON), LOST)},
            dead_end={"another type": Sight(seen(replace(OFF, type="StringList")))},
            unknown={"a type nobody thought of": Sight(seen(replace(OFF, type="Hologram")))},
            foreign={"a secret": Sight(seen(replace(OFF, type="SecureString")))},
            undo_own={
                "as set": Sight(seen(ON), put()),
                "as set, the answer lost": Sight(seen(ON), LOST),
                "created": Sight(seen(ON), CREATED),
            },
            undo_over={
                "never changed": Sight(seen(ON)),
                "refused by AWS, then set by others": Sight(seen(ON), DENIED),
                "as before": Sight(seen(OFF), put()),
                "never arrived": Sight(seen(OFF), LOST),
                "gone again": Sight(seen(None), CREATED),
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
    Case(
        kind="ssm.put_parameter",
        name="a SecureString",
        params=SECURE,
        sees=Sightings(
            absent={
                "nothing there": Sight(secure()),
                "another value": Sight(secure("old")),
                "under another key": Sight(secure("old", "new", key="alias/other")),
                "never arrived": Sight(secure("old"), put_secure(ChangeState.INTENDED)),
            },
            there={
                "the value": Sight(secure("old", "new")),
                "put by this run, and AWS tells the key in another form": Sight(
                    secure("old", "new", key="arn:aws:kms:eu-west-1:111111111111:key/1"), put_secure()
                ),
            },
            dead_end={
                "no secret": Sight(replace(secure("old"), source=None)),
                "a binary secret": Sight(replace(secure("old"), source=Source(version="s", is_text=False, digest=""))),
                "a String": Sight(replace(seen(OFF), source=NEW)),
            },
            undo_own={
                "put": Sight(secure("old", "new"), put_secure()),
                "put, the answer lost": Sight(secure("old", "new"), put_secure(ChangeState.INTENDED)),
                "the secret was changed since": Sight(replace(secure("old", "new"), source=OTHER), put_secure()),
            },
            undo_over={
                "never put": Sight(secure("new")),
                "put back": Sight(secure("old", "new", "old"), put_secure()),
                "never arrived": Sight(secure("old"), put_secure(ChangeState.INTENDED)),
            },
        ),
        live=Live(plant=plant_secure, takes=("put",), undo_takes=("put-back",), fingerprint=values),
    ),
    Case(
        kind="ssm.put_parameter",
        name="a new SecureString with a label",
        params={**SECURE, "label": "live"},
        live=Live(plant=plant_source, takes=("put", "label"), undo_takes=("delete",), fingerprint=values),
    ),
    Case(
        kind="ssm.put_parameter",
        name="with a label that another version has",
        params={**PARAMS, "label": "live"},
        live=Live(
            plant=plant_labelled, takes=("put", "label"), undo_takes=("label-back", "put-back"), fingerprint=labelled
        ),
    ),
    Case(
        kind="ssm.put_parameter",
        name="with a label that no version has",
        params={**PARAMS, "label": "live"},
        live=Live(plant=plant, takes=("put", "label"), undo_takes=("unlabel", "put-back"), fingerprint=labelled),
    ),
)
