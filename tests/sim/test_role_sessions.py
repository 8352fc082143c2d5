"""Roles are taken with the tags, the device and the span that the environment says."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from drctl.aws import role_sessions
from drctl.aws.credentials import Account, Keys, assume_role
from drctl.aws.sessions import AwsSessions
from drctl.aws.worlds import World
from drctl.errors import GuardRefused
from drctl.sim.credentials import key_of
from tests.simulated import PRODUCTION, RECOVERY, Simulated
from tests.simulated import simulated as simulated

ROLE = f"arn:aws:iam::{PRODUCTION}:role/drctl-recovery"
DEVICE = f"arn:aws:iam::{PRODUCTION}:mfa/anna"


def sessions(simulated: Simulated, account: Account, **options: Any) -> AwsSessions:
    key = key_of(PRODUCTION)
    return AwsSessions(
        accounts={"production": account},
        own="production",
        home_region=RECOVERY,
        run="dr-prod-1",
        now=simulated.now,
        world=World(simulated=True, endpoint_url=simulated.url),
        keys=Keys(key.access_key, key.secret_key),
        **options,
    )


@pytest.fixture
def taken(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """What was sent with each role that was taken: to take one changes nothing, so that no world records it."""
    sent: list[Any] = []

    def recording(sts: Any, *given: Any) -> Any:
        sts.meta.events.register("provide-client-params.sts.AssumeRole", lambda params, **_: sent.append(dict(params)))
        return assume_role(sts, *given)

    monkeypatch.setattr(role_sessions, "assume_role", recording)
    return sent


def look(access: AwsSessions, step: str | None = None) -> None:
    access.for_account("production", step).client("sqs", RECOVERY).list_queues()


def test_a_session_is_tagged_with_its_run_and_its_step(simulated: Simulated, taken: list[Any]) -> None:
    access = sessions(simulated, Account(PRODUCTION, role=ROLE), session_tags=True)
    look(access, "restore-db")
    look(access, "restore-db")
    look(access, "redeploy[api]")
    tags = [{tag["Key"]: tag["Value"] for tag in params["Tags"]} for params in taken]
    assert tags == [
        {"drctl:run-id": "dr-prod-1", "drctl:step-id": "restore-db"},
        {"drctl:run-id": "dr-prod-1", "drctl:step-id": "redeploy_api_"},
    ]


def test_without_session_tags_all_steps_share_one_session(simulated: Simulated, taken: list[Any]) -> None:
    access = sessions(simulated, Account(PRODUCTION, role=ROLE))
    look(access, "restore-db")
    look(access, "redeploy")
    (params,) = taken
    assert "Tags" not in params


def test_a_device_is_asked_once_for_all_that_need_it(simulated: Simulated, taken: list[Any]) -> None:
    asked: list[str] = []

    def code(serial: str) -> str:
        asked.append(serial)
        return "123456"

    access = sessions(simulated, Account(PRODUCTION, role=ROLE, mfa_serial=DEVICE), session_tags=True, mfa_code=code)
    look(access, "a")
    look(access, "b")
    assert asked == [DEVICE]
    assert len(taken) == 2


def test_where_nobody_can_type_the_code_the_role_is_not_taken(simulated: Simulated, taken: list[Any]) -> None:
    access = sessions(simulated, Account(PRODUCTION, role=ROLE, mfa_serial=DEVICE))
    with pytest.raises(GuardRefused, match="nobody to type it"):
        look(access)
    assert taken == []


def test_credentials_are_good_for_as_long_as_the_environment_says(simulated: Simulated, taken: list[Any]) -> None:
    look(sessions(simulated, Account(PRODUCTION, role=ROLE, session=timedelta(hours=4))))
    (params,) = taken
    assert params["DurationSeconds"] == 4 * 3600
