"""The same code against an AWS that nobody here wrote: ministack, in an environment of its own (`.ci/peer`).

It keeps no tags of a restore, and no state of it lags. So it stands in for AWS with what it can: who is who,
parameters, queues, secrets, alarms and snapshots.
"""

from __future__ import annotations

import os
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import boto3
import pytest

from drctl import bootstrap
from drctl.engine.parts import PauseRequest
from drctl.errors import GuardRefused
from tests.fakes.progress import SilentProgress

ACCOUNT, REGION = "222222222222", "eu-west-1"
PROGRAM = os.environ.get("DRCTL_PEER", "")
pytestmark = pytest.mark.skipif(not PROGRAM, reason="DRCTL_PEER does not name ministack's program")

ENVIRONMENT = """\
environment: peer
accounts:
  main: { id: "222222222222", role: "arn:aws:iam::222222222222:role/drctl-recovery" }
default_account: main
regions: [eu-central-1, eu-west-1]
modes: [drill, recover]
endpoint_url: ENDPOINT
drill_owned:
  - arn:aws:ssm:eu-west-1:222222222222:parameter/drill/*
  - arn:aws:cloudwatch:eu-west-1:222222222222:alarm:drill-*
"""
RUNBOOK = """\
runbook: peer
title: What a peer of AWS can do
version: 1
objectives: { rto: 1h }
after_drill: undo
steps:
  - id: account
    uses: guard.account
    with: { regions: [eu-central-1, eu-west-1], environment: peer }
  - id: quiet
    uses: cloudwatch.check_alarms
    with: { region: eu-west-1, alarms: [drill-errors] }
  - id: mute
    uses: cloudwatch.mute
    needs: [account]
    with: { region: eu-west-1, alarms: [drill-errors] }
  - id: freeze
    uses: ssm.put_parameter
    needs: [account]
    with: { region: eu-west-1, name: /drill/freeze, value: "on" }
  - id: queue
    uses: sqs.ensure
    needs: [account]
    with: { region: eu-west-1, queue: drill-tasks, dead_letter_queue: drill-tasks-dlq }
  - id: secret
    uses: secrets.check
    needs: [account]
    with: { region: eu-west-1, secrets: [drill/key] }
  - id: snapshot
    uses: rds.create_snapshot
    needs: [account]
    with: { region: eu-west-1, instance: orders, snapshot: orders-drill }
  - id: newest
    uses: rds.find_recovery_point
    needs: [snapshot, queue, freeze]
    marks: verified
    with: { region: eu-west-1, source: orders, engine: postgres }
"""


class Peer:
    def __init__(self, url: str) -> None:
        self.url = url

    def client(self, service: str, region: str = REGION) -> Any:
        return boto3.client(  # noqa: TID251 - what a test plants with
            service,
            region_name=region,
            endpoint_url=self.url,
            aws_access_key_id=ACCOUNT,
            aws_secret_access_key="x",
        )


@pytest.fixture(scope="module")
def peer(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Peer]:
    with closing(socket.socket()) as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    log = (tmp_path_factory.mktemp("peer") / "log").open("w")
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    surroundings = {**kept, "BIND_HOST": "127.0.0.1", "GATEWAY_PORT": str(port)}
    with log, subprocess.Popen([PROGRAM], env=surroundings, stdout=log, stderr=log) as process:
        try:
            _wait(port)
            made = Peer(f"http://127.0.0.1:{port}")
            plant(made)
            yield made
        finally:
            process.terminate()


def _wait(port: int) -> None:
    end = time.monotonic() + 60
    while time.monotonic() < end:
        with closing(socket.socket()) as asked:
            if asked.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)  # noqa: TID251 - waiting for another process, not for a step
    raise AssertionError("ministack did not come up")


def plant(peer: Peer) -> None:
    for region in ("eu-central-1", REGION):
        peer.client("ssm", region).put_parameter(Name="/drctl/environment", Value="peer", Type="String")
    peer.client("rds").create_db_instance(
        DBInstanceIdentifier="orders",
        Engine="postgres",
        DBInstanceClass="db.t3.micro",
        MasterUsername="u",
        MasterUserPassword="longpassword1",
        AllocatedStorage=20,
    )
    peer.client("secretsmanager").create_secret(Name="drill/key", SecretString="old")
    peer.client("cloudwatch").put_metric_alarm(
        AlarmName="drill-errors",
        MetricName="e",
        Namespace="n",
        Period=60,
        EvaluationPeriods=1,
        Threshold=1.0,
        ComparisonOperator="GreaterThanThreshold",
        Statistic="Sum",
    )


@pytest.fixture
def there(peer: Peer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", ACCOUNT)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "x")
    folder = tmp_path / "runbooks" / "environments"
    folder.mkdir(parents=True)
    (folder / "peer.yaml").write_text(ENVIRONMENT.replace("ENDPOINT", peer.url))
    (tmp_path / "peer.yaml").write_text(RUNBOOK)
    return tmp_path


def drill(folder: Path) -> Any:
    request = bootstrap.DrillRequest(runbook="./peer.yaml", environment="peer", inputs={}, state_dir=folder / "state")
    return bootstrap.start_drill(request, SilentProgress(), None, PauseRequest()).document


def test_a_drill_passes_on_an_aws_that_nobody_here_wrote_and_takes_everything_back(there: Path, peer: Peer) -> None:
    document = drill(there)
    # It has no list of automated backups, and what cannot be looked at is never taken for nothing.
    unread = [reason for reason in document["reasons"] if "DescribeDBInstanceAutomatedBackups" not in reason]
    assert (document["verdict"], unread) == ("PASSED WITH EXCEPTIONS", [])
    assert document["simulated"] is True
    assert {step["id"]: step["state"] for step in document["steps"]}["snapshot"] == "undone"
    assert peer.client("sqs").list_queues().get("QueueUrls", []) == []
    assert peer.client("rds").describe_db_snapshots(SnapshotType="manual")["DBSnapshots"] == []
    (alarm,) = peer.client("cloudwatch").describe_alarms(AlarmNames=["drill-errors"])["MetricAlarms"]
    assert alarm["ActionsEnabled"] is True


def test_another_marker_is_refused_there_as_well(there: Path, peer: Peer) -> None:
    ssm = peer.client("ssm")
    ssm.put_parameter(Name="/drctl/environment", Value="production", Overwrite=True)
    try:
        with pytest.raises(GuardRefused, match="holds 'production'"):
            drill(there)
    finally:
        ssm.put_parameter(Name="/drctl/environment", Value="peer", Overwrite=True)
