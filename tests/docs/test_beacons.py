"""The page about beacons: its examples are right, and the role that it describes is enough, and no larger than that."""

from __future__ import annotations

import json
import os
import re
import threading
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from drctl import bootstrap
from drctl.aws.s3_beacons import put_beacon
from drctl.aws.sqs_beacons import send_beacon
from drctl.bootstrap.beacon_writing import beacon_writer
from drctl.loading.environment import load_environment
from drctl.model.beacon import new_beacon
from drctl.model.written_beacon import WrittenBeacon
from drctl.sim.control import Control, Identity
from tests.simulated import PRIMARY, PRODUCTION, START, Simulated
from tests.simulated import simulated as simulated

PAGE = (Path(__file__).parents[2] / "docs" / "beacons.md").read_text()
ENVIRONMENT, STEPS = re.findall(r"```yaml\n(.*?)```", PAGE, flags=re.DOTALL)
(POLICY,) = (json.loads(text) for text in re.findall(r"```json\n(.*?)```", PAGE, flags=re.DOTALL))
ROLE = f"arn:aws:iam::{PRODUCTION}:role/drctl-beacon"
HEAD = f"""\
environment: production
accounts: {{ main: {{ id: "{PRODUCTION}", role: "{ROLE}" }} }}
default_account: main
regions: [eu-central-1, eu-west-1]
home_region: eu-central-1
modes: [recover]
"""
OF_AWS = ("storage", "jobs", "secrets")
MARKER = {
    "Effect": "Allow",
    "Action": "ssm:GetParameter",
    "Resource": f"arn:aws:ssm:*:{PRODUCTION}:parameter/drctl/environment",
}


def test_the_environment_of_the_page_is_right() -> None:
    environment, problems = load_environment(HEAD + ENVIRONMENT, "production.yaml")
    assert problems == ()
    assert environment is not None
    assert {store.kind for store in environment.beacons.stores} == {"postgres", "redis", "s3", "sqs", "secret"}


def test_the_steps_of_the_page_are_right(tmp_path: Path) -> None:
    head = "runbook: wrapped\ntitle: Wrapped\nversion: 1\nobjectives: { rto: 1h, rpo: 1h }\nsteps:\n"
    path = tmp_path / "wrapped.yaml"
    path.write_text(head + "".join(f"  {line}\n" for line in STEPS.splitlines()))
    (checked,) = bootstrap.validate([str(path)])
    assert [str(problem) for problem in checked.problems] == []


@pytest.fixture
def production(simulated: Simulated, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Simulated:
    """The page's stores and environment, and this terminal, which may take the writer's role."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", f"DRCTLSIM{PRODUCTION}")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "nothing")
    path = tmp_path / "runbooks" / "environments" / "production.yaml"
    path.parent.mkdir(parents=True)
    path.write_text(f"{HEAD}endpoint_url: {simulated.url}\n{ENVIRONMENT}")
    at = {"LocationConstraint": PRIMARY}
    simulated.client("s3").create_bucket(Bucket="amply-storage-prod", CreateBucketConfiguration=at)
    simulated.client("sqs").create_queue(QueueName="amply-drctl-beacon")
    simulated.client("secretsmanager").create_secret(Name="amply/prod/drctl-beacon", SecretString="{}")
    for region in (PRIMARY, "eu-west-1"):
        simulated.client("ssm", region).put_parameter(Name="/drctl/environment", Value="production", Type="String")
    identity = Identity("production", START, os.getpid(), "instant")
    simulated.app.control = Control(simulated.app, identity, threading.Event())
    return simulated


def test_the_role_of_the_page_is_enough_to_write_delete_and_read(production: Simulated) -> None:
    _plant_old_ones(production)
    _enforce(production, POLICY["Statement"])
    assert _written() == dict.fromkeys(OF_AWS, ("", ""))
    listed = production.client("s3").list_object_versions(Bucket="amply-storage-prod")
    assert len(listed["Versions"]) == 1
    assert _read() == dict.fromkeys(OF_AWS, "")


@pytest.mark.parametrize("place", range(1, len(POLICY["Statement"])))
def test_no_statement_of_it_is_too_much(production: Simulated, place: int) -> None:
    """But for the first, which opens the database: there is none here."""
    _plant_old_ones(production)
    _enforce(production, [one for number, one in enumerate(POLICY["Statement"]) if number != place])
    assert any(failure or warning for failure, warning in _written().values())


def _plant_old_ones(production: Simulated) -> None:
    """What is old enough to be deleted; and it is the first minute of an hour, when that is done."""
    old = new_beacon("production", "storage", START - timedelta(days=4), timedelta(minutes=1))
    put_beacon(production.client("s3"), "amply-storage-prod", "drctl-beacon/", old)
    sqs = production.client("sqs")
    queue = sqs.get_queue_url(QueueName="amply-drctl-beacon")["QueueUrl"]
    send_beacon(sqs, queue, new_beacon("production", "jobs", START, timedelta(minutes=1)))
    production.advance(timedelta(hours=4) - timedelta(hours=3, minutes=42))


def _enforce(production: Simulated, statements: list[dict[str, Any]]) -> None:
    # s3:prefix, by which the page narrows the listing further, is not played by the simulated IAM.
    played = [{key: value for key, value in one.items() if key != "Condition"} for one in statements]
    production.app.access.enforce({ROLE: [{"Version": "2012-10-17", "Statement": [*played, MARKER]}]})


def _written() -> dict[str, tuple[str, str]]:
    told: list[WrittenBeacon] = []
    beacon_writer("production", OF_AWS).once(told.append)
    return {one.store: (one.failure, one.warning) for one in told}


def _read() -> dict[str, str]:
    found = bootstrap.read_beacons("production", None, OF_AWS)
    assert all(store["recovery_point"] for store in found["stores"]), found
    return {store["store"]: store["failure"] for store in found["stores"]}
