"""`drctl beacon` in an environment whose AWS is a simulated one in this process: what is written, told, and refused."""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from drctl.bootstrap.beacon_writing import beacon_writer, next_due
from drctl.cli import cli
from drctl.errors import GuardRefused
from drctl.model.instant import format_instant
from drctl.model.scenario import Fault, FaultKind
from drctl.model.written_beacon import WrittenBeacon
from drctl.sim.control import Control, Identity
from drctl.sim.faults import FaultPlan
from tests.simulated import PRODUCTION, RECOVERY, START, Simulated
from tests.simulated import simulated as simulated

ENVIRONMENT = """\
environment: staging
accounts: {{ main: {{ id: "{account}" }} }}
default_account: main
regions: [{region}]
modes: [drill]
marker: {marker}
endpoint_url: {url}
beacons:
  every: 60s
  stores:
    - {{ store: files, kind: s3, region: {region}, bucket: files-a, copies: [] }}
    - {{ store: jobs, kind: sqs, region: {region}, queue: beacons }}
    - {{ store: keys, kind: secret, region: {region}, secret: beacons, every: 30m }}
"""
NAMES = ["files", "jobs", "keys"]


@dataclass(frozen=True)
class Staging:
    simulated: Simulated

    def environment(self, *, account: str = PRODUCTION, marker: str = "null", more: str = "") -> None:
        """Write the environment's file, with `more` at its end."""
        path = Path("runbooks/environments/staging.yaml")
        path.parent.mkdir(parents=True, exist_ok=True)
        text = ENVIRONMENT.format(account=account, region=RECOVERY, marker=marker, url=self.simulated.url)
        path.write_text(text + more)

    def stores(self) -> None:
        """Make what the beacons are written into."""
        at = {"LocationConstraint": RECOVERY}
        self.simulated.client("s3", RECOVERY).create_bucket(Bucket="files-a", CreateBucketConfiguration=at)
        self.simulated.client("sqs", RECOVERY).create_queue(QueueName="beacons")
        self.simulated.client("secretsmanager", RECOVERY).create_secret(Name="beacons", SecretString="{}")

    def drctl(self, *words: str, code: int = 0) -> Result:
        result = CliRunner().invoke(cli, ["beacon", *words, "--environment", "staging"], prog_name="drctl")
        assert result.exit_code == code, result.stderr
        return result

    def document(self, *words: str, code: int = 0) -> dict[str, Any]:
        answer: dict[str, Any] = json.loads(self.drctl(*words, "--output", "json", code=code).stdout)
        return answer

    def objects(self) -> list[str]:
        listed = self.simulated.client("s3", RECOVERY).list_objects_v2(Bucket="files-a")
        return [one["Key"] for one in listed.get("Contents", ())]


@pytest.fixture
def staging(simulated: Simulated, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Staging]:
    """The environment, its stores, and this terminal signed in to its account."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DRCTL_STATE_DIR", str(tmp_path / "state"))
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", f"DRCTLSIM{PRODUCTION}")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "nothing")
    identity = Identity("staging", START, os.getpid(), "instant")
    simulated.app.control = Control(simulated.app, identity, threading.Event())
    made = Staging(simulated)
    made.environment()
    made.stores()
    yield made
    simulated.app.control = None


def test_once_writes_one_into_each_store_and_reading_tells_what_was_lost(staging: Staging) -> None:
    at = format_instant(staging.simulated.now())
    written = staging.document("write", "--once")
    assert written["fine"] is True
    assert [(one["store"], one["written"], one["at"]) for one in written["stores"]] == [(n, True, at) for n in NAMES]

    onset = format_instant(staging.simulated.now() + timedelta(minutes=6, seconds=40))
    found = staging.document("read", "--onset", onset)
    assert [one["loss_s"] for one in found["stores"]] == [400] * 3
    assert [one["method"] for one in found["stores"]] == ["beacon object", "beacon message", "beacon secret version"]
    assert [one["precision_s"] for one in found["stores"]] == [60, 60, 1800]
    said = staging.drctl("read", "--onset", onset).stdout
    assert "  files: objects of the last 6m40s before the onset are missing, or up to 1m less\n" in said
    assert f"beacon object of {at} in the bucket files-a in {RECOVERY}" in said
    assert "SIMULATED beacons of staging" in said
    before = staging.document("read", "--onset", at, "--store", "files")["stores"]
    assert [one["says"] for one in before] == ["files: nothing that was written before the onset is missing"]


def test_a_store_that_fails_is_told_and_stops_no_other(staging: Staging) -> None:
    fault = Fault(service="s3", operation="PutObject", kind=FaultKind.DENIED, times=None)
    staging.simulated.app.faults = FaultPlan.of([fault])
    written = staging.document("write", "--once", code=1)
    assert [(one["store"], one["written"]) for one in written["stores"]] == [
        ("files", False),
        ("jobs", True),
        ("keys", True),
    ]
    assert "AccessDenied" in written["stores"][0]["failure"]
    found = staging.document("read", code=1)["stores"]
    assert [one["recovery_point"] is not None for one in found] == [False, True, True]
    assert found[0]["says"].startswith("files: there is no beacon in the bucket files-a")
    assert found[0]["loss_s"] is None


def test_a_store_with_a_longer_period_is_left_alone_until_its_time_has_come(staging: Staging) -> None:
    def keys() -> dict[str, Any]:
        (found,) = staging.document("write", "--once", "--store", "keys")["stores"]
        return {name: found[name] for name in ("written", "skipped")}

    assert keys() == {"written": True, "skipped": False}
    staging.simulated.advance(timedelta(minutes=29))
    assert keys() == {"written": False, "skipped": True}
    staging.simulated.advance(timedelta(minutes=1))
    assert keys() == {"written": True, "skipped": False}


def test_the_cadence_is_kept_for_as_long_as_asked(staging: Staging) -> None:
    staging.simulated.advance(timedelta(seconds=17))
    result = staging.drctl("write", "--for", "10m", "--store", "files", "--store", "keys")
    assert result.stderr.endswith("no more beacons are written\n")
    minutes = [key.rpartition("/")[2] for key in staging.objects()]
    # At once, and then at the beginning of every minute.
    assert minutes == ["034217.000Z.json", *(f"03{minute}00.000Z.json" for minute in range(43, 53))]
    assert len(staging.simulated.calls("secretsmanager", "PutSecretValue")) == 1


def test_a_writer_that_is_told_to_stop_ends_after_what_it_was_writing(staging: Staging) -> None:
    stop, told = threading.Event(), list[WrittenBeacon]()

    def note(written: WrittenBeacon) -> None:
        told.append(written)
        stop.set()

    assert beacon_writer("staging", ["jobs"]).keep_on(None, stop, note) is True
    assert [written.store for written in told] == ["jobs"]


def test_a_store_that_got_none_at_all_is_an_end_to_be_told(staging: Staging) -> None:
    staging.simulated.client("sqs", RECOVERY).delete_queue(QueueUrl=_url(staging))
    result = staging.drctl("write", "--for", "2m", "--store", "jobs", code=1)
    assert "jobs (sqs): FAILED: there is no queue beacons in eu-west-1" in result.stderr


@pytest.mark.parametrize(
    ("account", "marker", "says"),
    [
        pytest.param("222222222222", "null", f"these credentials are for account {PRODUCTION}", id="another account"),
        pytest.param(PRODUCTION, "/drctl/environment", "'production', and this is for 'staging'", id="another marker"),
    ],
)
def test_the_guard_holds_before_anything_is_written(staging: Staging, account: str, marker: str, says: str) -> None:
    ssm = staging.simulated.client("ssm", RECOVERY)
    ssm.put_parameter(Name="/drctl/environment", Value="production", Type="String")
    staging.environment(account=account, marker=marker)
    before = len(staging.simulated.calls())
    for words in (("write", "--once"), ("write", "--for", "1m"), ("read",)):
        assert says in staging.drctl(*words, code=2).stderr
    assert len(staging.simulated.calls()) == before


def test_the_guard_that_refuses_on_the_way_ends_the_writer(staging: Staging, monkeypatch: pytest.MonkeyPatch) -> None:
    writer = beacon_writer("staging", [])
    monkeypatch.setattr(writer.access, "_guard", _Refusing())
    with pytest.raises(GuardRefused):
        writer.once(lambda written: None)


class _Refusing:
    def before_change(self, *_: object) -> None:
        raise GuardRefused("these are other credentials now")


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("write", "--once", "--store", "file"), "there is no store 'file'; did you mean 'files'?"),
        (("write", "--once", "--for", "1h"), "--once and --for do not go together"),
        (("write", "--for", "90"), "expected a duration such as 45s, 20m or 1h30m"),
        (("read", "--region", "us-east-1"), "us-east-1 is none of staging's Regions"),
        (("read", "--onset", "yesterday"), "expected a time such as 2026-01-14T03:42:00Z"),
    ],
)
def test_what_is_asked_wrongly_is_refused(staging: Staging, words: tuple[str, ...], says: str) -> None:
    assert says in staging.drctl(*words, code=2).stderr


def test_an_environment_without_beacons_says_where_to_name_them(staging: Staging) -> None:
    path = Path("runbooks/environments/staging.yaml")
    path.write_text(path.read_text().partition("beacons:")[0])
    assert "give its file `beacons`: docs/beacons.md" in staging.drctl("write", "--once", code=2).stderr


def test_the_secret_or_the_queue_of_an_application_is_not_written(staging: Staging) -> None:
    secrets = staging.simulated.client("secretsmanager", RECOVERY)
    secrets.put_secret_value(SecretId="beacons", SecretString="open sesame")
    dead = staging.simulated.client("sqs", RECOVERY).create_queue(QueueName="dead")["QueueUrl"]
    redrive = json.dumps({"deadLetterTargetArn": f"arn:aws:sqs:{RECOVERY}:{PRODUCTION}:dead", "maxReceiveCount": 3})
    staging.simulated.client("sqs", RECOVERY).set_queue_attributes(
        QueueUrl=dead.replace("dead", "beacons"), Attributes={"RedrivePolicy": redrive}
    )
    written = {one["store"]: one["failure"] for one in staging.document("write", "--once", code=1)["stores"]}
    assert written["keys"] == "beacons holds something that is no beacon: beacons need a secret of their own"
    assert written["jobs"].startswith("beacons has a dead-letter queue")
    assert secrets.get_secret_value(SecretId="beacons")["SecretString"] == "open sesame"


def test_no_server_is_written_of_a_simulated_world(staging: Staging) -> None:
    """Its names could be anybody's, out there."""
    server = "region: eu-west-1, host: amply.example"
    staging.environment(
        more=f"    - {{ store: db, kind: postgres, {server}, database: d, user: u, password_secret: p }}\n"
        f"    - {{ store: cache, kind: redis, {server} }}\n"
    )
    written = staging.document("write", "--once", "--store", "db", "--store", "cache", code=1)
    assert all("takes no writes" in one["failure"] for one in written["stores"])


def test_what_was_missed_is_left_out_and_the_next_one_is_in_step() -> None:
    minute = timedelta(minutes=1)
    assert next_due(START, minute) == START + minute
    assert next_due(START + timedelta(seconds=59), minute) == START + minute
    assert next_due(START + timedelta(minutes=7, seconds=1), minute) == START + timedelta(minutes=8)


def _url(staging: Staging) -> str:
    return str(staging.simulated.client("sqs", RECOVERY).get_queue_url(QueueName="beacons")["QueueUrl"])
